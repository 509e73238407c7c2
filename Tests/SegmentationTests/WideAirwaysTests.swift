import Cases
import Models
import TestSupport
import Testing
import Volumes

@testable import Segmentation

@Suite struct WideAirwaysTests {
    @Test(arguments: [[1, 2, 3], [-1, -2, 3], [1, -3, 2]])
    func theTracheaIsFoundAndTheLungsAreNot(axes: [Int]) throws {
        let grid = try ThoraxDrawing.grid(axes)
        let found = try WideAirways(of: ThoraxDrawing().volume(on: grid))
        #expect(found.mask.geometry == grid)
        let trachea = try #require(grid.index(of: PatientPoint(x: 0, y: 20, z: 60)).nearestVoxel)
        #expect(found.mask[trachea])
        for side in [1.0, -1.0] {
            let lung = ThoraxDrawing.lung(side: side, on: grid)
            #expect(try Double(found.mask.intersection(lung).count) < 0.01 * Double(lung.count))
        }
        #expect(found.notes.count == 1)
    }

    @Test func withoutATracheaNothingIsTaken() throws {
        var drawing = ThoraxDrawing()
        drawing.hasTrachea = false
        #expect(try WideAirways(of: drawing.volume(on: ThoraxDrawing.grid())).mask.isEmpty)
    }

    @Test func airwaysAreTakenOutBeforeComponentsAreCountedAndHolesFilled() throws {
        var recipe = PostprocessingRecipe()
        recipe.keptComponents = 1
        recipe.holeFilling = .slice
        // Without the bronchus in the middle the piece on the right hangs on nothing, and the ring on the left is
        // filled except where another airway runs.
        let mask = try asciiMask([["#####.##", "#.#.####", "#####.##"]])
        let airways = try asciiMask([["........", "...#.#..", "........"]])
        let cleaned = try recipe.cleaned([mask], names: [.lungLeft], outside: airways)
        #expect(cleaned.map { $0.slices.map(asciiRows) } == [[["#####...", "###.#...", "#####..."]]])
    }
}
