/// A network that segments volumes, whatever engine runs it.
///
/// Volumes are `[count][channels][slices][rows][columns]`, columns fastest, float32, normalised; slices, rows and
/// columns are multiples of the configuration's ``VolumeNetworkConfiguration/sizeMultiple``. Probabilities are
/// `[count][classes][slices][rows][columns]`, 0…1.
public protocol VolumeNetwork: AnyObject {
    /// How the network is built.
    var configuration: VolumeNetworkConfiguration { get }

    /// Probabilities for a batch of volumes.
    /// - Parameter dropoutSeed: `nil` for the plain prediction; a seed leaves dropout on (Monte-Carlo dropout), and
    ///   the same seed drops the same.
    /// - Throws: what the engine says, e.g. out of memory; a batch whose size does not fit.
    func probabilities(_ volumes: VolumeBatch, dropoutSeed: UInt64?) throws -> [Float]
}

/// A network on volumes that can be trained.
public protocol TrainableVolumeNetwork: VolumeNetwork {
    /// One step of the optimiser on one batch; the same state, batch and seed give the same state after.
    /// - Returns: the batch's loss before the step.
    func trainStep(_ batch: VolumeTrainingBatch, options: TrainingStepOptions) throws -> Float

    /// The loss of a batch without learning from it: dropout off, batch norm by its running figures.
    func loss(_ batch: VolumeTrainingBatch, options: TrainingStepOptions) throws -> Float

    /// Weights and the figures of batch norm, by safetensors name.
    func weights() throws -> [NamedTensor]

    /// Sets all weights; names and shapes have to be the network's own.
    func setWeights(_ tensors: [NamedTensor]) throws

    /// What the optimiser remembers (moments, step count), so that training goes on exactly after a restart.
    func optimiserState() throws -> [NamedTensor]

    /// Takes up what ``optimiserState()`` gave.
    func setOptimiserState(_ tensors: [NamedTensor]) throws
}

/// Volumes on their way into a network.
public struct VolumeBatch: Hashable, Sendable {
    /// How many.
    public let count: Int
    /// Channels of each, 1 for plain CT.
    public let channels: Int
    /// Slices of each.
    public let slices: Int
    /// Rows of each slice.
    public let rows: Int
    /// Columns of each slice.
    public let columns: Int
    /// `count × channels × slices × rows × columns` values, columns fastest.
    public let values: [Float]

    /// A batch from its parts; `values` has to be of the size that the others say.
    public init(count: Int, channels: Int = 1, slices: Int, rows: Int, columns: Int, values: [Float]) {
        precondition(values.count == count * channels * slices * rows * columns, "a batch holds what its size says")
        self.count = count
        self.channels = channels
        self.slices = slices
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// Voxels of all of them, each counted once whatever its channels.
    var voxels: Int { count * slices * rows * columns }
}

/// Volumes with what the network is to say about them.
public struct VolumeTrainingBatch: Hashable, Sendable {
    /// The volumes.
    public let volumes: VolumeBatch
    /// The truth, `[count][classes][slices][rows][columns]`, 0 or 1.
    public let targets: [Float]
    /// How much each voxel counts, `[count][1][slices][rows][columns]`, 0 for what nobody looked at; `nil` counts all
    /// alike.
    public let weights: [Float]?
    /// Of which classes the truth of each volume speaks, `[count][classes]`, 1 or 0; `nil` where of all. What it says
    /// nothing of costs nothing, as in ``TrainingBatch/known``.
    public let known: [Float]?

    /// A batch from its parts.
    public init(volumes: VolumeBatch, targets: [Float], weights: [Float]? = nil, known: [Float]? = nil) {
        self.volumes = volumes
        self.targets = targets
        self.weights = weights
        self.known = known
    }
}
