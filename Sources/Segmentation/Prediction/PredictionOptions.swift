import Foundation

/// How a model is asked.
public struct PredictionOptions: Hashable, Sendable {
    /// Whether each slice is also asked mirrored left to right, where the recipe allows it, and the answers are
    /// averaged (test-time augmentation).
    public var mirrors = false
    /// How often each slice is asked with dropout on, by other draws each time, answers averaged (Monte-Carlo
    /// dropout; Gal and Ghahramani 2016). 0 asks once without dropout.
    public var dropoutSamples = 0
    /// What dropout is drawn from.
    public var seed: UInt64 = 1
    /// Slices at a time; `nil` for two a processor, which share them out, and with dropout one, so that what is drawn
    /// does not depend on the machine.
    public var batchSize: Int?

    /// Once, plainly.
    public init() {}

    /// How many slices are asked about together, from 1.
    public var slicesTogether: Int {
        max(1, batchSize ?? (dropoutSamples > 0 ? 1 : 2 * ProcessInfo.processInfo.activeProcessorCount))
    }

    /// In words for the record; empty if plain.
    func summary(canMirror: Bool) -> [String] {
        var parts: [String] = []
        if mirrors {
            parts.append(canMirror ? "averaged with the mirrored image" : "not mirrored: the recipe forbids it")
        }
        if dropoutSamples > 0 { parts.append("averaged over \(dropoutSamples) draws of dropout, seed \(seed)") }
        return parts
    }
}

/// Why a model gave no prediction.
public enum PredictionError: Error, Hashable, Sendable {
    /// The network's output is no number or out of 0…1.
    case notAProbability(slice: Int)
    /// The same of a network that answers prompts.
    case notAProbabilityOfPrompt
    /// The network is not the one that the recipe describes.
    case otherNetwork
    /// The network answers prompts, and segments nothing by itself.
    case answersPrompts
    /// The network answered with the wrong number of values.
    case wrongAnswer(expected: Int, found: Int)
    /// The network's answer has other axes than the recipe says.
    case wrongShape(expected: [Int], found: [Int])
    /// The network's answer is no number of a class that the recipe knows.
    case notAClass(Float)
    /// Dropout was asked of a network that has none that could be drawn.
    case noDropout
}

extension PredictionError: CustomStringConvertible {
    /// One sentence for the user.
    public var description: String {
        switch self {
        case .notAProbability(let slice):
            "The model's output on slice \(slice) of its grid is no probability. The model file is not usable."
        case .notAProbabilityOfPrompt: "The model's answer is no probability. The model file is not usable."
        case .otherNetwork: "The network is not the one that the model's recipe describes."
        case .answersPrompts:
            "This model answers prompts in the review, and segments nothing by itself. Choose another with --model."
        case .wrongAnswer(let expected, let found):
            "The network answered with \(found) values where \(expected) were expected."
        case .wrongShape(let expected, let found):
            "The network answered with \(Self.text(found)) where its recipe says \(Self.text(expected)). Check classes, "
                + "output, orientation and patch of [torchscript]."
        case .notAClass(let value):
            "The network answered with \(value), which is no class of its recipe. Check classes and output of [torchscript]."
        case .noDropout:
            "A TorchScript network predicts without dropout, so that it cannot be averaged over draws. Leave --mc away."
        }
    }

    private static func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "×") }
}
