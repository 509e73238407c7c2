import Foundation
import ImageValues
import Volumes

/// Reads DICOM CT series from folders, or from a single file.
///
/// Files need no extension and no order; what is not a CT slice is skipped with a reason. Positions are LPS mm as the
/// files state them. DCMTK parses and decompresses, OpenJPEG decompresses JPEG 2000.
public enum DicomFolder {
    /// Whether DCMTK's data dictionary is there, without which files in implicit VR cannot be read. For `doctor`.
    public static var hasDataDictionary: Bool { DicomFile.hasDictionary }

    /// Finds the CT volumes in a folder and its subfolders by the headers alone, on all cores.
    /// - Parameters:
    ///   - folder: the folder, or one file.
    ///   - repairs: what may be repaired to make a grid; see ``load(_:series:volume:repairs:progress:)``.
    /// - Throws: ``ImageFormatsError`` if the folder cannot be read. A broken file is skipped with a reason.
    public static func scan(_ folder: URL, repairs: Set<CTRepair> = []) throws(ImageFormatsError) -> DicomScan {
        scan(try list(folder), repairs: repairs)
    }

    static func scan(_ listing: FileLister.Listing, repairs: Set<CTRepair> = []) -> DicomScan {
        let (base, names) = (listing.base, listing.names)
        let outcomes = parallelMap(count: names.count) { index -> FileOutcome in
            FileOutcome.headerOnly(path: base + "/" + names[index])
        }
        let sorted = SortedFiles(listing, outcomes: outcomes)
        return DicomScan(
            series: sorted.series.flatMap { group in
                SeriesVolumes(group.members).parts.map { series(of: group, $0, base: base, repairs: repairs) }
            },
            structureSets: sorted.structureSets,
            segmentations: sorted.segmentations, skipped: sorted.skipped)
    }

    /// The files of a folder, once DCMTK is known to be usable.
    static func list(_ folder: URL) throws(ImageFormatsError) -> FileLister.Listing {
        guard hasDataDictionary else {
            throw ImageFormatsError(
                .unsupported, "DCMTK's data dictionary cannot be found",
                mend: "Install DCMTK (package libdcmtk17) or unset DCMDICTPATH.")
        }
        return try FileLister.regularFiles(at: folder)
    }

    private static func series(
        of group: SortedFiles.Group, _ part: SeriesVolumes.Part, base: String, repairs: Set<CTRepair>
    ) -> DicomSeries {
        let members = part.members.map { group.members[$0] }
        let first = members[0].header
        var files = members.map(\.name)
        var count = files.count
        var size =
            "\(first.columns)×\(first.rows), \(Plural.count(count, "file")) that "
            + "\(Plural.word(count, "makes", "make")) no volume"
        let geometry: Result<GridGeometry, ImageFormatsError>
        var reference: DicomSeriesReference?
        do throws(ImageFormatsError) {
            let stack = try SliceStack(members, allowed: repairs)
            files = stack.layers.joined().map { members[$0].name }
            count = stack.layers.count
            let grid = stack.geometry
            let steps = [grid.spacing.x, grid.spacing.y, grid.spacing.z].map(millimetres).joined(separator: "×")
            size = "\(grid.size.x)×\(grid.size.y)×\(grid.size.z) at \(steps) mm"
            geometry = .success(grid)
            reference = stack.reference(to: members, seriesUID: group.uid, base: base)
        } catch {
            geometry = .failure(error)
        }
        let description = first.seriesDescription.isEmpty ? "CT" : "CT “\(first.seriesDescription)”"
        let volume = part.name.map { ", \($0.label)" } ?? ""
        return DicomSeries(
            seriesUID: group.uid, volume: part.name?.key, volumeLabel: part.name?.label, studyUID: first.studyUID,
            modality: "CT",
            frameOfReferenceUID: first.frameOfReferenceUID,
            files: unique(files).map { URL(fileURLWithPath: base + "/" + $0) }, geometry: geometry, sliceCount: count,
            instanceUIDs: Set(members.map(\.header.sopInstanceUID)), summary: "\(description)\(volume), \(size)",
            reference: reference)
    }

    /// Each name once, where it comes first: a file of several frames is one file.
    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}
