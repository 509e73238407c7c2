/// A network that segments slices or volumes, whatever engine runs it.
///
/// Slices are `[count][channels][rows][columns]`, volumes `[count][channels][slices][rows][columns]`, columns fastest,
/// float32, normalised as the recipe says; each axis is a multiple of ``NetworkConfiguration/sizeMultiple``. Probabilities
/// are laid out the same, with classes for channels, 0…1.
public protocol SegmentationNetwork: AnyObject {
    /// How the network is built.
    var configuration: NetworkConfiguration { get }

    /// Probabilities for a batch of images.
    /// - Parameter dropoutSeed: `nil` for the plain prediction; a seed leaves dropout on (Monte-Carlo dropout), and
    ///   the same seed drops the same.
    /// - Throws: what the engine says, e.g. out of memory; a batch whose size does not fit.
    func probabilities(_ images: ImageBatch, dropoutSeed: UInt64?) throws -> [Float]
}

/// A network that can be trained.
public protocol TrainableNetwork: SegmentationNetwork {
    /// One step of the optimiser on one batch; the same state, batch and seed give the same state after.
    /// - Returns: the batch's loss before the step.
    func trainStep(_ batch: TrainingBatch, options: TrainingStepOptions) throws -> Float

    /// The loss of a batch without learning from it: dropout off, batch norm by its running figures.
    func loss(_ batch: TrainingBatch, options: TrainingStepOptions) throws -> Float

    /// Weights and the figures of batch norm, by safetensors name.
    func weights() throws -> [NamedTensor]

    /// Sets all weights; names and shapes have to be the network's own.
    func setWeights(_ tensors: [NamedTensor]) throws

    /// What the optimiser remembers (moments, step count), so that training goes on exactly after a restart.
    func optimiserState() throws -> [NamedTensor]

    /// Takes up what ``optimiserState()`` gave.
    func setOptimiserState(_ tensors: [NamedTensor]) throws
}

/// Slices or volumes on their way into a network.
public struct ImageBatch: Hashable, Sendable {
    /// How many.
    public let count: Int
    /// Channels of each, 1 for plain CT.
    public let channels: Int
    /// Slices of each volume; `nil` where each image is a slice.
    public let slices: Int?
    /// Rows of each slice.
    public let rows: Int
    /// Columns of each slice.
    public let columns: Int
    /// `count × channels × slices × rows × columns` values, columns fastest.
    public let values: [Float]

    /// A batch from its parts; `values` has to be of the size that the others say.
    public init(count: Int, channels: Int = 1, slices: Int? = nil, rows: Int, columns: Int, values: [Float]) {
        precondition(
            values.count == count * channels * (slices ?? 1) * rows * columns, "a batch holds what its size says")
        self.count = count
        self.channels = channels
        self.slices = slices
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// Pixels or voxels of each image, each counted once whatever its channels.
    public var area: Int { (slices ?? 1) * rows * columns }
}

/// Slices or volumes with what the network is to say about them.
public struct TrainingBatch: Hashable, Sendable {
    /// The images.
    public let images: ImageBatch
    /// The truth, laid out as the images with classes for channels, 0 or 1.
    public let targets: [Float]
    /// How much each pixel or voxel counts, laid out as the images with one channel, 0 for what nobody looked at; `nil`
    /// counts all alike.
    public let weights: [Float]?
    /// Of which classes the truth of each image speaks, `[count][classes]`, 1 or 0; `nil` where of all. What it says
    /// nothing of costs nothing: after a sigmoid the class counts nowhere on that image; after a softmax its probability
    /// is added to that of the background, which is always known.
    public let known: [Float]?

    /// A batch from its parts.
    public init(images: ImageBatch, targets: [Float], weights: [Float]? = nil, known: [Float]? = nil) {
        self.images = images
        self.targets = targets
        self.weights = weights
        self.known = known
    }
}

/// A tensor with its name, on its way from or to a file.
public struct NamedTensor: Hashable, Sendable {
    /// As in the safetensors file.
    public let name: String
    /// Its size, slowest axis first, as in PyTorch.
    public let shape: [Int]
    /// The values, last axis fastest.
    public let values: [Float]

    /// A tensor from its parts.
    public init(name: String, shape: [Int], values: [Float]) {
        self.name = name
        self.shape = shape
        self.values = values
    }
}
