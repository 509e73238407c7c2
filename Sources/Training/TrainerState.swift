/// Where a training stands: with the weights and what the optimiser remembers, all that going on needs.
public struct TrainerState: Hashable, Sendable, Codable {
    /// The running epoch, from 0; as many as the recipe has when training is over.
    public var epoch = 0
    /// Steps of the running epoch that are done.
    public var step = 0
    /// The sum of these steps' losses.
    public var lossSum = 0.0
    /// The epochs that are over.
    public var curve = TrainingCurve()
    /// The best epoch, from 1, with its surface Dice (or the negative validation loss where that is all there is).
    public var best: Best?
    /// Epochs since the best one, or since `plateau` last reduced the rate.
    public var epochsWithoutProgress = 0
    /// How often `plateau` has reduced the learning rate.
    public var reductions = 0
    /// Whether training ended before its last epoch because nothing improved.
    public var endedEarly = false

    /// The best epoch.
    public struct Best: Hashable, Sendable, Codable {
        /// The epoch, from 1.
        public var epoch: Int
        /// What it was measured by; more is better.
        public var score: Double
    }

    /// A training that has not begun.
    public init() {}
}
