/// The tensors of a U-Net, in the order of the engine: names, shapes, and how each starts.
///
/// Blocks are `down0`…, `mid` and `up<levels-1>`…`up0`, each with `conv1`, `conv2` (`.weight`, or `.bias` where there is
/// no batch norm) and `bn1`, `bn2` (`.weight`, `.bias`, `.running_mean`, `.running_var`); `up<n>.tconv` enlarges,
/// `head` ends. Shapes are PyTorch's: convolutions `[out, in, 3, 3]`, transposed ones `[in, out, 2, 2]`.
public struct UNetLayout: Hashable, Sendable {
    /// What a tensor is for.
    public typealias Role = TensorRole
    /// One tensor.
    public typealias Entry = TensorEntry

    /// All of them, in the engine's order.
    public let entries: [Entry]

    /// The tensors of a network that is built by `configuration`.
    public init(_ configuration: UNetConfiguration) {
        var list = TensorList(axes: 2, usesBatchNorm: configuration.usesBatchNorm)
        list.addUNet(
            channels: configuration.inputChannels, classes: configuration.classes, filters: configuration.filters,
            levels: configuration.levels, upsampling: configuration.upsampling, width: 3)
        entries = list.entries
    }

    /// All values, as Keras's `count_params` counts them.
    public var parameterCount: Int { entries.reduce(0) { $0 + $1.count } }

    /// The values that gradients move: without the running figures of batch norm.
    public var learnedParameterCount: Int { entries.filter(\.role.isLearned).reduce(0) { $0 + $1.count } }
}
