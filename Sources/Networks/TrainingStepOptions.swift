/// What a training step aims at and how far it goes.
public struct TrainingStepOptions: Hashable, Sendable {
    /// The loss.
    public var loss = SegmentationLoss.softDice
    /// The optimiser; the same throughout a training.
    public var optimiser = Optimiser.adam()
    /// The learning rate of this step.
    public var learningRate = 1e-3
    /// Where dropout's chance starts for this step, so that a resumed training drops the same.
    public var seed: UInt64 = 0
    /// Whether to compute in bfloat16 where the CPU has it in hardware; weights stay float32.
    public var usesMixedPrecision = false
    /// Whether the way down stays as it is, weights and running figures (fine-tuning of bottom and decoder).
    public var freezesEncoder = false

    /// The defaults.
    public init() {}
}

/// What training makes small.
public enum SegmentationLoss: String, Hashable, Sendable, Codable, CaseIterable {
    /// `1 − (2 Σ p·t + s) / (Σ p + Σ t + s)`, sums over the whole batch, `s = 1e-6`: the published loss.
    case softDice = "soft-dice"
    /// Soft Dice plus the mean cross-entropy over pixels that count: binary and averaged over classes after a sigmoid,
    /// categorical after a softmax.
    case softDiceAndCrossEntropy = "soft-dice+bce"
    /// Soft Dice of each structure by itself, averaged over those that the batch has (the background is none), so that a
    /// small one counts as much as a large one; plus the same cross-entropy, in which after a softmax a pixel counts by one
    /// over the root of how many pixels its class has in the batch, 1 in the mean.
    case structureDiceAndCrossEntropy = "structure-dice+bce"
}

/// How gradients move weights.
public enum Optimiser: Hashable, Sendable, Codable {
    /// Kingma and Ba, 2015, algorithm 1: epsilon is added to the root of the bias-corrected second moment.
    case adam(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7)
    /// Loshchilov and Hutter, 2019: weight decay apart from the gradient, of kernels alone (not of biases and batch norm).
    case adamW(weightDecay: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7)
    /// Stochastic gradient descent with momentum, Nesterov's on request; the learning rate multiplies what momentum
    /// has gathered.
    case sgd(momentum: Double = 0.9, nesterov: Bool = false)
}
