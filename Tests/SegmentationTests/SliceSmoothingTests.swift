import Cases
import Foundation
import Models
import TestSupport
import Testing
import Volumes

@testable import Segmentation

/// Probabilities smoothed along the slices.
@Suite struct SliceSmoothingTests {
    /// Slices of 2 × 2 pixels, 2.5 mm apart, with one value each.
    private func probabilities(_ values: [Float]) throws -> StructureProbabilities {
        var recipe = PreprocessingRecipe()
        recipe.spacing = Spacing(x: 4, y: 4, z: 2.5)
        (recipe.columns, recipe.rows, recipe.cropsToBody) = (2, 2, false)
        let grid = try GridGeometry(size: GridSize(x: 2, y: 2, z: values.count), spacing: recipe.spacing)
        let record = try PreprocessingRecord(drawnVolume(grid) { _ in 0 }, recipe)
        var field = UnitField(geometry: record.grid)
        for (z, value) in values.enumerated() { try field.set(slice: z, to: [Float](repeating: value, count: 4)) }
        return StructureProbabilities(record: record, structures: [.heart], fields: [field])
    }

    private func column(_ probabilities: StructureProbabilities) -> [Double] {
        (0..<probabilities.record.grid.size.z).map { probabilities.fields[0][VoxelIndex(x: 1, y: 1, z: $0)] }
    }

    @Test func aSliceGoesOverIntoItsNeighboursAsAGaussian() throws {
        let smoothed = column(try probabilities([0, 0, 0, 0, 1, 0, 0, 0, 0]).smoothedAlongSlices(by: 2.5))
        // One, two and three deviations away; cut off after that.
        let weights = [0.0, 1, 2, 3].map { exp(-0.5 * $0 * $0) }
        let sum = weights[0] + 2 * (weights[1] + weights[2] + weights[3])
        for (z, value) in smoothed.enumerated() {
            let distance = abs(z - 4)
            // A slice near the ends has fewer neighbours, whose weights count more.
            let missing = (0...3).filter { $0 > z || $0 > 8 - z }.reduce(0) { $0 + weights[$1] }
            let expected = distance > 3 ? 0 : weights[distance] / (sum - missing)
            #expect(abs(value - expected) < 2e-5, "slice \(z)")
        }
    }

    @Test func whatIsTheSameEverywhereStays() throws {
        let same = try probabilities([0.25, 0.25, 0.25, 0.25])
        #expect(column(try same.smoothedAlongSlices(by: 40)).allSatisfy { abs($0 - 0.25) < 2e-5 })
        #expect(try same.smoothedAlongSlices(by: 0).fields == same.fields)
        let one = try probabilities([0.75])
        #expect(try one.smoothedAlongSlices(by: 4).fields == one.fields)
        // Nearer than the next slice reaches nothing.
        let steps = try probabilities([0, 1, 0])
        #expect(try steps.smoothedAlongSlices(by: 0.5).fields == steps.fields)
    }

    /// A slice on which a network overlooks what it sees above and below.
    @Test func aModelBridgesASliceItOverlooks() throws {
        var recipe = Recipe(name: "fake", structures: [.heart])
        recipe.preprocessing.spacing = Spacing(x: 2, y: 2, z: 2)
        (recipe.preprocessing.columns, recipe.preprocessing.rows) = (16, 16)
        recipe.preprocessing.cropsToBody = false
        recipe.network.levels = 1
        let geometry = try GridGeometry(size: GridSize(x: 16, y: 16, z: 5), spacing: recipe.preprocessing.spacing)
        let volume = try drawnVolume(geometry) { $0.z == 2 ? 400 : 40 }
        // What is brighter is not recognised.
        let network = FakeNetwork(recipe) { _, x, y, slice, _ in
            (4..<12).contains(x) && (4..<12).contains(y) && slice[0] < 0.7 ? 1 : 0
        }
        func slices(_ smoothing: Double) throws -> [Int] {
            recipe.postprocessing.sliceSmoothing = smoothing
            recipe.postprocessing.keptComponents = 0
            let segmenter = try ModelSegmenter(name: ModelName(rawValue: "fake@1"), recipe: recipe, network: network)
            let prediction = try segmenter.segment(volume).prediction
            let told = prediction.preprocessing.contains { $0.contains("smoothed by \(smoothing) mm along the slices") }
            #expect(told == (smoothing > 0))
            return (prediction.masks[.heart]?.slices ?? []).map(\.count)
        }
        #expect(try slices(0) == [64, 64, 0, 64, 64])
        #expect(try slices(4) == [64, 64, 64, 64, 64])
    }
}
