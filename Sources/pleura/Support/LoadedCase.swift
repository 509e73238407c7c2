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

    /// Reads a case.
    /// - Throws: ``ImageFormatsError``.
    static func read(
        _ source: CaseSource, progress: (@Sendable (Int, Int) -> Void)? = nil
    ) throws(ImageFormatsError) -> LoadedCase {
        if source.isFolder || ImageReader.isDicom(source.url) {
            let loaded = try DicomFolder.load(
                source.url, series: source.seriesUID, repairs: source.repairs, progress: progress)
            return LoadedCase(
                image: loaded.image, source: source, reference: loaded.reference,
                structures: Self.structures(in: loaded))
        }
        let image = try ImageReader.read(source.url, series: source.seriesUID, progress: progress)
        return LoadedCase(
            image: image, source: source, reference: nil, structures: source.structureFiles.keys.sorted())
    }

    /// The structures of the structure sets and segmentations that lie beside a series and refer to it.
    private static func structures(in loaded: LoadedDicom) -> [StructureName] {
        var names: Set<StructureName> = []
        for file in loaded.structureSets {
            // One that is damaged is told of when somebody asks for it.
            guard let set = try? RTStructReader.read(file), set.refers(toSeries: loaded.reference.seriesUID) else {
                continue
            }
            names.formUnion(set.structures.map { StructureName(rawValue: $0.name) })
        }
        for file in loaded.segmentations where MaskReader.referencedSeries(of: file) == loaded.reference.seriesUID {
            names.formUnion(SegReader.segments(of: file).map { StructureName(rawValue: $0.name) })
        }
        return names.sorted()
    }

    /// The same case with more warnings: what was odd about the image it was made from.
    func warned(of more: [String]) -> LoadedCase {
        var record = record
        record.warnings += more
        return LoadedCase(record: record, volume: volume, reference: reference)
    }

    private init(record: CaseRecord, volume: Volume, reference: DicomSeriesReference?) {
        self.record = record
        self.volume = volume
        self.reference = reference
    }

    private init(
        image: LoadedImage, source: CaseSource, reference: DicomSeriesReference?, structures: [StructureName]
    ) {
        let digest = ContentDigest.digest(of: image.volume)
        let range = image.volume.range
        volume = image.volume
        self.reference = reference
        record = CaseRecord(
            id: CaseID(rawValue: image.seriesUID ?? "sha256:\(digest)"), seriesUID: image.seriesUID,
            source: source.url.path, contentDigest: digest, geometry: image.volume.geometry,
            minimumHU: range.lowerBound.value, maximumHU: range.upperBound.value,
            structures: structures, warnings: image.warnings)
    }
}
