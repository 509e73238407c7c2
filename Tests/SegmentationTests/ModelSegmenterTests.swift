import Cases
import Models
import Networks
import Segmentation
import Synchronization
import TestSupport
import Testing
import Volumes

@Suite struct ModelSegmenterTests {
    private func recipe(_ spacing: Spacing, columns: Int = 32, rows: Int = 16) -> Recipe {
        var recipe = Recipe(name: "fake", structures: [.lungLeft, .lungRight])
        recipe.preprocessing.spacing = spacing
        recipe.preprocessing.columns = columns
        recipe.preprocessing.rows = rows
        recipe.preprocessing.cropsToBody = false
        recipe.network.levels = 1
        recipe.postprocessing.exclusive = recipe.structures
        recipe.postprocessing.keptComponents = 0
        return recipe
    }

    private let name = ModelName(rawValue: "fake@1")

    /// Two lungs of different size in soft tissue, one on each side.
    private func lungs(_ point: PatientPoint) -> StructureName? {
        if abs(point.x - 14) <= 6, abs(point.y) <= 6, abs(point.z) <= 6 { return .lungLeft }
        if abs(point.x + 14) <= 8, abs(point.y) <= 4, abs(point.z) <= 8 { return .lungRight }
        return nil
    }

    @Test func everyOrientationGivesTheMasksVoxelByVoxel() throws {
        let recipe = recipe(Spacing(x: 2, y: 2, z: 2))
        let segmenter = try ModelSegmenter(name: name, recipe: recipe, network: FakeNetwork.sides(recipe))
        for (direction, order) in axisDirections() {
            let patient = [28, 12, 12]
            let sizes = order.map { patient[$0] }
            let axes = [direction.x, direction.y, direction.z]
            // The grid's middle is the patient's origin.
            var origin = PatientPoint(x: 0, y: 0, z: 0)
            for i in 0..<3 { origin = origin + axes[i] * -Double(sizes[i] - 1) }
            let geometry = try GridGeometry(
                size: GridSize(x: sizes[0], y: sizes[1], z: sizes[2]), spacing: Spacing(x: 2, y: 2, z: 2),
                origin: origin, direction: direction)
            let volume = try drawnVolume(geometry) { lungs(geometry.point(at: $0)) == nil ? 40 : -800 }
            let masks = try segmenter.segment(volume).prediction.masks
            for structure in recipe.structures {
                let wanted = Mask(geometry: geometry) { lungs(geometry.point(at: $0)) == structure }
                #expect(wanted.count > 100)
                #expect(masks[structure] == wanted)
            }
        }
    }

    @Test(arguments: [NetworkConfiguration.OutputActivation.sigmoid, .softmax])
    func mirroringGivesBackSides(output: NetworkConfiguration.OutputActivation) throws {
        var recipe = recipe(Spacing(x: 2, y: 2, z: 2))
        recipe.network.outputActivation = output
        let network = FakeNetwork.sides(recipe)
        let segmenter = try ModelSegmenter(name: name, recipe: recipe, network: network)
        let geometry = try GridGeometry(
            size: GridSize(x: 28, y: 12, z: 12), spacing: Spacing(x: 2, y: 2, z: 2),
            origin: PatientPoint(x: -27, y: -11, z: -11))
        let volume = try drawnVolume(geometry) { lungs(geometry.point(at: $0)) == nil ? 40 : -800 }
        var options = PredictionOptions()
        options.batchSize = 1
        let plain = try segmenter.segment(volume, options: options)
        #expect(network.seeds.count == 12)
        options.mirrors = true
        let mirrored = try segmenter.segment(volume, options: options)
        #expect(network.seeds.count == 12 + 24)
        #expect(mirrored.prediction.masks == plain.prediction.masks)
        #expect(mirrored.probabilities.fields == plain.probabilities.fields)
        #expect(mirrored.prediction.masks[.lungLeft]?.isEmpty == false)
        #expect(mirrored.prediction.preprocessing.contains { $0.contains("mirrored image") })
    }

