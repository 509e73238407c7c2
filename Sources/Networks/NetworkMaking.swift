/// Makes networks. The program's are libtorch's (``TorchNetworks``); whoever is given a maker can be tested with
/// networks that are a formula.
public protocol NetworkMaking: Sendable {
    /// A network with given weights, ready to predict and to be trained on.
    /// - Parameters:
    ///   - configuration: how it is built.
    ///   - weights: all of its weights, as ``TrainableNetwork/weights()`` gives them.
    ///   - predictsInMixedPrecision: whether predicting may be faster and good to about two digits only.
    /// - Throws: what the engine says: it is not installed, has no memory, or the weights are another network's.
    func network(
        _ configuration: UNetConfiguration, weights: [NamedTensor], predictsInMixedPrecision: Bool
    ) throws -> any TrainableNetwork
}

/// Networks on the processor by libtorch, which is loaded when the first of them is made.
public struct TorchNetworks: NetworkMaking {
    private let threads: Int?

    /// A maker of networks.
    /// - Parameter threads: of the processor; `nil` for all.
    public init(threads: Int? = nil) { self.threads = threads }

    /// See ``NetworkMaking/network(_:weights:predictsInMixedPrecision:)``.
    /// - Throws: ``EngineError``.
    public func network(
        _ configuration: UNetConfiguration, weights: [NamedTensor], predictsInMixedPrecision: Bool
    ) throws -> any TrainableNetwork {
        let network = try UNet2D(
            configuration: configuration, weights: weights, engine: try TorchEngine.load(threads: threads),
            device: .cpu)
        network.predictsInMixedPrecision = predictsInMixedPrecision
        return network
    }
}
