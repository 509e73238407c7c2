import Foundation
import Testing

@testable import Models

@Suite struct NeighbourSlicesTests {
    private func recipe(neighbours: [Int], secondWindow: Bool = false) -> PreprocessingRecipe {
        var recipe = PreprocessingRecipe()
        recipe.windowLow = 0
        recipe.windowHigh = 1
        recipe.neighbourSlices = neighbours
        if secondWindow { recipe.secondWindow = .init(low: 0.5, high: 1) }
        return recipe
    }

    @Test func theSliceItselfComesFirstThenEachNeighbourBelowAndAbove() {
        let recipe = recipe(neighbours: [2, 6])
        #expect(recipe.sliceOffsets == [0, -2, 2, -6, 6])
        #expect(recipe.slices(around: 7, of: 20) == [7, 5, 9, 1, 13])
        #expect(recipe.channelCount == 5)
        #expect(self.recipe(neighbours: []).sliceOffsets == [0])
    }

    @Test func beyondTheEndsTheEndRepeats() {
        let recipe = recipe(neighbours: [1, 3])
        #expect(recipe.slices(around: 0, of: 5) == [0, 0, 1, 0, 3])
        #expect(recipe.slices(around: 4, of: 5) == [4, 3, 4, 1, 4])
        #expect(recipe.slices(around: 0, of: 1) == [0, 0, 0, 0, 0])
    }

    @Test func eachSliceIsFollowedByItsSecondWindow() {
        let recipe = recipe(neighbours: [1], secondWindow: true)
        #expect(recipe.channelCount == 6 && recipe.windowCount == 2)
        let channels = recipe.channels(of: [[0.5, 0.75], [0.25, 1], [0, 0.6]])
        let expected: [Float] = [0.5, 0.75, 0, 0.5, 0.25, 1, 0, 1, 0, 0.6, 0, 0.2]
        #expect(channels.count == expected.count)
        #expect(zip(channels, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func theNetworkHasAChannelForEachSliceAndWindow() {
        var whole = Recipe(name: "a", structures: [.lungLeft])
        whole.preprocessing = recipe(neighbours: [1, 2, 4], secondWindow: true)
        #expect(whole.network.inputChannels == 14)
    }

    @Test func theKeyReadsAndRefuses() throws {
        func reading(_ value: RecipeValue) throws -> Recipe {
            try Recipe(entries: [
                "": ["name": .text("a"), "structures": .list([.text("Lung_L"), .text("Lung_R")])],
                "preprocessing": ["neighbour_slices": value],
            ])
        }
        let read = try reading(.list([.number(2), .number(6)]))
        #expect(read.preprocessing.neighbourSlices == [2, 6])
        #expect(read.entries["preprocessing"]?["neighbour_slices"] == .list([.number(2), .number(6)]))
        #expect(try reading(.list([])).preprocessing.neighbourSlices.isEmpty)
        let wrong: [RecipeValue] = [
            .number(2), .list([.number(0)]), .list([.number(65)]), .list([.number(1.5)]), .list([.text("2")]),
            .list([.number(2), .number(2)]), .list([.number(6), .number(2)]),
            .list((1...5).map { RecipeValue.number(Double($0)) }),
        ]
        for value in wrong {
            let error = #expect(throws: RecipeError.self) { try reading(value) }
            #expect(error?.key == "[preprocessing] neighbour_slices")
        }
    }

    /// Records and caches of before there were neighbours read as they did.
    @Test func noneIsNotWritten() throws {
        let none = recipe(neighbours: [])
        let json = String(decoding: try JSONEncoder().encode(none), as: UTF8.self)
        #expect(!json.contains("eighbour"))
        #expect(try JSONDecoder().decode(PreprocessingRecipe.self, from: Data(json.utf8)) == none)
        var emptied = recipe(neighbours: [3])
        let three = try JSONDecoder().decode(PreprocessingRecipe.self, from: JSONEncoder().encode(emptied))
        #expect(three.neighbourSlices == [3])
        emptied.neighbourSlices = []
        #expect(emptied == none)
    }
}
