import Cases
import Foundation
import ImageFormats
import Volumes

/// A case's image with everything that files it.
struct LoadedCase: Sendable {
    let record: CaseRecord
    let volume: Volume
    /// The DICOM files it came from, for RTSTRUCT; `nil` for other formats.
    let reference: DicomSeriesReference?
    /// Files that were passed over.
    let skipped: [SkippedFile]

    /// Reads a case.
    /// - Throws: ``ImageFormatsError``.
    static func read(
        _ source: CaseSource, progress: (@Sendable (Int, Int) -> Void)? = nil
    ) throws(ImageFormatsError) -> LoadedCase {
        if source.isFolder {
            let loaded = try DicomFolder.load(source.url, series: source.seriesUID, progress: progress)
            return LoadedCase(
                image: loaded.image, source: source, reference: loaded.reference, skipped: loaded.skipped)
        }
        let image = try ImageReader.read(source.url, series: source.seriesUID, progress: progress)
        return LoadedCase(image: image, source: source, reference: nil, skipped: [])
    }

    init(image: LoadedImage, source: CaseSource, reference: DicomSeriesReference?, skipped: [SkippedFile]) {
        let digest = ContentDigest.digest(of: image.volume)
        let range = image.volume.range
        volume = image.volume
        self.reference = reference
        self.skipped = skipped
        record = CaseRecord(
            id: CaseID(rawValue: image.seriesUID ?? "sha256:\(digest)"), seriesUID: image.seriesUID,
            source: source.url.path, contentDigest: digest, geometry: image.volume.geometry,
            minimumHU: range.lowerBound.value, maximumHU: range.upperBound.value,
            structures: source.structureFiles.keys.sorted(), warnings: image.warnings)
    }
}
