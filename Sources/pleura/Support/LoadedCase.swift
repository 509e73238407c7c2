import CaseStore
import Cases
import Digests
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
            let loaded = try Self.dicom(source, progress)
            return LoadedCase(
                image: loaded.image, source: source, volumeName: loaded.volume, reference: loaded.reference,
                structures: Self.structures(in: loaded))
        }
        let image = try ImageReader.read(source.url, series: source.seriesUID, progress: progress)
        return LoadedCase(
            image: image, source: source, reference: nil, structures: source.structureFiles.keys.sorted())
    }

    /// A DICOM series, or the volume of it that a stored case is.
    private static func dicom(
        _ source: CaseSource, _ progress: (@Sendable (Int, Int) -> Void)?
    ) throws(ImageFormatsError) -> LoadedDicom {
        do {
            return try DicomFolder.load(
                source.url, series: source.seriesUID, volume: source.volume, repairs: source.repairs,
                progress: progress)
        } catch {
            // A case of a series that was one volume when it was registered and has come to hold more since.
            guard error.kind == .inconsistent, source.volume == nil, let digest = source.contentDigest else {
                throw error
            }
            let volumes = try DicomFolder.scan(source.url, repairs: source.repairs).series.filter {
                $0.seriesUID == source.seriesUID && $0.volume != nil
            }
            for volume in volumes {
                let loaded = try? DicomFolder.load(
                    source.url, series: source.seriesUID, volume: volume.volume, repairs: source.repairs)
                if let loaded, ContentDigest.digest(of: loaded.image.volume) == digest { return loaded }
            }
            throw error
        }
    }

    /// The structures of the structure sets and segmentations that lie beside a series and refer to it.
    private static func structures(in loaded: LoadedDicom) -> [StructureName] {
        var names: Set<StructureName> = []
        for file in loaded.structureSets {
            // One that is damaged is told of when somebody asks for it.
            guard let set = try? RTStructReader.read(file), set.refers(toSeries: loaded.reference.seriesUID),
                Self.isDrawn(set, on: loaded)
            else { continue }
            names.formUnion(set.structures.map { StructureName(rawValue: $0.name) })
        }
        for file in loaded.segmentations where MaskReader.referencedSeries(of: file) == loaded.reference.seriesUID {
            names.formUnion(SegReader.segments(of: file).map { StructureName(rawValue: $0.name) })
        }
        return names.sorted()
    }

    /// Whether a structure set of the series was drawn on this volume of it, as far as its contours name images.
    private static func isDrawn(_ set: RTStruct, on loaded: LoadedDicom) -> Bool {
        guard loaded.volume != nil else { return true }
        let named = Set(set.structures.flatMap { $0.contours.map(\.sopInstanceUID) }).subtracting([""])
        return named.isEmpty || !named.isDisjoint(with: loaded.reference.slices.map(\.sopInstanceUID))
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
        image: LoadedImage, source: CaseSource, volumeName: String? = nil, reference: DicomSeriesReference?,
        structures: [StructureName]
    ) {
        let digest = ContentDigest.digest(of: image.volume)
        let range = image.volume.range
        volume = image.volume
        self.reference = reference
        record = CaseRecord(
            id: Self.id(series: image.seriesUID, volume: volumeName, digest: digest), seriesUID: image.seriesUID,
            volume: volumeName, source: source.url.path, contentDigest: digest, geometry: image.volume.geometry,
            minimumHU: range.lowerBound.value, maximumHU: range.upperBound.value,
            structures: structures, warnings: image.warnings)
    }
}

extension LoadedCase {
    /// The key of a case: its series, and which volume of it where the series holds several.
    static func id(series: String?, volume: String?, digest: String) -> CaseID {
        guard let series else { return CaseID(rawValue: "sha256:\(digest)") }
        guard let volume else { return CaseID(rawValue: series) }
        func isPlain(_ character: Character) -> Bool {
            character.isASCII && (character.isLetter || character.isNumber || ".-=".contains(character))
        }
        let name = String(volume.map { $0 == "=" ? "-" : isPlain($0) ? $0 : "_" })
        // What a key cannot hold is told apart by a digest.
        let isWhole = volume.allSatisfy(isPlain)
        return CaseID(
            rawValue: "\(series):\(name)" + (isWhole ? "" : "-\(SHA256Digest.hex(of: volume).prefix(8))"))
    }

    /// The same case under the key that its image has in the store already: a series may have been one volume when it
    /// was registered and hold several now, or the other way round.
    func known(in store: any CaseStoring) -> LoadedCase {
        guard let series = record.seriesUID else { return self }
        func isStored(_ id: CaseID) -> Bool {
            guard let stored = try? store.caseRecord(id) else { return false }
            return stored.contentDigest == record.contentDigest && stored.geometry == record.geometry
        }
        if isStored(record.id) { return self }
        var others = [CaseID(rawValue: series)]
        do throws(CaseStoreError) {
            others.append(try store.findCase(series + ":"))
        } catch {
            if case .ambiguousCase(_, let matches) = error { others += matches }
        }
        guard let id = others.first(where: isStored) else { return self }
        let same = CaseRecord(
            id: id, seriesUID: series, volume: record.volume, source: record.source,
            contentDigest: record.contentDigest, geometry: record.geometry, minimumHU: record.minimumHU,
            maximumHU: record.maximumHU, structures: record.structures, warnings: record.warnings)
        return LoadedCase(record: same, volume: volume, reference: reference)
    }
}
