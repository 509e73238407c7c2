import Cases
import Foundation
import Models
import Networks
import Synchronization
import TestSupport
import Testing
import Volumes

@testable import Segmentation

/// A network whose answer is a formula of what it is shown.
private final class FormulaNetwork: PatchNetwork {
    private let formula: (ShapedValues) throws -> ShapedValues
    private(set) var asked: [ShapedValues] = []

    init(_ formula: @escaping (ShapedValues) throws -> ShapedValues) { self.formula = formula }

    func answer(to input: ShapedValues, atMost most: Int) throws -> ShapedValues {
        asked.append(input)
        return try formula(input)
    }

    /// Says of each voxel what it is shown, for the first class, and the opposite for the second.
    static func echo() -> FormulaNetwork {
        FormulaNetwork { input in
            ShapedValues(
                shape: [1, 2] + input.shape.dropFirst(2), values: input.values + input.values.map { 1 - $0 })
        }
    }
}

@Suite struct PatchInferenceTests {
    private func volume(_ x: Int, _ y: Int, _ z: Int, _ hu: (VoxelIndex) -> Int) throws -> Volume {
        let geometry = try GridGeometry(size: GridSize(x: x, y: y, z: z), spacing: Spacing(x: 2, y: 2, z: 3))
        return try drawnVolume(geometry) { Int16(hu($0)) }
    }

    private func recipe(
        _ structures: [StructureName] = [.heart], _ change: (inout TorchScriptRecipe) -> Void = { _ in }
    ) -> Recipe {
        var script = TorchScriptRecipe()
        script.output = .sigmoid
        change(&script)
        var recipe = Recipe(name: "theirs", structures: structures, torchScript: script)
        recipe.preprocessing.spacing = Spacing(x: 2, y: 2, z: 3)
        (recipe.preprocessing.windowLow, recipe.preprocessing.windowHigh) = (0, 1000)
        recipe.postprocessing.keptComponents = 0
        return recipe
    }

    private func blended(
        _ volume: Volume, _ recipe: Recipe, _ network: any PatchNetwork
    ) throws -> [[Float]] {
        let script = try #require(recipe.torchScript)
        try recipe.check()
        var slices: [[Float]] = []
        try PatchInference(recipe, script, network: network).blend(
            try PreprocessedVolume(volume, recipe.preprocessing), { false }, { _ in }
        ) { z, values in
            #expect(z == slices.count, "each slice once, from the feet to the head")
            slices.append(values)
        }
        return slices
    }

    private struct Slid: Decodable {
        let name: String
        let orientation: String
        let patch: [Int]
        let overlap: Double
        let gaussian: Bool
        let multiple: Int
        let classes: Int
        let normalisation: String
        let answer: [Float]
    }

    private static func file(_ name: String) throws -> Data {
        try Data(contentsOf: Bundle.module.bundleURL.appendingPathComponent("Resources/TorchScript/\(name)"))
    }

