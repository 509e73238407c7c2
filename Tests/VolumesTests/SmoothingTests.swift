import Foundation
import TestSupport
import Testing
import Volumes

@Suite struct SmoothingTests {
    private struct Share {
        var inside = 0.0
        var all = 0.0
        var value: Double { inside / all }
    }

    /// The share of a mask around a voxel by the definition: every voxel of the grid, weighed by its distance.
    private func share(
        _ mask: Mask, _ at: VoxelIndex, _ domain: MaskDomain, _ weight: (Double, Double, Double) -> Double
    )
        -> Share
    {
        var share = Share()
        let (size, step) = (mask.geometry.size, mask.geometry.spacing)
        for z in 0..<size.z where domain == .volume || z == at.z {
            for y in 0..<size.y {
                for x in 0..<size.x {
                    let w = weight(
                        Double(x - at.x) * step.x, Double(y - at.y) * step.y, Double(z - at.z) * step.z)
                    share.all += w
                    if mask[VoxelIndex(x: x, y: y, z: z)] { share.inside += w }
                }
            }
        }
        return share
    }

    private func randomMasks(_ seed: UInt64, _ body: (Mask, Double, MaskDomain) throws -> Void) throws {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<12 {
            let grid = try GridGeometry(
                size: GridSize(
                    x: Int.random(in: 1...8, using: &generator), y: Int.random(in: 1...6, using: &generator), z: 4),
                spacing: Spacing(x: 0.7, y: round % 2 == 0 ? 0.7 : 1.1, z: 2.5))
            let mask = randomMask(grid, density: [0.2, 0.5, 0.8][round % 3], using: &generator)
            try body(mask, Double.random(in: 0.6...3.2, using: &generator), round % 4 == 3 ? .slice : .volume)
        }
    }

    @Test func theMedianIsTheMajorityInTheBall() throws {
        try randomMasks(31) { mask, radius, domain in
            let smooth = try #require(try mask.smoothed(.median, Millimetres(radius), in: domain))
            let expected = Mask(geometry: mask.geometry) { voxel in
                let share = share(mask, voxel, domain) { ($0 * $0 + $1 * $1 + $2 * $2).squareRoot() <= radius ? 1 : 0 }
                return share.inside * 2 == share.all ? mask[voxel] : share.inside * 2 > share.all
            }
            #expect(smooth == expected, "radius \(radius), \(domain), \(mask.geometry)")
        }
    }

    @Test func theGaussianIsWeighedByTheDefinition() throws {
        try randomMasks(32) { mask, deviation, domain in
            let smooth = try #require(try mask.smoothed(.gaussian, Millimetres(deviation), in: domain))
            let step = mask.geometry.spacing
            func weight(_ length: Double, _ step: Double) -> Double {
                // Cut off at three deviations, along each axis.
                abs(length) <= 3 * deviation + 1e-9 * step ? exp(-length * length / (2 * deviation * deviation)) : 0
            }
            let size = mask.geometry.size
            for z in 0..<size.z {
                for y in 0..<size.y {
                    for x in 0..<size.x {
                        let voxel = VoxelIndex(x: x, y: y, z: z)
                        let value = share(mask, voxel, domain) {
                            weight($0, step.x) * weight($1, step.y) * weight($2, step.z)
                        }.value
                        guard abs(value - 0.5) > 1e-4 else { continue }
                        #expect(smooth[voxel] == (value > 0.5), "\(voxel): \(value), deviation \(deviation)")
                    }
                }
            }
        }
    }

    @Test func spursGoAndCornersAreRounded() throws {
        let mask = try asciiMask([
            [
                "..........",
                ".#####....",
                ".#####....",
                ".########.",
                ".#####....",
                ".#####....",
                "..........",
            ]
        ])
        let smooth = try #require(try mask.smoothed(.median, 1.5, in: .slice))
        // The ball of 1.5 mm is a block of 3×3: five of nine must be in.
        #expect(
            asciiRows(smooth.slices[0]) == [
                "..........",
                "..###.....",
                ".######...",
                ".######...",
                ".######...",
                "..###.....",
                "..........",
            ])
    }

    /// A ball shrinks when it is smoothed, and does not with its volume kept.
    @Test func volumeIsKeptOnRequest() throws {
        let grid = try GridGeometry(size: GridSize(x: 24, y: 24, z: 12), spacing: Spacing(x: 1, y: 1, z: 2))
        let mask = Mask(geometry: grid) { voxel in
            let (x, y, z) = (Double(voxel.x) - 12, Double(voxel.y) - 12, Double(voxel.z) * 2 - 12)
            return (x * x + y * y + z * z).squareRoot() <= 8
        }
        let shrunk = try #require(try mask.smoothed(.gaussian, 3))
        #expect(shrunk.count < mask.count * 9 / 10)
        for filter in SmoothingFilter.allCases {
            let kept = try #require(try mask.smoothed(filter, 3, keepingVolume: true))
            // Voxels that are alike by symmetry come and go together, here at most 24 of them.
            #expect(abs(kept.count - mask.count) <= 24, "\(filter): \(kept.count) for \(mask.count)")
        }
    }

    @Test func theThresholdThatKeepsTheVolumeIsTheBestOne() throws {
        try randomMasks(33) { mask, radius, domain in
            guard !mask.isEmpty else { return }
            let kept = try #require(try mask.smoothed(.median, Millimetres(radius), keepingVolume: true, in: domain))
            let size = mask.geometry.size
            var shares: [Double] = []
            for z in 0..<size.z {
                for y in 0..<size.y {
                    for x in 0..<size.x {
                        shares.append(
                            share(mask, VoxelIndex(x: x, y: y, z: z), domain) {
                                ($0 * $0 + $1 * $1 + $2 * $2).squareRoot() <= radius ? 1 : 0
                            }.value)
                    }
                }
            }
            let best =
                Set(shares).filter { $0 > 0 }.map { bound in
                    abs(shares.count { $0 >= bound } - mask.count)
                }.min() ?? 0
            #expect(abs(kept.count - mask.count) == min(best, mask.count))
        }
    }

    @Test func whatIsCutByTheEdgeOfTheImageIsNotWornAwayThere() throws {
        let mask = try asciiMask([["##..", "##..", "##.."], ["##..", "##..", "##.."]])
        #expect(try mask.smoothed(.gaussian, 1) == mask)
        #expect(try mask.smoothed(.median, 1) == mask)
        #expect(try mask.smoothed(.gaussian, 0) == mask)
        let empty = Mask(geometry: mask.geometry)
        #expect(try empty.smoothed(.median, 3) == empty)
    }

    @Test func smoothingCanBeGivenUpAndRefusesNonsense() throws {
        let mask = try asciiMask([["##..", "##.."], ["##..", "##.."]])
        #expect(try mask.smoothed(.gaussian, 1) { _ in false } == nil)
        #expect(try mask.smoothed(.median, 1) { _ in false } == nil)
        for length in [Millimetres(-1), Millimetres(.nan), 101] {
            #expect(throws: VolumesError.self) { try mask.smoothed(.gaussian, length) }
        }
    }
}
