import Foundation

extension SHA256Digest {
    /// The digest of a file's content, in lower-case hexadecimal; the file is read in pieces, so that its size does not
    /// matter.
    /// - Throws: what the system says of a file that cannot be read.
    public static func hex(ofFile url: URL) throws -> String {
        let handle = try FileHandle(forReadingFrom: url)
        defer { try? handle.close() }
        let digest = SHA256Digest()
        while let data = try handle.read(upToCount: 1 << 20), !data.isEmpty { data.withUnsafeBytes(digest.update) }
        return digest.finish()
    }
}
