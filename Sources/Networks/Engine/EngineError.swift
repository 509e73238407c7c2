/// Why the engine cannot do what it was asked: what, where, and how to mend it.
public enum EngineError: Error, Hashable, Sendable {
    /// The engine's library, or the libtorch below it, is not there. `tried` says file by file why.
    case notAvailable(tried: [String])
    /// `PLEURA_LIBTORCH` names a libtorch for which no engine was built.
    case noEngineFor(libtorch: String, found: String)
    /// CUDA was asked for, and the libtorch at work has none or sees no GPU.
    case noCUDA(library: String)
    /// There is not enough memory for the batch or network.
    case outOfMemory(doing: String)
    /// The loss is infinite or no number; the weights are as they were before the step.
    case lossNotFinite(step: Int)
    /// A configuration or batch that no network can have.
    case unusable(String)
    /// Tensors that do not belong to the network.
    case foreignTensors(String)
    /// Anything else that libtorch says.
    case failed(doing: String, reason: String)
}

extension EngineError: CustomStringConvertible {
    /// What went wrong and how to mend it, without a full stop at the end.
    public var description: String {
        switch self {
        case .notAvailable(let tried):
            """
            the engine for networks cannot be loaded. Tried:
            \(tried.map { "  " + $0 }.joined(separator: "\n"))
            Install libtorch with: apt install --no-install-recommends libtorch-dev; then build with: make build
            """
        case .noEngineFor(let libtorch, let found):
            """
            PLEURA_LIBTORCH is \(libtorch), but the engine that was found runs on \(found). \
            Build one for it with: make engine PLEURA_LIBTORCH=\(libtorch)
            """
        case .noCUDA(let library):
            """
            CUDA was asked for, but \(library) has none or sees no GPU. Use --device cpu, or let PLEURA_LIBTORCH \
            name a libtorch with CUDA (see USAGE.md)
            """
        case .outOfMemory(let doing):
            "out of memory \(doing). Use smaller batches or slices, or a network with fewer filters"
        case .lossNotFinite(let step):
            "the loss of step \(step) is not a finite number. Lower the learning rate or check the dataset"
        case .unusable(let why): why
        case .foreignTensors(let why): "these weights are not of this network: \(why)"
        case .failed(let doing, let reason): "libtorch failed \(doing): \(reason)"
        }
    }
}
