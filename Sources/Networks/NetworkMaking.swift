import Foundation

/// Makes networks. The program's are libtorch's (``TorchNetworks``); whoever is given a maker can be tested with
/// networks that are a formula.
public protocol NetworkMaking: Sendable {
    /// Makes sure that networks can be made, which takes a moment the first time. Whoever makes one need not ask.
    /// - Throws: what the engine says, e.g. ``EngineError/notAvailable(tried:)`` where there is none.
    func prepare() throws

    /// A network that has learnt nothing.
    /// - Parameters:
    ///   - configuration: how it is built.
    ///   - seed: draws its first weights; the same seed gives the same.
    /// - Throws: what the engine says.
    func network(_ configuration: NetworkConfiguration, seed: UInt64) throws -> any TrainableNetwork

    /// A network with given weights, ready to predict and to be trained on.
    /// - Parameters:
    ///   - configuration: how it is built.
    ///   - weights: all of its weights, as ``TrainableNetwork/weights()`` gives them.
    ///   - predictsInMixedPrecision: whether predicting may be faster and good to about two digits only.
    /// - Throws: what the engine says: it is not installed, has no memory, or the weights are another network's.
    func network(
        _ configuration: NetworkConfiguration, weights: [NamedTensor], predictsInMixedPrecision: Bool
    ) throws -> any TrainableNetwork

    /// A network that somebody else trained, ready to predict.
    /// - Parameter torchScript: its file's bytes.
    /// - Throws: what the engine says: it is not installed, or cannot read the file.
    func network(torchScript: Data) throws -> any PatchNetwork
}

extension NetworkMaking {
    /// A network with given weights that predicts as exactly as it can.
    /// - Throws: what ``network(_:weights:predictsInMixedPrecision:)`` throws.
    public func network(
        _ configuration: NetworkConfiguration, weights: [NamedTensor]
    ) throws -> any TrainableNetwork {
        try network(configuration, weights: weights, predictsInMixedPrecision: false)
    }
}

/// Networks by libtorch, which is loaded when the first of them is made.
public struct TorchNetworks: NetworkMaking {
    private let threads: Int?
    private let device: EngineDevice

    /// A maker of networks.
    /// - Parameters:
    ///   - threads: of the processor; `nil` for what was said before, or all.
    ///   - device: where networks compute.
    public init(threads: Int? = nil, device: EngineDevice = .cpu) {
        self.threads = threads
        self.device = device
    }

    /// See ``NetworkMaking/prepare()``.
    /// - Throws: ``EngineError``.
    public func prepare() throws { _ = try TorchEngine.load(threads: threads) }

    /// See ``NetworkMaking/network(_:seed:)``.
    /// - Throws: ``EngineError``.
    public func network(_ configuration: NetworkConfiguration, seed: UInt64) throws -> any TrainableNetwork {
        try TorchNetwork(
            configuration: configuration, seed: seed, engine: try TorchEngine.load(threads: threads), device: device)
    }

    /// See ``NetworkMaking/network(_:weights:predictsInMixedPrecision:)``.
    /// - Throws: ``EngineError``.
    public func network(
        _ configuration: NetworkConfiguration, weights: [NamedTensor], predictsInMixedPrecision: Bool
    ) throws -> any TrainableNetwork {
        let network = try TorchNetwork(
            configuration: configuration, weights: weights, engine: try TorchEngine.load(threads: threads),
            device: device)
        network.predictsInMixedPrecision = predictsInMixedPrecision
        return network
    }

    /// See ``NetworkMaking/network(torchScript:)``.
    /// - Throws: ``EngineError``.
    public func network(torchScript: Data) throws -> any PatchNetwork {
        try TorchScriptNetwork(torchScript, engine: try TorchEngine.load(threads: threads), device: device)
    }
}
