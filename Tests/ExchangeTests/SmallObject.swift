import Foundation

/// A DICOM object of a few bytes, in explicit little endian.
struct SmallObject {
    var kind = "1.2.840.10008.5.1.4.1.1.2"
    var study = "1.1"
    var series = "1.2"
    var instance = "1.3"
    var modality = "CT"
    var description = "Chest"
    /// NumberOfSeriesRelatedInstances.
    var expected: Int?
    var pixels: [UInt8] = [1, 2, 3, 4]
    var hasPixels = true
    /// Whether the pixels are one fragment (of bytes that are no JPEG) rather than plain.
    var isCompressed = false
    /// What the meta group says beside: the sender's AE title.
    var sender = ""
    /// Whether a sequence is written with a length, or up to a delimiter: two ways to say the same.
    var hasDefinedLength = true

    var data: Data {
        var meta: [UInt8] = []
        meta += Self.element(
            2, 0x10, "UI", Self.padded(isCompressed ? "1.2.840.10008.1.2.4.70" : "1.2.840.10008.1.2.1", 0))
        if !sender.isEmpty { meta += Self.element(2, 0x16, "AE", Self.padded(sender, 0x20)) }
        var body: [UInt8] = []
        body += Self.element(8, 0x16, "UI", Self.padded(kind, 0))
        body += Self.element(8, 0x18, "UI", Self.padded(instance, 0))
        body += Self.element(8, 0x60, "CS", Self.padded(modality, 0x20))
        body += Self.element(8, 0x103e, "LO", Self.padded(description, 0x20))
        // ReferencedImageSequence of one item.
        let item = Self.element(8, 0x1155, "UI", Self.padded("9.9", 0))
        body += [8, 0, 0x40, 0x11, 0x53, 0x51, 0, 0]
        if hasDefinedLength {
            body += Self.bytes(UInt32(item.count + 8)) + [0xfe, 0xff, 0, 0xe0] + Self.bytes(UInt32(item.count)) + item
        } else {
            body += [255, 255, 255, 255, 0xfe, 0xff, 0, 0xe0, 255, 255, 255, 255] + item
            body += [0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]
        }
        body += Self.element(0x20, 0x0d, "UI", Self.padded(study, 0))
        body += Self.element(0x20, 0x0e, "UI", Self.padded(series, 0))
        if let expected { body += Self.element(0x20, 0x1209, "IS", Self.padded(String(expected), 0x20)) }
        if hasPixels, isCompressed {
            // An empty offset table, the fragment, the end.
            body += [0xe0, 0x7f, 0x10, 0, 0x4f, 0x42, 0, 0, 255, 255, 255, 255, 0xfe, 0xff, 0, 0xe0, 0, 0, 0, 0]
            body += [0xfe, 0xff, 0, 0xe0] + Self.bytes(UInt32(pixels.count)) + pixels
            body += [0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]
        } else if hasPixels {
            body += [0xe0, 0x7f, 0x10, 0, 0x4f, 0x57, 0, 0] + Self.bytes(UInt32(pixels.count)) + pixels
        }
        let head = [UInt8](repeating: 0, count: 128) + Array("DICM".utf8)
        let length = Self.element(2, 0, "UL", Self.bytes(UInt32(meta.count)))
        return Data(head + length + meta + body)
    }

    private static func bytes(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func padded(_ text: String, _ padding: UInt8) -> [UInt8] {
        let bytes = Array(text.utf8)
        return bytes.count % 2 == 0 ? bytes : bytes + [padding]
    }

    private static func element(_ group: UInt8, _ number: UInt16, _ kind: String, _ value: [UInt8]) -> [UInt8] {
        [group, 0, UInt8(number & 0xff), UInt8(number >> 8)] + Array(kind.utf8)
            + [UInt8(value.count & 0xff), UInt8(value.count >> 8)] + value
    }
}
