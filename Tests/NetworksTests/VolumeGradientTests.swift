import TestSupport
import Testing

@testable import Networks

@Suite("Gradients and losses on volumes")
struct VolumeGradientTests {
    /// Some configuration of a number.
    private func configuration(_ number: Int) -> NetworkConfiguration {
        let (kind, folds) = SmallVolumeNet.kinds[number % 4]
        return SmallVolumeNet.configuration(kind, folds: folds) {
            $0.filters = folds && kind == .vNet ? 8 : 2
            $0.usesBatchNorm = number < 4
            $0.classes = number == 0 ? 1 : 3
            $0.outputActivation = number == 0 || number == 5 ? .sigmoid : .softmax
            $0.dropout = 0.2
            $0.usesDropoutOnUpsampling = number % 2 == 1
            $0.dropoutKind = number % 3 == 0 ? .standard : .spatial
            $0.upsampling = number == 6 ? .simple : .deconvolution
            $0.kernelWidth = number == 4 ? 5 : 3
        }
    }

    /// Volumes without two equal voxels, between which a maximum would have no slope.
    private func batch(_ classes: Int, partial: Bool) -> TrainingBatch {
        var random = SeededGenerator(seed: 7)
        let volumes = ImageBatch(
            count: 2, slices: 4, rows: 4, columns: 4,
            values: (0..<128).map { _ in Float.random(in: -1...1, using: &random) })
        return TrainingBatch(
            images: volumes, targets: SmallVolumeNet.majority(count: 2, size: 4, seed: 2, classes: classes).targets,
            weights: (0..<128).map { Float($0 % 4) * 0.5 }, known: partial && classes == 3 ? [1, 0, 1, 1, 1, 1] : nil)
    }

    @Test("gradients are slopes of the loss, and float32 has them as well", arguments: 0..<8)
    func finiteDifferences(number: Int) throws {
        let configuration = configuration(number)
        let engine = try TorchEngine.load(threads: 1)
        let exact = try TorchNetwork(
            empty: configuration, engine: engine, device: .cpu, doublePrecision: true)
        try exact.setWeights(TensorInitialiser.tensors(of: exact.layout.entries, seed: 11))
        let plain = try TorchNetwork(configuration: configuration, weights: exact.weights(), engine: engine)
        let batch = try exact.checked(batch(configuration.classes, partial: number % 2 == 1))
        let options = SmallNet.options {
            $0.seed = 3
            $0.loss = SegmentationLoss.allCases[number % 3]
        }
        var random = SeededGenerator(seed: UInt64(number))
        var steepest = 0.0
        for (index, entry) in exact.layout.entries.enumerated() where entry.role.isLearned {
            let gradient = try exact.network.gradient(of: index, batch, options: options)
            let single = try plain.network.gradient(of: index, batch, options: options)
            let largest = gradient.map(abs).max() ?? 0
            for (a, b) in zip(gradient, single) { #expect(abs(a - b) < 1e-5 + 1e-3 * largest, "\(entry.name)") }
            for _ in 0..<2 {
                let element = Int.random(in: 0..<entry.count, using: &random)
                let slope = try exact.network.slope(index, element: element, batch, options: options)
                #expect(abs(slope - gradient[element]) < 1e-6 + 1e-4 * abs(slope), "\(entry.name)[\(element)]")
                steepest = max(steepest, abs(slope))
            }
        }
        #expect(steepest > 1e-3)
    }

    @Test("each loss by hand, with and without weights and unknown classes", arguments: SegmentationLoss.allCases)
    func losses(kind: SegmentationLoss) throws {
        for (classes, softmax) in [(1, false), (3, false), (3, true)] {
            let net = try SmallVolumeNet.make(.vNet) {
                $0.classes = classes
                $0.outputActivation = softmax ? .softmax : .sigmoid
            }
            let full = SmallVolumeNet.majority(count: 2, size: 4, seed: 2, classes: classes)
            let p = try net.probabilities(full.images, dropoutSeed: nil)
            // The middle class is nowhere, so that what is unknown of it takes nothing from the truth.
            let partial: [Float]? = classes == 1 ? [0, 1] : [1, 0, 1, 1, 1, 1]
            let uneven = (0..<128).map { Float($0 % 3) * 0.5 }
            for (weights, known) in [(nil, nil), (uneven, nil), (nil, partial), (uneven, partial)] {
                let batch = TrainingBatch(
                    images: full.images, targets: full.targets, weights: weights, known: known)
                let loss = try net.loss(batch, options: SmallNet.options { $0.loss = kind }, asInTraining: false)
                let how = LossByHand.Case(classes: classes, softmax: softmax, weights: weights, known: known)
                let byHand = LossByHand.expected(p, full.targets, kind, how, pixels: 64)
                #expect(abs(loss - byHand) < 3e-6, "\(classes) classes, softmax \(softmax), known \(known ?? [])")
            }
        }
    }
}
