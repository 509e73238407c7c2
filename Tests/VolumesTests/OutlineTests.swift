import TestSupport
import Testing
import Volumes

@Suite struct OutlineTests {
    private func slice(_ rows: [String]) throws -> MaskSlice { try asciiMask([rows]).slices[0] }

    private func filled(_ outlines: [[SliceCorner]], like slice: MaskSlice) -> MaskSlice {
        var result = MaskSlice(width: slice.width, height: slice.height)
        for polygon in outlines {
            result.flip(inside: polygon.map { PlanePoint(x: Double($0.x) - 0.5, y: Double($0.y) - 0.5) })
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
            PlanePoint(x: 1, y: 1), PlanePoint(x: 4, y: 1), PlanePoint(x: 4, y: 3), PlanePoint(x: 1, y: 3),
        ])
        #expect(asciiRows(slice) == ["......", ".###..", ".###..", "......", "......"])
        // The neighbour on the right takes exactly the rest.
        slice.flip(inside: [
            PlanePoint(x: 4, y: 1), PlanePoint(x: 9, y: 1), PlanePoint(x: 9, y: 3), PlanePoint(x: 4, y: 3),
        ])
        #expect(asciiRows(slice) == ["......", ".#####", ".#####", "......", "......"])
    }

    @Test func trianglesAndWhatIsOffTheSlice() {
        var slice = MaskSlice(width: 5, height: 5)
        slice.flip(inside: [PlanePoint(x: -0.5, y: -0.5), PlanePoint(x: 4.6, y: -0.5), PlanePoint(x: -0.5, y: 4.6)])
        #expect(asciiRows(slice) == ["#####", "####.", "###..", "##...", "#...."])
        var outside = MaskSlice(width: 5, height: 5)
        outside.flip(inside: [PlanePoint(x: -9, y: -9), PlanePoint(x: -3, y: -9), PlanePoint(x: -3, y: 90)])
        outside.flip(inside: [PlanePoint(x: .nan, y: 0), PlanePoint(x: 1, y: 1), PlanePoint(x: 0, y: 3)])
        outside.flip(inside: [PlanePoint(x: 0, y: 0), PlanePoint(x: 3, y: 3)])
        #expect(outside.isEmpty)
    }

    @Test func loopsAloneFillBackToTheSliceAndSayWhichAreHoles() throws {
        var generator = SeededGenerator(seed: 77)
        for round in 0..<40 {
            let grid = try GridGeometry(
                size: GridSize(x: Int.random(in: 1...70, using: &generator), y: 13, z: 1),
                spacing: Spacing(x: 1, y: 1, z: 1))
            let slice = randomMask(grid, density: 0.55, using: &generator).slices[0]
            let loops = slice.outlineLoops()
            #expect(filled(loops.map(\.corners), like: slice) == slice, "round \(round)")
            // Parts clockwise and holes the other way wind to the same.
            var wound = MaskSlice(width: slice.width, height: slice.height)
            for loop in loops where !loop.isHole {
                wound.formUnion(
                    MaskSlice(width: slice.width, height: slice.height, woundBy: loop.corners.map(\.point)))
            }
            #expect(slice.subtracting(wound).isEmpty)
            for loop in loops where loop.isHole {
                let hole = MaskSlice(
                    width: slice.width, height: slice.height, woundBy: loop.corners.map(\.point), clockwise: false)
                #expect(!hole.isEmpty && wound.subtracting(hole) != wound, "round \(round)")
            }
        }
    }

    @Test func windingLeavesOutWhatIsTurnedOver() {
        // A bow tie: its left half runs clockwise, its right half the other way.
        let tie = [
            PlanePoint(x: -0.5, y: -0.5), PlanePoint(x: 8.5, y: 4.5), PlanePoint(x: 8.5, y: -0.5),
            PlanePoint(x: -0.5, y: 4.5),
        ]
        #expect(
            asciiRows(MaskSlice(width: 9, height: 5, woundBy: tie))
                == ["#........", "###......", "####.....", "###......", "#........"])
        #expect(
            asciiRows(MaskSlice(width: 9, height: 5, woundBy: tie, clockwise: false))
                == ["........#", "......###", "....#####", "......###", "........#"])
        #expect(MaskSlice(width: 3, height: 3, woundBy: [PlanePoint(x: 0, y: .nan)] + tie).isEmpty)
        #expect(MaskSlice(width: 3, height: 3, woundBy: []).isEmpty)
    }

    @Test func slicesCombineVoxelByVoxel() throws {
        let (a, b) = (try slice(["##..", "##.."]), try slice([".##.", "...."]))
        var union = a
        union.formUnion(b)
        #expect(asciiRows(union) == ["###.", "##.."])
        var both = a
        both.formIntersection(b)
        #expect(asciiRows(both) == [".#..", "...."])
        #expect(asciiRows(a.subtracting(b)) == ["#...", "##.."])
    }
}
