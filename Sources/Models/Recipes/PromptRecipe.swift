/// How a network that answers prompts sees a slice: a field around the newest prompt, with the mask as it stands and what
/// the user says of it as further channels. Such a network segments no structure by itself; it says of whatever mask it is
/// given what the slice's mask is.
public struct PromptRecipe: Hashable, Sendable {
    /// Columns of the field, of `[preprocessing] spacing_mm`.
    public var columns = 144
    /// Rows of the field.
    public var rows = 144
    /// How far a marked voxel is seen: the deviation of the bell around it, mm.
    public var reach = 3.0

    /// The defaults.
    public init() {}

    /// What the network sees beside the windows of the slice: the mask, what is marked as inside, what is marked as
    /// outside; of a corrected neighbouring slice its first window, its mask, and what the correction changed of it.
    public static let channelsBesideWindows = 6
}

extension RecipeField {
    /// The keys of the table `[prompts]`.
    static var prompts: [RecipeField] {
        [
            whole("columns", \.promptKeys.columns, 16...512, "columns of the field around a prompt"),
            whole("rows", \.promptKeys.rows, 16...512, "rows of the field around a prompt"),
            number("reach_mm", \.promptKeys.reach, 0.5...30, "the deviation of the bell around a marked voxel, mm"),
        ]
    }
}

extension Recipe {
    /// ``prompts`` where there are; the keys of the table are read and set through this.
    fileprivate var promptKeys: PromptRecipe {
        get { prompts ?? PromptRecipe() }
        set { prompts = newValue }
    }

    /// What `[prompts]` asks of the rest.
    func checkPrompts() throws(RecipeError) {
        guard let prompts else { return }
        guard !network.kind.seesVolumes else {
            throw RecipeError(key: "[network] kind", "must be u-net where there are [prompts]")
        }
        guard network.outputActivation == .sigmoid else {
            throw RecipeError(key: "[network] output", "must be sigmoid where there are [prompts]")
        }
        guard preprocessing.neighbourSlices.isEmpty else {
            throw RecipeError(key: "[preprocessing] neighbour_slices", "must be empty where there are [prompts]")
        }
        for (key, count, most) in [
            ("rows", prompts.rows, preprocessing.rows), ("columns", prompts.columns, preprocessing.columns),
        ] where count > most {
            throw RecipeError(
                key: "[prompts] \(key)", "must be at most \(most), as many as [preprocessing] has, not \(count)")
        }
    }
}
