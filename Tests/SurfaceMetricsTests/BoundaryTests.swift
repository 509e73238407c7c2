import SurfaceMetrics
import TestSupport
import Testing
import Volumes

@Suite("Boundary for drawing, and ranked slices")
struct BoundaryTests {
    @Test("By hand: too far, too short, missed")
    func signs() throws {
        // Thirty slices thick, so that the flat ends of the masks are far from the slice that is looked at.
        func mask(_ rows: [String]) throws -> Mask { try asciiMask(Array(repeating: rows, count: 31)) }
        let reference = try mask(["..............", "....######....", "....######....", ".............."])
        let far = try mask(["..............", "....#########.", "....#########.", ".............."])
        let short = try mask(["..............", "....##........", "....##........", ".............."])
        let none = Array(repeating: "..............", count: 4)

        var live = try LiveSurfaceDice(reference: reference, test: far, tolerances: [1])
        var boundary = live.boundary(z: 15)
        // The reference ends at corner column 10: up to column 11 is within 1 mm, the voxel in column 11 has 12 too.
        let tooFar = ["..............", "...........##.", "...........##.", ".............."]
        #expect(asciiRows(boundary.outside) == tooFar)
        #expect(asciiRows(boundary.within)[1] == "....#######...")
        #expect(asciiRows(boundary.inside) == none)
        // The reference's right edge is not the test's any more, but the test's rows above and below pass near by.
        #expect(asciiRows(boundary.missed) == none)

        try live.apply(MaskPatch(from: far, to: short))
        boundary = live.boundary(z: 15)
        #expect(asciiRows(boundary.outside) == none)
        #expect(asciiRows(boundary.inside) == none)
        // The test ends at corner column 6; the voxel in column 7 has a corner in column 8.
        let missed = ["..............", ".......###....", ".......###....", ".............."]
        #expect(asciiRows(boundary.missed) == missed)

        // Deep inside a thick reference the test's own edge is wrong, inwards.
        let thick = try asciiMask(
            Array(repeating: Array(repeating: String(repeating: "#", count: 14), count: 14), count: 31))
        let core = Mask(geometry: thick.geometry) { (5...8).contains($0.x) && (5...8).contains($0.y) }
        let inner = try LiveSurfaceDice(reference: thick, test: core, tolerances: [3]).boundary(z: 15)
        #expect(inner.inside.count == 12)
        #expect(inner.within.isEmpty && inner.outside.isEmpty)
        #expect(inner.missed.count == 52)
    }

    @Test("Random masks against the definition, voxel by voxel", arguments: 0..<8)
    func definition(seed: UInt64) throws {
        var random = RandomMasks(seed: seed + 300)
        let size = seed % 2 == 0 ? GridSize(x: 14, y: 11, z: 5) : GridSize(x: 66, y: 5, z: 3)
        let geometry = try GridGeometry(size: size, spacing: random.spacing())
        let reference = random.mask(geometry)
        var test = random.neighbour(of: reference)
        let tolerances: [Double] = [random.double(0.3...4), 0]
        var live = try LiveSurfaceDice(reference: reference, test: test, tolerances: tolerances.map { Millimetres($0) })
        for _ in 0..<3 {
            let edited = random.edited(test)
            try live.apply(MaskPatch(from: test, to: edited))
            test = edited
            let definition = SurfaceDiceDefinition(reference: reference, test: test, spacing: geometry.spacing)
            for (index, tolerance) in tolerances.enumerated() {
                let badTest = corners(definition.test, beyond: tolerance)
                let badReference = corners(definition.reference, beyond: tolerance)
                for z in 0..<size.z {
                    let boundary = live.boundary(z: z, tolerance: index)
                    /// A slice of the voxels of which this is so.
                    func drawn(_ isSo: (VoxelIndex) -> Bool) -> [String] {
                        (0..<size.y).map { y in
                            String((0..<size.x).map { isSo(VoxelIndex(x: $0, y: y, z: z)) ? "#" : "." })
                        }
                    }
                    let name: Comment = "seed \(seed) slice \(z)"
                    #expect(
                        asciiRows(boundary.within) == drawn { isEdge(test, $0) && !badTest.contains($0) }, name)
                    #expect(
                        asciiRows(boundary.outside)
                            == drawn { isEdge(test, $0) && badTest.contains($0) && !reference[$0] }, name)
                    #expect(
                        asciiRows(boundary.inside)
                            == drawn { isEdge(test, $0) && badTest.contains($0) && reference[$0] }, name)
                    #expect(
                        asciiRows(boundary.missed)
                            == drawn { isEdge(reference, $0) && badReference.contains($0) }, name)
                }
            }
        }
    }

    /// The voxels with a corner out of tolerance.
    private func corners(_ surfels: [SurfaceDiceDefinition.Surfel], beyond tolerance: Double) -> Set<VoxelIndex> {
        var result: Set<VoxelIndex> = []
        for surfel in surfels where !(surfel.distance <= tolerance) {
            for dz in 0...1 {
                for dy in 0...1 {
                    for dx in 0...1 {
                        result.insert(VoxelIndex(x: surfel.x - dx, y: surfel.y - dy, z: surfel.z - dz))
                    }
                }
            }
        }
        return result
    }

    private func isEdge(_ mask: Mask, _ index: VoxelIndex) -> Bool {
        func inside(_ dx: Int, _ dy: Int) -> Bool {
            let neighbour = VoxelIndex(x: index.x + dx, y: index.y + dy, z: index.z)
            return mask.geometry.size.contains(neighbour) && mask[neighbour]
        }
        return inside(0, 0) && !(inside(1, 0) && inside(-1, 0) && inside(0, 1) && inside(0, -1))
    }

    @Test("The worst slice comes first; slices in agreement or without contour are left out")
    func ranking() throws {
        let reference = try asciiMask([["####", "####"], ["####", "####"], ["....", "...."], ["####", "####"]])
        let test = try asciiMask([["####", "####"], ["##..", "##.."], ["....", "...."], ["....", "...."]])
        var live = try LiveSurfaceDice(reference: reference, test: test, tolerances: [0.5])
        #expect(live.worstSlices().map(\.z) == [3, 1])
        #expect(live.sliceScore(2).value == nil)
        #expect(live.sliceScore(0).value == 1)
        #expect(live.sliceScore(3).value == 0)
        try live.apply(MaskPatch(replacing: 3, of: test, with: reference.slices[3]))
        #expect(live.worstSlices().map(\.z) == [1])
        #expect(live.byteCount > 0)
    }
}
