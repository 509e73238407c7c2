import Testing

@testable import Models

@Suite struct SecondWindowTests {
    private func recipe(_ normalisation: PreprocessingRecipe.Normalisation = .unit) -> PreprocessingRecipe {
        var recipe = PreprocessingRecipe()
        recipe.windowLow = -1000
        recipe.windowHigh = 600
        recipe.normalisation = normalisation
        recipe.secondWindow = .init(low: -160, high: 240)
        return recipe
    }

    @Test(arguments: [PreprocessingRecipe.Normalisation.unit, .symmetric])
    func theSecondChannelIsTheSameHUInTheNarrowerWindow(normalisation: PreprocessingRecipe.Normalisation) {
        let recipe = recipe(normalisation)
        let hu: [Double] = [-2000, -1000, -200, -160, -60, 40, 140, 240, 300, 600, 3000]
        let channels = recipe.channels(of: [hu.map(recipe.normalised)])
        #expect(channels.count == 2 * hu.count)
        #expect(Array(channels.prefix(hu.count)) == hu.map(recipe.normalised))
        let shares: [Float] = [0, 0, 0, 0, 0.25, 0.5, 0.75, 1, 1, 1, 1]
        for (value, share) in zip(channels.suffix(hu.count), shares) {
            #expect(abs(value - (normalisation == .unit ? share : 2 * share - 1)) < 1e-5)
        }
    }

    @Test func withoutASecondWindowThereIsOneChannel() {
        var plain = recipe()
        plain.secondWindow = nil
        #expect(plain.channelCount == 1)
        #expect(plain.channels(of: [[0.25, 0.5]]) == [0.25, 0.5])
        var whole = Recipe(name: "a", structures: [.lungLeft])
        #expect(whole.network.inputChannels == 1)
        whole.preprocessing = recipe()
        #expect(whole.network.inputChannels == 2)
        #expect(plain != recipe())
    }
}
