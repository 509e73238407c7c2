/// The tensors of a U-Net, in the order of the engine: names, shapes, and how each starts.
///
/// Blocks are `down0`…, `mid` and `up<levels-1>`…`up0`, each with `conv1`, `conv2` (`.weight`, or `.bias` where there is
/// no batch norm) and `bn1`, `bn2` (`.weight`, `.bias`, `.running_mean`, `.running_var`); `up<n>.tconv` enlarges,
/// `head` ends. Shapes are PyTorch's: convolutions `[out, in, 3, 3]`, transposed ones `[in, out, 2, 2]`.
public struct UNetLayout: Hashable, Sendable {
    /// What a tensor is for.
    public enum Role: Hashable, Sendable {
        /// Kernel of a 3×3 convolution before a ReLU.
        case kernel
        /// Kernel of a layer without a ReLU behind it: enlarging and the last one.
        case linearKernel
        /// Added to each channel, first 0.
        case bias
        /// Batch norm's factor, first 1.
        case scale
        /// Batch norm's running mean, first 0; not learned but counted.
        case runningMean
        /// Batch norm's running variance, first 1; not learned but counted.
        case runningVariance

        /// Whether gradients move it.
        public var isLearned: Bool { self != .runningMean && self != .runningVariance }
    }

    /// One tensor.
    public struct Entry: Hashable, Sendable {
        /// As in the safetensors file.
        public let name: String
        /// Slowest axis first.
        public let shape: [Int]
        /// What it is for.
        public let role: Role

        /// How many values it has.
        public var count: Int { shape.reduce(1, *) }
    }

    /// All of them, in the engine's order.
    public let entries: [Entry]

    /// The tensors of a network that is built by `configuration`.
    public init(_ configuration: UNetConfiguration) {
        var entries: [Entry] = []
        func block(_ name: String, in channels: Int, out filters: Int) {
            for (half, source) in [(1, channels), (2, filters)] {
                entries.append(
                    Entry(name: "\(name).conv\(half).weight", shape: [filters, source, 3, 3], role: .kernel))
                guard configuration.usesBatchNorm else {
                    entries.append(Entry(name: "\(name).conv\(half).bias", shape: [filters], role: .bias))
                    continue
                }
                let figures: [(String, Role)] = [
                    ("weight", .scale), ("bias", .bias), ("running_mean", .runningMean),
                    ("running_var", .runningVariance),
                ]
                for (figure, role) in figures {
                    entries.append(Entry(name: "\(name).bn\(half).\(figure)", shape: [filters], role: role))
                }
            }
        }
        var channels = configuration.inputChannels
        for level in 0..<configuration.levels {
            block("down\(level)", in: channels, out: configuration.filters(ofLevel: level))
            channels = configuration.filters(ofLevel: level)
        }
        block("mid", in: channels, out: configuration.filters(ofLevel: configuration.levels))
        channels = configuration.filters(ofLevel: configuration.levels)
        for level in (0..<configuration.levels).reversed() {
            let filters = configuration.filters(ofLevel: level)
            var enlarged = channels
            if configuration.upsampling == .deconvolution {
                entries.append(
                    Entry(name: "up\(level).tconv.weight", shape: [channels, filters, 2, 2], role: .linearKernel))
                entries.append(Entry(name: "up\(level).tconv.bias", shape: [filters], role: .bias))
                enlarged = filters
            }
            block("up\(level)", in: enlarged + filters, out: filters)
            channels = filters
        }
        entries.append(Entry(name: "head.weight", shape: [configuration.classes, channels, 1, 1], role: .linearKernel))
        entries.append(Entry(name: "head.bias", shape: [configuration.classes], role: .bias))
        self.entries = entries
    }

    /// All values, as Keras's `count_params` counts them.
    public var parameterCount: Int { entries.reduce(0) { $0 + $1.count } }

    /// The values that gradients move: without the running figures of batch norm.
    public var learnedParameterCount: Int { entries.filter(\.role.isLearned).reduce(0) { $0 + $1.count } }
}
