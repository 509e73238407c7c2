import Models
import Networks

/// A training as it lies on the disk between two steps.
public struct Checkpoint: Hashable, Sendable {
    /// What it is trained by.
    public var recipe: Recipe
    /// What it is trained on: ``Dataset/digest(for:)``.
    public var dataset: String
    /// Where it stands.
    public var state: TrainerState
    /// The network's weights.
    public var weights: [NamedTensor]
    /// What the optimiser remembers.
    public var optimiser: [NamedTensor]
}
