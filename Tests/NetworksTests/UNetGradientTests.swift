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
        let net = try TorchNetwork(
            empty: configuration, engine: TorchEngine.load(threads: 1), device: .cpu, doublePrecision: true)
        try net.setWeights(TensorInitialiser.tensors(of: net.layout.entries, seed: 11))
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
                let slope = try net.network.slope(index, element: element, net.checked(batch), options: options)
                #expect(abs(slope - gradient[element]) < 1e-6 + 1e-4 * abs(slope), "\(entry.name)[\(element)]")
                steepest = max(steepest, abs(slope))
            }
        }
        #expect(steepest > 1e-3)
    }
}
