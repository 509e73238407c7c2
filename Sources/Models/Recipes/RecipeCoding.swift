import Cases
import Networks

extension Recipe {
    /// A recipe from a file's entries by section; keys that are missing take their defaults, `name` and `structures`
    /// have none.
    /// - Throws: ``RecipeError`` naming the first key, in the order of ``RecipeField/all``, that is wrong or unknown.
    public init(entries: [String: [String: RecipeValue]]) throws(RecipeError) {
        if entries["torchscript"] == nil {
            self.init(name: "", structures: [])
        } else {
            self.init(name: "", structures: [], torchScript: TorchScriptRecipe())
        }
        if torchScript == nil, entries["prompts"] != nil { prompts = PromptRecipe() }
        var rest = entries
        // What kind of network it is decides on the defaults of its other keys, and on which keys there are.
        if torchScript == nil, let kind = rest["network"]?.removeValue(forKey: "kind"),
            let field = RecipeField.all.first(where: { $0.name == "[network] kind" }),
            let problem = field.set(&self, kind)
        {
            throw RecipeError(key: field.name, problem)
        }
        let fields = RecipeField.all.filter { $0.applies(to: self) }
        for field in fields {
            guard let value = rest[field.section]?.removeValue(forKey: field.key) else { continue }
            if let problem = field.set(&self, value) { throw RecipeError(key: field.name, problem) }
        }
        for section in rest.keys.sorted() {
            let all = RecipeField.all.filter { $0.section == section }.map(\.key)
            if all.isEmpty {
                throw RecipeError(
                    key: "[\(section)]",
                    "is not a section; there are network or torchscript, patches, prompts, preprocessing, training, "
                        + "augmentation, postprocessing and fine_tuning")
            }
            guard let key = rest[section]?.keys.min() else { continue }
            let name = section.isEmpty ? key : "[\(section)] \(key)"
            if all.contains(key) { throw RecipeError(key: name, whyNotHere(name)) }
            let known = fields.filter { $0.section == section }.map(\.key)
            throw RecipeError(key: name, "is not a key; there are \(known.joined(separator: ", "))")
        }
        try check()
    }

    /// All keys with their values, by section.
    public var entries: [String: [String: RecipeValue]] {
        var entries: [String: [String: RecipeValue]] = [:]
        for field in RecipeField.all where field.applies(to: self) {
            entries[field.section, default: [:]][field.key] = field.get(self)
        }
        return entries
    }

    /// Checks every key's range and what keys ask of one another.
    /// - Throws: ``RecipeError`` naming the key.
    public func check() throws(RecipeError) {
        var copy = self
        for field in RecipeField.all where field.applies(to: self) {
            if let problem = field.set(&copy, field.get(self)) { throw RecipeError(key: field.name, problem) }
        }
        let spacing = preprocessing.spacing
        for step in [spacing.x, spacing.y, spacing.z] where step < 0.25 && (step > 0 || torchScript == nil) {
            throw RecipeError(
                key: "[preprocessing] spacing_mm",
                "must be a list of 3 numbers, each 0.25 to 20"
                    + (torchScript == nil ? "" : ", or 0 for the image's own"))
        }
        try checkTorchScript()
        try checkPrompts()
        try checkNetwork()
        guard preprocessing.windowLow < preprocessing.windowHigh else {
            throw RecipeError(key: "[preprocessing] window_hu", "must have its first number below its second")
        }
        if let second = preprocessing.secondWindow {
            guard second.low < second.high, preprocessing.windowLow <= second.low,
                second.high <= preprocessing.windowHigh
            else {
                throw RecipeError(
                    key: "[preprocessing] second_window_hu",
                    "must lie within window_hu, its first number below its second")
            }
        }
        for name in postprocessing.exclusive where !structures.contains(name) {
            throw RecipeError(key: "[postprocessing] exclusive", "names \(name), which is not among structures")
        }
        for name in postprocessing.airLumens where !structures.contains(name) {
            throw RecipeError(key: "[postprocessing] air_lumen", "names \(name), which is not among structures")
        }
        let shares = postprocessing.secondNetworkShares
        guard shares.isEmpty || shares.count == structures.count else {
            throw RecipeError(
                key: "[postprocessing] second_network_shares",
                "must have one number for each structure, \(structures.count), or none, not \(shares.count)")
        }
        let lungs = StructureCatalogue.current.lungs
        if postprocessing.combinesWithThreshold,
            let missing = [lungs.left, lungs.right].first(where: { !postprocessing.exclusive.contains($0) })
        {
            throw RecipeError(
                key: "[postprocessing] combine_with_threshold", "asks for \(missing) among exclusive structures")
        }
        if augmentation.flipLeftRight > 0, !canBeMirrored {
            throw RecipeError(
                key: "[augmentation] flip_left_right",
                "must be 0 where a structure's other side is not among structures")
        }
        guard training.minimumLearningRate <= training.learningRate else {
            throw RecipeError(key: "[training] minimum_learning_rate", "must not be above learning_rate")
        }
    }

