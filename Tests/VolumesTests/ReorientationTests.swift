import TestSupport
import Testing

@testable import Volumes

/// Masks whose voxels are those of another grid, with the axes in another order or the other way along them.
@Suite struct ReorientationTests {
    private static let size = GridSize(x: 70, y: 5, z: 4)

    private func grid() throws -> GridGeometry {
        // Turned by the 3-4-5 angle about the long axis.
        try GridGeometry(
            size: Self.size, spacing: Spacing(x: 0.9765625, y: 0.8, z: 2.5),
            origin: PatientPoint(x: -46.3867187, y: -46.3867187, z: -301.37),
            direction: GridDirection(
                x: PatientVector(x: 0.8, y: 0.6, z: 0), y: PatientVector(x: -0.6, y: 0.8, z: 0),
                z: PatientVector(x: 0, y: 0, z: 1)))
    }

    /// The grid with its axes in another order and sense, worked out voxel by voxel; positions rounded to float32 as
    /// NIfTI does.
    private func turned(_ grid: GridGeometry, _ axes: [Int], _ reversed: [Bool]) throws -> GridGeometry {
        let counts = [grid.size.x, grid.size.y, grid.size.z]
        let steps = [grid.spacing.x, grid.spacing.y, grid.spacing.z]
        let vectors = [grid.direction.x, grid.direction.y, grid.direction.z]
        var corner = [0, 0, 0]
        for i in 0..<3 where reversed[i] { corner[axes[i]] = counts[axes[i]] - 1 }
        let first = grid.point(at: VoxelIndex(x: corner[0], y: corner[1], z: corner[2]))
        let direction = (0..<3).map { vectors[axes[$0]] * (reversed[$0] ? -1 : 1) }
        return try GridGeometry(
            size: GridSize(x: counts[axes[0]], y: counts[axes[1]], z: counts[axes[2]]),
            spacing: Spacing(x: steps[axes[0]], y: steps[axes[1]], z: steps[axes[2]]),
            origin: PatientPoint(
                x: Double(Float(first.x)), y: Double(Float(first.y)), z: Double(Float(first.z))),
            direction: GridDirection(x: direction[0], y: direction[1], z: direction[2]))
    }

    static let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]

    @Test(arguments: orders) func everyOrientationGivesEachVoxelItsPlace(axes: [Int]) throws {
        let grid = try grid()
        var generator = SeededGenerator(seed: 3)
        let points = (0..<400).map { _ in
            VoxelIndex(
                x: Int.random(in: 0..<70, using: &generator), y: Int.random(in: 0..<5, using: &generator),
                z: Int.random(in: 0..<4, using: &generator))
        }
        var truth = Mask(geometry: grid)
        for point in points { truth[point] = true }
        for bits in 0..<8 {
            let reversed = (0..<3).map { bits >> $0 & 1 == 1 }
            let own = try turned(grid, axes, reversed)
            // By position alone: the voxel of the other grid that lies there.
            var mask = Mask(geometry: own)
            for point in points {
                let index = own.index(of: grid.point(at: point))
                mask[try #require(index.nearestVoxel)] = true
            }
            #expect(own.hasSameVoxels(as: grid) && grid.hasSameVoxels(as: own))
            #expect(try mask.adopting(grid) == truth, "\(axes) \(reversed)")
        }
    }

    @Test func aSingleSliceMayFaceEitherWay() throws {
        let plain = try GridGeometry(size: GridSize(x: 3, y: 2, z: 1), spacing: Spacing(x: 1, y: 1, z: 1))
        let flipped = try GridGeometry(
            size: plain.size, spacing: plain.spacing,
            direction: GridDirection(
                x: PatientVector(x: 1, y: 0, z: 0), y: PatientVector(x: 0, y: 1, z: 0),
                z: PatientVector(x: 0, y: 0, z: -1)))
        let mask = Mask(geometry: flipped) { $0.x == 2 && $0.y == 0 }
        #expect(try mask.adopting(plain) == Mask(geometry: plain) { $0.x == 2 && $0.y == 0 })
    }

    @Test func gridsThatDifferSayInWhat() throws {
        let grid = try grid()
        func other(
            size: GridSize? = nil, spacing: Spacing? = nil, origin: PatientPoint? = nil, direction: GridDirection? = nil
        ) throws -> GridGeometry {
            try GridGeometry(
                size: size ?? grid.size, spacing: spacing ?? grid.spacing, origin: origin ?? grid.origin,
                direction: direction ?? grid.direction)
        }
        func text(_ own: GridGeometry) -> String {
            #expect(!own.hasSameVoxels(as: grid))
            do throws(VolumesError) {
                _ = try Mask(geometry: own).adopting(grid)
                return "nothing"
            } catch {
                return error.description
            }
        }
        let moved = grid.origin + PatientVector(x: 3, y: 0, z: 4)
        let shifted = text(try other(origin: moved))
        #expect(shifted.contains("origin by 5 mm (") && !shifted.contains("voxels"), "\(shifted)")
        // A tenth of a voxel is no rounding.
        #expect(text(try other(origin: grid.origin + PatientVector(x: 0.1, y: 0, z: 0))).contains("origin by 0.1 mm"))
        let smaller = text(try other(size: GridSize(x: 70, y: 5, z: 3)))
        #expect(smaller.contains("70×5×3 against 70×5×4 voxels"), "\(smaller)")
        let coarser = text(try other(spacing: Spacing(x: 0.9765625, y: 0.8, z: 3)))
        #expect(coarser.contains("spacing 0.977×0.8×3 against 0.977×0.8×2.5 mm"), "\(coarser)")
        let straight = text(try other(direction: .identity))
        #expect(straight.contains("direction by 36."), "\(straight)")
        // A grid of the same voxels in another order that is shifted as well speaks of the shift alone.
        let turned = try turned(grid, [1, 0, 2], [true, false, true])
        let both = text(
            try GridGeometry(
                size: turned.size, spacing: turned.spacing,
                origin: turned.origin + PatientVector(x: 0, y: 0, z: 2.5), direction: turned.direction))
        #expect(both.contains("origin by 2.5 mm") && !both.contains("voxels"), "\(both)")
    }
}
