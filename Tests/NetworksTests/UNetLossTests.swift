import Foundation
import Testing

@testable import Networks

/// The engine's losses against sums over its own probabilities, in double precision.
@Suite("Losses are what their formulas say")
struct UNetLossTests {
    let batch = DiscBatch.make(count: 2, size: 16, seed: 5)

    /// What the loss is made of.
    private struct Case {
        var classes = 1
        var softmax = false
        var weights: [Float]?
        /// `[slices][classes]`; all of them where it is `nil`.
        var known: [Float]?
    }

    /// The sums of one class, or of all together.
    private struct Sums {
        var both = 0.0
        var all = 0.0
        var truth = 0.0
        var entropy = 0.0
        var loss: Double { 1 - (2 * both + 1e-6) / (all + 1e-6) }
    }

    private func expected(_ p: [Float], _ t: [Float], _ kind: SegmentationLoss, _ how: Case, pixels: Int) -> Double {
        var sums = [Sums](repeating: Sums(), count: how.classes)
        var terms = 0.0
        for slice in 0..<p.count / how.classes / pixels {
            let known = (0..<how.classes).map { how.known?[slice * how.classes + $0] != 0 }
            for pixel in 0..<pixels {
                let w = Double(how.weights?[slice * pixels + pixel] ?? 1)
                func at(_ c: Int) -> Int { (slice * how.classes + c) * pixels + pixel }
                terms += how.softmax ? w : w * Double(known.count { $0 })
                for c in 0..<how.classes where known[c] {
                    var q = Double(p[at(c)])
                    if how.softmax, c == 0 {
                        for other in 1..<how.classes where !known[other] { q += Double(p[at(other)]) }
                    }
                    let truth = Double(t[at(c)])
                    sums[c].both += w * q * truth
                    sums[c].all += w * (q + truth)
                    sums[c].truth += w * truth
                    if truth > 0 { sums[c].entropy -= w * truth * log(q) }
                    if !how.softmax, truth < 1 { sums[c].entropy -= w * (1 - truth) * log(1 - q) }
                }
            }
        }
        let mean = terms > 0 ? sums.reduce(0) { $0 + $1.entropy } / terms : 0
        // A pixel counts by one over the root of how many its class has; 1 in the mean.
        let roots = sums.map { $0.truth > 0 ? 1 / $0.truth.squareRoot() : 0 }
        let share = zip(roots, sums).reduce(0) { $0 + $1.0 * $1.1.truth } / sums.reduce(0) { $0 + $1.truth }
        let balanced = zip(roots, sums).reduce(0) { $0 + $1.0 * $1.1.entropy } / share / terms
        var total = Sums()
        for sum in sums { (total.both, total.all) = (total.both + sum.both, total.all + sum.all) }
        let there = sums.dropFirst(how.softmax ? 1 : 0).filter { $0.truth > 0 }
        switch kind {
        case .softDice: return total.loss
        case .softDiceAndCrossEntropy: return total.loss + mean
        case .structureDiceAndCrossEntropy:
            return (there.isEmpty ? 0 : there.reduce(0) { $0 + $1.loss } / Double(there.count))
                + (how.softmax ? balanced : mean)
        }
    }

    /// Discs; with softmax the first class is where no other known one is, as a batch's background is.
    private func targets(_ how: Case) -> [Float] {
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
                let how = Case(classes: classes, softmax: softmax, weights: weights, known: known)
                let targets = targets(how)
                let loss = try net.loss(
                    TrainingBatch(images: batch.images, targets: targets, weights: weights, known: known),
                    options: SmallNet.options { $0.loss = kind }, asInTraining: false)
                let byHand = expected(p, targets, kind, how, pixels: 256)
                #expect(abs(loss - byHand) < 3e-6, "\(classes) classes, softmax \(softmax), known \(known ?? [])")
            }
        }
    }

    @Test("what is said of an unknown class changes nothing", arguments: [false, true])
    func unknownClasses(softmax: Bool) throws {
        let known: [Float] = [1, 1, 0, 1, 1, 0]
        let how = Case(classes: 3, softmax: softmax, known: known)
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
