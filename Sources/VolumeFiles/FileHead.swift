import CNifti
import Foundation
import ImageValues

/// The first bytes of a file: what its kind is told by.
package enum FileHead {
    /// How many bytes tell every kind apart.
    package static let length = Int(CNIFTI_HEADER_BYTES)

    /// The first bytes of a file, fewer only where it ends before.
    /// - Parameter isDecompressed: whether a file that begins like gzip is decompressed on the way.
    /// - Throws: ``ImageFormatsError``: `notFound` if it cannot be opened, `damaged` if it cannot be decompressed.
    package static func bytes(
        of url: URL, upTo count: Int, isDecompressed: Bool = true
    ) throws(ImageFormatsError) -> [UInt8] {
        try ByteStream(url, coding: isDecompressed ? .detect : .plain).prefix(count)
    }
}

extension NiftiFile {
    /// Whether some bytes, ``FileHead/length`` or more, begin with a NIfTI header.
    package static func isHeader(_ bytes: [UInt8]) -> Bool {
        var header = cnifti_header()
        return cnifti_parse(bytes, bytes.count, &header) == CNIFTI_OK
    }
}