    /// Logits and labels of a sliding window that was written in Python and run on PyTorch, see
    /// Tests/oracles/make_torchscript_resources.py.
    @Test func slidingWindowsAreThoseOfPyTorch() throws {
        let image = try volume(10, 9, 7) {
            ($0.x * 37 + $0.y * 53 + $0.z * 71 + $0.x * $0.y * 11 + $0.y * $0.z * 5) % 400 - 200
        }
        let all = try JSONDecoder().decode([Slid].self, from: Self.file("answers.json"))
        #expect(all.map(\.name) == ["flat-whole", "flat-patches", "nnunet", "monai", "whole-image"])
        for each in all {
            var recipe = recipe([.lungLeft, .lungRight]) { script in
                script.orientation = TensorOrientation(each.orientation) ?? .slices
                (script.classes, script.patch, script.overlap) = (each.classes, each.patch, each.overlap)
                script.patchWeights = each.gaussian ? .gaussian : .uniform
                script.sizeMultiple = each.multiple
                script.output = .logitsSoftmax
            }
            recipe.preprocessing.normalisation = try #require(.init(rawValue: each.normalisation))
            let isUnit = each.normalisation == "unit"
            (recipe.preprocessing.windowLow, recipe.preprocessing.windowHigh) = isUnit ? (-150, 250) : (-180, 190)
            if each.normalisation == "z-score" { recipe.preprocessing.zScore = .init(mean: 20.5, deviation: 87.25) }
            let network = try TorchNetworks(threads: 1).network(torchScript: Self.file("\(each.name).pt"))
            let slices = try blended(image, recipe, network)
            // [classes][slices][rows][columns] there, slices first here.
            let area = 90
            var (worst, wrongLabels): (Float, Int) = (0, 0)
            #expect(each.answer.count == each.classes * 7 * area && slices.count == 7)
            for z in 0..<7 {
                for i in 0..<area {
                    let theirs = (0..<each.classes).map { each.answer[($0 * 7 + z) * area + i] }
                    let ours = (0..<each.classes).map { slices[z][$0 * area + i] }
                    for (a, b) in zip(theirs, ours) { worst = max(worst, abs(a - b)) }
                    if theirs.firstIndex(of: theirs.max() ?? 0) != ours.firstIndex(of: ours.max() ?? 0) {
                        wrongLabels += 1
                    }
                }
            }
            #expect(worst < 1e-4 && wrongLabels == 0, "\(each.name): \(worst), \(wrongLabels) other labels")
        }
    }

    @Test(arguments: ["PL", "LP", "RA", "AL", "SPL", "RAS", "IAR", "LSP"])
    func whateverTheAxesTheImageComesBackAsItWas(orientation: String) throws {
        for (x, y, z) in [(7, 5, 6), (3, 9, 4), (12, 11, 9)] {
            let image = try volume(x, y, z) { ($0.x * 131 + $0.y * 57 + $0.z * 211) % 1000 }
            for (patch, overlap) in [([4, 6, 5], 0.5), ([5, 4, 4], 0.0), ([3, 3, 3], 0.7)] {
                let recipe = recipe { script in
                    script.orientation = TensorOrientation(orientation) ?? .slices
                    script.patch = Array(patch.prefix(script.orientation.dimensions))
                    script.overlap = overlap
                }
                let slices = try blended(image, recipe, FormulaNetwork.echo())
                let worst =
                    (0..<z).flatMap { k in
                        (0..<x * y).map { abs(slices[k][$0] - Float(image.slices[k].values[$0]) / 1000) }
                    }.max() ?? 1
                #expect(worst < 1e-5, "\(x)×\(y)×\(z), \(patch)")
            }
        }
    }

    @Test func theNetworkSeesItsOwnAxes() throws {
        let image = try volume(3, 2, 4) { $0.x + 10 * $0.y + 100 * $0.z }
        func seen(_ orientation: String, _ patch: [Int]) throws -> [[Int]] {
            let recipe = recipe {
                $0.orientation = TensorOrientation(orientation) ?? .slices
                $0.patch = patch
            }
            let network = FormulaNetwork.echo()
            _ = try blended(image, recipe, network)
            return network.asked.map { $0.values.map { Int(($0 * 1000).rounded()) } }
        }
        #expect(try seen("SPL", [1, 2, 3]).first == [0, 1, 2, 10, 11, 12])
        #expect(try seen("RAS", [3, 2, 1]).first == [12, 2, 11, 1, 10, 0], "to the right, the front and the head")
        #expect(try seen("PL", []).count == 4)
        #expect(try seen("PL", []).last == [300, 301, 302, 310, 311, 312])
        #expect(try seen("AL", [2, 3]).first == [10, 11, 12, 0, 1, 2])
    }

    @Test func whatIsSmallerThanAPatchLiesInItsMiddleAmongZeros() throws {
        let image = try volume(2, 3, 1) { _ in 500 }
        let network = FormulaNetwork.echo()
        let recipe = recipe { ($0.orientation, $0.patch) = (.slices, [4, 5]) }
        #expect(try blended(image, recipe, network) == [[Float](repeating: 0.5, count: 12)])
        let row: [Float] = [0, 0.5, 0.5, 0, 0]
        #expect(network.asked.map(\.values) == [row + row + row + [0, 0, 0, 0, 0]])
        let whole = FormulaNetwork.echo()
        _ = try blended(image, self.recipe { $0.sizeMultiple = 4 }, whole)
        #expect(whole.asked.map(\.shape) == [[1, 1, 4, 4]])
    }

