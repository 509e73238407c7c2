import Foundation
import Models
import Networks

/// The loss of probabilities against labels, gathered slice by slice; the definitions of ``SegmentationLoss``, with
/// all slices as one batch. What the patient has no label of counts nowhere.
struct PatientLoss {
    /// What soft Dice needs of one class.
    private struct Sums {
        var both = 0.0
        var all = 0.0
        var truth = 0.0
        /// The cross-entropy of the pixels of this class.
        var entropy = 0.0

        var loss: Double { 1 - (2 * both + 1e-6) / (all + 1e-6) }
    }

    private let isKnown: [Bool]
    private let first: Int
    private var sums: [Sums]
    private var count = 0

    /// The loss of nothing yet.
    /// - Parameters:
    ///   - isKnown: for each class whether the labels speak of it.
    ///   - first: the channel of the first structure, 1 where channel 0 is the background of a softmax.
    init(isKnown: [Bool], first: Int) {
        self.isKnown = isKnown
        self.first = first
        sums = [Sums](repeating: Sums(), count: isKnown.count)
    }

    /// Takes in one slice, `[classes][rows][columns]`.
    mutating func add(probabilities: [Float], targets: [Float]) {
        let pixels = probabilities.count / isKnown.count
        for i in 0..<pixels {
            for channel in isKnown.indices where isKnown[channel] {
                let at = channel * pixels + i
                let (p, t) = (probability(channel, probabilities, pixel: i, of: pixels), Double(targets[at]))
                sums[channel].both += p * t
                sums[channel].all += p + t
                sums[channel].truth += t
                if t > 0.5 {
                    sums[channel].entropy -= log(min(max(p, 1e-7), 1))
                } else if first == 0 {
                    sums[channel].entropy -= log(min(max(1 - p, 1e-7), 1))
                }
            }
        }
        count += pixels * (first == 0 ? isKnown.count { $0 } : 1)
    }

    /// The probability of a class; the background's has that of classes of which the labels say nothing.
    private func probability(_ channel: Int, _ values: [Float], pixel: Int, of pixels: Int) -> Double {
        let own = Double(values[channel * pixels + pixel])
        guard channel < first else { return own }
        return isKnown.indices.reduce(own) { isKnown[$1] ? $0 : $0 + Double(values[$1 * pixels + pixel]) }
    }

    /// The loss of all that was taken in.
    func value(_ loss: SegmentationLoss) -> Double {
        switch loss {
        case .softDice: dice
        case .softDiceAndCrossEntropy: dice + entropy(sums.map { _ in 1 })
        case .structureDiceAndCrossEntropy: structureDice + entropy(first == 0 ? sums.map { _ in 1 } : balance)
        }
    }

    /// The mean cross-entropy, with a weight for the pixels of each class.
    private func entropy(_ weights: [Double]) -> Double {
        zip(sums, weights).reduce(0) { $0 + $1.0.entropy * $1.1 } / Double(max(count, 1))
    }

    /// By one over the root of how many pixels a class has, 1 in the mean.
    private var balance: [Double] {
        let roots = sums.map { $0.truth > 0 ? 1 / $0.truth.squareRoot() : 0 }
        let mean = zip(roots, sums).reduce(0) { $0 + $1.0 * $1.1.truth }
        let pixels = sums.reduce(0) { $0 + $1.truth }
        return roots.map { $0 * pixels / max(mean, 1e-6) }
    }

    private var dice: Double {
        var total = Sums()
        for own in sums {
            total.both += own.both
            total.all += own.all
        }
        return total.loss
    }

    private var structureDice: Double {
        let there = sums.dropFirst(first).filter { $0.truth > 0 }
        return there.isEmpty ? 0 : there.reduce(0) { $0 + $1.loss } / Double(there.count)
    }
}
