extension RecipeField {
    /// The keys of the table `[torchscript]`.
    static var torchScript: [RecipeField] {
        [
            RecipeField(
                section: "", key: "orientation",
                meaning:
                    "where the network's spatial axes run to, slowest first: PL for slices, SPL as nnU-Net, RAS as MONAI",
                set: { recipe, value in
                    guard let orientation = value.text.flatMap(TensorOrientation.init) else {
                        return
                            "must be letters of L or R, P or A, and in three dimensions S or I, such as PL, SPL or RAS"
                    }
                    recipe.script.orientation = orientation
                    return nil
                }, get: { .text($0.script.orientation.text) }),
            whole("classes", \.script.classes, 1...1024, "the network's classes, the background included if it is one"),
            classLists,
            choice("output", \.script.output, "what the network's numbers are"),
            sizes("patch", \.script.patch, "what the network sees at once, by its axes; none is a whole slice"),
            number("overlap", \.script.overlap, 0...0.95, "the share of a patch that the next one covers again"),
            choice("patch_weights", \.script.patchWeights, "how much a voxel counts where patches overlap"),
            whole("size_multiple", \.script.sizeMultiple, 1...512, "whole slices are padded to multiples of this"),
        ]
    }

    private static var classLists: RecipeField {
        RecipeField(
            section: "", key: "structure_classes",
            meaning:
                "the classes, from 0, of each structure: numbers, or lists of several; none is one after the other",
            set: { recipe, value in
                let wanted = "must be a list of class numbers or of lists of them, such as [1, [2, 3]]"
                guard let items = value.list else { return wanted }
                var classes: [[Int]] = []
                for item in items {
                    let numbers = (item.list ?? [item]).map { $0.number.flatMap(Int.init(exactly:)) }
                    let known = numbers.compactMap { $0 }
                    guard !known.isEmpty, known.count == numbers.count, Set(known).count == known.count,
                        known.allSatisfy((0..<1024).contains)
                    else { return wanted }
                    classes.append(known)
                }
                recipe.script.structureClasses = classes
                return nil
            }, get: { .list($0.script.structureClasses.map { .list($0.map { .number(Double($0)) }) }) })
    }

    private static func sizes(
        _ key: String, _ path: WritableKeyPath<Recipe, [Int]>, _ meaning: String
    ) -> RecipeField {
        RecipeField(
            section: "", key: key, meaning: "\(meaning); 2 or 3 whole numbers, each 1 to 4096, or none",
            set: { recipe, value in
                let numbers = value.list?.compactMap { $0.number.flatMap(Int.init(exactly:)) } ?? []
                guard numbers.count == value.list?.count, [0, 2, 3].contains(numbers.count),
                    numbers.allSatisfy((1...4096).contains)
                else { return "must be a list of 2 or 3 whole numbers, each 1 to 4096, or none" }
                recipe[keyPath: path] = numbers
                return nil
            }, get: { .list($0[keyPath: path].map { .number(Double($0)) }) })
    }

    /// Keys outside `[torchscript]` that only networks of Pleura's own have.
    private static let ownOnly: Set<String> = [
        "[preprocessing] columns", "[preprocessing] rows", "[preprocessing] second_window_hu",
        "[preprocessing] neighbour_slices", "[preprocessing] body_crop", "[preprocessing] body_threshold_hu",
        "[postprocessing] mirror_for_tta",
    ]

    /// Whether a key, as ``name`` has it, is written for networks on volumes only. `kind` is read for any network.
    static func isForVolumes(_ name: String) -> Bool {
        name.hasPrefix("[patches]")
            || ["kind", "kernel", "fold_blocks", "convolutions"].contains { name == "[network] \($0)" }
    }

    /// Whether a recipe has this key: some belong to networks of Pleura's own, others to those of other people.
    func applies(to recipe: Recipe) -> Bool {
        switch section {
        case "torchscript": recipe.torchScript != nil
        case "network", "patches":
            recipe.torchScript == nil && (recipe.network.kind.seesVolumes || !Self.isForVolumes(name))
        case "prompts": recipe.prompts != nil
        case "training", "augmentation", "fine_tuning": recipe.torchScript == nil
        default:
            recipe.torchScript == nil ? name != "[preprocessing] mean_and_deviation_hu" : !Self.ownOnly.contains(name)
        }
    }
}

extension Recipe {
    /// ``torchScript`` where there is one; the keys of its table are read and set through this.
    fileprivate var script: TorchScriptRecipe {
        get { torchScript ?? TorchScriptRecipe() }
        set { torchScript = newValue }
    }

    /// What the keys of `[torchscript]` ask of one another, and of the rest.
    func checkTorchScript() throws(RecipeError) {
        guard let script = torchScript else {
            guard !preprocessing.normalisation.isZScore else {
                throw RecipeError(
                    key: "[preprocessing] normalisation",
                    "must be unit or symmetric; \(preprocessing.normalisation.rawValue) is for recipes with [torchscript]"
                )
            }
            return
        }
        guard (preprocessing.normalisation == .zScore) == (preprocessing.zScore != nil),
            preprocessing.zScore.map({ $0.deviation > 0 }) ?? true
        else {
            throw RecipeError(
                key: "[preprocessing] mean_and_deviation_hu",
                "must be given with normalisation z-score, the deviation above 0, and with no other")
        }
        let dimensions = script.orientation.dimensions
        guard script.patch.isEmpty ? dimensions == 2 : script.patch.count == dimensions else {
            throw RecipeError(
                key: "[torchscript] patch",
                "must have \(dimensions) numbers, one for each letter of orientation"
                    + (dimensions == 2 ? ", or none" : ""))
        }
        guard script.patch.reduce(script.classes, *) <= 1 << 28 else {
            throw RecipeError(key: "[torchscript] patch", "is too large: its voxels times the classes are above 2^28")
        }
        guard script.patch.isEmpty || script.sizeMultiple == 1 else {
            throw RecipeError(key: "[torchscript] size_multiple", "must be 1 where there is a patch")
        }
        guard script.structureClasses.isEmpty || script.structureClasses.count == structures.count else {
            throw RecipeError(key: "[torchscript] structure_classes", "must have one entry for each structure")
        }
        let highest = script.classes(ofStructures: structures.count).joined().max() ?? 0
        guard highest < script.classes else {
            throw RecipeError(
                key: "[torchscript] classes",
                "must be above \(highest), the highest class of a structure; classes are counted from 0")
        }
    }
}
