import Cases
import Models
import Networks
import Testing

@testable import Training

@Suite struct NeighbourSlicesTrainingTests {
    private static let area = 256

    private func batch(
        _ data: SmallDataset, slice: Int, recipe: Recipe? = nil, augments: Bool = false, seed: UInt64 = 0
    ) -> TrainingBatch {
        BatchMaker(data.patients, recipe: recipe ?? data.recipe, augments: augments)
            .batch([EpochOrder.Place(patient: 0, slice: slice)][...]) { _ in SeededRandom(seed) }
    }

    private func plane(_ batch: TrainingBatch, _ channel: Int) -> [Float] {
        Array(batch.images.values[channel * Self.area..<(channel + 1) * Self.area])
    }

    /// Channels are the slices around, the ends repeat, and the truth is that of the slice itself.
    @Test func trainingSeesTheSlicesAround() throws {
        let data = try SmallDataset(1) { $0.preprocessing.neighbourSlices = [1, 3] }
        let alone = try SmallDataset(1)
        for slice in 0..<5 {
            let whole = batch(data, slice: slice)
            #expect(whole.images.channels == 5)
            #expect(whole.targets == batch(alone, slice: slice).targets)
            for (channel, offset) in [0, -1, 1, -3, 3].enumerated() {
                let other = min(max(slice + offset, 0), 4)
                #expect(plane(whole, channel) == plane(batch(alone, slice: other), 0), "slice \(slice), \(offset)")
            }
        }
    }

    /// What is drawn for a slice is the same whatever is beside it, so that recipes can be compared.
    @Test func neighboursChangeNothingAboutTheSliceItself() throws {
        let change: (inout Recipe) -> Void = {
            $0.augmentation.rotation = 20
            $0.augmentation.elastic = 4
            $0.augmentation.noise = 50
            $0.augmentation.blur = 4
            $0.augmentation.intensityShift = 100
            $0.augmentation.masses = 1
            $0.augmentation.fluid = 0.5
        }
        let alone = try SmallDataset(1, change: change)
        let data = try SmallDataset(1) {
            change(&$0)
            $0.preprocessing.neighbourSlices = [1, 2]
        }
        for seed in 0..<20 as Range<UInt64> {
            let (with, without) = (
                batch(data, slice: 2, augments: true, seed: seed), batch(alone, slice: 2, augments: true, seed: seed)
            )
            #expect(plane(with, 0) == plane(without, 0) && with.targets == without.targets)
        }
    }

    /// A slice and its neighbours stay in place to one another: all are moved and shaded alike, and only their noise
    /// is their own.
    @Test func neighboursMoveWithTheSlice() throws {
        let data = try SmallDataset(1, slices: 1) {
            $0.preprocessing.neighbourSlices = [1]
            $0.augmentation.rotation = 30
            $0.augmentation.elastic = 4
            $0.augmentation.shift = 8
            $0.augmentation.blur = 4
            $0.augmentation.intensityScale = 0.5
        }
        var noisy = data.recipe
        noisy.augmentation.noise = 100
        let plain = plane(batch(data, slice: 0), 0)
        for seed in 1..<10 as Range<UInt64> {
            // Of a patient of one slice all neighbours are that slice.
            let moved = batch(data, slice: 0, augments: true, seed: seed)
            #expect(plane(moved, 0) != plain)
            #expect(plane(moved, 1) == plane(moved, 0) && plane(moved, 2) == plane(moved, 0))
            let grainy = batch(data, slice: 0, recipe: noisy, augments: true, seed: seed)
            #expect(plane(grainy, 1) != plane(grainy, 0) && plane(grainy, 2) != plane(grainy, 1))
        }
    }

    /// A model of one window and no neighbours gives a wider network that says the same; none is ever taken away.
    @Test func aModelIsWidenedByNeighbours() throws {
        let one = try SmallDataset(1) { $0.network.dropout = 0 }
        var wider = one.recipe
        wider.preprocessing.neighbourSlices = [1]
        wider.preprocessing.secondWindow = .init(low: 200, high: 700)
        let engine = try TorchEngine.load(threads: 1)
        func answer(_ recipe: Recipe, _ weights: [NamedTensor]) throws -> [Float] {
            let network = try TorchNetwork(
                configuration: recipe.network, weights: weights, engine: engine, device: .cpu)
            return try network.probabilities(batch(one, slice: 2, recipe: recipe).images, dropoutSeed: nil)
        }
        let small = try TorchNetwork(configuration: one.recipe.network, seed: 3, engine: engine)
        let model = try ModelFile(
            name: ModelName(rawValue: "small@1"), recipe: one.recipe, weights: try small.weights())
        let weights = try #require(model.startingWeights(for: wider))
        #expect(weights.first?.shape == [4, 6, 3, 3])
        let before = try answer(one.recipe, model.weights)
        #expect(zip(before, try answer(wider, weights)).allSatisfy { abs($0 - $1) < 1e-5 })

        // A farther slice goes in between the channels that were there.
        let marked = weights.map { tensor in
            guard tensor.shape == [4, 6, 3, 3] else { return tensor }
            return NamedTensor(name: tensor.name, shape: tensor.shape, values: tensor.values.indices.map { Float($0) })
        }
        var widest = wider
        widest.preprocessing.neighbourSlices = [1, 2]
        let second = try ModelFile(name: ModelName(rawValue: "second@1"), recipe: wider, weights: marked)
        let kernel = try #require(second.startingWeights(for: widest)?.first)
        #expect(kernel.shape == [4, 10, 3, 3])
        #expect(Array(kernel.values[0..<54]) == (0..<54).map { Float($0) })
        #expect(kernel.values[54..<90].allSatisfy { $0 == 0 })
        #expect(kernel.values[90] == 54, "the second filter")
        var nearest = widest
        nearest.preprocessing.neighbourSlices = [1]
        let third = try ModelFile(
            name: ModelName(rawValue: "third@1"), recipe: widest,
            weights: try #require(second.startingWeights(for: widest)))
        #expect(third.startingWeights(for: nearest) == nil, "a neighbour is never taken away")
        nearest.preprocessing.neighbourSlices = [2, 3]
        #expect(third.startingWeights(for: nearest) == nil, "nor taken for another, though there are as many")
    }

    /// What a single slice does not tell, neighbours do: here, whether the slice above is bright.
    @Test func aNetworkLearnsFromItsNeighbours() throws {
        let data = try SmallDataset(1) {
            $0.preprocessing.neighbourSlices = [1]
            $0.network.dropout = 0
            $0.training.learningRate = 0.01
        }
        let network = try TorchNetwork(
            configuration: data.recipe.network, seed: 1, engine: try TorchEngine.load(threads: 1))
        let grey = [Float](repeating: 0.5, count: Self.area)
        let bright = [Float](repeating: 1, count: Self.area)
        let all = [Float](repeating: 1, count: 2 * Self.area)
        let batch = TrainingBatch(
            images: ImageBatch(
                count: 2, channels: 3, rows: 16, columns: 16, values: grey + grey + bright + grey + bright + grey),
            targets: all + all.map { _ in 0 })
        let options = data.recipe.training.options(epoch: 0, step: 0, of: 1, reductions: 0)
        var losses: [Float] = []
        for _ in 0..<60 { losses.append(try network.trainStep(batch, options: options)) }
        #expect(losses[59] < 0.3 * losses[0])
    }
}
