/// The tensors of a network, in the order of the engine: names, shapes, and how each starts.
///
/// A U-Net's blocks are `down0`…, `mid` and `up<levels-1>`…`up0`, each with `conv1`, `conv2` (`.weight`, or `.bias` where
/// there is no batch norm) and `bn1`, `bn2` (`.weight`, `.bias`, `.running_mean`, `.running_var`); `up<n>.tconv` enlarges,
/// `head` ends. A V-Net's stages have the same names, each with `conv1`…, `bn1`… (as there) and `prelu1`… (`.weight`, a
/// slope for each channel); `down<n>.sconv` (`sbn`, `sprelu`) halves on the way down, `up<n>.tconv` (`tbn`, `tprelu`)
/// doubles on the way up.
///
/// Shapes are PyTorch's: convolutions `[out, in, 3, 3]`, transposed ones `[in, out, 2, 2]`; on volumes `[out, in, k, k,
/// k]`, strided ones `[out, in, 2, 2, 2]`, transposed ones `[in, out, 2, 2, 2]`. Where blocks of voxels are folded, the
/// first convolution has 8 channels for each of the volume's, and the head 8 for each class.
public struct NetworkLayout: Hashable, Sendable {
    /// All of them, in the engine's order.
    public let entries: [TensorEntry]

    /// The tensors of a network that is built by `configuration`.
    public init(_ configuration: NetworkConfiguration) {
        var list = TensorList(axes: configuration.kind.seesVolumes ? 3 : 2, usesBatchNorm: configuration.usesBatchNorm)
        let block = configuration.foldsBlocks ? 8 : 1
        let input = configuration.inputChannels * block
        let output = configuration.classes * block
        switch configuration.kind {
        case .uNet, .uNet3D:
            list.addUNet(
                channels: input, classes: output, filters: configuration.filters, levels: configuration.levels,
                upsampling: configuration.upsampling, width: configuration.kernelWidth)
        case .vNet:
            list.addVNet(channels: input, classes: output, configuration)
        }
        entries = list.entries
    }

    /// All values, as Keras's `count_params` counts them.
    public var parameterCount: Int { entries.reduce(0) { $0 + $1.count } }

    /// The values that gradients move: without the running figures of batch norm.
    public var learnedParameterCount: Int { entries.filter(\.role.isLearned).reduce(0) { $0 + $1.count } }

    /// A network's tensors in this order.
    /// - Throws: ``EngineError/unusable(_:)`` naming the first that is missing or has another shape; others are left out.
    func ordered(_ weights: [NamedTensor]) throws(EngineError) -> [NamedTensor] {
        var ordered: [NamedTensor] = []
        for entry in entries {
            guard let tensor = weights.first(where: { $0.name == entry.name }), tensor.shape == entry.shape else {
                throw .unusable("\(entry.name) is missing among the weights, or has another shape than the network's")
            }
            ordered.append(tensor)
        }
        return ordered
    }
}

extension TensorList {
    /// The tensors of a V-Net. On the way up a stage has as many filters as what was doubled and what skips have
    /// together.
    fileprivate mutating func addVNet(channels input: Int, classes: Int, _ configuration: NetworkConfiguration) {
        func stage(_ name: String, in channels: Int, out: Int, level: Int, _ list: inout TensorList) {
            for number in 1...configuration.convolutions[level] {
                list.convolution(
                    Names(name, number), channels: (out, number == 1 ? channels : out), out: out,
                    width: configuration.kernelWidth)
                list.add("\(name).prelu\(number).weight", [out], .slope)
            }
        }
        var channels = input
        for level in 0..<configuration.levels {
            let filters = configuration.filters << level
            let name = "down\(level)"
            stage(name, in: channels, out: filters, level: level, &self)
            channels = 2 * filters
            convolution(
                Names(kernel: "\(name).sconv", norm: "\(name).sbn"), channels: (channels, filters), out: channels,
                width: 2)
            add("\(name).sprelu.weight", [channels], .slope)
        }
        stage("mid", in: channels, out: channels, level: configuration.levels, &self)
        for level in (0..<configuration.levels).reversed() {
            let filters = configuration.filters << level
            let name = "up\(level)"
            convolution(
                Names(kernel: "\(name).tconv", norm: "\(name).tbn"), channels: (channels, filters), out: filters,
                width: 2, role: .enlargingKernel)
            add("\(name).tprelu.weight", [filters], .slope)
            channels = 2 * filters
            stage(name, in: channels, out: channels, level: level, &self)
        }
        linear("head", channels: (classes, channels), out: classes, width: 1)
    }
}
