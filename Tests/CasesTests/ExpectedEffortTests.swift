import Cases
import TestSupport
import Testing
import Volumes

@Suite struct ExpectedEffortTests {
    /// 20×20×3 voxels of 1×1×2.5 mm; a square of 10×10 on the first two slices.
    private func prediction(_ scores: [Double]?) throws -> Prediction {
        let grid = try GridGeometry(
            size: GridSize(x: 20, y: 20, z: 3), spacing: Spacing(x: 1, y: 1, z: 2.5),
            origin: PatientPoint(x: 0, y: 0, z: 0))
        let mask = Mask(geometry: grid) { $0.x < 10 && $0.y < 10 && $0.z < 2 }
        return Prediction(
            model: ModelName(rawValue: "m@1"), masks: [.lungLeft: mask], preprocessing: [],
            uncertainty: try scores.map {
                PredictionUncertainty(
                    map: try ByteMap(
                        geometry: grid, slices: Array(repeating: Array(repeating: 0, count: 400), count: 3)),
                    sliceScores: $0)
            })
    }

    @Test func noUncertaintyNoEstimate() throws {
        #expect(ExpectedEffort(try prediction(nil)) == nil)
    }

    @Test func aCertainModelCostsOnlyLooking() throws {
        let effort = try #require(ExpectedEffort(try prediction([0, 0, 0])))
        // 20 s and half a second for each of two slices.
        #expect(effort.addedPathLength.value == 0 && effort.seconds == 21 && effort.uncertainty == 0)
    }

    @Test func theWrongAreaIsDrawnAlongItsDepth() throws {
        // A = 100 mm²: E = 0.1 · (200 + 100) = 30 mm² on the first slice, 7.5 mm of contour. The third slice has no
        // mask: E = 0.2 · 100 = 20 mm², 5 mm.
        let effort = try #require(ExpectedEffort(try prediction([0.1, 0, 0.2])))
        #expect(abs(effort.addedPathLength.value - 12.5) < 1e-9)
        #expect(abs(effort.seconds - (20 + 1.5 + 1.25)) < 1e-9)
        #expect(abs(effort.uncertainty - 50.0 / 700) < 1e-9)
    }

    @Test func noMoreIsDrawnThanThereIsContour() throws {
        // E = 300 mm² would be 75 mm; the discs of 100 mm² have 2·√(100π) = 35.449 mm each.
        let effort = try #require(ExpectedEffort(try prediction([1, 0, 0])))
        #expect(abs(effort.addedPathLength.value - 70.898154) < 1e-6)
    }
}
