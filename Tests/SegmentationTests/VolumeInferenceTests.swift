import Cases
import Models
import Networks
import TestSupport
import Testing
import Volumes

@testable import Segmentation

/// A network on volumes that is a formula of what it is shown.
private final class FormulaVolumes: SegmentationNetwork {
    let configuration: NetworkConfiguration
    private let formula: (ImageBatch, UInt64?) -> [Float]
    private(set) var asked: [ImageBatch] = []
    private(set) var seeds: [UInt64?] = []

    init(_ recipe: Recipe, _ formula: @escaping (ImageBatch, UInt64?) -> [Float]) {
        configuration = recipe.network
        self.formula = formula
    }

    /// Says of each voxel what the first channel shows, for the first class, and the opposite for the second.
    static func echo(_ recipe: Recipe) -> FormulaVolumes {
        FormulaVolumes(recipe) { images, _ in
            let first = Array(images.values.prefix(images.area))
            return first + first.map { 1 - $0 }
        }
    }

    func probabilities(_ images: ImageBatch, dropoutSeed: UInt64?) throws -> [Float] {
        asked.append(images)
        seeds.append(dropoutSeed)
        return formula(images, dropoutSeed)
    }
}

@Suite struct VolumeInferenceTests {
    private func recipe(_ change: (inout Recipe) -> Void = { _ in }) -> Recipe {
        var recipe = Recipe(name: "v", structures: [.lungLeft, .lungRight])
        recipe.network = NetworkConfiguration(.uNet3D)
        recipe.network.levels = 1
        recipe.preprocessing.spacing = Spacing(x: 2, y: 2, z: 3)
        (recipe.preprocessing.columns, recipe.preprocessing.rows) = (10, 7)
        (recipe.preprocessing.windowLow, recipe.preprocessing.windowHigh) = (0, 1000)
        recipe.preprocessing.cropsToBody = false
        (recipe.patches.slices, recipe.patches.rows, recipe.patches.columns) = (4, 6, 6)
        recipe.postprocessing.keptComponents = 0
        recipe.postprocessing.mirrorsForTTA = false
        change(&recipe)
        return recipe
    }

    private static func value(_ x: Int, _ y: Int, _ z: Int) -> Float { Float((x * 7 + y * 3 + z * 11) % 97) / 100 }

    private func slice(_ z: Int, _ size: GridSize) -> [Float] {
        (0..<size.x * size.y).map { Self.value($0 % size.x, $0 / size.x, z) }
    }

    private func blended(
        _ recipe: Recipe, _ network: FormulaVolumes, _ size: GridSize,
        _ variations: [VolumeInference.Variation] = [.init()]
    ) throws -> [[Float]] {
        var slices: [[Float]] = []
        try VolumeInference(recipe, network: network).probabilities(
            of: size, slice: { slice($0, size) }, variations: variations, isCancelled: { false }, progress: { _ in }
        ) { z, values in
            #expect(z == slices.count)
            slices.append(values)
        }
        return slices
    }

    /// Whatever the patches, what is said of a voxel arrives at that voxel, and the mean of equal answers is the answer.
    @Test(arguments: [1, 3, 4, 5, 13])
    func patchesArriveWhereTheyWereTaken(slices: Int) throws {
        let recipe = recipe()
        let size = GridSize(x: 10, y: 7, z: slices)
        let answers = try blended(recipe, .echo(recipe), size)
        #expect(answers.count == slices)
        for (z, answer) in answers.enumerated() {
            let own = slice(z, size)
            #expect(zip(answer, own + own.map { 1 - $0 }).allSatisfy { abs($0 - $1) < 1e-6 })
        }
    }

    /// A patch that is longer than the image goes on with its mirror image, to both sides.
    @Test func beyondTheEndsTheImageIsMirrored() throws {
        let recipe = recipe { ($0.patches.slices, $0.preprocessing.rows, $0.preprocessing.columns) = (8, 6, 6) }
        let network = FormulaVolumes.echo(recipe)
        let size = GridSize(x: 6, y: 6, z: 3)
        _ = try blended(recipe, network, size)
        #expect(network.asked.count == 1)
        let values = network.asked[0].values
        // The three slices lie in the middle, from the third on.
        for (place, z) in [2, 1, 0, 1, 2, 1, 0, 1].enumerated() {
            #expect(Array(values[place * 36..<(place + 1) * 36]) == slice(z, size), "place \(place)")
        }
        #expect((-5..<8).map { VolumeInference.mirrored($0, of: 3) } == [1, 0, 1, 2, 1, 0, 1, 2, 1, 0, 1, 2, 1])
        #expect((-2..<3).map { VolumeInference.mirrored($0, of: 1) } == [0, 0, 0, 0, 0])
    }

