import Foundation
import VolumeFiles

/// The kinds of image that are read.
enum ImageKind {
    case dicom, nifti, metaImage, nrrd

    /// What a path holds: a folder is DICOM; a file goes by its magic where the format has a strong one, then by its
    /// suffix, then by its first bytes. `nil` if it is nothing known or is not there.
    static func of(_ url: URL) -> ImageKind? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else { return nil }
        if isFolder.boolValue { return .dicom }
        guard let head = try? FileHead.bytes(of: url, upTo: FileHead.length) else {
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
        if NiftiFile.isHeader(head) { return .nifti }
        let text = String(decoding: head.prefix(64), as: UTF8.self)
        if text.hasPrefix("ObjectType") || text.hasPrefix("NDims") { return .metaImage }
        return nil
    }
}
