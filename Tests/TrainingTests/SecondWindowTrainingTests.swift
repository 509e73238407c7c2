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
        #expect(Array(images.values[0..<2 * area]) == recipe.preprocessing.channels(of: [plane]))
        #expect(Array(images.values[2 * area..<4 * area]) == Array(images.values[0..<2 * area]))
        #expect(Set(images.values[area..<2 * area]) != Set(plane))
    }

    /// A model of one window gives a network of two windows that says the same, and learns from both.
    @Test func aModelIsWidenedByASecondWindow() throws {
        let one = try SmallDataset(1) { $0.network.dropout = 0 }
        var wider = one.recipe
        wider.preprocessing.secondWindow = .init(low: 200, high: 700)
        let engine = try TorchEngine.load(threads: 1)
        let small = try TorchNetwork(configuration: one.recipe.network, seed: 3, engine: engine)
        let model = try ModelFile(
            name: ModelName(rawValue: "small@1"), recipe: one.recipe, weights: try small.weights())
        #expect(model.startingWeights(for: one.recipe) == model.weights)
        let weights = try #require(model.startingWeights(for: wider))
        let wide = try TorchNetwork(configuration: wider.network, weights: weights, engine: engine, device: .cpu)
        let plane = BatchMaker(one.patients, recipe: one.recipe, augments: false)
            .batch([EpochOrder.Place(patient: 0, slice: 2)][...]) { _ in SeededRandom(0) }.images
        let both = ImageBatch(
            count: 1, channels: 2, rows: plane.rows, columns: plane.columns,
            values: wider.preprocessing.channels(of: [plane.values]))
        let (before, after) = (
            try small.probabilities(plane, dropoutSeed: nil), try wide.probabilities(both, dropoutSeed: nil)
        )
        #expect(zip(before, after).allSatisfy { abs($0 - $1) < 1e-5 })
        // What has no weights may differ; everything else has to be the same.
        var dropping = wider
        dropping.network.dropout = 0.3
        dropping.network.dropoutKind = .standard
        dropping.network.batchNormMomentum = 0.9
        #expect(model.startingWeights(for: dropping) == weights)
        var other = wider
        other.network.filters += 1
        #expect(model.startingWeights(for: other) == nil)
        other = wider
        other.structures = [.heart]
        #expect(model.startingWeights(for: other) == nil, "no structure in common")
        other = wider
        other.preprocessing.windowHigh = 900
        #expect(model.startingWeights(for: other) == nil)
        other = one.recipe
        let two = try ModelFile(name: ModelName(rawValue: "two@1"), recipe: wider, weights: weights)
        #expect(two.startingWeights(for: other) == nil, "a window is never taken away")
    }

    /// A model of two lungs gives a network of other structures that says the same of those that both know, whether
    /// each is decided by itself or one among all.
    @Test func aModelIsTakenToOtherStructures() throws {
        let data = try SmallDataset(1) { $0.network.dropout = 0 }
        let engine = try TorchEngine.load(threads: 1)
        let small = try TorchNetwork(configuration: data.recipe.network, seed: 3, engine: engine)
        let model = try ModelFile(
            name: ModelName(rawValue: "small@1"), recipe: data.recipe, weights: try small.weights())
        let plane = BatchMaker(data.patients, recipe: data.recipe, augments: false)
            .batch([EpochOrder.Place(patient: 0, slice: 2)][...]) { _ in SeededRandom(0) }.images
        let before = try small.probabilities(plane, dropoutSeed: nil)
        func after(_ recipe: Recipe) throws -> [[Float]] {
            let weights = try #require(model.startingWeights(for: recipe))
            let network = try TorchNetwork(
                configuration: recipe.network, weights: weights, engine: engine, device: .cpu)
            let said = try network.probabilities(plane, dropoutSeed: nil)
            return stride(from: 0, to: said.count, by: 256).map { Array(said[$0..<$0 + 256]) }
        }
        let (left, right) = (before[0..<256], before[256..<512])
        var other = data.recipe
        other.structures = [.heart, .lungRight, .lungLeft]
        let sigmoid = try after(other)
        #expect(sigmoid[0].allSatisfy { $0 == 0.5 })
        #expect(zip(sigmoid[1] + sigmoid[2], right + left).allSatisfy { abs($0 - $1) < 1e-6 })
        other.network.outputActivation = .softmax
        let softmax = try after(other)
        // Against the background, each is what the sigmoid said; the new structure is as likely as the background.
        for i in 0..<256 {
            let (background, start) = (softmax[0][i], before.startIndex + i)
            #expect(abs(softmax[1][i] - background) < 1e-6)
            #expect(abs(softmax[3][i] / (softmax[3][i] + background) - before[start]) < 1e-5)
            #expect(abs(softmax[2][i] / (softmax[2][i] + background) - before[start + 256]) < 1e-5)
        }
        // And on from a softmax to one with other structures.
        let second = try ModelFile(
            name: ModelName(rawValue: "second@1"), recipe: other,
            weights: try #require(model.startingWeights(for: other)))
        var fewer = other
        fewer.structures = [.lungLeft]
        let head = try #require(second.startingWeights(for: fewer)).filter { $0.name.hasPrefix("head.") }
        #expect(head.map { $0.shape.first } == [2, 2])
        #expect(head[0].values.prefix(4) == [0, 0, 0, 0], "the background starts from the background's")
        let sevens = try #require(model.startingWeights(for: data.recipe)).first { $0.name == "head.weight" }
        #expect(head[0].values.suffix(4) == sevens?.values.prefix(4) ?? [])
    }

    /// The engine's two ways, with two channels in: what training lowers is what predictions then say.
    @Test func anEngineLearnsFromTwoChannels() throws {
        let data = try SmallDataset(1) {
            $0.preprocessing.secondWindow = .init(low: 200, high: 700)
            $0.network.dropout = 0
            $0.training.learningRate = 0.01
        }
        let network = try TorchNetwork(
            configuration: data.recipe.network, seed: 1, engine: try TorchEngine.load(threads: 1))
        let maker = BatchMaker(data.patients, recipe: data.recipe, augments: false)
        let batch = maker.batch((1..<5).map { EpochOrder.Place(patient: 0, slice: $0) }[...]) { _ in SeededRandom(0) }
        let options = data.recipe.training.options(epoch: 0, step: 0, of: 1, reductions: 0)
        var losses: [Float] = []
        for _ in 0..<60 { losses.append(try network.trainStep(batch, options: options)) }
        #expect(losses[59] < 0.6 * losses[0])
    }
}
