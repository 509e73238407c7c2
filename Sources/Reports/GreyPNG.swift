import Foundation

/// Grey pictures as PNG (ISO/IEC 15948), 8 bits a pixel, not compressed: small enough for the slices of a report, and there
/// is nothing in it that could go wrong.
enum GreyPNG {
    /// The file.
    /// - Parameter grey: 0 black to 255 white, x fastest; `width * height` of them, each at least 1.
    static func data(width: Int, height: Int, grey: [UInt8]) -> Data {
        precondition(width > 0 && height > 0 && grey.count == width * height, "a picture has its pixels")
        var data = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        // Depth 8, grey, deflate, the usual filters, not interlaced.
        data += chunk("IHDR", number(width) + number(height) + [8, 0, 0, 0, 0])
        var lines: [UInt8] = []
        lines.reserveCapacity((width + 1) * height)
        for y in 0..<height {
            lines.append(0)
            lines += grey[y * width..<(y + 1) * width]
        }
        data += chunk("IDAT", stored(lines))
        data += chunk("IEND", [])
        return data
    }

    private static func number(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let named = Array(name.utf8) + content
        return number(content.count) + named + number(Int(crc(named)))
    }

    /// A zlib stream of stored blocks (RFC 1950, RFC 1951).
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        stream.reserveCapacity(bytes.count + bytes.count / 65_535 * 5 + 11)
        for start in stride(from: 0, to: bytes.count, by: 65_535) {
            let end = min(start + 65_535, bytes.count)
            let length = UInt16(end - start)
            stream.append(end == bytes.count ? 1 : 0)
            for part in [length, ~length] { stream += [UInt8(part & 255), UInt8(part >> 8)] }
            stream += bytes[start..<end]
        }
        var (a, b) = (UInt32(1), UInt32(0))
        for byte in bytes {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return stream + number(Int(b << 16 | a))
    }

    private static let crcTable: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { crcTable[Int(($0 ^ UInt32($1)) & 255)] ^ ($0 >> 8) }
    }
}
