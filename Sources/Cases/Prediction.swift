import Volumes

/// What a model version, the baseline or a loaded file proposed for a case, on the case's own grid. Immutable.
public struct Prediction: Hashable, Sendable {
    /// Who proposed it.
    public let model: ModelName
    /// The proposed masks, all on one grid.
    public let masks: [StructureName: Mask]
    /// How the image was prepared, step by step with its parameters, for whoever asks later.
    public let preprocessing: [String]
    /// How unsure the model was; `nil` where there are no probabilities.
    public let uncertainty: PredictionUncertainty?

    /// A prediction from its parts.
    public init(
        model: ModelName, masks: [StructureName: Mask], preprocessing: [String],
        uncertainty: PredictionUncertainty? = nil
    ) {
        self.model = model
        self.masks = masks
        self.preprocessing = preprocessing
        self.uncertainty = uncertainty
    }
}
