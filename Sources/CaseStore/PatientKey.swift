import Digests
import Foundation

/// A patient by a hash that tells nothing without its key.
public struct PatientKey: Hashable, Sendable {
    /// HMAC-SHA-256 of the identity, hexadecimal.
    public let hash: String
    /// A number 0…<1 from the same key, that decides the role.
    package let lot: Double
    /// Tells the key, without being it.
    package let keyFingerprint: String

    /// A value from its parts, as a store reads it.
    package init(hash: String, lot: Double, keyFingerprint: String) {
        self.hash = hash
        self.lot = lot
        self.keyFingerprint = keyFingerprint
    }
}

/// Makes patients' hashes with a key of this store's own (HMAC-SHA-256, RFC 2104): without the key nobody can try out
/// names and birth dates against them.
public struct PatientHasher: Sendable {
    private let key: [UInt8]

    /// The key in a file, which is made, for the owner alone, if it is not there.
    /// - Throws: ``CaseStoreError/notWritable(path:reason:)``, ``CaseStoreError/damaged(what:reason:)``.
    public init(keyFile: URL) throws(CaseStoreError) {
        if let key = try Self.read(keyFile) {
            self.key = key
            return
        }
        var generator = SystemRandomNumberGenerator()
        let fresh = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        // Written whole under another name and linked, so that two processes cannot each have a key of their own.
        let temporary = keyFile.deletingLastPathComponent().appendingPathComponent(".\(UUID().uuidString).key")
        defer { unlink(temporary.path) }
        let descriptor = open(temporary.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .notWritable(path: keyFile.path, reason: String(cString: strerror(errno)))
        }
        let written = write(descriptor, fresh, fresh.count) == fresh.count && fsync(descriptor) == 0
        close(descriptor)
        guard written, link(temporary.path, keyFile.path) == 0 || errno == EEXIST else {
            throw .notWritable(path: keyFile.path, reason: String(cString: strerror(errno)))
        }
        guard let key = try Self.read(keyFile) else {
            throw .notWritable(path: keyFile.path, reason: "it was just written and is gone")
        }
        self.key = key
    }

    /// A hasher with a key that is given; for tests.
    init(key: [UInt8]) { self.key = key }

    private static func read(_ file: URL) throws(CaseStoreError) -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        guard let data = try? Data(contentsOf: file), data.count == 32 else {
            throw .damaged(
                what: "key of the patients' hashes (\(file.lastPathComponent))", reason: "it is not 32 bytes")
        }
        return [UInt8](data)
    }

    /// The hash of an identity: what tells one patient from another, e.g. issuer and id, or a case's own id where
    /// its files name nobody.
    public func hash(_ identity: String) -> PatientKey {
        let hash = SHA256Digest.hmacHex(key: key, message: "patient:" + identity)
        let lot = SHA256Digest.hmacHex(key: key, message: "role:" + hash)
        // 53 bits, as many as a Double holds.
        let bits = UInt64(lot.prefix(16), radix: 16) ?? 0
        return PatientKey(
            hash: hash, lot: Double(bits >> 11) / Double(UInt64(1) << 53),
            keyFingerprint: SHA256Digest.hmacHex(key: key, message: "fingerprint"))
    }
}