    /// One slice of 4 × 2 pixels with given probabilities of the two structures.
    private func single(
        _ left: [Float], _ right: [Float], options: PredictionOptions = PredictionOptions(),
        change: (inout Recipe) -> Void = { _ in }
    ) throws -> ModelSegmenter.Outcome {
        var recipe = recipe(Spacing(x: 10, y: 10, z: 10), columns: 4, rows: 2)
        change(&recipe)
        let geometry = try GridGeometry(size: GridSize(x: 4, y: 2, z: 1), spacing: Spacing(x: 10, y: 10, z: 10))
        let network = FakeNetwork(recipe) { channel, x, y, _, _ in (channel == 0 ? left : right)[y * 4 + x] }
        return try ModelSegmenter(name: name, recipe: recipe, network: network)
            .segment(Volume(geometry: geometry, filledWith: 0), options: options)
    }

    @Test func theLikelierStructureHasTheVoxel() throws {
        let left: [Float] = [0.6, 0.9, 0.6, 0.5, 0.4, 0.7, 0, 1]
        let right: [Float] = [0.7, 0.5, 0.6, 0.2, 0.6, 0.4, 0, 0.6]
        let exclusive = try single(left, right).prediction.masks
        #expect(exclusive[.lungLeft].map { asciiRows($0.slices[0]) } == [".###", ".#.#"])
        #expect(exclusive[.lungRight].map { asciiRows($0.slices[0]) } == ["#...", "#..."])
        let free = try single(left, right) { $0.postprocessing.exclusive = [] }.prediction.masks
        #expect(free[.lungLeft].map { asciiRows($0.slices[0]) } == ["####", ".#.#"])
        #expect(free[.lungRight].map { asciiRows($0.slices[0]) } == ["###.", "#..#"])
    }

