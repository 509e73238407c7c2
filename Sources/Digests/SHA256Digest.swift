import CLibcrypto
import Foundation

/// SHA-256 (FIPS 180-4) by OpenSSL, taken in over any number of pieces: what names image contents, journal chains
/// and model files.
public final class SHA256Digest {
    private let context: OpaquePointer?

    /// An empty digest.
    public init() {
        context = EVP_MD_CTX_new()
        // Fails only when memory is exhausted or the build of OpenSSL has no SHA-256; both end in `finish`.
        _ = EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes in bytes.
    public func update(_ bytes: UnsafeRawBufferPointer) {
        _ = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// Takes in the elements of an array as they lie in memory (little endian on every machine Pleura runs on).
    public func update<T: BitwiseCopyable>(_ values: [T]) {
        values.withUnsafeBytes { update($0) }
    }

    /// Takes in a text as UTF-8.
    public func update(_ text: String) { update(Array(text.utf8)) }

    /// The digest in lower-case hexadecimal, 64 digits. Call once.
    public func finish() -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        guard EVP_DigestFinal_ex(context, &bytes, nil) == 1 else {
            preconditionFailure("OpenSSL could not compute SHA-256")
        }
        return bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// The digest of one text.
    public static func hex(of text: String) -> String {
        let digest = SHA256Digest()
        digest.update(text)
        return digest.finish()
    }

    /// The digest of bytes that lie in memory.
    public static func hex(of bytes: Data) -> String {
        let digest = SHA256Digest()
        bytes.withUnsafeBytes(digest.update)
        return digest.finish()
    }
}
