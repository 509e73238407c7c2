extension SHA256Digest {
    /// HMAC-SHA-256 (RFC 2104) of a message, hexadecimal.
    public static func hmacHex(key: [UInt8], message: String) -> String {
        let block = 64
        var padded = key.count > block ? bytes(ofHex: hex(of: key)) : key
        padded += [UInt8](repeating: 0, count: block - padded.count)
        let inner = SHA256Digest()
        inner.update(padded.map { $0 ^ 0x36 })
        inner.update(message)
        return hex(of: padded.map { $0 ^ 0x5c } + bytes(ofHex: inner.finish()))
    }

    private static func hex(of bytes: [UInt8]) -> String {
        let digest = SHA256Digest()
        digest.update(bytes)
        return digest.finish()
    }

    private static func bytes(ofHex text: String) -> [UInt8] {
        let digits = text.compactMap { $0.hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
