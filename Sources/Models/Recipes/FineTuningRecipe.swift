/// How a model is trained on from corrections: the table `[fine_tuning]` of a recipe.
///
/// The number of slices is bounded, whatever the number of corrections, so that the time is: with the defaults, six
/// epochs of 800 slices, ten minutes on two cores for the shipped model.
public struct FineTuningRecipe: Hashable, Sendable {
    /// Epochs at most.
    public var epochs = 6
    /// Slices of an epoch at most, corrected and replayed.
    public var slicesPerEpoch = 800
    /// The share of an epoch's slices that come from base data, against forgetting.
    public var replayShare = 0.3
    /// How many base patients there are, made ready once for all jobs.
    public var replayPatients = 6
    /// What base patients are drawn from.
    public var replaySeed = 1
    /// The highest learning rate; low, because the model is good already.
    public var learningRate = 2e-4
    /// Whether the way down stays as it is.
    public var freezesEncoder = false
    /// What a slice's weight grows by where all of the prediction was wrong: 1 + this · wrong area / area of both masks.
    public var errorEmphasis = 4.0
    /// Epochs without progress on the hold-out before it stops; 0 never stops early.
    public var patience = 2

    /// The defaults.
    public init() {}
}

extension Recipe {
    /// The recipe that a job trains by: this one with what ``fineTuning`` says.
    /// - Parameter seed: the job's.
    public func forFineTuning(seed: UInt64) -> Recipe {
        var recipe = self
        recipe.training.epochs = fineTuning.epochs
        recipe.training.learningRate = fineTuning.learningRate
        recipe.training.minimumLearningRate = min(training.minimumLearningRate, fineTuning.learningRate / 10)
        recipe.training.schedule = .cosine
        recipe.training.warmupEpochs = min(0.5, Double(fineTuning.epochs) / 4)
        recipe.training.freezesEncoder = fineTuning.freezesEncoder
        recipe.training.patience = fineTuning.patience
        recipe.training.sliceStride = 1
        recipe.training.seed = Int(seed & 0x7fff_ffff)
        return recipe
    }
}
