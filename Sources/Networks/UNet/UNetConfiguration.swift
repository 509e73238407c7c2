/// How a U-Net is built: keras-unet's `custom_unet` (Karol Żak, MIT), option by option, with the same defaults.
///
/// Each level is twice convolution 3×3 → ReLU → batch norm, with dropout between the two; levels are joined by 2×2 max
/// pooling down and by a 2×2 transposed convolution or plain upsampling up; a 1×1 convolution ends it.
public struct UNetConfiguration: Hashable, Sendable, Codable {
    /// What makes class probabilities of the last layer's numbers.
    public enum OutputActivation: String, Hashable, Sendable, Codable, CaseIterable {
        /// Each class by itself; classes may overlap.
        case sigmoid
        /// Exactly one class a pixel.
        case softmax
    }
    /// What dropout drops.
    public enum DropoutKind: String, Hashable, Sendable, Codable, CaseIterable {
        /// Whole channels.
        case spatial
        /// Single values.
        case standard
    }
    /// How the way up doubles rows and columns.
    public enum Upsampling: String, Hashable, Sendable, Codable, CaseIterable {
        /// A learned 2×2 transposed convolution, stride 2.
        case deconvolution = "deconv"
        /// Nearest-neighbour repetition, without weights.
        case simple
    }

    /// Channels of a slice.
    public var inputChannels = 1
    /// Channels of the output.
    public var classes = 1
    /// Filters of the first level; each level down doubles them.
    public var filters = 16
    /// Levels on the way down, 1…6.
    public var levels = 4
    /// Whether batch norm follows each convolution; the convolutions have a bias where it does not.
    public var usesBatchNorm = true
    /// The share of batch norm's running figures that a training step keeps: Keras's momentum (PyTorch's is 1 − this).
    /// Trainings of a few hundred steps need less than Keras's default, or the figures never arrive.
    public var batchNormMomentum = 0.99
    /// The share that dropout drops on the first level, 0…<1.
    public var dropout = 0.3
    /// What each level down adds to the dropout.
    public var dropoutChangePerLevel = 0.0
    /// What is dropped.
    public var dropoutKind = DropoutKind.spatial
    /// Whether there is dropout on the way up as well.
    public var usesDropoutOnUpsampling = false
    /// How the way up doubles rows and columns.
    public var upsampling = Upsampling.deconvolution
    /// What makes probabilities.
    public var outputActivation = OutputActivation.sigmoid

    /// keras-unet's defaults.
    public init() {}

    /// What batch norm adds to a variance; Keras's default, no option of keras-unet.
    public static let batchNormEpsilon = 1e-3

    /// What rows and columns have to be multiples of.
    public var sizeMultiple: Int { 1 << levels }

    /// Filters of a level on the way down; `levels` is the bottom.
    public func filters(ofLevel level: Int) -> Int { filters << level }

    /// The share dropped on a level of the way down; `levels` is the bottom.
    public func dropout(ofLevelDown level: Int) -> Double { dropout + Double(level) * dropoutChangePerLevel }

    /// The share dropped on a level of the way up.
    public func dropout(ofLevelUp level: Int) -> Double {
        usesDropoutOnUpsampling ? dropout(ofLevelDown: level) : 0
    }

    /// - Throws: ``EngineError/unusable(_:)`` naming the first setting that no network can have.
    public func validate() throws(EngineError) {
        func demand(_ holds: Bool, _ why: String) throws(EngineError) {
            if !holds { throw .unusable("no U-Net can be built: \(why)") }
        }
        try demand((1...64).contains(inputChannels), "\(inputChannels) input channels, 1…64 are possible")
        try demand((1...256).contains(classes), "\(classes) classes, 1…256 are possible")
        try demand(outputActivation == .sigmoid || classes > 1, "softmax of one class is 1 everywhere")
        try demand((1...6).contains(levels), "\(levels) levels, 1…6 are possible")
        try demand((1...1024).contains(filters), "\(filters) filters, 1…1024 are possible")
        try demand(filters << levels <= 8192, "\(filters) filters and \(levels) levels make more than 8192 channels")
        try demand((0..<1).contains(batchNormMomentum), "batch norm momentum \(batchNormMomentum), not 0…<1")
        for level in 0...levels {
            let share = dropout(ofLevelDown: level)
            try demand((0..<1).contains(share), "dropout \(share) on level \(level), not 0…<1")
        }
    }
}
