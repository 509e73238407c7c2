import Cases
import Models
import Networks
import Testing

@testable import Training

@Suite struct SecondWindowTrainingTests {
    /// Training sees both channels of a slice.
    @Test func trainingSeesBothChannels() throws {
        let data = try SmallDataset(1) { $0.preprocessing.secondWindow = .init(low: 200, high: 700) }
        let recipe = data.recipe
        let maker = BatchMaker(data.patients, recipe: recipe, augments: false)
        let place = EpochOrder.Place(patient: 0, slice: 2)
        let images = maker.batch([place, place][...]) { _ in SeededRandom(0) }.images
        #expect(images.channels == 2 && images.count == 2)
        let area = 256
        let plane = Array(images.values[0..<area])
        #expect(Array(images.values[0..<2 * area]) == recipe.preprocessing.channels(of: plane))
        #expect(Array(images.values[2 * area..<4 * area]) == Array(images.values[0..<2 * area]))
        #expect(Set(images.values[area..<2 * area]) != Set(plane))
    }

    /// A model of one window gives a network of two windows that says the same, and learns from both.
    @Test func aModelIsWidenedByASecondWindow() throws {
        let one = try SmallDataset(1) { $0.network.dropout = 0 }
        var wider = one.recipe
        wider.preprocessing.secondWindow = .init(low: 200, high: 700)
        let engine = try TorchEngine.load(threads: 1)
        let small = try UNet2D(configuration: one.recipe.network, seed: 3, engine: engine)
        let model = try ModelFile(
            name: ModelName(rawValue: "small@1"), recipe: one.recipe, weights: try small.weights())
        #expect(model.startingWeights(for: one.recipe) == model.weights)
        let weights = try #require(model.startingWeights(for: wider))
        let wide = try UNet2D(configuration: wider.network, weights: weights, engine: engine, device: .cpu)
        let plane = BatchMaker(one.patients, recipe: one.recipe, augments: false)
            .batch([EpochOrder.Place(patient: 0, slice: 2)][...]) { _ in SeededRandom(0) }.images
        let both = SliceBatch(
            count: 1, channels: 2, rows: plane.rows, columns: plane.columns,
            values: wider.preprocessing.channels(of: plane.values))
        let (before, after) = (
            try small.probabilities(plane, dropoutSeed: nil), try wide.probabilities(both, dropoutSeed: nil)
        )
        #expect(zip(before, after).allSatisfy { abs($0 - $1) < 1e-5 })
        // Everything else has to be the same.
        var other = wider
        other.network.filters += 1
        #expect(model.startingWeights(for: other) == nil)
        other = wider
        other.structures = [.lungRight, .lungLeft]
        #expect(model.startingWeights(for: other) == nil)
        other = wider
        other.preprocessing.windowHigh = 900
        #expect(model.startingWeights(for: other) == nil)
        other = one.recipe
        let two = try ModelFile(name: ModelName(rawValue: "two@1"), recipe: wider, weights: weights)
        #expect(two.startingWeights(for: other) == nil, "a window is never taken away")
    }

    /// The engine's two ways, with two channels in: what training lowers is what predictions then say.
    @Test func anEngineLearnsFromTwoChannels() throws {
        let data = try SmallDataset(1) {
            $0.preprocessing.secondWindow = .init(low: 200, high: 700)
            $0.network.dropout = 0
            $0.training.learningRate = 0.01
        }
        let network = try UNet2D(configuration: data.recipe.network, seed: 1, engine: try TorchEngine.load(threads: 1))
        let maker = BatchMaker(data.patients, recipe: data.recipe, augments: false)
        let batch = maker.batch((1..<5).map { EpochOrder.Place(patient: 0, slice: $0) }[...]) { _ in SeededRandom(0) }
        let options = data.recipe.training.options(epoch: 0, step: 0, of: 1, reductions: 0)
        var losses: [Float] = []
        for _ in 0..<60 { losses.append(try network.trainStep(batch, options: options)) }
        #expect(losses[59] < 0.6 * losses[0])
    }
}
