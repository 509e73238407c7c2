import Foundation
import Testing

@testable import Networks

/// The engine's losses against sums over its own probabilities, in double precision.
@Suite("Losses are what their formulas say")
struct UNetLossTests {
    let batch = DiscBatch.make(count: 2, size: 16, seed: 5)

    private func expected(
        _ p: [Float], _ t: [Float], weights: [Float]?, kind: SegmentationLoss, classes: Int, softmax: Bool,
        pixels: Int
    ) -> Double {
        var both = 0.0
        var all = 0.0
        var entropy = 0.0
        var counted = 0.0
        let slices = p.count / classes / pixels
        for slice in 0..<slices {
            for pixel in 0..<pixels {
                let w = Double(weights?[slice * pixels + pixel] ?? 1)
                counted += w
                for c in 0..<classes {
                    let at = (slice * classes + c) * pixels + pixel
                    let (q, truth) = (Double(p[at]), Double(t[at]))
                    both += w * q * truth
                    all += w * (q + truth)
                    if softmax {
                        entropy -= w * truth * log(q)
                    } else {
                        entropy -= w * (truth * log(q) + (1 - truth) * log(1 - q)) / Double(classes)
                    }
                }
            }
        }
        let dice = 1 - (2 * both + 1e-6) / (all + 1e-6)
        return kind == .softDice ? dice : dice + (counted > 0 ? entropy / counted : 0)
    }

    @Test("soft Dice and cross-entropy, with and without weights", arguments: SegmentationLoss.allCases)
    func formulas(kind: SegmentationLoss) throws {
        for (classes, softmax) in [(1, false), (3, false), (3, true)] {
            let net = try SmallNet.make {
                $0.classes = classes
                $0.outputActivation = softmax ? .softmax : .sigmoid
            }
            let targets = DiscBatch.make(count: 2, size: 16, seed: 5, classes: classes).targets
            let p = try net.probabilities(batch.images, dropoutSeed: nil)
            let uneven = (0..<512).map { Float($0 % 3) * 0.5 }
            for weights in [nil, uneven] {
                let weighted = TrainingBatch(images: batch.images, targets: targets, weights: weights)
                let loss = try net.loss(weighted, options: SmallNet.options { $0.loss = kind }, asInTraining: false)
                let byHand = expected(
                    p, targets, weights: weights, kind: kind, classes: classes, softmax: softmax, pixels: 256)
                #expect(abs(loss - byHand) < 2e-6, "\(classes) classes, softmax \(softmax)")
            }
        }
    }

    @Test("a pixel of weight 0 changes nothing, whatever is there")
    func ignoredPixels() throws {
        let weights = (0..<512).map { Float($0 % 16 < 8 ? 1 : 0) }
        var other = batch.targets
        for index in other.indices where weights[index] == 0 { other[index] = 1 - other[index] }
        let options = SmallNet.options { $0.loss = .softDiceAndCrossEntropy }
        func trained(_ targets: [Float]) throws -> [NamedTensor] {
            let net = try SmallNet.make()
            _ = try net.trainStep(
                TrainingBatch(images: batch.images, targets: targets, weights: weights), options: options)
            return try net.weights()
        }
        #expect(try trained(batch.targets) == trained(other))
        #expect(try trained(batch.targets.map { 1 - $0 }) != trained(other))
    }

    @Test("nothing to look at and nothing there is no loss; everything wrong is 1")
    func extremes() throws {
        let net = try SmallNet.make()
        let empty = TrainingBatch(
            images: batch.images, targets: batch.targets, weights: [Float](repeating: 0, count: 512))
        for kind in SegmentationLoss.allCases {
            let loss = try net.loss(empty, options: SmallNet.options { $0.loss = kind })
            #expect(abs(loss) < 1e-9)
        }
        // The last layer says yes everywhere while nothing is there.
        var weights = try net.weights()
        for (index, tensor) in weights.enumerated() where tensor.name.hasPrefix("head") {
            let value: Float = tensor.name == "head.bias" ? 200 : 0
            weights[index] = NamedTensor(
                name: tensor.name, shape: tensor.shape, values: tensor.values.map { _ in value })
        }
        try net.setWeights(weights)
        let nothing = TrainingBatch(images: batch.images, targets: [Float](repeating: 0, count: 512))
        #expect(try net.loss(nothing, options: SmallNet.options()) == 1)
        // The entropy of a sure mistake is the logit itself: no infinity, no lost digits.
        let both = try net.loss(nothing, options: SmallNet.options { $0.loss = .softDiceAndCrossEntropy })
        #expect(both == 201)
    }
}
