import Digests

/// UIDs: those of others, and our own under 2.25, which anyone may make of a UUID (PS3.5 B.2).
public enum DicomUID {
    /// Whether a text that somebody else wrote may name a file: 1 to 64 digits and dots, not dots alone.
    public static func mayNameFile(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e }
            && text.utf8.contains { $0 != 0x2e }
    }

    /// What names this software as a writer.
    static let implementation = make("Pleura", "implementation")

    /// The UID of a role under a seed: the same for the same texts on every machine, and different for others as
    /// surely as SHA-256 is free of collisions.
    static func make(_ seed: String, _ role: String) -> String {
        let digits = SHA256Digest.hex(of: "\(seed.utf8.count):\(seed)/\(role)").prefix(32)
        var number = UInt128(digits, radix: 16) ?? 0
        // Version 8 (own scheme) and variant, where RFC 9562 has them.
        number = number & ~(UInt128(0xf) << 76) | UInt128(8) << 76
        number = number & ~(UInt128(0x3) << 62) | UInt128(2) << 62
        return "2.25.\(number)"
    }
}