    @Test func theImagesOwnSpacingIsKeptWhereTheRecipeSaysZero() throws {
        var recipe = recipe()
        recipe.preprocessing.spacing = Spacing(x: 4, y: 0, z: 0)
        try recipe.check()
        // Columns to the head, rows to the left, slices to the back.
        let turned = GridDirection(
            x: PatientVector(x: 0, y: 0, z: 1), y: PatientVector(x: 1, y: 0, z: 0), z: PatientVector(x: 0, y: 1, z: 0))
        let geometry = try GridGeometry(
            size: GridSize(x: 5, y: 6, z: 7), spacing: Spacing(x: 3, y: 2, z: 1.5), direction: turned)
        let record = try PreprocessingRecord(try drawnVolume(geometry) { _ in 0 }, recipe.preprocessing)
        #expect(record.grid.spacing == Spacing(x: 4, y: 1.5, z: 3))
        #expect(record.grid.size == GridSize(x: 3, y: 7, z: 5))
    }

    @Test func classesMakeStructuresAndMasks() throws {
        let image = try volume(4, 3, 5) { $0.x < 2 ? 0 : 1000 }
        // Label 1 where it is dark, 2 and 3 by turns where it is bright.
        let network = FormulaNetwork { input in
            ShapedValues(
                shape: [1] + input.shape.dropFirst(2),
                values: input.values.enumerated().map { $1 < 0.5 ? 1 : Float(2 + $0 % 2) })
        }
        var recipe = recipe([.lungLeft, .heart]) {
            $0.output = .labels
            $0.classes = 4
            $0.structureClasses = [[1], [2, 3]]
        }
        recipe.postprocessing.exclusive = [.lungLeft, .heart]
        let segmenter = try ModelSegmenter(name: ModelName(rawValue: "theirs@1"), recipe: recipe, network: network)
        let told = Mutex<[Double]>([])
        let outcome = try segmenter.segment(image, progress: { share, _ in told.withLock { $0.append(share) } })
        let masks = outcome.prediction.masks
        #expect(masks[.lungLeft] == Mask(geometry: image.geometry) { $0.x < 2 })
        #expect(masks[.heart] == Mask(geometry: image.geometry) { $0.x >= 2 })
        #expect(outcome.prediction.preprocessing.contains("all of the image: 4×3 pixels, 5 slices"))
        let shares = told.withLock { $0 }
        #expect(shares == shares.sorted() && shares.count >= 8 && shares.last == 1)
        var (options, mirrored) = (PredictionOptions(), PredictionOptions())
        options.dropoutSamples = 2
        #expect(throws: PredictionError.noDropout) { try segmenter.segment(image, options: options) }
        mirrored.mirrors = true
        #expect(try segmenter.segment(image, options: mirrored).prediction.masks == masks)
    }

