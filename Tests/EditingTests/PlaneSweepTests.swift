import Editing
import TestSupport
import Testing
import Volumes

@Suite struct PlaneSweepTests {
    /// The definition, voxel by voxel: distance in mm to the segment, on the plane alone for a disc.
    private func expected(
        _ grid: GridGeometry, _ brush: Brush, _ plane: GridPlane, from a: PlanePoint, to b: PlanePoint
    ) -> Mask {
        let s = grid.spacing
        func millimetres(_ index: ContinuousIndex) -> (Double, Double, Double) {
            (index.x * s.x, index.y * s.y, index.z * s.z)
        }
        let (from, to) = (millimetres(plane.index(of: a)), millimetres(plane.index(of: b)))
        let d = (to.0 - from.0, to.1 - from.1, to.2 - from.2)
        let length2 = d.0 * d.0 + d.1 * d.1 + d.2 * d.2
        return Mask(geometry: grid) { voxel in
            if voxel[plane.normal] == plane.depth {
                for p in [a, b] where plane.voxel(at: p, in: grid.size) == voxel { return true }
            } else if brush.shape == .disc {
                return false
            }
            let p = millimetres(ContinuousIndex(x: Double(voxel.x), y: Double(voxel.y), z: Double(voxel.z)))
            let v = (p.0 - from.0, p.1 - from.1, p.2 - from.2)
            let t = length2 == 0 ? 0 : max(0, min(1, (v.0 * d.0 + v.1 * d.1 + v.2 * d.2) / length2))
            let r = (v.0 - t * d.0, v.1 - t * d.1, v.2 - t * d.2)
            return (r.0 * r.0 + r.1 * r.1 + r.2 * r.2).squareRoot() <= brush.radius.value
        }
    }

    @Test func sweepsEqualTheDefinitionOnEveryPlane() throws {
        var generator = SeededGenerator(seed: 5)
        for round in 0..<150 {
            let grid = try GridGeometry(
                size: GridSize(x: 70, y: 13, z: 9), spacing: Spacing(x: 0.703, y: 1.31, z: 2.49))
            let normal = GridAxis.allCases[round % 3]
            let plane = GridPlane(normal: normal, depth: Int.random(in: 0..<grid.size[normal], using: &generator))
            let size = plane.size(of: grid.size)
            func point() -> PlanePoint {
                PlanePoint(
                    x: Double.random(in: -3...Double(size.x + 3), using: &generator),
                    y: Double.random(in: -3...Double(size.y + 3), using: &generator))
            }
            let brush = Brush(
                shape: round % 2 == 0 ? .ball : .disc,
                radius: Millimetres(Double.random(in: 0.5...9, using: &generator)))
            let a = point()
            let b = round % 5 == 0 ? a : point()
            var mask = Mask(geometry: grid)
            mask.sweep(brush, in: plane, from: a, to: b, set: true)
            #expect(mask == expected(grid, brush, plane, from: a, to: b), "round \(round)")
        }
    }

    @Test func pointsOnAPlaneAreWhatTheySay() throws {
        let size = GridSize(x: 5, y: 6, z: 7)
        let coronal = GridPlane(normal: .y, depth: 4)
        #expect(coronal.voxel(at: PlanePoint(x: 1.4, y: 5.6), in: size) == VoxelIndex(x: 1, y: 4, z: 6))
        #expect(coronal.voxel(at: PlanePoint(x: 1, y: 7), in: size) == nil)
        let sagittal = GridPlane(normal: .x, depth: 2)
        #expect(sagittal.voxel(at: PlanePoint(x: 5, y: 0), in: size) == VoxelIndex(x: 2, y: 5, z: 0))
        #expect(sagittal.point(of: VoxelIndex(x: 9, y: 3, z: 4)) == PlanePoint(x: 3, y: 4))
    }

    @Test func whereAPatchFlipsMostIsFound() throws {
        let before = Mask(
            geometry: try GridGeometry(size: GridSize(x: 80, y: 4, z: 3), spacing: Spacing(x: 1, y: 1, z: 1)))
        var after = before
        for voxel in [(70, 1, 2), (70, 2, 2), (3, 2, 0)] {
            after[VoxelIndex(x: voxel.0, y: voxel.1, z: voxel.2)] = true
        }
        let patch = try MaskPatch(from: before, to: after)
        #expect(GridAxis.allCases.map { patch.busiestIndex(along: $0) } == [70, 2, 2])
        #expect(try MaskPatch(from: before, to: before).busiestIndex(along: .x) == nil)
    }
}
