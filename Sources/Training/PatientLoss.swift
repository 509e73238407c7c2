import Foundation
import Networks

/// The loss of probabilities against labels, gathered slice by slice; the definitions of ``SegmentationLoss``, with
/// all slices as one batch.
struct PatientLoss {
    private var both = 0.0
    private var sum = 0.0
    private var entropy = 0.0
    private var count = 0

    /// Takes in values of any shape.
    mutating func add(probabilities: [Float], targets: [Float]) {
        for (p, t) in zip(probabilities, targets) {
            both += Double(p * t)
            sum += Double(p + t)
            let certain = t > 0.5 ? p : 1 - p
            entropy -= log(Double(min(max(certain, 1e-7), 1)))
        }
        count += targets.count
    }

    /// The loss of all that was taken in.
    func value(_ loss: SegmentationLoss) -> Double {
        let dice = 1 - (2 * both + 1e-6) / (sum + 1e-6)
        switch loss {
        case .softDice: return dice
        case .softDiceAndCrossEntropy: return dice + entropy / Double(max(count, 1))
        }
    }
}
