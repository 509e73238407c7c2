import Cases
import Foundation
import ImageFormats
import Volumes

/// A case's image with everything that files it.
struct LoadedCase: Sendable {
    private(set) var record: CaseRecord
    let volume: Volume
    /// The DICOM files it came from, for RTSTRUCT; `nil` for other formats.
    let reference: DicomSeriesReference?
    /// Files of the folder that are not part of the image, and why.
    var skipped: [SkippedFile] = []

    /// Those of the record's warnings that are about files beside the image.
    var warningsBeside: [String] = []

    /// Everything there is to say about the image: what was assumed or repaired, and which files were left aside.
    var notes: [String] {
        record.warnings + skipped.map { "\($0.path) was skipped: \($0.reason)." }
    }

    /// Reads a case for a command that tells what is to be said about it.
    /// - Parameter notes: takes in the case's ``notes``.
    /// - Throws: ``ImageFormatsError``.
    static func read(
        _ source: CaseSource, notes: inout Notes, progress: (@Sendable (Int, Int) -> Void)? = nil
    ) throws(ImageFormatsError) -> LoadedCase {
        let loaded = try read(source, progress: progress)
        notes.add(loaded.notes)
        return loaded
    }

    /// Reads a case for somebody who keeps its record, whose warnings say what is odd.
    /// - Throws: ``ImageFormatsError``.
    static func read(
        _ source: CaseSource, progress: (@Sendable (Int, Int) -> Void)? = nil
    ) throws(ImageFormatsError) -> LoadedCase {
        if source.isFolder || ImageReader.isDicom(source.url) {
            let loaded = try DicomFolder.load(
                source.url, series: source.seriesUID, repairs: source.repairs, progress: progress)
            var warnings: [String] = []
            let structures = structures(beside: loaded, &warnings)
            return LoadedCase(
                image: loaded.image, source: source, reference: loaded.reference, structures: structures,
                warnings: warnings, skipped: loaded.skipped)
        }
        let image = try ImageReader.read(source.url, series: source.seriesUID, progress: progress)
        return LoadedCase(
            image: image, source: source, reference: nil, structures: source.structureFiles.keys.sorted())
    }

    /// The structures of the structure sets and segmentations that lie beside a series and refer to it. A set that is
    /// damaged, or leaves a structure out, is warned of here: nobody may ever ask for it by name.
    private static func structures(beside loaded: LoadedDicom, _ warnings: inout [String]) -> [StructureName] {
        let series = loaded.reference.seriesUID
        var names: Set<StructureName> = []
        for file in loaded.structureSets {
            do {
                let set = try RTStructReader.read(file)
                guard set.refers(toSeries: series) else { continue }
                names.formUnion(set.structures.map { StructureName(rawValue: $0.name) })
                warnings += set.warnings.map { "\(file.lastPathComponent), beside the CT: \($0)" }
            } catch {
                warnings.append("The structure set \(file.lastPathComponent) beside the CT cannot be read. \(error)")
            }
        }
        for file in loaded.segmentations {
            let segments = SegReader.segments(of: file)
            if segments.isEmpty {
                warnings.append(
                    "The segmentation \(file.lastPathComponent) beside the CT has no segments that can be read.")
            } else if MaskReader.referencedSeries(of: file) == series {
                names.formUnion(segments.map { StructureName(rawValue: $0.name) })
            }
        }
        return names.sorted()
    }

    /// The same case with more warnings: what was odd about the image it was made from.
    func warned(of more: [String]) -> LoadedCase {
        var record = record
        record.warnings += more
        var warned = self
        warned.record = record
        return warned
    }

    private init(
        image: LoadedImage, source: CaseSource, reference: DicomSeriesReference?, structures: [StructureName],
        warnings: [String] = [], skipped: [SkippedFile] = []
    ) {
        self.skipped = skipped
        warningsBeside = warnings
        let digest = ContentDigest.digest(of: image.volume)
        let range = image.volume.range
        volume = image.volume
        self.reference = reference
        let files = source.isFolder ? reference?.slices.map(\.file) ?? [] : []
        let folder = files.isEmpty ? source.url.path : URL.deepestFolder(of: files).path
        record = CaseRecord(
            id: CaseID(rawValue: image.seriesUID ?? "sha256:\(digest)"), seriesUID: image.seriesUID,
            source: source.url.path, contentDigest: digest, geometry: image.volume.geometry,
            minimumHU: range.lowerBound.value, maximumHU: range.upperBound.value,
            structures: structures, warnings: image.warnings + warnings,
            place: folder == source.url.path ? "" : folder, description: reference?.seriesDescription() ?? "")
    }
}
