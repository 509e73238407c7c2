/// The tensors of a network on volumes, in the order of the engine: names, shapes, and how each starts.
///
/// A U-Net's are named as ``UNetLayout`` names them. A V-Net's stages are `down0`…, `mid` and `up<levels-1>`…`up0`,
/// each with `conv1`… (`.weight`, or `.bias` where there is no batch norm), `bn1`… (as there) and `prelu1`… (`.weight`,
/// a slope for each channel); `down<n>.sconv` (`sbn`, `sprelu`) halves on the way down, `up<n>.tconv` (`tbn`, `tprelu`)
/// doubles on the way up, `head` ends. Shapes are PyTorch's: convolutions `[out, in, k, k, k]`, strided ones `[out, in,
/// 2, 2, 2]`, transposed ones `[in, out, 2, 2, 2]`. Where blocks of voxels are folded, the first convolution has 8
/// channels for each of the volume's, and the head 8 for each class.
public struct VolumeNetworkLayout: Hashable, Sendable {
    /// All of them, in the engine's order.
    public let entries: [TensorEntry]

    /// The tensors of a network that is built by `configuration`.
    public init(_ configuration: VolumeNetworkConfiguration) {
        var list = TensorList(axes: 3, usesBatchNorm: configuration.usesBatchNorm)
        let block = configuration.foldsBlocks ? 8 : 1
        let input = configuration.inputChannels * block
        let output = configuration.classes * block
        switch configuration.kind {
        case .uNet:
            list.addUNet(
                channels: input, classes: output, filters: configuration.filters, levels: configuration.levels,
                upsampling: configuration.upsampling, width: configuration.kernelWidth)
        case .vNet:
            list.addVNet(channels: input, classes: output, configuration)
        }
        entries = list.entries
    }

    /// All values.
    public var parameterCount: Int { entries.reduce(0) { $0 + $1.count } }

    /// The values that gradients move: without the running figures of batch norm.
    public var learnedParameterCount: Int { entries.filter(\.role.isLearned).reduce(0) { $0 + $1.count } }
}

extension TensorList {
    /// The tensors of a V-Net. On the way up a stage has as many filters as what was doubled and what skips have
    /// together.
    fileprivate mutating func addVNet(channels input: Int, classes: Int, _ configuration: VolumeNetworkConfiguration) {
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
