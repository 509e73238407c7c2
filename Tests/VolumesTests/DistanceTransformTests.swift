import TestSupport
import Testing

@testable import Volumes

@Suite struct DistanceTransformTests {
    private func isNear(_ a: Float, _ b: Double) -> Bool {
        b == .infinity || b == -.infinity ? Double(a) == b : abs(Double(a) - b) <= 1e-6 * max(1, abs(b))
    }

    @Test(arguments: [MaskDomain.volume, .slice]) func equalsTheDefinition(domain: MaskDomain) throws {
        var generator = SeededGenerator(seed: 21)
        for grid in try awkwardGrids() {
            for density in [0, 0.003, 0.03, 0.5, 0.99, 1] {
                let mask = randomMask(grid, density: density, using: &generator)
                let all = voxels(grid.size)
                let map = mask.distances(in: domain)
                let squares = mask.squaredDistances(in: domain)
                let signed = mask.signedDistances(in: domain)
                for voxel in all {
                    func nearest(_ isIn: Bool) -> Double {
                        all.reduce(.infinity) { best, other in
                            guard mask[other] == isIn, domain == .volume || other.z == voxel.z else { return best }
                            return min(best, distance(other, voxel, grid.spacing))
                        }
                    }
                    let inside = nearest(true)
                    #expect(isNear(map[voxel], inside))
                    #expect(isNear(squares[voxel], inside * inside))
                    #expect(isNear(signed[voxel], mask[voxel] ? -nearest(false) : inside))
                }
            }
        }
    }

    @Test func threeFourFive() throws {
        let mask = try asciiMask([["#....", ".....", ".....", "....."]])
        let map = mask.distances()
        #expect(map[VoxelIndex(x: 4, y: 3, z: 0)] == 5)
        #expect(mask.squaredDistances()[VoxelIndex(x: 3, y: 2, z: 0)] == 13)
    }
}
