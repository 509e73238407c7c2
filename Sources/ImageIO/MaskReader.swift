import Dicom
import Foundation
import ImageValues
import VolumeFiles
import Volumes

/// Reads masks: label maps with the names of their labels, and structures of any format by name.
public enum MaskReader {
    /// Reads a label map from NIfTI, MetaImage, NRRD or a DICOM segmentation, whose labels are its segments' numbers and
    /// may overlap.
    ///
    /// - Throws: ``ImageFormatsError``; see ``NiftiFile/readLabels(at:)``.
    public static func read(_ url: URL) throws(ImageFormatsError) -> LabelMap {
        switch ImageKind.of(url) {
        case .nifti: return try NiftiFile.readLabels(at: url)
        case .metaImage: return try MetaImageFile.readLabels(at: url)
        case .nrrd: return try NrrdFile.readLabels(at: url)
        case .dicom:
            guard kind(of: url) == .segmentation else {
                throw ImageFormatsError(
                    .unsupported, "It is DICOM, not a label map", files: [url.path],
                    mend: "Open its CT series together with the RTSTRUCT.")
            }
            let read = try SegReader.read(url)
            let masks = read.structures.map { ($0.segment.number, $0.mask) }
            return LabelMap(
                geometry: read.geometry, dimensions: 3, masks: Dictionary(uniqueKeysWithValues: masks),
                warnings: read.warnings)
        case nil: throw ImageReader.unknown(url)
        }
    }

    /// The names of a map's labels: from `NAME.json` beside `NAME.nii.gz` (`{"1": "Lung_L"}`), else from 3D Slicer's
    /// fields in an NRRD header or from the segments of a DICOM segmentation, else none. Another program's `.json` of that
    /// name, such as dcm2niix's sidecar, names no label and is passed over.
    ///
    /// - Throws: ``ImageFormatsError`` of kind `damaged` if the `.json` speaks of labels and is no such dictionary, or
    ///   names a label twice.
    public static func names(for url: URL) throws(ImageFormatsError) -> [Int: String] {
        let json = namesFile(for: url)
        if FileManager.default.fileExists(atPath: json.path), let names = try names(in: json) { return names }
        switch ImageKind.of(url) {
        case .nrrd: return try NrrdFile.segmentNames(at: url)
        case .dicom:
            let segments = SegReader.segments(of: url)
            return Dictionary(segments.map { ($0.number, $0.name) }, uniquingKeysWith: { first, _ in first })
        default: return [:]
        }
    }

    /// Where the names of a label map are: the map's path with `.json` for its suffix (`.nii.gz` is one suffix).
    public static func namesFile(for url: URL) -> URL {
        var path = url.path
        for suffix in [".gz", ".nii", ".hdr", ".img", ".mha", ".mhd", ".nrrd", ".nhdr"]
        where path.lowercased().hasSuffix(suffix) {
            path.removeLast(suffix.count)
        }
        // Slicer's "x.seg.nrrd" keeps its middle part: "x.seg.json".
        return URL(fileURLWithPath: path + ".json")
    }

    /// The names in a legend; `nil` for a file that is none: whose JSON has no key that is a label's number.
    private static func names(in json: URL) throws(ImageFormatsError) -> [Int: String]? {
        let damaged = ImageFormatsError(
            .damaged, "The names of the labels cannot be read", files: [json.path],
            mend: "Write it as {\"1\": \"Lung_L\", \"2\": \"Lung_R\"}.")
        // No legend of at most 256 names is as long.
        let longest = 1 << 20
        let bytes = try FileHead.bytes(of: json, upTo: longest + 1, isDecompressed: false)
        guard bytes.count <= longest else { return nil }
        guard let value = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) else {
            throw damaged
        }
        guard let object = value as? [String: Any], object.keys.contains(where: { Int($0) != nil }) else { return nil }
        guard let texts = try? JSONDecoder().decode([String: String].self, from: Data(bytes)) else { throw damaged }
        var names: [Int: String] = [:]
        for (key, name) in texts {
            guard let label = Int(key), label > 0, !name.isEmpty, names[label] == nil else { throw damaged }
            names[label] = name
        }
        return names
    }
}
