import Digests
import Foundation
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// A series of ours as pydicom and numpy read it, and as we do.
@Suite struct DicomOracleTests {
    private struct Series: Decodable {
        let shape: [Int]
        let spacing: [Double]
        let origin: [Double]
        let direction: [Double]
        let sha256: String
        let series: String
    }

    @Test(arguments: [true, false]) func pydicomReadsWhatWeWriteAndWeReadTheSame(oblique: Bool) throws {
        var generator = SeededGenerator(seed: oblique ? 41 : 42)
        let grid = oblique ? try obliqueGrid(GridSize(x: 33, y: 20, z: 6)) : try axialGrid(20, 17, 5)
        let volume = try randomVolume(grid, using: &generator)
        let folder = try TemporaryFolder()
        let written = try CTSeriesWriter.write(volume, to: folder.url, pseudonym: pseudonym, seed: "oracle \(oblique)")
        // Names that say nothing of the order.
        for (i, slice) in written.slices.enumerated() {
            let name = folder.file("\((i * 7 + 3) % 10)\(i).x")
            try FileManager.default.moveItem(at: slice.file, to: name)
        }
        let theirs = try PythonOracle("dicom_oracle.py").run([folder.url.path], as: Series.self)
        let ours = try DicomFolder.load(folder.url).image

        #expect(ours.volume.slices == volume.slices)
        #expect(theirs.shape == [grid.size.x, grid.size.y, grid.size.z])
        #expect(theirs.series == ours.seriesUID)
        let digest = SHA256Digest()
        for slice in ours.volume.slices { digest.update(slice.values) }
        #expect(theirs.sha256 == digest.finish())
        let geometry = ours.volume.geometry
        let axes = [geometry.direction.x, geometry.direction.y, geometry.direction.z].flatMap { [$0.x, $0.y, $0.z] }
        let found: [Double] =
            [geometry.spacing.x, geometry.spacing.y, geometry.spacing.z, geometry.origin.x, geometry.origin.y]
            + [geometry.origin.z] + axes
        for (ours, theirs) in zip(found, theirs.spacing + theirs.origin + theirs.direction) {
            #expect(abs(ours - theirs) < 1e-9)
        }
    }
}
