import Testing
import Volumes

@testable import Segmentation

/// Lungs that touch, as blocks on a grid of 2 mm that a thin strip joins.
@Suite struct LungSplitTests {
    /// The left lung reaches over the middle, column 50, to column 44; the strip joins it to the right one at columns 36
    /// to 43.
    private func lungs(bead: Bool) throws -> Mask {
        let geometry = try GridGeometry(size: GridSize(x: 100, y: 60, z: 10), spacing: Spacing(x: 2, y: 2, z: 2))
        return Mask(geometry: geometry) { voxel in
            let isInside = (5..<55).contains(voxel.y) && (1..<9).contains(voxel.z)
            if isInside && ((5..<36).contains(voxel.x) || (44..<95).contains(voxel.x)) { return true }
            guard (3..<7).contains(voxel.z) else { return false }
            if bead && (40..<43).contains(voxel.x) && (28..<31).contains(voxel.y) { return true }
            return (36..<44).contains(voxel.x) && (29..<31).contains(voxel.y)
        }
    }

    /// A side of which only fragments are left has no seed: to part the lungs by it would leave one of them empty.
    @Test func aSideOfFragmentsIsNoSide() throws {
        let geometry = try GridGeometry(size: GridSize(x: 100, y: 60, z: 10), spacing: Spacing(x: 2, y: 2, z: 2))
        let lungs = Mask(geometry: geometry) { voxel in
            guard (1..<9).contains(voxel.z) else { return false }
            if (52..<95).contains(voxel.x) && (5..<55).contains(voxel.y) { return true }
            // Three thick pieces of the right lung, near the middle, on a thin strip.
            let isPiece = [8, 26, 44].contains { ($0..<$0 + 9).contains(voxel.y) } && (40..<48).contains(voxel.x)
            return isPiece || (44..<46).contains(voxel.x) && (8..<53).contains(voxel.y)
                || (46..<52).contains(voxel.x) && (29..<31).contains(voxel.y)
        }
        let parts = try LungSplit.split(lungs, middle: 50)
        #expect(parts.map { !$0.left.isEmpty && !$0.right.isEmpty } ?? true)
    }

    /// What is left of the bead when the lungs fall apart lies to the right of the middle, and beside the left lung.
    @Test func aFragmentOnTheStripIsNoSeed() throws {
        let plain = try #require(try LungSplit.split(try lungs(bead: false), middle: 50))
        let beaded = try #require(try LungSplit.split(try lungs(bead: true), middle: 50))
        for (name, parts) in [("plain", plain), ("beaded", beaded)] {
            #expect(try parts.left.intersection(parts.right).isEmpty, "\(name)")
            for x in [42, 43, 44, 60] { #expect(parts.left[VoxelIndex(x: x, y: 29, z: 5)], "\(name) \(x)") }
            for x in [20, 36, 37] { #expect(parts.right[VoxelIndex(x: x, y: 29, z: 5)], "\(name) \(x)") }
        }
        let all = try lungs(bead: true)
        #expect(try beaded.left.union(beaded.right) == all)
    }
}