    @Test func probabilitiesAreMadeOfWhatTheNetworkMeans() throws {
        func probabilities(
            _ output: TorchScriptRecipe.Output, _ values: [Float], of classes: [Int]
        ) throws -> Float {
            try PatchAnswers(output, values, classes: 3, area: 1, slice: 0).probabilities(of: classes)[0]
        }
        #expect(try abs(probabilities(.logitsSoftmax, [0, 0, 800], of: [1]) - 0) < 1e-6, "large logits do no harm")
        #expect(try abs(probabilities(.logitsSoftmax, [1, 1, 1], of: [1, 2]) - 2 / 3) < 1e-6)
        #expect(try probabilities(.logitsSigmoid, [0, 0, -100], of: [0, 2]) == 0.5, "the likelier one")
        #expect(try abs(probabilities(.softmax, [0.2, 0.3, 0.5], of: [1, 2]) - 0.8) < 1e-6)
        #expect(try probabilities(.sigmoid, [0.2, 0.9, 0.7], of: [1, 2]) == 0.9)
        for (output, values) in [
            (TorchScriptRecipe.Output.softmax, [Float(0.2), 1.5, 0]), (.sigmoid, [-1, 0, 0]),
            (.logitsSoftmax, [.nan, 0, 0]), (.logitsSigmoid, [.nan, 0, 0]), (.logitsSoftmax, [.infinity, 0, 0]),
        ] {
            #expect(throws: PredictionError.notAProbability(slice: 0)) {
                try probabilities(output, values, of: [1])
            }
        }
    }

    @Test func answersOfAnotherKindAreRefused() throws {
        let image = try volume(4, 4, 2) { _ in 0 }
        func error(_ output: TorchScriptRecipe.Output, _ answer: ShapedValues) throws -> PredictionError? {
            #expect(throws: PredictionError.self) {
                try blended(image, recipe { $0.output = output }, FormulaNetwork { _ in answer })
            }
        }
        let zeros = [Float](repeating: 0, count: 48)
        #expect(
            try error(.sigmoid, ShapedValues(shape: [1, 3, 4, 4], values: zeros))
                == .wrongShape(expected: [1, 2, 4, 4], found: [1, 3, 4, 4]))
        #expect(
            try error(.labels, ShapedValues(shape: [1, 3, 4, 4], values: zeros))?.description
                .contains("answered with 1×3×4×4 where its recipe says 1×1×4×4") == true)
        for label in [Float(2), 0.5, -1, .nan] {
            let found = try error(
                .labels, ShapedValues(shape: [1, 1, 4, 4], values: [Float](repeating: label, count: 16)))
            guard case .notAClass = found else {
                Issue.record("\(label): \(String(describing: found))")
                continue
            }
        }
        let segmenter = try ModelSegmenter(
            name: ModelName(rawValue: "theirs@1"), recipe: recipe(),
            network: FormulaNetwork { _ in ShapedValues(shape: [1, 3, 4, 4], values: zeros) })
        #expect(throws: PredictionError.self) { try segmenter.tryOut() }
        #expect(throws: PredictionError.otherNetwork) {
            try ModelSegmenter(
                name: ModelName(rawValue: "own@1"), recipe: Recipe(name: "own", structures: [.heart]),
                network: FormulaNetwork.echo())
        }
    }

    @Test func workEndsBetweenPatches() throws {
        let image = try volume(8, 8, 4) { _ in 0 }
        let asked = Mutex(0)
        let network = FormulaNetwork { input in
            asked.withLock { $0 += 1 }
            return ShapedValues(shape: [1, 2] + input.shape.dropFirst(2), values: input.values + input.values)
        }
        let recipe = recipe { ($0.patch, $0.overlap) = ([4, 4], 0) }
        let segmenter = try ModelSegmenter(name: ModelName(rawValue: "theirs@1"), recipe: recipe, network: network)
        #expect(throws: CancellationError.self) {
            try segmenter.segment(image, isCancelled: { asked.withLock { $0 >= 3 } })
        }
        #expect(asked.withLock { $0 } == 3, "of 16")
    }

    @Test func patchesAreSpreadEvenly() {
        func starts(_ length: Int, _ patch: Int, _ overlap: Double) -> [Int] {
            AxisTiling(length: length, patch: patch, overlap: overlap).starts
        }
        #expect(starts(10, 4, 0.5) == [0, 2, 4, 6])
        #expect(starts(11, 4, 0.5) == [0, 2, 4, 5, 7])
        #expect(starts(9, 4, 0) == [0, 2, 5])
        // nnU-Net's own function, at a half.
        #expect(starts(533, 7, 0.6).contains(395) && starts(533, 7, 0.6).count == 189)
        #expect(starts(4, 4, 0.5) == [0] && starts(3, 4, 0.5) == [0] && starts(1, 4, 0.5) == [-1])
        #expect(starts(5, 1, 0) == [0, 1, 2, 3, 4])
        func reversed(_ length: Int, _ patch: Int, _ overlap: Double) -> [Int] {
            AxisTiling(length: length, patch: patch, overlap: overlap, isReversed: true).starts
        }
        #expect(reversed(9, 4, 0) == [0, 3, 5] && reversed(3, 4, 0.5) == [-1] && reversed(10, 4, 0.5) == [0, 2, 4, 6])
    }
}
