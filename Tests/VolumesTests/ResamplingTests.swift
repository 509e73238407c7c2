import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Volumes

/// A grid of the golden file.
struct GoldenGrid: Sendable {
    let size: [Int]
    let spacing: [Double]
    let origin: [Double]
    let direction: [[Double]]

    func geometry() throws -> GridGeometry {
        func vector(_ v: [Double]) -> PatientVector { PatientVector(x: v[0], y: v[1], z: v[2]) }
        return try GridGeometry(
            size: GridSize(x: size[0], y: size[1], z: size[2]),
            spacing: Spacing(x: spacing[0], y: spacing[1], z: spacing[2]),
            origin: PatientPoint(x: origin[0], y: origin[1], z: origin[2]),
            direction: GridDirection(x: vector(direction[0]), y: vector(direction[1]), z: vector(direction[2])))
    }
}

/// What SimpleITK made of a volume on another grid; −5000 outside.
struct ResamplingGolden: Sendable {
    let source: GoldenGrid
    let target: GoldenGrid
    let linear: [Double]
    let nearest: String
}

@Suite struct ResamplingTests {
    /// The input that the oracle computes by the same formula.
    private func hu(_ voxel: VoxelIndex) -> Int {
        (voxel.x * 7919 + voxel.y * 104_729 + voxel.z * 1_299_709) % 4001 - 1024
    }

    private func volume(_ grid: GridGeometry) throws -> Volume {
        let area = grid.size.x * grid.size.y
        let values = voxels(grid.size).map { Int16(hu($0)) }
        return try Volume(
            geometry: grid,
            slices: (0..<grid.size.z).map {
                try VolumeSlice(
                    width: grid.size.x, height: grid.size.y, values: Array(values[$0 * area..<($0 + 1) * area]))
            })
    }

    @Test(arguments: resamplingGolden.indices) func equalsSimpleITK(index: Int) throws {
        let golden = resamplingGolden[index]
        let (source, target) = (try golden.source.geometry(), try golden.target.geometry())
        let input = try volume(source)
        let found = Mutex([Double](repeating: .nan, count: target.size.voxelCount))
        input.interpolate(onto: target, outside: -5000) { place, value in found.withLock { $0[place] = value } }
        let worst = zip(found.withLock { $0 }, golden.linear).map { abs($0 - $1) }.max()
        #expect(try #require(worst) < 1e-4)
        let streamed = ResampledVolume(input, onto: target, outside: -5000)
        let difference = zip((0..<target.size.z).flatMap(streamed.slice), golden.linear).map { abs($0 - $1) }.max()
        #expect(try #require(difference) < 1e-4)
        let rounded = input.resampled(onto: target, outside: -5000)
        for (voxel, value) in zip(voxels(target.size), golden.linear) {
            #expect(abs(Double(rounded[voxel].value) - value) <= 0.5 + 1e-4)
        }
        let mask = Mask(geometry: source) { (hu($0) + 3000) % 3 == 0 }
        let nearest = mask.resampled(onto: target)
        #expect(voxels(target.size).map { nearest[$0] ? "1" : "0" }.joined() == golden.nearest)
    }

