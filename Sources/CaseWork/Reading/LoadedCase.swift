import CaseStore
import Cases
import Dicom
import Digests
import Foundation
import ImageIO
import ImageValues
import Volumes

/// A case's image with everything that files it.
package struct LoadedCase: Sendable {
    /// What the store keeps of the case.
    package private(set) var record: CaseRecord
    /// The image.
    package let volume: Volume
    /// The DICOM files it came from, for RTSTRUCT; `nil` for other formats.
    package let reference: DicomSeriesReference?
    /// Files of the folder that are not part of the image, and why.
    package var skipped: [SkippedFile] = []

    /// Those of the record's warnings that are about files beside the image.
    var warningsBeside: [String] = []

    /// Everything there is to say about the image: what was assumed or repaired, and which files were left aside.
    package var notes: [String] {
        record.warnings + skipped.map { "\($0.path) was skipped: \($0.reason)." }
    }

    /// Reads a case for a command that tells what is to be said about it.
    /// - Parameter notes: takes in the case's ``notes``.
    /// - Throws: ``ImageFormatsError``.
    package static func read(
        _ source: CaseSource, notes: inout Notes, progress: (@Sendable (Int, Int) -> Void)? = nil
    ) throws(ImageFormatsError) -> LoadedCase {
        let loaded = try read(source, progress: progress)
        notes.add(loaded.notes)
        return loaded
    }

    /// Reads a case for somebody who keeps its record, whose warnings say what is odd.
    /// - Throws: ``ImageFormatsError``.
    package static func read(
        _ source: CaseSource, progress: (@Sendable (Int, Int) -> Void)? = nil
    ) throws(ImageFormatsError) -> LoadedCase {
        if source.isFolder || ImageReader.isDicom(source.url) {
            let loaded = try Self.dicom(source, progress)
            var warnings: [String] = []
            let structures = structures(beside: loaded, &warnings)
            return LoadedCase(
                image: loaded.image, source: source, volumeName: loaded.volume, reference: loaded.reference,
                structures: structures, warnings: warnings, skipped: loaded.skipped)
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

    /// The structures of the structure sets and segmentations that lie beside a series and refer to it. A set that is
    /// damaged, or leaves a structure out, is warned of here: nobody may ever ask for it by name.
    private static func structures(beside loaded: LoadedDicom, _ warnings: inout [String]) -> [StructureName] {
        let series = loaded.reference.seriesUID
        var names: Set<StructureName> = []
        for file in loaded.structureSets {
            do {
                let set = try RTStructReader.read(file)
                guard set.refers(toSeries: series), Self.isDrawn(set, on: loaded) else { continue }
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

    /// Whether a structure set of the series was drawn on this volume of it, as far as its contours name images.
    private static func isDrawn(_ set: RTStruct, on loaded: LoadedDicom) -> Bool {
        guard loaded.volume != nil else { return true }
        let named = Set(set.structures.flatMap { $0.contours.map(\.sopInstanceUID) }).subtracting([""])
        return named.isEmpty || !named.isDisjoint(with: loaded.reference.slices.map(\.sopInstanceUID))
    }

    /// The same case with what is known of the image that it was made from.
    /// - Parameters:
    ///   - more: what was odd about that image, one sentence each.
    ///   - repairs: what was resampled to make it.
    ///   - acquisition: where and by what it was made.
    func warned(of more: [String], repairs: Set<CTRepair>, acquisition: Acquisition) -> LoadedCase {
        var record = record
        record.acquisition = acquisition
        record.warnings += more
        record.repairs.formUnion(repairs)
        var warned = self
        warned.record = record
        return warned
    }

    /// The same case with what is known of where and by what its image was made.
    package func made(by acquisition: Acquisition) -> LoadedCase {
        var made = self
        made.record.acquisition = acquisition
        return made
    }

    private init(
        image: LoadedImage, source: CaseSource, volumeName: String? = nil, reference: DicomSeriesReference?,
        structures: [StructureName], warnings: [String] = [], skipped: [SkippedFile] = []
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
            id: Self.id(series: image.seriesUID, volume: volumeName, digest: digest), seriesUID: image.seriesUID,
            volume: volumeName, source: source.url.path, contentDigest: digest, geometry: image.volume.geometry,
            minimumHU: range.lowerBound.value, maximumHU: range.upperBound.value,
            structures: structures, warnings: image.warnings + warnings, repairs: image.repairs,
            place: folder == source.url.path ? "" : folder, description: reference?.seriesDescription() ?? "",
            acquisition: Acquisition(reference?.equipment()))
    }
}

extension LoadedCase {
    /// The key of a case: its series, and which volume of it where the series holds several.
    package static func id(series: String?, volume: String?, digest: String) -> CaseID {
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
    package func known(in store: any CaseStoring) -> LoadedCase {
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
        var same = self
        same.record = record.renamed(id)
        return same
    }
}
