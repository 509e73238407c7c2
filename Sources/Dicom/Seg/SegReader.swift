import CDcmtk
import Foundation
import ImageValues
import Volumes

/// Reads DICOM segmentations: binary, fractional and label map.
public enum SegReader {
    /// What counts as inside a fractional segmentation where nothing else is asked for.
    public static let defaultThreshold = 0.5

    /// Whether a file is a segmentation, by its header. `false` for what cannot be read at all.
    public static func isSegmentation(_ file: URL) -> Bool {
        guard let opened = try? DicomFile(path: file.path, withPixels: false) else { return false }
        return sopClasses.contains(opened.header.sopClassUID)
    }

    /// The segments of a file by its header alone, without the background; empty if it is no readable segmentation.
    public static func segments(of file: URL) -> [SegSegment] {
        guard let opened = try? DicomFile(path: file.path, withPixels: false),
            sopClasses.contains(opened.header.sopClassUID), let all = try? opened.segmentation().segments
        else { return [] }
        return all.filter { !$0.isBackground }
    }

    /// Segmentation Storage and Label Map Segmentation Storage (PS3.4 B.5).
    static let sopClasses: Set<String> = ["1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7"]

    /// Reads the segments of a file.
    ///
    /// A slice of which a segment has no frame is empty there. Frames must lie on the voxels of the grid; nothing is
    /// resampled, but that masks are interpolated on slices that were interpolated themselves. A frame that states no
    /// position lies on the slice of the CT that it names as its source.
    ///
    /// A segment that cannot be placed (in another frame of reference without references to the CT's slices, off its
    /// voxels, contradicting itself) is left out; if none can be placed, the file is refused.
    /// - Parameters:
    ///   - file: the file.
    ///   - grid: the grid of the CT, onto whose slices the frames are put; `nil` for the file's own grid.
    ///   - frameOfReferenceUID: that of the CT; an empty one is not checked.
    ///   - reference: the slices of the CT, by which frames are placed that name them.
    ///   - threshold: the share of MaximumFractionalValue from which on a fractional voxel is inside.
    /// - Throws: ``ImageFormatsError``: `inconsistent` if the frames make no regular grid, or no segment can be placed on
    ///   the grid asked for; `unsupported`; `damaged`.
    /// - Complexity: O(frames × pixels).
    public static func read(
        _ file: URL, on grid: GridGeometry? = nil, frameOfReferenceUID: String = "",
        reference: DicomSeriesReference? = nil, threshold: Double = defaultThreshold
    ) throws(ImageFormatsError) -> DicomSegmentation {
        let name = file.lastPathComponent
        let parsed: ParsedSegmentation
        do throws(DicomFailure) {
            parsed = try ParsedSegmentation(path: file.path)
        } catch {
            throw error.error(for: name)
        }
        let stated = parsed.header.frameOfReferenceUID
        var warnings: [String] = []
        if grid != nil, stated.isEmpty || frameOfReferenceUID.isEmpty {
            warnings.append("The segmentation cannot be checked against the frame of reference, for want of one.")
        }
        let isElsewhere =
            grid != nil && !stated.isEmpty && !frameOfReferenceUID.isEmpty && stated != frameOfReferenceUID
        var collector = try SegCollector(
            parsed, grid: grid, reference: reference, isElsewhere: isElsewhere, threshold: threshold, file: name)
        try collector.readFrames()
        let result = try collector.result()
        return DicomSegmentation(
            kind: parsed.kind, threshold: parsed.kind == .fractional ? threshold : nil,
            studyUID: parsed.header.studyUID, referencedSeriesUID: parsed.referencedSeriesUID,
            frameOfReferenceUID: stated, geometry: collector.grid, structures: result.structures,
            warnings: warnings + collector.warnings() + result.warnings, leftOut: result.leftOut)
    }
}

/// A segmentation whose header has been read.
final class ParsedSegmentation {
    let file: DicomFile
    let kind: DicomSegmentation.Kind
    let maximum: Int
    let fractionalType: String
    /// The stored value that means nothing; −1 where there is none.
    let padding: Int
    let referencedSeriesUID: String
    let segments: [SegSegment]
    let frames: [DicomFrame]
    /// The objects that the file says it was made from, by their SOP Instance UIDs.
    let references: Set<String>
    let pixelCount: Int
    var header: DicomHeader { file.header }

    /// Whether a stored value of a label map means that there is nothing: the file says so by its padding value or by a
    /// segment for the background; where no segment has the number 0, that is nothing too.
    func isBackground(_ value: Int) -> Bool {
        if value == padding { return true }
        guard let segment = segments.first(where: { $0.number == value }) else { return value == 0 }
        return segment.isBackground
    }

    /// Whether a segment is one of the structures.
    func isStructure(_ segment: SegSegment) -> Bool {
        !segment.isBackground && !(kind == .labelMap && segment.number == padding)
    }

    init(path: String) throws(DicomFailure) {
        file = try DicomFile(path: path, withPixels: true)
        guard SegReader.sopClasses.contains(file.header.sopClassUID) else {
            throw DicomFailure(.unsupported, "it is no segmentation")
        }
        let (about, all) = try file.segmentation()
        let type = text(about.type)
        guard let kind = DicomSegmentation.Kind(rawValue: type) else {
            throw DicomFailure(.unsupported, "its SegmentationType is neither BINARY, FRACTIONAL nor LABELMAP")
        }
        self.kind = kind
        maximum = Int(about.maximum_fractional)
        fractionalType = text(about.fractional_type)
        padding = Int(about.padding)
        referencedSeriesUID = text(about.referenced_series)
        segments = all
        guard Set(all.map(\.number)).count == all.count, all.allSatisfy({ $0.number >= 0 }) else {
            throw DicomFailure(.damaged, "its segments are not numbered")
        }
        if kind == .fractional, maximum < 1 {
            throw DicomFailure(.damaged, "its MaximumFractionalValue is not positive")
        }
        frames = try file.frames()
        references = try file.references()
        pixelCount = try file.checkFrames(isSegmentation: true)
    }
}
