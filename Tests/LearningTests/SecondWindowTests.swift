import Cases
import TestSupport
import Testing
import Volumes

@testable import Learning

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
        let channels = recipe.channels(of: hu.map(recipe.normalised))
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
        #expect(plain.channels(of: [0.25, 0.5]) == [0.25, 0.5])
        var whole = Recipe(name: "a", structures: [.lungLeft])
        #expect(whole.network.inputChannels == 1)
        whole.preprocessing = recipe()
        #expect(whole.network.inputChannels == 2)
        #expect(plain != recipe())
    }

    /// Training and prediction see the same two channels of the same slice, mirrored too.
    @Test func trainingAndPredictionSeeBothChannels() throws {
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

        var fake = Recipe(name: "fake", structures: [.lungLeft, .lungRight])
        fake.preprocessing.spacing = Spacing(x: 2, y: 2, z: 2)
        (fake.preprocessing.columns, fake.preprocessing.rows) = (16, 16)
        fake.preprocessing.cropsToBody = false
        fake.preprocessing.secondWindow = .init(low: -160, high: 240)
        fake.network.levels = 1
        // Claims what is dark in the second channel, and fails where the second is not the first one's.
        let settings = fake.preprocessing
        let network = FakeNetwork(fake) { channel, x, y, slice, _ in
            guard slice.count == 2 * area,
                Array(slice[area...]) == Array(settings.channels(of: Array(slice[..<area]))[area...])
            else { return .nan }
            let isDark = slice[area + y * 16 + x] < 0.2
            return isDark && (x >= 8) == (channel == 0) ? 1 : 0
        }
        let geometry = try GridGeometry(
            size: GridSize(x: 16, y: 16, z: 3), spacing: Spacing(x: 2, y: 2, z: 2))
        let volume = try drawnVolume(geometry) { (4..<10).contains($0.y) ? ($0.x < 6 ? -500 : 100) : 40 }
        let segmenter = try ModelSegmenter(name: ModelName(rawValue: "fake@1"), recipe: fake, network: network)
        for mirrors in [false, true] {
            var options = PredictionOptions()
            options.mirrors = mirrors
            let masks = try segmenter.segment(volume, options: options).prediction.masks
            #expect(masks[.lungRight]?.count == 6 * 6 * 3)
            #expect(masks[.lungLeft]?.isEmpty == true)
        }
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
