import Foundation
import Networks
import Synchronization

/// Makes networks of two numbers: the left lung ends at one column, the right lung begins at another.
///
/// They learn as networks do, and the same way each time: each step goes part of the way to where the lungs of its batch
/// end, the less the more steps there were. So whoever resumes needs both the weights and the optimiser's memory.
public final class ThresholdNetworks: NetworkMaking {
    private struct State {
        var steps = 0
        var made = 0
    }

    private let state = Mutex(State())
    private let refusal: EngineError?
    private let beforeStep: @Sendable (Int) throws -> Float?

    /// - Parameters:
    ///   - refusal: why no network can be made; `nil` where they can.
    ///   - beforeStep: is told before each training step, of all networks together, which it is, from 1; may
    ///     throw as an engine does, or say what the loss is.
    public init(
        refusal: EngineError? = nil, beforeStep: @escaping @Sendable (Int) throws -> Float? = { _ in nil }
    ) {
        self.refusal = refusal
        self.beforeStep = beforeStep
    }

    /// How many training steps were made, those that failed as well.
    public var steps: Int { state.withLock { $0.steps } }
    /// How many networks were made.
    public var made: Int { state.withLock { $0.made } }

    public func prepare() throws { if let refusal { throw refusal } }

    /// A network whose left lung ends at the first column, and whose right one begins at the column of the seed.
    public func network(_ configuration: NetworkConfiguration, seed: UInt64) throws -> any TrainableNetwork {
        try network(
            configuration, weights: Self.weights(left: 0, right: Float(seed)), predictsInMixedPrecision: false)
    }

    public func network(
        _ configuration: NetworkConfiguration, weights: [NamedTensor], predictsInMixedPrecision: Bool
    ) throws -> any TrainableNetwork {
        try prepare()
        state.withLock { $0.made += 1 }
        let network = ThresholdNetwork(configuration) { [self] in
            let number = state.withLock { state in
                state.steps += 1
                return state.steps
            }
            return try beforeStep(number)
        }
        try network.setWeights(weights)
        return network
    }

    public func network(torchScript: Data) throws -> any PatchNetwork {
        throw EngineError.unusable("networks of two numbers run no TorchScript")
    }

    /// Weights as a model file has them.
    /// - Parameters:
    ///   - left: the column of the network's input before which the left lung ends.
    ///   - right: the column from which the right lung goes on.
    public static func weights(left: Float, right: Float) -> [NamedTensor] {
        [NamedTensor(name: "columns", shape: [2], values: [left, right])]
    }
}

/// See ``ThresholdNetworks``.
private final class ThresholdNetwork: TrainableNetwork {
    let configuration: NetworkConfiguration
    private var columns: [Float] = [0, 0]
    private var count: Float = 0
    private let beforeStep: () throws -> Float?

    init(_ configuration: NetworkConfiguration, beforeStep: @escaping () throws -> Float?) {
        self.configuration = configuration
        self.beforeStep = beforeStep
    }

    func probabilities(_ images: ImageBatch, dropoutSeed: UInt64?) throws -> [Float] {
        let area = images.rows * images.columns
        var values: [Float] = []
        for slice in 0..<images.count {
            for side in 0..<2 {
                for i in 0..<area {
                    let middle = Float(i % images.columns) + 0.5
                    let isOfSide = side == 0 ? middle < columns[0] : middle > columns[1]
                    // What is black was not scanned.
                    values.append(isOfSide && images.values[slice * area + i] > 0 ? 0.9 : 0.1)
                }
            }
        }
        return values
    }

    /// Where the lungs of a batch end, and how far the network is from that.
    private func truth(_ batch: TrainingBatch) -> (columns: [Float], loss: Float) {
        let (rows, width) = (batch.images.rows, batch.images.columns)
        var ends: [Float] = []
        for side in 0..<2 {
            var found: [Float] = []
            for slice in 0..<batch.images.count {
                let start = (slice * 2 + side) * rows * width
                let inside = (0..<rows * width).filter { batch.targets[start + $0] > 0.5 }.map { $0 % width }
                if let last = inside.max(), let first = inside.min() {
                    found.append(Float(side == 0 ? last + 1 : first))
                }
            }
            ends.append(found.isEmpty ? columns[side] : found.reduce(0, +) / Float(found.count))
        }
        return (ends, (abs(ends[0] - columns[0]) + abs(ends[1] - columns[1])) / 2)
    }

    func trainStep(_ batch: TrainingBatch, options: TrainingStepOptions) throws -> Float {
        let stated = try beforeStep()
        let (ends, loss) = truth(batch)
        for side in 0..<2 { columns[side] += 0.6 / (1 + 0.05 * count) * (ends[side] - columns[side]) }
        count += 1
        return stated ?? loss
    }

    func loss(_ batch: TrainingBatch, options: TrainingStepOptions) throws -> Float { truth(batch).loss }

    func weights() throws -> [NamedTensor] { ThresholdNetworks.weights(left: columns[0], right: columns[1]) }

    func setWeights(_ tensors: [NamedTensor]) throws {
        guard tensors.count == 1, tensors[0].values.count == 2 else { throw EngineError.unusable("other weights") }
        columns = tensors[0].values
    }

    func optimiserState() throws -> [NamedTensor] { [NamedTensor(name: "steps", shape: [1], values: [count])] }

    func setOptimiserState(_ tensors: [NamedTensor]) throws { count = tensors.first?.values.first ?? 0 }
}
