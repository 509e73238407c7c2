import Volumes

/// What a model version, the baseline or a loaded file proposed for a case, on the case's own grid. Immutable.
public struct Prediction: Hashable, Sendable {
    /// Who proposed it.
    public let model: ModelName
    /// SHA-256 of the recipe that the model was asked by, in hexadecimal; `nil` for the baseline, for masks that were
    /// loaded, and for what was predicted before recipes were noted.
    public let recipeDigest: String?
    /// The proposed masks, all on one grid.
    public let masks: [StructureName: Mask]
    /// How the image was prepared, step by step with its parameters, for whoever asks later.
    public let preprocessing: [String]
    /// What there is to know of the masks, one sentence each: it is said to whoever opens or exports the case.
    public let notes: [String]
    /// How unsure the model was; `nil` where there are no probabilities.
    public let uncertainty: PredictionUncertainty?

    /// A prediction from its parts.
    public init(
        model: ModelName, recipeDigest: String? = nil, masks: [StructureName: Mask], preprocessing: [String],
        notes: [String] = [], uncertainty: PredictionUncertainty? = nil
    ) {
        self.model = model
        self.recipeDigest = recipeDigest
        self.masks = masks
        self.preprocessing = preprocessing
        self.notes = notes
        self.uncertainty = uncertainty
    }

    /// The same under another name of the model: the one that it was published under.
    public func renamed(_ model: ModelName) -> Prediction {
        Prediction(
            model: model, recipeDigest: recipeDigest, masks: masks, preprocessing: preprocessing, notes: notes,
            uncertainty: uncertainty)
    }
}
