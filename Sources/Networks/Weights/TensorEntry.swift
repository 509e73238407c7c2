/// What a tensor of a network is for.
public enum TensorRole: Hashable, Sendable {
    /// Kernel of a convolution before a ReLU or PReLU.
    case kernel
    /// Kernel of a transposed convolution before a PReLU.
    case enlargingKernel
    /// Kernel of a layer without either behind it: a U-Net's enlarging and the last one of any network.
    case linearKernel
    /// Added to each channel, first 0.
    case bias
    /// Batch norm's factor, first 1.
    case scale
    /// What a PReLU multiplies negative values by, first 0.25.
    case slope
    /// Batch norm's running mean, first 0; not learned but counted.
    case runningMean
    /// Batch norm's running variance, first 1; not learned but counted.
    case runningVariance

    /// Whether gradients move it.
    public var isLearned: Bool { self != .runningMean && self != .runningVariance }
}

/// One tensor of a network's layout.
public struct TensorEntry: Hashable, Sendable {
    /// As in the safetensors file.
    public let name: String
    /// Slowest axis first, as in PyTorch.
    public let shape: [Int]
    /// What it is for.
    public let role: TensorRole

    /// How many values it has.
    public var count: Int { shape.reduce(1, *) }
}

/// Lists a network's tensors, layer by layer, in the engine's order.
struct TensorList {
    /// Axes in space: 2 for slices, 3 for volumes.
    let axes: Int
    let usesBatchNorm: Bool
    private(set) var entries: [TensorEntry] = []

    init(axes: Int, usesBatchNorm: Bool) {
        self.axes = axes
        self.usesBatchNorm = usesBatchNorm
    }

    /// The parts of the names of a layer.
    struct Names {
        let kernel: String
        let norm: String

        init(_ block: String, _ number: Int) {
            kernel = "\(block).conv\(number)"
            norm = "\(block).bn\(number)"
        }

        init(kernel: String, norm: String) {
            self.kernel = kernel
            self.norm = norm
        }
    }

    mutating func add(_ name: String, _ shape: [Int], _ role: TensorRole) {
        entries.append(TensorEntry(name: name, shape: shape, role: role))
    }

    /// A kernel with batch norm, or with a bias where there is none.
    /// - Parameter channels: how many there are, out and in, in the order that the kernel has them.
    mutating func convolution(
        _ names: Names, channels: (Int, Int), out: Int, width: Int, role: TensorRole = .kernel
    ) {
        add("\(names.kernel).weight", kernel(channels.0, channels.1, width), role)
        guard usesBatchNorm else { return add("\(names.kernel).bias", [out], .bias) }
        add("\(names.norm).weight", [out], .scale)
        add("\(names.norm).bias", [out], .bias)
        add("\(names.norm).running_mean", [out], .runningMean)
        add("\(names.norm).running_var", [out], .runningVariance)
    }

    /// A kernel with a bias, whatever follows, and nothing after it that bends.
    mutating func linear(_ name: String, channels: (Int, Int), out: Int, width: Int) {
        add("\(name).weight", kernel(channels.0, channels.1, width), .linearKernel)
        add("\(name).bias", [out], .bias)
    }

    private func kernel(_ first: Int, _ second: Int, _ width: Int) -> [Int] {
        [first, second] + [Int](repeating: width, count: axes)
    }

    /// The tensors of a U-Net: on each level two convolutions, filters doubling on the way down.
    mutating func addUNet(
        channels input: Int, classes: Int, filters: Int, levels: Int, upsampling: NetworkConfiguration.Upsampling,
        width: Int
    ) {
        func block(_ name: String, in channels: Int, out: Int, _ list: inout TensorList) {
            for (half, source) in [(1, channels), (2, out)] {
                list.convolution(Names(name, half), channels: (out, source), out: out, width: width)
            }
        }
        var channels = input
        for level in 0..<levels {
            block("down\(level)", in: channels, out: filters << level, &self)
            channels = filters << level
        }
        block("mid", in: channels, out: filters << levels, &self)
        channels = filters << levels
        for level in (0..<levels).reversed() {
            let out = filters << level
            var enlarged = channels
            if upsampling == .deconvolution {
                linear("up\(level).tconv", channels: (channels, out), out: out, width: 2)
                enlarged = out
            }
            block("up\(level)", in: enlarged + out, out: out, &self)
            channels = out
        }
        linear("head", channels: (classes, channels), out: classes, width: 1)
    }
}