    /// The second window is the second channel of the whole patch.
    @Test func windowsAreChannels() throws {
        let recipe = recipe {
            $0.preprocessing.secondWindow = .init(low: 200, high: 700)
            ($0.preprocessing.rows, $0.preprocessing.columns) = (6, 6)
        }
        let network = FormulaVolumes.echo(recipe)
        _ = try blended(recipe, network, GridSize(x: 6, y: 6, z: 4))
        let images = try #require(network.asked.first)
        #expect(images.channels == 2 && images.slices == 4 && images.rows == 6 && images.columns == 6)
        for i in 0..<images.area {
            let expected = min(max((images.values[i] - 0.2) / 0.5, 0), 1)
            #expect(abs(images.values[images.area + i] - expected) < 1e-5)
        }
    }

    /// A mirrored patch's answer is turned back, its sides change places, and each patch and draw has its own seed.
    @Test func variationsAreAveraged() throws {
        let recipe = recipe()
        // What grows with the column within the patch is left: so a mirrored answer differs from a plain one.
        func ramp(_ images: ImageBatch) -> [Float] {
            let left = (0..<images.area).map { Float($0 % images.columns) / 10 }
            return left + left.map { $0 / 2 }
        }
        let size = GridSize(x: 6, y: 6, z: 6)
        let narrow = self.recipe { ($0.preprocessing.rows, $0.preprocessing.columns) = (6, 6) }
        let plain = try blended(narrow, FormulaVolumes(narrow) { images, _ in ramp(images) }, size)
        let mirrored = try blended(
            narrow, FormulaVolumes(narrow) { images, _ in ramp(images) }, size, [.init(isMirrored: true)])
        let both = try blended(
            narrow, FormulaVolumes(narrow) { images, _ in ramp(images) }, size, [.init(), .init(isMirrored: true)])
        for x in 0..<6 {
            // Left is now what the right channel said of the mirrored column.
            #expect(abs(plain[2][x] - Float(x) / 10) < 1e-6)
            #expect(abs(mirrored[2][x] - Float(5 - x) / 20) < 1e-6)
            #expect(abs(mirrored[2][36 + x] - Float(5 - x) / 10) < 1e-6)
            #expect(abs(both[2][x] - (plain[2][x] + mirrored[2][x]) / 2) < 1e-6)
        }
        let drawn = FormulaVolumes.echo(recipe)
        _ = try blended(recipe, drawn, GridSize(x: 10, y: 7, z: 6), [.init(seed: 1), .init(seed: 2)])
        // Three columns, two rows and two layers of patches, each asked twice.
        #expect(drawn.seeds.count == 24)
        #expect(Set(drawn.seeds).count == drawn.seeds.count && !drawn.seeds.contains(nil))
    }

