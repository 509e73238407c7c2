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

    /// What rows and columns have to be multiples of.
    public var sizeMultiple: Int { 1 << levels }
}
