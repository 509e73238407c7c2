import Foundation

@testable import Networks

/// Losses as their formulas say, in double precision, from probabilities.
enum LossByHand {
    /// What the loss is made of.
    struct Case {
        var classes = 1
        var softmax = false
        var weights: [Float]?
        /// `[slices or volumes][classes]`; all of them where it is `nil`.
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

    /// The loss of probabilities.
    /// - Parameter pixels: of a slice, or voxels of a volume.
    static func expected(_ p: [Float], _ t: [Float], _ kind: SegmentationLoss, _ how: Case, pixels: Int) -> Double {
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
}