    @Test func uncertaintyIsEntropyAndExpectedError() throws {
        let left: [Float] = [1, 0.5, 0.11, 0, 0, 0, 0, 0.75]
        let outcome = try single(left, Array(repeating: 0, count: 8))
        let uncertainty = try #require(outcome.prediction.uncertainty)
        #expect(uncertainty.map.slices[0][0] == 0)
        #expect(uncertainty.map.slices[0][1] == 255)
        // −0.11·log2 0.11 − 0.89·log2 0.89 = 0.4999 bits, and 0.8113 of three quarters.
        #expect(abs(uncertainty.map[VoxelIndex(x: 2, y: 0, z: 0)] - 0.4999) < 0.003)
        #expect(abs(uncertainty.map[VoxelIndex(x: 3, y: 1, z: 0)] - 0.8113) < 0.003)
        // Wrong by expectation: 0.5 + 0.25 in the mask of 3 pixels, 0.11 outside; probabilities add up to 2.36; 1 cm²
        // is one pixel.
        #expect(uncertainty.sliceScores.count == 1)
        #expect(abs(uncertainty.sliceScores[0] - 0.86 / (3 + 2.36 + 1)) < 1e-4)
        // Little everywhere is nothing, and so is nearly all.
        let floor = try #require(
            try single(Array(repeating: 0.09, count: 8), Array(repeating: 0.95, count: 8))
                .prediction.uncertainty)
        #expect(floor.sliceScores == [0])
        let certain = try #require(
            try single([1, 1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0]).prediction.uncertainty)
        #expect(certain.sliceScores == [0])
        #expect(certain.map.slices[0] == Array(repeating: 0, count: 8))
    }

    @Test func dropoutIsAveragedOverItsDraws() throws {
        let recipe = recipe(Spacing(x: 10, y: 10, z: 10), columns: 4, rows: 2)
        let geometry = try GridGeometry(size: GridSize(x: 4, y: 2, z: 3), spacing: Spacing(x: 10, y: 10, z: 10))
        let network = FakeNetwork(recipe) { channel, _, _, _, seed in
            channel == 0 ? (seed.map { Float($0 % 1000) / 1000 } ?? -1) : 0
        }
        var options = PredictionOptions()
        (options.dropoutSamples, options.seed) = (5, 99)
        let segmenter = try ModelSegmenter(name: name, recipe: recipe, network: network)
        let volume = Volume(geometry: geometry, filledWith: 0)
        let outcome = try segmenter.segment(volume, options: options)
        let seeds = network.seeds.compactMap { $0 }
        #expect(seeds.count == 15)
        #expect(Set(seeds).count == 15)
        for z in 0..<3 {
            let mean = seeds[z * 5..<z * 5 + 5].reduce(0) { $0 + Double($1 % 1000) / 1000 } / 5
            #expect(abs(outcome.probabilities.fields[0][VoxelIndex(x: 1, y: 1, z: z)] - mean) < 2e-5)
        }
        // The same seed gives the same again, another one something else.
        #expect(try segmenter.segment(volume, options: options).prediction == outcome.prediction)
        options.seed = 100
        #expect(try segmenter.segment(volume, options: options).probabilities.fields != outcome.probabilities.fields)
    }

    @Test func batchesChangeNothing() throws {
        let recipe = recipe(Spacing(x: 4, y: 3, z: 2))
        let geometry = try GridGeometry(
            size: GridSize(x: 28, y: 12, z: 17), spacing: Spacing(x: 2, y: 2, z: 2),
            origin: PatientPoint(x: -27, y: -11, z: -16))
        let volume = try drawnVolume(geometry) { lungs(geometry.point(at: $0)) == nil ? 40 : -800 }
        let network = FakeNetwork.sides(recipe)
        let segmenter = try ModelSegmenter(name: name, recipe: recipe, network: network)
        var options = PredictionOptions()
        options.batchSize = 1
        let one = try segmenter.segment(volume, options: options)
        options.batchSize = 5
        #expect(try segmenter.segment(volume, options: options).prediction == one.prediction)
        #expect(network.seeds.count == 17 + 4)
        #expect(try segmenter.segment(volume).prediction == one.prediction)
    }

    @Test func whatIsNoProbabilityIsRefused() {
        for bad in [Float.nan, -1, 1.5, .infinity] {
            #expect(throws: PredictionError.notAProbability(slice: 0)) {
                try single([0, 0, 0, 0, 0, bad, 0, 0], Array(repeating: 0, count: 8))
            }
        }
    }

    @Test func anotherNetworkIsRefused() {
        let own = recipe(Spacing(x: 1, y: 1, z: 1))
        var other = own
        other.network.filters = 3
        #expect(throws: PredictionError.otherNetwork) {
            try ModelSegmenter(name: name, recipe: own, network: FakeNetwork.sides(other))
        }
    }

    @Test func workIsCancelledAndProgressNeverFalls() throws {
        let recipe = recipe(Spacing(x: 2, y: 2, z: 2))
        let geometry = try GridGeometry(size: GridSize(x: 8, y: 8, z: 20), spacing: Spacing(x: 2, y: 2, z: 2))
        let network = FakeNetwork.sides(recipe)
        let segmenter = try ModelSegmenter(name: name, recipe: recipe, network: network)
        var shares: [Double] = []
        var options = PredictionOptions()
        options.batchSize = 1
        _ = try segmenter.segment(
            Volume(geometry: geometry, filledWith: 0), options: options,
            progress: { share, _ in shares.append(share) })
        #expect(shares == shares.sorted() && shares.first == 0 && shares.last == 1 && shares.count > 20)
        let before = network.seeds.count
        #expect(throws: CancellationError.self) {
            try segmenter.segment(
                Volume(geometry: geometry, filledWith: 0), isCancelled: { network.seeds.count >= before + 3 })
        }
        #expect(network.seeds.count == before + 3)
    }
}
