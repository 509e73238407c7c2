import Testing
import Volumes

@testable import Segmentation

/// A lung of 1.4 L in voxels of 3 mm, and a piece of air of 13.8 ml beside it.
@Suite struct LungIslandTests {
    private func islands(lungColumns: Int, gap: Int) throws -> (Set<Int>, piece: Int) {
        let grid = try GridGeometry(
            size: GridSize(x: 60, y: 60, z: 60), spacing: Spacing(x: 3, y: 3, z: 3),
            origin: PatientPoint(x: 0, y: 0, z: 0))
        let mask = Mask(geometry: grid) { voxel in
            let isLung = voxel.x < lungColumns && (2..<54).contains(voxel.y) && (2..<42).contains(voxel.z)
            let isPiece =
                (lungColumns + gap..<lungColumns + gap + 8).contains(voxel.x) && (10..<18).contains(voxel.y)
                && (10..<18).contains(voxel.z)
            return isLung || isPiece
        }
        let regions = mask.connectedComponents(.faces6)
        #expect(regions.count == 2)
        return (try LungSides.islands(regions, among: [0, 1], of: mask), piece: 1)
    }

    @Test func aSmallPieceApartFromTheLungIsNone() throws {
        let found = try islands(lungColumns: 25, gap: 5)
        #expect(found.0 == [found.piece])
    }

    @Test func aPieceCloseToTheLungStays() throws {
        #expect(try islands(lungColumns: 25, gap: 2).0.isEmpty)
    }

    @Test func besideALittleLungNothingIsSmall() throws {
        // Of 1.3 L one in a hundred is less than the piece.
        #expect(try islands(lungColumns: 23, gap: 5).0.isEmpty)
    }
}
