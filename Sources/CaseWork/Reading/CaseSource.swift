import CaseStore
import Cases
import Dicom
import Foundation
import ImageValues
import Volumes

/// Where a case's image is to be found.
package struct CaseSource: Hashable, Sendable {
    /// The file, or the DICOM folder.
    package let url: URL
    /// Which series of the folder; `nil` where it holds one.
    package var seriesUID: String?
    /// Which volume of the series: its number from 1 or its name; `nil` where the series is one volume.
    package var volume: String?
    /// The digest of the image that a stored case has, by which it is found where its series has come to hold several
    /// volumes since.
    package var contentDigest: String?
    /// What may be resampled where a series makes no regular volume.
    package var repairs: Set<CTRepair> = []
    /// The folder that holds the image's own files, where it is known and lies deeper than ``url``.
    package var place: URL?
    /// What the scanner calls the series, where it is known.
    package var description = ""

    /// A source of which so much is known.
    package init(
        url: URL, seriesUID: String? = nil, volume: String? = nil, contentDigest: String? = nil,
        repairs: Set<CTRepair> = [], place: URL? = nil, description: String = ""
    ) {
        self.url = url
        self.seriesUID = seriesUID
        self.volume = volume
        self.contentDigest = contentDigest
        self.repairs = repairs
        self.place = place
        self.description = description
    }

    /// Whether it is a folder of DICOM files.
    package var isFolder: Bool { url.isExistingFolder }

    /// What it is called on its own: the folder of a `ct.nii.gz`, otherwise the file's or folder's own name. In a list it
    /// goes by ``titles(of:)``.
    package var title: String {
        let isPart = CaseSource.imageNames.contains(url.lastPathComponent)
        let name = (isPart ? url.deletingLastPathComponent() : url).lastPathComponent
        for suffix in [".nii.gz", ".nii", ".mha", ".mhd", ".nrrd"] where name.hasSuffix(suffix) {
            return String(name.dropLast(suffix.count))
        }
        return name
    }

    /// The files beside the image that hold its structures, by name: what `pleura phantom` and datasets put there.
    package var structureFiles: [StructureName: URL] {
        guard CaseSource.imageNames.contains(url.lastPathComponent) else { return [:] }
        return CaseSource.structureFiles(in: url.deletingLastPathComponent())
    }

    /// `<Structure>.nii[.gz]` in a folder.
    package static func structureFiles(in folder: URL) -> [StructureName: URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        var files: [StructureName: URL] = [:]
        for name in names.sorted() where !imageNames.contains(name) {
            for suffix in [".nii.gz", ".nii"] where name.hasSuffix(suffix) {
                files[StructureName(rawValue: String(name.dropLast(suffix.count)))] =
                    folder.appendingPathComponent(name)
                break
            }
        }
        return files
    }

    /// What a patient's image is called in a folder of its own.
    static let imageNames = ["ct.nii.gz", "ct.nii"]

    /// The same source, but of a series that was asked for.
    package func choosing(_ series: String?) -> CaseSource {
        guard let series, isFolder else { return self }
        var source = self
        source.seriesUID = series
        return source
    }

    /// The same source, but of a volume of its series that was asked for.
    package func choosing(volume wanted: String?) -> CaseSource {
        guard let wanted else { return self }
        var source = self
        source.volume = wanted
        source.contentDigest = nil
        return source
    }

    /// The same source, with more repairs allowed.
    package func repairing(_ more: Set<CTRepair>) -> CaseSource {
        var source = self
        source.repairs.formUnion(more)
        return source
    }

    /// Whether both lead to one case, as far as one knows: a folder that was named without a series may be any of its
    /// series.
    package func isSame(as other: CaseSource) -> Bool {
        url.path == other.url.path
            && (seriesUID == nil || other.seriesUID == nil || seriesUID == other.seriesUID)
            && (volume == nil || other.volume == nil || volume == other.volume)
    }

    /// The cases a path of the user's leads to: a file; a folder of patients with `ct.nii.gz`; a folder of NIfTI,
    /// MetaImage or NRRD files of any names, masks left out; otherwise one DICOM folder, whose series are told apart when
    /// it is read.
    /// - Throws: ``WorkError`` if there is nothing.
    package static func find(_ path: String) throws(WorkError) -> [CaseSource] { try search(path).sources }

    /// The same, with the masks among a folder's image files, which are no cases.
    package static func search(_ path: String) throws(WorkError) -> (sources: [CaseSource], masks: [URL]) {
        let url = URL(fileURLWithPath: path).standardizedFileURL
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw WorkError("There is nothing at \(path).")
        }
        guard url.isExistingFolder else { return ([CaseSource(url: url)], []) }
        let patients = images(below: url, depth: 3)
        if !patients.isEmpty { return (patients.map { CaseSource(url: $0) }, []) }
        let others = ImageFolder(url)
        guard !others.images.isEmpty else { return ([CaseSource(url: url)], []) }
        return (others.images.map { CaseSource(url: $0) }, others.masks)
    }

    /// The volumes of a series in a folder; the series as it is where none can be told from the headers.
    /// - Throws: ``ImageFormatsError`` if the folder cannot be read.
    package static func volumes(
        of series: String, in folder: URL, repairs: Set<CTRepair>
    ) throws(ImageFormatsError) -> [CaseSource] {
        let found = try DicomFolder.scan(folder, repairs: repairs).series.filter { $0.seriesUID == series }
        guard found.count > 1 else { return [CaseSource(url: folder, seriesUID: series, repairs: repairs)] }
        return found.map { CaseSource(url: folder, seriesUID: series, volume: $0.volume, repairs: repairs) }
    }

    private static func images(below folder: URL, depth: Int) -> [URL] {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
        if let image = imageNames.first(where: names.contains) { return [folder.appendingPathComponent(image)] }
        guard depth > 0 else { return [] }
        // A folder of thousands of slices is not searched name by name: patients' folders are few.
        return names.prefix(5000).flatMap { name -> [URL] in
            let url = folder.appendingPathComponent(name)
            guard !name.contains("."), url.isExistingFolder else { return [] }
            return images(below: url, depth: depth - 1)
        }
    }
}

extension CaseRecord {
    /// Where the image was read from.
    package var caseSource: CaseSource {
        CaseSource(
            url: URL(fileURLWithPath: source), seriesUID: seriesUID, volume: volume, contentDigest: contentDigest,
            repairs: repairs, place: place.isEmpty ? nil : URL(fileURLWithPath: place),
            description: description)
    }
}

extension URL {
    /// Whether there is a folder.
    package var isExistingFolder: Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
