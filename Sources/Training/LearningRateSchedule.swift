import Foundation
import Models
import Networks

extension TrainingRecipe {
    /// The learning rate at a moment of training.
    /// - Parameters:
    ///   - progress: epochs done, with the part of the running one.
    ///   - reductions: how often the validation has stood still long enough for `plateau` to reduce the rate.
    public func learningRate(progress: Double, reductions: Int = 0) -> Double {
        if warmupEpochs > 0, progress < warmupEpochs { return learningRate * max(progress, 0) / warmupEpochs }
        let length = max(Double(epochs) - warmupEpochs, 1e-9)
        switch schedule {
        case .constant: return learningRate
        case .cosine:
            let done = min(max((progress - warmupEpochs) / length, 0), 1)
            return minimumLearningRate + (learningRate - minimumLearningRate) * (1 + cos(.pi * done)) / 2
        case .step:
            let falls = ((progress - warmupEpochs) / Double(max(decayEpochs, 1))).rounded(.down)
            return max(learningRate * pow(decayFactor, falls), minimumLearningRate)
        case .plateau: return max(learningRate * pow(decayFactor, Double(reductions)), minimumLearningRate)
        }
    }

    /// What a step is done with.
    /// - Parameters:
    ///   - epoch: from 0.
    ///   - step: from 0 within the epoch.
    ///   - steps: steps of the epoch.
    ///   - reductions: see ``learningRate(progress:reductions:)``.
    func options(epoch: Int, step: Int, of steps: Int, reductions: Int) -> TrainingStepOptions {
        var options = TrainingStepOptions()
        options.loss = loss
        options.optimiser = optimiser
        // The middle of the step: a warm-up's first step should not be at a rate of 0.
        let progress = Double(epoch) + (Double(step) + 0.5) / Double(max(steps, 1))
        options.learningRate = learningRate(progress: progress, reductions: reductions)
        var random = SeededRandom(UInt64(seed), 3, UInt64(epoch), UInt64(step))
        options.seed = random.next()
        options.usesMixedPrecision = usesMixedPrecision
        options.freezesEncoder = freezesEncoder
        return options
    }
}
