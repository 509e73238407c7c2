import Foundation
import Models

/// What a network says of one slice, as probabilities.
struct PatchAnswers {
    /// `[classes][pixels]`.
    private let values: [Float]
    private let area: Int
    private let isExclusive: Bool

    /// Makes probabilities of a network's blended answers.
    /// - Parameter slice: for the error.
    /// - Throws: ``PredictionError/notAProbability(slice:)``.
    init(
        _ output: TorchScriptRecipe.Output, _ answers: [Float], classes: Int, area: Int, slice: Int
    ) throws(PredictionError) {
        var values = answers
        switch output {
        case .logitsSoftmax:
            for i in 0..<area {
                var largest = -Float.infinity
                for index in 0..<classes { largest = max(largest, values[index * area + i]) }
                var sum: Float = 0
                for index in 0..<classes {
                    let share = exp(values[index * area + i] - largest)
                    values[index * area + i] = share
                    sum += share
                }
                for index in 0..<classes { values[index * area + i] /= sum }
            }
        case .logitsSigmoid: for i in values.indices { values[i] = 1 / (1 + exp(-values[i])) }
        case .softmax, .sigmoid, .labels: break
        }
        // False for what is no number as well.
        guard values.allSatisfy({ $0 >= -1e-4 && $0 <= 1 + 1e-4 }) else { throw .notAProbability(slice: slice) }
        self.values = values
        self.area = area
        isExclusive = output.isExclusive
    }

    /// The probability that a pixel is of one of these classes.
    func probabilities(of classes: [Int]) -> [Float] {
        (0..<area).map { i in
            var result: Float = 0
            for index in classes {
                let value = values[index * area + i]
                result = isExclusive ? result + value : max(result, value)
            }
            return min(result, 1)
        }
    }
}