    @Test func answersThatAreNoneAreRefused() throws {
        let recipe = recipe { ($0.preprocessing.rows, $0.preprocessing.columns) = (6, 6) }
        let size = GridSize(x: 6, y: 6, z: 6)
        let wrong = FormulaVolumes(recipe) { images, _ in
            var answer = [Float](repeating: 0.5, count: 2 * images.area)
            // The last voxel of the first class in the patch's third slice.
            answer[3 * 36 - 1] = .nan
            return answer
        }
        #expect(throws: PredictionError.notAProbability(slice: 2)) { try blended(recipe, wrong, size) }
        let short = FormulaVolumes(recipe) { _, _ in [1] }
        #expect(throws: PredictionError.wrongAnswer(expected: 288, found: 1)) { try blended(recipe, short, size) }
        var asked = 0
        #expect(throws: CancellationError.self) {
            try VolumeInference(recipe, network: FormulaVolumes.echo(recipe)).probabilities(
                of: size, slice: { slice($0, size) },
                isCancelled: {
                    asked += 1
                    return asked > 1
                }
            ) { _, _ in }
        }
    }

    /// From an image to masks on its own grid, as with any other network.
    @Test func aSegmenterMakesMasks() throws {
        let recipe = recipe { ($0.preprocessing.rows, $0.preprocessing.columns) = (12, 12) }
        let geometry = try GridGeometry(size: GridSize(x: 12, y: 12, z: 9), spacing: Spacing(x: 2, y: 2, z: 3))
        let volume = try drawnVolume(geometry) { $0.x > 5 ? 900 : 100 }
        let segmenter = try ModelSegmenter(
            name: ModelName(rawValue: "v@1"), recipe: recipe, network: FormulaVolumes.echo(recipe))
        let outcome = try segmenter.segment(volume)
        let bright = Mask(geometry: geometry) { $0.x > 5 }
        #expect(outcome.prediction.masks[.lungLeft] == bright)
        #expect(outcome.prediction.masks[.lungRight] == bright.inverted())
        #expect(throws: PredictionError.otherNetwork) {
            try ModelSegmenter(
                name: ModelName(rawValue: "v@1"), recipe: Recipe(name: "flat", structures: [.lungLeft]),
                network: FormulaVolumes.echo(recipe))
        }
    }

    /// Two networks' probabilities are averaged by shares, structure by structure, as far as the second one's grid reaches;
    /// beyond it the first decides alone.
    @Test func aSecondNetworkCountsByItsShare() throws {
        var flat = Recipe(name: "flat", structures: [.lungLeft, .lungRight])
        flat.network.levels = 1
        flat.preprocessing.spacing = Spacing(x: 2, y: 2, z: 3)
        (flat.preprocessing.columns, flat.preprocessing.rows) = (12, 12)
        flat.preprocessing.cropsToBody = false
        flat.postprocessing.keptComponents = 0
        flat.postprocessing.secondNetworkShares = [0.75, 0]
        flat.postprocessing.mirrorsForTTA = false
        let slices = FakeNetwork(flat) { channel, _, _, _, _ in channel == 0 ? 0.2 : 0.3 }
        // The second sees the middle 6 × 6 pixels, and only the right lung's share of it is 0.
        let inner = recipe { ($0.preprocessing.rows, $0.preprocessing.columns) = (6, 6) }
        let volumes = FormulaVolumes(inner) { images, _ in [Float](repeating: 0.8, count: 2 * images.area) }
        let geometry = try GridGeometry(size: GridSize(x: 12, y: 12, z: 9), spacing: Spacing(x: 2, y: 2, z: 3))
        let volume = try drawnVolume(geometry) { _ in 0 }
        let segmenter = try ModelSegmenter(
            name: ModelName(rawValue: "both@1"), recipe: flat, network: slices, second: (inner, volumes))
        var steps: [Double] = []
        let outcome = try segmenter.segment(
            volume, options: PredictionOptions(), progress: { step, _ in steps.append(step) })
        #expect(steps == steps.sorted())
        let (left, right) = (outcome.probabilities.fields[0], outcome.probabilities.fields[1])
        for z in 0..<9 {
            for y in 0..<12 {
                for x in 0..<12 {
                    let isInner = (3..<9).contains(x) && (3..<9).contains(y)
                    let voxel = VoxelIndex(x: x, y: y, z: z)
                    #expect(abs(left[voxel] - (isInner ? 0.25 * 0.2 + 0.75 * 0.8 : 0.2)) < 1e-4)
                    #expect(abs(right[voxel] - 0.3) < 1e-4)
                }
            }
        }
        #expect(outcome.prediction.masks[.lungLeft]?.count == 6 * 6 * 9)
        #expect(
            outcome.prediction.preprocessing.contains {
                $0.contains("second network") && $0.contains("Lung_L 0.75, Lung_R 0.0")
            })
        // Dropout is drawn in the first network alone.
        var options = PredictionOptions()
        options.dropoutSamples = 3
        _ = try segmenter.segment(volume, options: options)
        #expect(volumes.seeds.allSatisfy { $0 == nil })
        #expect(throws: PredictionError.otherNetwork) {
            try ModelSegmenter(
                name: ModelName(rawValue: "both@1"), recipe: flat, network: slices, second: (flat, volumes))
        }
    }
}
