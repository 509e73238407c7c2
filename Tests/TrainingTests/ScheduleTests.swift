import Models
import Testing

@testable import Training

@Suite struct ScheduleTests {
    @Test func ratesAreThoseWorkedOutByHand() {
        var recipe = TrainingRecipe()
        recipe.epochs = 10
        recipe.learningRate = 0.01
        #expect(recipe.learningRate(progress: 7.3) == 0.01)

        recipe.schedule = .cosine
        recipe.minimumLearningRate = 0.002
        #expect(recipe.learningRate(progress: 0) == 0.01)
        #expect(abs(recipe.learningRate(progress: 5) - 0.006) < 1e-15)
        #expect(abs(recipe.learningRate(progress: 10) - 0.002) < 1e-15)
        // cos(π/3) = 1/2 a third of the way.
        #expect(abs(recipe.learningRate(progress: 10.0 / 3) - (0.002 + 0.008 * 0.75)) < 1e-15)

        recipe.warmupEpochs = 2
        #expect(recipe.learningRate(progress: 0) == 0)
        #expect(recipe.learningRate(progress: 0.5) == 0.0025)
        #expect(recipe.learningRate(progress: 2) == 0.01)
        #expect(abs(recipe.learningRate(progress: 6) - 0.006) < 1e-15)

        recipe.schedule = .step
        recipe.decayEpochs = 3
        recipe.decayFactor = 0.5
        #expect(recipe.learningRate(progress: 4.9) == 0.01)
        #expect(recipe.learningRate(progress: 5) == 0.005)
        #expect(recipe.learningRate(progress: 8.5) == 0.0025)
        // Never below the least.
        #expect(recipe.learningRate(progress: 100) == 0.002)
    }

    @Test func aStepIsAtItsMiddle() {
        var recipe = TrainingRecipe()
        recipe.epochs = 1
        recipe.learningRate = 1
        recipe.warmupEpochs = 1
        #expect(recipe.options(epoch: 0, step: 0, of: 4, reductions: 0).learningRate == 0.125)
        #expect(recipe.options(epoch: 0, step: 3, of: 4, reductions: 0).learningRate == 0.875)
    }

    @Test func lossesAreThoseWorkedOutByHand() {
        var loss = PatientLoss(isKnown: [true], first: 0)
        loss.add(probabilities: [0.5, 0.25], targets: [1, 0])
        loss.add(probabilities: [0.25], targets: [1])
        // Σ pt = 0.75, Σ p = 1, Σ t = 2.
        #expect(abs(loss.value(.softDice) - (1 - (1.5 + 1e-6) / (3 + 1e-6))) < 1e-12)
        let entropy: Double = (0.6931471805599453 + 0.2876820724517809 + 1.3862943611198906) / 3
        #expect(abs(loss.value(.softDiceAndCrossEntropy) - loss.value(.softDice) - entropy) < 1e-7)
        #expect(abs(loss.value(.structureDiceAndCrossEntropy) - loss.value(.softDiceAndCrossEntropy)) < 1e-12)
    }

    /// A background, a structure, one that the patient has no label of, and one that is nowhere.
    @Test func aSoftmaxIsMeasuredByWhatIsKnown() {
        var loss = PatientLoss(isKnown: [true, true, false, true], first: 1)
        loss.add(
            probabilities: [0.25, 0.5, 0.25, 0.25, 0.5, 0.125, 0, 0.125],
            targets: [1, 0, 0, 1, 0, 0, 0, 0])
        // The background is 0.75 and 0.625 with the unknown structure's part: entropies of 0.75 and of 0.25. Each class
        // has one pixel, so that both count alike.
        let entropy: Double = (0.2876820724517809 + 1.3862943611198906) / 2
        let structure: Double = 1 - (2 * 0.25 + 1e-6) / (0.5 + 1 + 1e-6)
        #expect(abs(loss.value(.structureDiceAndCrossEntropy) - structure - entropy) < 1e-7)
        let all: Double = 0.75 + 0.625 + 0.5 + 0.125 + 2
        let dice: Double = 1 - (2 * (0.75 + 0.25) + 1e-6) / (all + 1e-6)
        #expect(abs(loss.value(.softDice) - dice) < 1e-7)
    }
}
