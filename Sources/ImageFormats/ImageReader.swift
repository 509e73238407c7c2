import CNifti
import Foundation
import Volumes

/// The kinds of image that are read.
enum ImageKind {
    case dicom, nifti, metaImage, nrrd

    /// What a path holds: a folder is DICOM; a file goes by its magic where the format has a strong one, then by its
    /// suffix, then by its first bytes. `nil` if it is nothing known or is not there.
    static func of(_ url: URL) -> ImageKind? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else { return nil }
        if isFolder.boolValue { return .dicom }
        guard let head = try? ByteStream(url, coding: .detect).prefix(Int(CNIFTI_HEADER_BYTES)) else {
            return bySuffix(url)
        }
        if head.count >= 132, Array(head[128..<132]) == Array("DICM".utf8) { return .dicom }
        if head.starts(with: Array("NRRD000".utf8)) { return .nrrd }
        return bySuffix(url) ?? byContents(head)
    }

    private static func bySuffix(_ url: URL) -> ImageKind? {
        let name = url.lastPathComponent.lowercased()
        func has(_ suffixes: String...) -> Bool { suffixes.contains { name.hasSuffix("." + $0) } }
        if has("nii", "nii.gz", "hdr", "hdr.gz", "img", "img.gz") { return .nifti }
        if has("mha", "mhd") { return .metaImage }
        if has("nrrd", "nhdr") { return .nrrd }
        if has("dcm", "ima", "dicom") { return .dicom }
        return nil
    }

    private static func byContents(_ head: [UInt8]) -> ImageKind? {
        var header = cnifti_header()
        if cnifti_parse(head, head.count, &header) == CNIFTI_OK { return .nifti }
        let text = String(decoding: head.prefix(64), as: UTF8.self)
        if text.hasPrefix("ObjectType") || text.hasPrefix("NDims") { return .metaImage }
        return nil
    }
}

/// Reads a CT from whatever a path holds.
public enum ImageReader {
    /// Whether ``read(_:series:volume:repairs:progress:)`` knows what a path holds: a folder (for DICOM), or a file of a known kind. It
    /// looks at the first bytes only, so that reading may still fail.
    public static func canRead(_ url: URL) -> Bool { ImageKind.of(url) != nil }

    /// Whether a path is a folder or file that is read as DICOM.
    public static func isDicom(_ url: URL) -> Bool { ImageKind.of(url) == .dicom }

    /// Reads a CT: a folder of DICOM files or one of them, NIfTI, MetaImage or NRRD.
    ///
    /// - Parameters:
    ///   - url: the folder or file.
    ///   - series: for DICOM, the SeriesInstanceUID to read where a folder holds several.
    ///   - volume: for DICOM, which volume to read where the series holds several.
    ///   - repairs: for DICOM, what may be resampled where the slices make no regular volume.
    ///   - progress: called with files done and files in all, from any thread, one call at a time.
    /// - Throws: ``ImageFormatsError``; see ``NiftiFile/readVolume(at:)`` and ``DicomFolder/load(_:series:volume:repairs:progress:)``.
    public static func read(
        _ url: URL, series: String? = nil, volume: String? = nil, repairs: Set<CTRepair> = [],
        progress: (@Sendable (Int, Int) -> Void)? = nil
    ) throws(ImageFormatsError) -> LoadedImage {
        switch ImageKind.of(url) {
        case .dicom:
            return try DicomFolder.load(
                url, series: series, volume: volume, repairs: repairs, progress: progress
            ).image
        case .nifti: return try whole(progress) { () throws(ImageFormatsError) in try NiftiFile.readVolume(at: url) }
        case .metaImage:
            return try whole(progress) { () throws(ImageFormatsError) in try MetaImageFile.readVolume(at: url) }
        case .nrrd: return try whole(progress) { () throws(ImageFormatsError) in try NrrdFile.readVolume(at: url) }
        case nil: throw unknown(url)
        }
    }

    private static func whole(
        _ progress: (@Sendable (Int, Int) -> Void)?, _ read: () throws(ImageFormatsError) -> LoadedImage
    ) throws(ImageFormatsError) -> LoadedImage {
        progress?(0, 1)
        let image = try read()
        progress?(1, 1)
        return checked(image)
    }

    /// With what makes its numbers unlikely to be HU: these formats do not say what they are.
    private static func checked(_ image: LoadedImage) -> LoadedImage {
        let warnings = HounsfieldCheck.warnings(for: image.volume, mayBeLabels: true)
        return LoadedImage(
            volume: image.volume, seriesUID: image.seriesUID, warnings: image.warnings + warnings,
            repairs: image.repairs)
    }

    /// What to say of a path that is nothing known.
    static func unknown(_ url: URL) -> ImageFormatsError {
        guard FileManager.default.fileExists(atPath: url.path) else {
            return ImageFormatsError(.notFound, "There is nothing at this path", files: [url.path])
        }
        return ImageFormatsError(
            .notAnImage, "It is not an image of a known kind", files: [url.path],
            mend: "Pleura reads DICOM folders, NIfTI (.nii, .nii.gz, .hdr/.img), MetaImage (.mha, .mhd) and NRRD.")
    }
}
