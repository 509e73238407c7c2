import CTorch
import TestSupport
import Testing

@testable import Networks

/// Gradients in double precision against differences of the loss, tensor by tensor.
@Suite("Gradients are slopes of the loss")
struct UNetGradientTests {
    @Test("every kind of tensor, every kind of network", arguments: 0..<6)
    func finiteDifferences(kind: Int) throws {
        let configuration = SmallNet.configuration {
            $0.filters = 2
            $0.levels = kind == 3 || kind == 4 ? 1 : 2
            $0.usesBatchNorm = kind != 1
            $0.upsampling = kind == 2 ? .simple : .deconvolution
            $0.dropoutKind = kind == 2 ? .standard : .spatial
            $0.usesDropoutOnUpsampling = kind != 0
            $0.classes = kind == 0 ? 1 : 3
            $0.outputActivation = kind == 3 || kind == 4 ? .softmax : .sigmoid
        }
        let net = try UNet2D(
            empty: configuration, engine: TorchEngine.load(threads: 1), device: .cpu, doublePrecision: true)
        try net.setWeights(UNetInitialiser.tensors(of: net.layout, seed: 11))
        let discs = DiscBatch.make(count: 2, size: 8, seed: 2, classes: configuration.classes)
        // The last two kinds know nothing of the second structure on one of the slices.
        let batch = TrainingBatch(
            images: discs.images, targets: discs.targets, weights: (0..<128).map { Float($0 % 4) * 0.5 },
            known: kind < 4 ? nil : [1, 0, 1, 1, 1, 1])
        let options = SmallNet.options {
            $0.seed = 3
            $0.loss = kind >= 4 ? .structureDiceAndCrossEntropy : kind % 2 == 0 ? .softDice : .softDiceAndCrossEntropy
        }
        var random = SeededGenerator(seed: UInt64(kind))
        var steepest = 0.0
        for (index, entry) in net.layout.entries.enumerated() where entry.role.isLearned {
            let gradient = try net.gradient(of: index, batch, options: options)
            for _ in 0..<2 {
                let element = Int.random(in: 0..<entry.count, using: &random)
                let step = 1e-6
                try net.nudge(index, element: element, by: step)
                let above = try net.loss(batch, options: options, asInTraining: true)
                try net.nudge(index, element: element, by: -2 * step)
                let below = try net.loss(batch, options: options, asInTraining: true)
                try net.nudge(index, element: element, by: step)
                let slope = (above - below) / (2 * step)
                #expect(abs(slope - gradient[element]) < 1e-6 + 1e-4 * abs(slope), "\(entry.name)[\(element)]")
                steepest = max(steepest, abs(slope))
            }
        }
        #expect(steepest > 1e-3)
    }
}

extension UNet2D {
    /// The gradient of the training loss by one tensor, row-major.
    func gradient(of tensor: Int, _ batch: TrainingBatch, options: TrainingStepOptions) throws -> [Double] {
        var step = cStep(options)
        var values = [Double](repeating: 0, count: layout.entries[tensor].count)
        let status = withBatch(batch) {
            engine.functions.gradient(network, $0, &step, Int64(tensor), &values, Int64(values.count))
        }
        try engine.check(status, doing: "computing a gradient")
        return values
    }

    func nudge(_ tensor: Int, element: Int, by change: Double) throws {
        try engine.check(
            engine.functions.nudge(network, Int64(tensor), Int64(element), change), doing: "nudging")
    }
}
