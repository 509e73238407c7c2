import Foundation
import Testing

@testable import Networks

/// The engine's losses against sums over its own probabilities, in double precision.
@Suite("Losses are what their formulas say")
struct UNetLossTests {
    let batch = DiscBatch.make(count: 2, size: 16, seed: 5)

    /// Discs; with softmax the first class is where no other known one is, as a batch's background is.
    private func targets(_ how: LossByHand.Case) -> [Float] {
        var targets = DiscBatch.make(count: 2, size: 16, seed: 5, classes: how.classes).targets
        guard how.softmax else { return targets }
        for slice in 0..<2 {
            for pixel in 0..<256 {
                var isTaken = false
                for c in 1..<how.classes {
                    let at = (slice * how.classes + c) * 256 + pixel
                    if isTaken || how.known?[slice * how.classes + c] == 0 { targets[at] = 0 }
                    isTaken = isTaken || targets[at] > 0
                }
                targets[slice * how.classes * 256 + pixel] = isTaken ? 0 : 1
            }
        }
        return targets
    }

    @Test("each kind by hand, with and without weights and unknown classes", arguments: SegmentationLoss.allCases)
    func formulas(kind: SegmentationLoss) throws {
        let uneven = (0..<512).map { Float($0 % 3) * 0.5 }
        for (classes, softmax) in [(1, false), (3, false), (3, true)] {
            let net = try SmallNet.make {
                $0.classes = classes
                $0.outputActivation = softmax ? .softmax : .sigmoid
            }
            let partial: [Float]? = classes == 1 ? [0, 1] : [1, 0, 1, 1, 1, 0]
            let p = try net.probabilities(batch.images, dropoutSeed: nil)
            for (weights, known) in [(nil, nil), (uneven, nil), (nil, partial), (uneven, partial)] {
                let how = LossByHand.Case(classes: classes, softmax: softmax, weights: weights, known: known)
                let targets = targets(how)
                let loss = try net.loss(
                    TrainingBatch(images: batch.images, targets: targets, weights: weights, known: known),
                    options: SmallNet.options { $0.loss = kind }, asInTraining: false)
                let byHand = LossByHand.expected(p, targets, kind, how, pixels: 256)
                #expect(abs(loss - byHand) < 3e-6, "\(classes) classes, softmax \(softmax), known \(known ?? [])")
            }
        }
    }

    @Test("what is said of an unknown class changes nothing", arguments: [false, true])
    func unknownClasses(softmax: Bool) throws {
        let known: [Float] = [1, 1, 0, 1, 1, 0]
        let how = LossByHand.Case(classes: 3, softmax: softmax, known: known)
        let right = targets(how)
        var other = right
        for slice in 0..<2 {
            for pixel in 0..<256 { other[(slice * 3 + 2) * 256 + pixel] = 1 - other[(slice * 3 + 2) * 256 + pixel] }
        }
        func trained(_ targets: [Float], known: [Float]?) throws -> [NamedTensor] {
            let net = try SmallNet.make {
                $0.classes = 3
                $0.outputActivation = softmax ? .softmax : .sigmoid
            }
            _ = try net.trainStep(
                TrainingBatch(images: batch.images, targets: targets, known: known),
                options: SmallNet.options { $0.loss = .structureDiceAndCrossEntropy })
            return try net.weights()
        }
        #expect(try trained(right, known: known) == trained(other, known: known))
        #expect(try trained(right, known: nil) != trained(other, known: nil))
    }

    @Test("known classes that do not fit the batch are refused")
    func knownClassesOfAnotherCount() throws {
        let net = try SmallNet.make()
        let odd = TrainingBatch(images: batch.images, targets: batch.targets, known: [1])
        #expect(throws: EngineError.self) { try net.trainStep(odd, options: SmallNet.options()) }
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
