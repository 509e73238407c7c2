import Foundation
import Volumes

/// Reads label maps and the names of their labels. Structures in DICOM (RTSTRUCT, SEG) need their CT and are read
/// with it.
public enum MaskReader {
    /// Reads a label map from NIfTI, MetaImage or NRRD.
    ///
    /// - Throws: ``ImageFormatsError``; see ``NiftiFile/readLabels(at:)``.
    public static func read(_ url: URL) throws(ImageFormatsError) -> LabelMap {
        switch ImageKind.of(url) {
        case .nifti: return try NiftiFile.readLabels(at: url)
        case .metaImage: return try MetaImageFile.readLabels(at: url)
        case .nrrd: return try NrrdFile.readLabels(at: url)
        case .dicom:
            throw ImageFormatsError(
                .unsupported, "It is DICOM and no label map", files: [url.path],
                mend: "Open its CT series together with the RTSTRUCT or SEG.")
        case nil: throw ImageReader.unknown(url)
        }
    }

    /// The names of a map's labels: from `NAME.json` beside `NAME.nii.gz` (`{"1": "Lung_L"}`), else from 3D Slicer's
    /// fields in an NRRD header, else none.
    ///
    /// - Throws: ``ImageFormatsError`` of kind `damaged` if the `.json` is no such dictionary or names a label twice.
    public static func names(for url: URL) throws(ImageFormatsError) -> [Int: String] {
        let json = namesFile(for: url)
        if FileManager.default.fileExists(atPath: json.path) { return try names(in: json) }
        return ImageKind.of(url) == .nrrd ? try NrrdFile.segmentNames(at: url) : [:]
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

    private static func names(in json: URL) throws(ImageFormatsError) -> [Int: String] {
        let damaged = ImageFormatsError(
            .damaged, "The names of the labels cannot be read", files: [json.path],
            mend: "Write it as {\"1\": \"Lung_L\", \"2\": \"Lung_R\"}.")
        let bytes = try ByteStream(json, coding: .plain).prefix(1 << 20)
        guard let texts = try? JSONDecoder().decode([String: String].self, from: Data(bytes)) else { throw damaged }
        var names: [Int: String] = [:]
        for (key, name) in texts {
            guard let label = Int(key), label > 0, !name.isEmpty, names[label] == nil else { throw damaged }
            names[label] = name
        }
        return names
    }
}
