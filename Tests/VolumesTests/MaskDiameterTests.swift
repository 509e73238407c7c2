import TestSupport
import Testing
import Volumes

@Suite struct MaskDiameterTests {
    /// Every pair of voxels.
    private func longest(_ mask: Mask) -> (volume: Double, slice: Double) {
        let (size, spacing) = (mask.geometry.size, mask.geometry.spacing)
        var voxels: [VoxelIndex] = []
        for z in 0..<size.z {
            for y in 0..<size.y {
                for x in 0..<size.x where mask.slices[z][x, y] { voxels.append(.init(x: x, y: y, z: z)) }
            }
        }
        var best = (volume: 0.0, slice: 0.0)
        for a in voxels {
            for b in voxels {
                let (x, y) = (Double(a.x - b.x) * spacing.x, Double(a.y - b.y) * spacing.y)
                let z = Double(a.z - b.z) * spacing.z
                let length = (x * x + y * y + z * z).squareRoot()
                best.volume = max(best.volume, length)
                if a.z == b.z { best.slice = max(best.slice, length) }
            }
        }
        return best
    }

    @Test(arguments: 0..<40) func itIsTheLongestOfAllPairs(seed: UInt64) throws {
        var numbers = SeededGenerator(seed: seed)
        let size = GridSize(x: 3 + Int(seed) % 5 * 17, y: 2 + Int(seed) % 7, z: 1 + Int(seed) % 6)
        let spacing = Spacing(x: 0.7, y: 1.3, z: [0.5, 2.5, 5][Int(seed) % 3])
        let grid = try GridGeometry(size: size, spacing: spacing, origin: PatientPoint(x: 0, y: 0, z: 0))
        let mask = Mask(geometry: grid) { _ in Int.random(in: 0..<12, using: &numbers) == 0 }
        guard !mask.isEmpty else {
            #expect(mask.diameters() == nil)
            return
        }
        let (found, wanted) = (try #require(mask.diameters()), longest(mask))
        #expect(abs(found.volume.millimetres - wanted.volume) < 1e-9)
        #expect(abs(found.slice.millimetres - wanted.slice) < 1e-9)
        for end in [found.volume.from, found.volume.to, found.slice.from, found.slice.to] { #expect(mask[end]) }
        #expect(found.slice.from.z == found.slice.to.z)
    }

    @Test func aSingleVoxelHasNoLength() throws {
        let grid = try GridGeometry(
            size: GridSize(x: 3, y: 3, z: 3), spacing: Spacing(x: 1, y: 1, z: 1), origin: PatientPoint(x: 0, y: 0, z: 0)
        )
        let voxel = VoxelIndex(x: 1, y: 2, z: 0)
        let found = try #require(Mask(geometry: grid) { $0 == voxel }.diameters())
        #expect(found.volume.millimetres == 0 && found.volume.from == voxel && found.volume.to == voxel)
    }
}
