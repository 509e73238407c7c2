import Dicom
import Foundation
import Phantoms
import Volumes

/// What several benchmarks work on, made once and only if one asks for it.
enum Sample {
    /// A thorax of 512 × 512 × 275.
    static let thorax: Result<Phantom, any Error> = Result {
        try ThoraxPhantom.generate(PhantomSpecification(seed: 1, patient: 1, slices: 275))
    }

    /// A folder with an uncompressed DICOM series of so many slices, those of ``thorax`` over and over.
    static func series(of count: Int) throws -> ScratchFolder {
        let source = try thorax.get().volume
        let (size, spacing) = (source.geometry.size, source.geometry.spacing)
        let grid = try GridGeometry(
            size: GridSize(x: size.x, y: size.y, z: count), spacing: spacing, origin: source.geometry.origin)
        let volume = try Volume(geometry: grid, slices: (0..<count).map { source.slices[$0 % size.z] })
        let folder = try ScratchFolder()
        try CTSeriesWriter.write(
            volume, to: folder.url,
            pseudonym: DicomPseudonym(
                patientName: "Bench^Phantom", patientID: "BENCH", date: "20260101", time: "120000"),
            seed: "bench \(count)")
        return folder
    }
}
