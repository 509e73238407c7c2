/// Appends values to bytes, little endian; the writing half of Pleura's own binary forms.
struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func append<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// LEB128: seven bits a byte, least first, the high bit says that more follow.
    mutating func appendVarint(_ value: Int) {
        var rest = UInt64(value)
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Ends the form with a checksum over all before it.
    mutating func appendChecksum() { append(fnv1a(bytes[...])) }
}

/// Reads values from bytes that may be damaged: every read is checked, nothing is trusted before the checksum.
struct ByteReader {
    private var rest: ArraySlice<UInt8>

    /// Takes off and verifies the checksum that ``ByteWriter/appendChecksum()`` wrote.
    init(checking bytes: [UInt8], what: String) throws(VolumesError) {
        guard bytes.count >= 8 else { throw .damaged(reason: "\(what) is shorter than its checksum") }
        let body = bytes[..<(bytes.count - 8)]
        var stored: UInt64 = 0
        for (i, byte) in bytes[(bytes.count - 8)...].enumerated() { stored |= UInt64(byte) << UInt64(8 * i) }
        guard fnv1a(body) == stored else { throw .damaged(reason: "the checksum of \(what) does not match") }
        rest = body
    }

    mutating func read<T: FixedWidthInteger>(_ type: T.Type) throws(VolumesError) -> T {
        let width = MemoryLayout<T>.size
        guard rest.count >= width else { throw .damaged(reason: "the data ends early") }
        var value: T = 0
        for byte in rest.prefix(width).reversed() { value = (value << 8) | T(truncatingIfNeeded: byte) }
        rest = rest.dropFirst(width)
        return value
    }

    mutating func readVarint() throws(VolumesError) -> Int {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = rest.popFirst() {
            guard shift < 63 else { throw .damaged(reason: "a number is too long") }
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 {
                guard let number = Int(exactly: value) else { throw .damaged(reason: "a number is too large") }
                return number
            }
            shift += 7
        }
        throw .damaged(reason: "the data ends early")
    }

    var isAtEnd: Bool { rest.isEmpty }
    var remaining: Int { rest.count }
}

/// FNV-1a, 64 bits: finds damage, not malice.
private func fnv1a(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return hash
}
