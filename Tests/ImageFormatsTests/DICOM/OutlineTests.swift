import TestSupport
import Testing
import Volumes

@testable import ImageFormats

@Suite struct OutlineTests {
    private func slice(_ rows: [String]) throws -> MaskSlice { try asciiMask([rows]).slices[0] }

    private func filled(_ outlines: [[SliceCorner]], like slice: MaskSlice) -> MaskSlice {
        var result = MaskSlice(width: slice.width, height: slice.height)
        for polygon in outlines {
            result.flip(inside: polygon.map { SlicePoint(x: Double($0.x) - 0.5, y: Double($0.y) - 0.5) })
        }
        return result
    }

    /// The winding number of a polygon around a voxel's centre, by the definition.
    private func winding(_ polygon: [SliceCorner], _ x: Int, _ y: Int) -> Int {
        var sum = 0
        for (i, from) in polygon.enumerated() {
            let to = polygon[(i + 1) % polygon.count]
            // Vertical edges to the right of the centre; corners lie half a voxel before their index.
            guard from.x == to.x, from.x > x else { continue }
            if from.y <= y, to.y > y { sum += 1 }
            if to.y <= y, from.y > y { sum -= 1 }
        }
        return sum
    }

    @Test func aSquareHasFourCorners() throws {
        let outlines = try slice(["....", ".##.", ".##.", "...."]).outlines()
        #expect(outlines.count == 1)
        let corners = Set(outlines[0])
        #expect(outlines[0].count == 4)
        #expect(
            corners == [
                SliceCorner(x: 1, y: 1), SliceCorner(x: 3, y: 1), SliceCorner(x: 3, y: 3), SliceCorner(x: 1, y: 3),
            ])
    }

    @Test func voxelsThatTouchAtACornerAreTwoParts() throws {
        #expect(try slice(["#.", ".#"]).outlines().count == 2)
        #expect(try slice([".#", "#."]).outlines().count == 2)
    }

    @Test func aRingIsOnePolygonWithAKeyhole() throws {
        let ring = try slice(["#####", "#...#", "#.#.#", "#...#", "#####"])
        let outlines = ring.outlines()
        #expect(outlines.count == 2)
        #expect(filled(outlines, like: ring) == ring)
        // Two outlines of four corners; the channel starts between two corners and visits both its ends twice.
        #expect(outlines.map(\.count).sorted() == [4, 11])
    }

    @Test(arguments: 0..<60) func randomSlicesComeBackByEveryRule(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let width = Int.random(in: 1...70, using: &generator)
        let height = Int.random(in: 1...24, using: &generator)
        let grid = try GridGeometry(
            size: GridSize(x: width, y: height, z: 1), spacing: Spacing(x: 1, y: 1, z: 1))
        let density = Double.random(in: 0...1, using: &generator)
        let slice = randomMask(grid, density: density, using: &generator).slices[0]
        let outlines = slice.outlines()
        #expect(filled(outlines, like: slice) == slice)
        // Readers that unite contours or count windings see the same voxels: each polygon winds once around its own
        // voxels, never around a hole, and no two share one.
        for y in 0..<height {
            for x in 0..<width {
                let windings = outlines.map { winding($0, x, y) }.filter { $0 != 0 }
                #expect(windings == (slice[x, y] ? [1] : []))
            }
        }
    }

    @Test func centresOnTheOutlineAreInOnTheLeftAndTopSide() {
        var slice = MaskSlice(width: 6, height: 5)
        slice.flip(inside: [
            SlicePoint(x: 1, y: 1), SlicePoint(x: 4, y: 1), SlicePoint(x: 4, y: 3), SlicePoint(x: 1, y: 3),
        ])
        #expect(asciiRows(slice) == ["......", ".###..", ".###..", "......", "......"])
        // The neighbour on the right takes exactly the rest.
        slice.flip(inside: [
            SlicePoint(x: 4, y: 1), SlicePoint(x: 9, y: 1), SlicePoint(x: 9, y: 3), SlicePoint(x: 4, y: 3),
        ])
        #expect(asciiRows(slice) == ["......", ".#####", ".#####", "......", "......"])
    }

    @Test func trianglesAndWhatIsOffTheSlice() {
        var slice = MaskSlice(width: 5, height: 5)
        slice.flip(inside: [SlicePoint(x: -0.5, y: -0.5), SlicePoint(x: 4.6, y: -0.5), SlicePoint(x: -0.5, y: 4.6)])
        #expect(asciiRows(slice) == ["#####", "####.", "###..", "##...", "#...."])
        var outside = MaskSlice(width: 5, height: 5)
        outside.flip(inside: [SlicePoint(x: -9, y: -9), SlicePoint(x: -3, y: -9), SlicePoint(x: -3, y: 90)])
        outside.flip(inside: [SlicePoint(x: .nan, y: 0), SlicePoint(x: 1, y: 1), SlicePoint(x: 0, y: 3)])
        outside.flip(inside: [SlicePoint(x: 0, y: 0), SlicePoint(x: 3, y: 3)])
        #expect(outside.isEmpty)
    }

    @Test func decimalStringsHaveSixteenCharactersAtMost() {
        #expect(DicomDecimal.text(0.1) == "0.1")
        #expect(DicomDecimal.text(-120) == "-120")
        #expect(DicomDecimal.text(-0.0) == "0")
        #expect(DicomDecimal.text([1.5, -2]) == "1.5\\-2")
        for value in [1.0 / 3, -1.0 / 3, -1234.56789012345678, 1e-7 / 3, -2.0 / 3e300, 0.1 + 0.2] {
            let text = DicomDecimal.text(value)
            #expect(text.count <= 16)
            #expect(abs((Double(text) ?? .nan) / value - 1) < 1e-8)
        }
    }
}
