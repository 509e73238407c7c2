import Foundation
import Testing

@testable import Networks

/// Steps of the optimisers against their formulas in double precision, from the engine's own gradients.
@Suite("Optimisers step as their papers say")
struct UNetOptimiserTests {
    private let batches = (0..<3).map { DiscBatch.make(count: 2, size: 16, seed: UInt64($0)) }

    /// Weights after three steps by the formulas, for all tensors that are learned.
    private func byHand(
        _ net: TorchNetwork, options: TrainingStepOptions, rates: [Double],
        update: (
            _ w: inout Double, _ m: inout Double, _ v: inout Double, _ g: Double, _ step: Int, _ rate: Double,
            _ isKernel: Bool
        ) -> Void
    ) throws -> (expected: [[Double]], actual: [[Float]]) {
        var w = try net.weights().map { $0.values.map(Double.init) }
        var m = w.map { $0.map { _ in 0.0 } }
        var v = m
        for (step, batch) in batches.enumerated() {
            var options = options
            options.seed = UInt64(step)
            options.learningRate = rates[step]
            var gradients: [[Double]] = []
            // The gradient moves no weight, but the forward pass moves the running figures, which no gradient needs.
            for (index, entry) in net.layout.entries.enumerated() {
                gradients.append(entry.role.isLearned ? try net.gradient(of: index, batch, options: options) : [])
            }
            _ = try net.trainStep(batch, options: options)
            for (index, entry) in net.layout.entries.enumerated() where entry.role.isLearned {
                for i in w[index].indices {
                    update(
                        &w[index][i], &m[index][i], &v[index][i], gradients[index][i], step + 1, rates[step],
                        entry.shape.count == 4)
                }
            }
        }
        let learned = net.layout.entries.indices.filter { net.layout.entries[$0].role.isLearned }
        let after = try net.weights()
        return (learned.map { w[$0] }, learned.map { after[$0].values })
    }

    private func agree(_ pair: (expected: [[Double]], actual: [[Float]])) -> Bool {
        zip(pair.expected, pair.actual).allSatisfy { expected, actual in
            zip(expected, actual).allSatisfy { abs($0 - Double($1)) < 2e-6 + 1e-5 * abs($0) }
        }
    }

    private let rates = [1e-2, 5e-3, 2e-3]

    @Test("Adam and AdamW")
    func adam() throws {
        for decay in [nil, 0.1] {
            let optimiser: Optimiser =
                if let decay { .adamW(weightDecay: decay, epsilon: 1e-3) } else { .adam(epsilon: 1e-3) }
            let pair = try byHand(
                SmallNet.make(), options: SmallNet.options { $0.optimiser = optimiser }, rates: rates
            ) { w, m, v, g, step, rate, isKernel in
                if let decay, isKernel { w -= rate * decay * w }
                m = 0.9 * m + 0.1 * g
                v = 0.999 * v + 0.001 * g * g
                let mean = m / (1 - pow(0.9, Double(step)))
                let square = v / (1 - pow(0.999, Double(step)))
                w -= rate * mean / (square.squareRoot() + 1e-3)
            }
            #expect(agree(pair))
        }
    }

    @Test("gradient descent with momentum, plain and Nesterov's")
    func momentum() throws {
        for nesterov in [false, true] {
            let options = SmallNet.options { $0.optimiser = .sgd(momentum: 0.8, nesterov: nesterov) }
            let pair = try byHand(SmallNet.make(), options: options, rates: [1, 0.5, 0.2]) { w, m, _, g, _, rate, _ in
                m = 0.8 * m + g
                w -= rate * (nesterov ? g + 0.8 * m : m)
            }
            #expect(agree(pair))
        }
    }

    @Test("an optimiser's state does not suit another")
    func mixedUp() throws {
        let net = try SmallNet.make()
        _ = try net.trainStep(batches[0], options: SmallNet.options())
        let before = try net.weights()
        #expect(throws: EngineError.self) {
            try net.trainStep(batches[0], options: SmallNet.options { $0.optimiser = .sgd() })
        }
        #expect(try net.weights() == before)
    }

    @Test("a restored state goes on bit by bit", arguments: [Optimiser.adam(), .adamW(weightDecay: 0.01), .sgd()])
    func restored(optimiser: Optimiser) throws {
        var options = SmallNet.options { $0.optimiser = optimiser }
        let first = try SmallNet.make()
        for step in 0..<4 {
            options.seed = UInt64(step)
            _ = try first.trainStep(batches[step % 3], options: options)
        }
        // Through a file, as a checkpoint does it.
        let data = try SafetensorsFile(tensors: first.weights() + first.optimiserState()).encoded(as: .float32)
        let read = try SafetensorsFile(data: data)
        let second = try SmallNet.make(seed: 99)
        try second.setWeights(read.tensors.filter { !$0.name.hasPrefix("optimiser.") })
        try second.setOptimiserState(read.tensors.filter { $0.name.hasPrefix("optimiser.") })
        #expect(second.optimiserSteps == 4)
        for step in 4..<7 {
            options.seed = UInt64(step)
            let losses = try [first, second].map { try $0.trainStep(batches[step % 3], options: options) }
            #expect(losses[0] == losses[1])
        }
        #expect(try first.weights() == second.weights())
        #expect(try first.optimiserState() == second.optimiserState())
    }

    @Test("a damaged state is refused and changes nothing")
    func damagedState() throws {
        let net = try SmallNet.make()
        _ = try net.trainStep(batches[0], options: SmallNet.options())
        let state = try net.optimiserState()
        let wrong: [[NamedTensor]] = [
            [], Array(state.dropFirst()), Array(state.dropLast()), state + [state[1]],
            [NamedTensor(name: "optimiser.steps", shape: [2], values: [-1, .nan])] + state.dropFirst(),
            state.map { NamedTensor(name: $0.name + "x", shape: $0.shape, values: $0.values) },
        ]
        for tensors in wrong {
            #expect(throws: EngineError.self) { try net.setOptimiserState(tensors) }
        }
        #expect(try net.optimiserState() == state)
        #expect(net.optimiserSteps == 1)
    }
}