    /// What the keys of `[network]` and `[patches]` ask of one another, and of the network's grid.
    private func checkNetwork() throws(RecipeError) {
        guard torchScript == nil else { return }
        let multiple = network.sizeMultiple
        func demandMultiples(_ section: String, _ counts: [(String, Int)]) throws(RecipeError) {
            for (key, count) in counts where !count.isMultiple(of: multiple) {
                throw RecipeError(
                    key: "[\(section)] \(key)",
                    "must be a multiple of \(multiple), which \(network.levels) levels"
                        + (network.foldsBlocks ? " and folded blocks" : "") + " halve, not \(count)")
            }
        }
        if network.kind.seesVolumes {
            try demandMultiples(
                "patches", [("slices", patches.slices), ("rows", patches.rows), ("columns", patches.columns)])
            for (key, count, most) in [
                ("rows", patches.rows, preprocessing.rows), ("columns", patches.columns, preprocessing.columns),
            ] where count > most {
                throw RecipeError(
                    key: "[patches] \(key)", "must be at most \(most), as many as [preprocessing] has, not \(count)")
            }
            guard preprocessing.neighbourSlices.isEmpty else {
                throw RecipeError(
                    key: "[preprocessing] neighbour_slices", "must be empty for a network on volumes, which sees them")
            }
        } else if let prompts {
            try demandMultiples("prompts", [("columns", prompts.columns), ("rows", prompts.rows)])
        } else {
            try demandMultiples("preprocessing", [("columns", preprocessing.columns), ("rows", preprocessing.rows)])
        }
        let lastDropout = network.dropout(ofLevelDown: network.levels)
        guard (0..<1).contains(lastDropout) else {
            throw RecipeError(
                key: "[network] dropout_change_per_level",
                "makes a dropout of \(lastDropout) on the last level; it must stay from 0 to below 1")
        }
        do {
            try network.validate()
        } catch {
            throw RecipeError(key: "[network]", error.description)
        }
    }

    /// Why a key that there is does not belong into this recipe.
    private func whyNotHere(_ name: String) -> String {
        if torchScript != nil { return "is for networks of Pleura's own, not for a recipe with [torchscript]" }
        if RecipeField.isForVolumes(name) {
            let kinds = NetworkConfiguration.Kind.allCases.filter(\.seesVolumes).map(\.rawValue)
            return "is for networks on volumes, whose [network] kind is \(kinds.joined(separator: " or "))"
        }
        return "is for networks of other people, whose recipes have [torchscript]"
    }
}

extension Recipe: Codable {
    /// Reads and checks a recipe: sections of keys, as in the TOML files.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let raw = try container.decode([String: Entry].self)
        var entries: [String: [String: RecipeValue]] = [:]
        for (key, entry) in raw {
            switch entry {
            case .section(let values): entries[key] = values
            case .value(let value): entries["", default: [:]][key] = value
            }
        }
        do {
            try self.init(entries: entries)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    /// Writes every key, whether it is the default or not.
    public func encode(to encoder: any Encoder) throws {
        var raw: [String: Entry] = [:]
        for (section, values) in entries {
            if section.isEmpty {
                for (key, value) in values { raw[key] = .value(value) }
            } else {
                raw[section] = .section(values)
            }
        }
        var container = encoder.singleValueContainer()
        try container.encode(raw)
    }

    private enum Entry: Codable {
        case section([String: RecipeValue])
        case value(RecipeValue)

        init(from decoder: any Decoder) throws {
            if let section = try? decoder.singleValueContainer().decode([String: RecipeValue].self) {
                self = .section(section)
            } else {
                self = .value(try RecipeValue(from: decoder))
            }
        }

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .section(let values):
                var container = encoder.singleValueContainer()
                try container.encode(values)
            case .value(let value): try value.encode(to: encoder)
            }
        }
    }
}
