import CaseStore
import CaseWork
import Cases
import Digests
import Foundation
import Models
import Networks
import Segmentation

/// Takes a model in: a file of Pleura, a Keras file of the published architecture, or somebody else's network as
/// TorchScript. It is registered, not put in use.
package struct ModelImport {
    /// The file, as it was named.
    let path: String
    /// The SHA-256 that the file has to have; `nil` where nobody gave one.
    let digest: String?
    /// The model's name without a version; `nil` for the file's own.
    let name: String?
    /// For a Keras file the recipe that it was trained by; for TorchScript the one that describes it; for a file of Pleura
    /// one whose rules after the network and for fine-tuning replace the file's.
    let recipe: String?
    /// For TorchScript nnU-Net's `plans.json`, from which the recipe is filled; `nil` for the recipe alone.
    let plans: Plans?
    /// A file of Pleura whose network becomes the model's second one; `nil` leaves the model as it is.
    let second: String?
    /// For TorchScript the place of a MONAI bundle's `metadata.json`, from which the recipe is filled; `nil` for the recipe
    /// alone.
    let metadata: String?
    /// Reads a recipe by its name or path.
    let recipes: (String) throws -> Recipe
    let store: any CaseStoring
    let actor: String
    /// Makes somebody else's network, which is tried out.
    let networks: any NetworkMaking

    /// nnU-Net's plans of a network.
    package struct Plans: Sendable {
        let path: String
        let configuration: String?

        /// - Parameter configuration: its name; `nil` for `3d_fullres`.
        package init(path: String, configuration: String?) {
            self.path = path
            self.configuration = configuration
        }
    }

    /// A file that is to be registered.
    package init(
        path: String, digest: String?, name: String?, recipe: String?, plans: Plans? = nil, metadata: String? = nil,
        second: String? = nil,
        recipes: @escaping (String) throws -> Recipe, store: any CaseStoring, actor: String, networks: any NetworkMaking
    ) {
        self.path = path
        self.digest = digest
        self.name = name
        self.recipe = recipe
        self.plans = plans
        self.second = second
        self.metadata = metadata
        self.recipes = recipes
        self.store = store
        self.actor = actor
        self.networks = networks
    }

    /// Registers the model.
    /// - Throws: ``WorkError`` if the file is no such model, its weights are not its network's, or its digest is another;
    ///   what the engine says of somebody else's network, and `PredictionError` if it does not answer as its recipe says.
    package func run() throws -> ModelVersion {
        let url = URL(fileURLWithPath: path)
        try checkDigest(of: url)
        let kind = url.pathExtension.lowercased()
        guard second == nil || kind == "safetensors" else {
            throw WorkError("--second adds a network to a model of Pleura (.safetensors), which \(path) is not.")
        }
        if TorchScriptFile.extensions.contains(kind) { return try importTorchScript(url) }
        guard plans == nil, metadata == nil else {
            throw WorkError(
                "\(plans == nil ? "--metadata" : "--plans") describes a TorchScript network (.pt), which \(path) is not."
            )
        }
        if ["h5", "hdf5", "keras"].contains(kind) { return try importKeras(url) }
        var model = try checkedModel(url)
        guard recipe != nil || second != nil else {
            return try CurrentModel.publish(
                url, header: model.header, as: name, note: "imported file", store, actor, Date())
        }
        var note = "imported file"
        if let recipe {
            let other = try recipes(Self.place(of: recipe))
            model = try Self.model(model, withRulesOf: other, path: path)
            note += ", with the rules of \(other.name)"
        }
        if let second {
            let other = try checkedModel(URL(fileURLWithPath: second))
            model = try Self.model(model, withSecond: other, paths: (path, second))
            note += ", with the network of \(other.header.name) as its second"
        }
        return try publish(model, as: name, note: note)
    }

    /// Reads a file of Pleura whose network can be built and asked.
    private func checkedModel(_ url: URL) throws -> ModelFile {
        let model = try ModelFile(contentsOf: url)
        if model.program == nil {
            try Self.check(model.weights, model.header.recipe, path: url.path)
            if let second = model.second { try Self.check(second.weights, second.recipe, path: url.path) }
        } else {
            try ModelSegmenter(model, networks: networks).tryOut()
        }
        return model
    }

    /// A model with the network of another as its second, in the place of any that it has.
    /// - Throws: ``WorkError`` if either cannot be one of two.
    static func model(_ model: ModelFile, withSecond other: ModelFile, paths: (String, String)) throws -> ModelFile {
        guard other.second == nil else {
            throw WorkError("\(paths.1) holds two networks; as a second one can be added.")
        }
        guard model.program == nil, other.program == nil else {
            throw WorkError(
                "A TorchScript network cannot be one of two: \(paths.0) and \(paths.1) are not put together.")
        }
        var metadata = model.header.metadata
        metadata["second_name"] = other.header.name.rawValue
        do {
            return try ModelFile(
                name: model.header.name, recipe: model.header.recipe, weights: model.weights,
                second: SecondNetwork(recipe: other.header.recipe, weights: other.weights), metadata: metadata)
        } catch let error as RecipeError {
            throw WorkError("\(paths.0) and \(paths.1) cannot be put together: \(error).")
        }
    }

    /// A recipe's name or place: what ends in `.toml` is a file, here unless a folder is named.
    private static func place(of recipe: String) -> String {
        recipe.hasSuffix(".toml") && !recipe.contains("/") ? "./\(recipe)" : recipe
    }

    /// A model whose `[postprocessing]` and `[fine_tuning]` are another recipe's.
    /// - Throws: ``WorkError`` unless both recipes prepare images in the same way for the same network.
    static func model(_ model: ModelFile, withRulesOf other: Recipe, path: String) throws -> ModelFile {
        var recipe = model.header.recipe
        let differing = [
            ("structures", recipe.structures == other.structures),
            ("[network]", recipe.network == other.network),
            ("[torchscript]", recipe.torchScript == other.torchScript),
            ("[preprocessing]", recipe.preprocessing == other.preprocessing),
        ].filter { !$0.1 }.map(\.0)
        guard differing.isEmpty else {
            throw WorkError(
                "The recipe \(other.name) is for another network than \(path): they differ in "
                    + "\(differing.joined(separator: ", ")). Only [postprocessing] and [fine_tuning] can be replaced."
            )
        }
        recipe.postprocessing = other.postprocessing
        recipe.fineTuning = other.fineTuning
        var metadata = model.header.metadata
        metadata["rules_of"] = other.name
        if let program = model.program {
            return try ModelFile(name: model.header.name, recipe: recipe, program: program, metadata: metadata)
        }
        return try ModelFile(
            name: model.header.name, recipe: recipe, weights: model.weights, second: model.second,
            metadata: metadata)
    }

    private func publish(_ model: ModelFile, as name: String?, note: String) throws -> ModelVersion {
        let temporary = FileManager.default.temporaryDirectory.appendingPathComponent(
            "\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: temporary) }
        try model.write(to: temporary, as: SafetensorsFile.exactType(of: model.allTensors))
        // Read back, so that a name which is none is refused as in every other file.
        let header = try ModelFile.header(of: temporary)
        return try CurrentModel.publish(temporary, header: header, as: name, note: note, store, actor, Date())
    }

    private func checkDigest(of url: URL) throws(WorkError) {
        guard let hex = try? SHA256Digest.hex(ofFile: url) else {
            throw WorkError("There is no file at \(path), or it cannot be read.")
        }
        var wanted = digest.map { ($0.lowercased(), "--digest") }
        if wanted == nil, let text = try? String(contentsOfFile: url.path + ".sha256", encoding: .utf8) {
            wanted = (String(text.prefix { !$0.isWhitespace }).lowercased(), "\(url.lastPathComponent).sha256")
        }
        if let (text, source) = wanted, text != hex {
            throw WorkError("The SHA-256 of \(path) is \(hex), not what \(source) says. The file was not imported.")
        }
    }

    private func importKeras(_ url: URL) throws -> ModelVersion {
        guard let recipe else {
            throw WorkError("A Keras file does not say how images are prepared. Name the recipe with --recipe.")
        }
        let chosen = try recipes(Self.place(of: recipe))
        let keras = try KerasModel(contentsOf: url, supposed: chosen.network)
        try Self.check(keras.tensors, chosen, path: path)
        let base = name ?? url.deletingPathExtension().lastPathComponent
        let model = try ModelFile(
            name: ModelName(rawValue: base), recipe: chosen, weights: keras.tensors,
            metadata: ["imported": "keras"])
        return try publish(model, as: base, note: "imported Keras file")
    }

    private func importTorchScript(_ url: URL) throws -> ModelVersion {
        guard let recipe else {
            throw WorkError(
                "A TorchScript file does not say how images are prepared and what its classes are. Describe it in a recipe "
                    + "with [torchscript] and name that with --recipe (docs/models.md has examples).")
        }
        var chosen = try recipes(Self.place(of: recipe))
        guard chosen.torchScript != nil else {
            throw WorkError(
                "The recipe \(chosen.name) describes a network of Pleura's own. One for \(path) has a table [torchscript] "
                    + "(docs/models.md has examples).")
        }
        chosen = try filled(chosen)
        guard let program = try? Data(contentsOf: url) else { throw WorkError("\(path) cannot be read.") }
        if let why = TorchScriptFile.whyNot(program) { throw WorkError("\(path) cannot be imported: \(why).") }
        let base = name ?? url.deletingPathExtension().lastPathComponent
        let model = try ModelFile(
            name: ModelName(rawValue: base), recipe: chosen, program: program, metadata: ["imported": "torchscript"])
        try ModelSegmenter(model, networks: networks).tryOut()
        return try publish(model, as: base, note: "imported TorchScript network")
    }

    /// A recipe with what the makers of a network wrote of it.
    private func filled(_ recipe: Recipe) throws(WorkError) -> Recipe {
        guard let path = plans?.path ?? metadata else { return recipe }
        guard plans == nil || metadata == nil else {
            throw WorkError("A network is described by --plans (nnU-Net) or by --metadata (MONAI), not by both.")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw WorkError("There is no file at \(path), or it cannot be read.")
        }
        do {
            if let plans { return try NnUNetPlans(data).filled(recipe, configuration: plans.configuration) }
            return try MonaiMetadata(data).filled(recipe)
        } catch {
            throw WorkError("\(error).")
        }
    }

    /// Whether tensors are those of a recipe's network, by name and shape.
    static func check(_ tensors: [NamedTensor], _ recipe: Recipe, path: String) throws(WorkError) {
        let wanted = NetworkLayout(recipe.network).entries.map { "\($0.name) \($0.shape)" }.sorted()
        let found = tensors.map { "\($0.name) \($0.shape)" }.sorted()
        guard wanted == found else {
            let odd = Set(wanted).symmetricDifference(found).min() ?? ""
            throw WorkError(
                "\(path) is not a model that Pleura can use: its weights do not fit its recipe's network (\(odd)).")
        }
        guard tensors.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else {
            throw WorkError("\(path) is not a model that Pleura can use: a weight is not a number.")
        }
    }
}
