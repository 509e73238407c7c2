import Foundation
import Networks
import Synchronization

/// Makes networks of one number that answer prompts: what is brighter in the first channel belongs to the structure.
///
/// They learn the middle between what is darkest inside and brightest outside, or, where they are misled, another number.
public final class BrightnessNetworks: NetworkMaking {
    private let misledTo: Float?
    private let count = Mutex(0)

    /// - Parameter misledTo: what the networks learn whatever they are shown; `nil` for what is true.
    public init(misledTo: Float? = nil) { self.misledTo = misledTo }

    /// How many training steps were made, by all networks together.
    public var steps: Int { count.withLock { $0 } }

    public func prepare() throws {}

    public func network(_ configuration: NetworkConfiguration, seed: UInt64) throws -> any TrainableNetwork {
        try network(configuration, weights: Self.weights(0.5), predictsInMixedPrecision: false)
    }

    public func network(
        _ configuration: NetworkConfiguration, weights: [NamedTensor], predictsInMixedPrecision: Bool
    ) throws -> any TrainableNetwork {
        let network = BrightnessNetwork(configuration, misledTo: misledTo) { [self] in count.withLock { $0 += 1 } }
        try network.setWeights(weights)
        return network
    }

    public func network(torchScript: Data) throws -> any PatchNetwork {
        throw EngineError.unusable("networks of one number run no TorchScript")
    }

    /// Weights as a model file has them.
    /// - Parameter threshold: from where a normalised value is inside.
    public static func weights(_ threshold: Float) -> [NamedTensor] {
        [NamedTensor(name: "threshold", shape: [1], values: [threshold])]
    }
}

/// See ``BrightnessNetworks``.
private final class BrightnessNetwork: TrainableNetwork {
    let configuration: NetworkConfiguration
    private var threshold: Float = 0
    private let misledTo: Float?
    private let step: () -> Void

    init(_ configuration: NetworkConfiguration, misledTo: Float?, step: @escaping () -> Void) {
        self.configuration = configuration
        self.misledTo = misledTo
        self.step = step
    }

    func probabilities(_ images: ImageBatch, dropoutSeed: UInt64?) throws -> [Float] {
        (0..<images.count).flatMap { item in
            (0..<images.area).map { images.values[item * images.channels * images.area + $0] > threshold ? 0.9 : 0.1 }
        }
    }

    func trainStep(_ batch: TrainingBatch, options: TrainingStepOptions) throws -> Float {
        step()
        let loss = try loss(batch, options: options)
        threshold += 0.6 * (wanted(batch) - threshold)
        return loss
    }

    func loss(_ batch: TrainingBatch, options: TrainingStepOptions) throws -> Float { abs(wanted(batch) - threshold) }

    private func wanted(_ batch: TrainingBatch) -> Float {
        if let misledTo { return misledTo }
        let (images, area) = (batch.images, batch.images.area)
        var (darkest, brightest) = (Float.infinity, -Float.infinity)
        for i in 0..<images.count * area {
            let value = images.values[i / area * images.channels * area + i % area]
            if batch.targets[i] > 0.5 { darkest = min(darkest, value) } else { brightest = max(brightest, value) }
        }
        return darkest.isFinite && brightest.isFinite ? (darkest + brightest) / 2 : threshold
    }

    func weights() throws -> [NamedTensor] { BrightnessNetworks.weights(threshold) }

    func setWeights(_ tensors: [NamedTensor]) throws {
        guard tensors.count == 1, tensors[0].values.count == 1 else { throw EngineError.unusable("other weights") }
        threshold = tensors[0].values[0]
    }

    func optimiserState() throws -> [NamedTensor] { [] }

    func setOptimiserState(_ tensors: [NamedTensor]) throws {}
}