    @Test func probabilitiesReachTheThreshold() throws {
        let source = try GridGeometry(size: GridSize(x: 2, y: 1, z: 1), spacing: Spacing(x: 4, y: 1, z: 1))
        let target = try GridGeometry(
            size: GridSize(x: 70, y: 1, z: 1), spacing: Spacing(x: 1, y: 1, z: 1),
            origin: PatientPoint(x: -3, y: 0, z: 0))
        // 0 at 0 mm and 1 at 4 mm: one half is reached at 2 mm, and the last voxel ends before 6 mm.
        let mask = try Mask(resampling: [0, 1], on: source, onto: target)
        #expect((0..<70).filter { mask[VoxelIndex(x: $0, y: 0, z: 0)] } == [5, 6, 7, 8])
        let strict = try Mask(resampling: [0, 1], on: source, onto: target, threshold: 0.8)
        #expect((0..<70).filter { strict[VoxelIndex(x: $0, y: 0, z: 0)] } == [7, 8])
        #expect(throws: VolumesError.wrongLength(expected: 2, found: 3)) {
            try Mask(resampling: [0, 1, 0], on: source, onto: target)
        }
        #expect(throws: VolumesError.self) {
            try Mask(resampling: [0, 1], on: source, onto: target, threshold: 0)
        }
    }

    @Test func ontoItselfNothingChanges() throws {
        var generator = SeededGenerator(seed: 2)
        for grid in try awkwardGrids() {
            let mask = randomMask(grid, density: 0.4, using: &generator)
            #expect(mask.resampled(onto: grid) == mask)
            let moved = try GridGeometry(
                size: grid.size, spacing: grid.spacing, origin: PatientPoint(x: 1e-12, y: 0, z: 0))
            #expect(mask.resampled(onto: moved).slices == mask.slices)
            let volume = try volume(grid)
            #expect(volume.resampled(onto: grid) == volume)
        }
    }

    @Test func aFarGridHoldsNothing() throws {
        let near = try GridGeometry(size: GridSize(x: 3, y: 3, z: 3), spacing: Spacing(x: 1, y: 1, z: 1))
        let far = try GridGeometry(
            size: GridSize(x: 2, y: 2, z: 2), spacing: Spacing(x: 1, y: 1, z: 1),
            origin: PatientPoint(x: 1e300, y: 0, z: -1e300))
        #expect(Mask(geometry: near) { _ in true }.resampled(onto: far).isEmpty)
        #expect(Volume(geometry: near, filledWith: 40).resampled(onto: far) == Volume(geometry: far, filledWith: .air))
    }

    @Test func anotherSpacingKeepsTheFieldOfView() throws {
        let grid = try GridGeometry(
            size: GridSize(x: 10, y: 8, z: 3), spacing: Spacing(x: 1, y: 1, z: 5),
            origin: PatientPoint(x: 100, y: 0, z: 0))
        let fine = try grid.resampled(to: Spacing(x: 2, y: 0.5, z: 1))
        #expect(fine.size == GridSize(x: 5, y: 16, z: 15))
        // Outer faces stay: 100 − 0.5 = 100.5 − 1, 0 − 0.5 = −0.25 − 0.25, 0 − 2.5 = −2 − 0.5.
        #expect(fine.origin == PatientPoint(x: 100.5, y: -0.25, z: -2))
        #expect(try grid.resampled(to: grid.spacing) == grid)
        #expect(try grid.resampled(to: Spacing(x: 1000, y: 1, z: 1)).size.x == 1)
        for bad in [0, -1, Double.nan, 1e-9] {
            #expect(throws: VolumesError.self) { try grid.resampled(to: Spacing(x: bad, y: 1, z: 1)) }
        }
    }

    @Test func thresholdsIncludeBothEnds() throws {
        for grid in try awkwardGrids() {
            let volume = try volume(grid)
            let all = try volume.mask(of: -200...1500)
            #expect(all == Mask(geometry: grid) { (-200...1500).contains(hu($0)) })
            let within = Mask(geometry: grid) { ($0.x + $0.y) % 3 == 0 }
            #expect(try volume.mask(of: -200...1500, within: within) == all.intersection(within))
        }
        let grid = try GridGeometry(size: GridSize(x: 2, y: 1, z: 1), spacing: Spacing(x: 1, y: 1, z: 1))
        let other = try GridGeometry(size: GridSize(x: 2, y: 1, z: 1), spacing: Spacing(x: 2, y: 1, z: 1))
        #expect(throws: VolumesError.self) {
            try Volume(geometry: grid, filledWith: 0).mask(of: -1...1, within: Mask(geometry: other))
        }
        #expect(throws: VolumesError.self) {
            try Mask(geometry: grid).connectedComponents().voxelCounts(of: Mask(geometry: other))
        }
    }
}
