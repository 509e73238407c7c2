import Foundation

/// A DICOM data set or sequence item to be written: elements by tag, in any order of insertion.
struct DicomItem {
    /// The value of an element.
    enum Value {
        /// Characters, UTF-8; several values joined by backslashes.
        case text(String)
        /// Characters that are bytes already.
        case characters([UInt8])
        case unsigned16([UInt16])
        case unsigned32([UInt32])
        case float64(Double)
        /// Tags, as attribute values.
        case tags([UInt32])
        case words([Int16])
        case bytes([UInt8])
        case items([DicomItem])
    }

    /// How a data set is laid out; both are little endian.
    enum Layout { case explicit, implicit }

    private var elements: [UInt32: (vr: String, value: Value)] = [:]

    /// Sets an element of characters.
    mutating func set(_ tag: UInt32, _ vr: String, _ text: String) { elements[tag] = (vr, .text(text)) }
    /// Sets an element of characters that are bytes already.
    mutating func set(_ tag: UInt32, _ vr: String, characters: [UInt8]) {
        elements[tag] = (vr, .characters(characters))
    }
    /// Sets an element of one unsigned number.
    mutating func set(_ tag: UInt32, _ number: UInt16) { elements[tag] = ("US", .unsigned16([number])) }
    /// Sets an element of several unsigned numbers of 16 bits.
    mutating func set(_ tag: UInt32, numbers: [UInt16]) { elements[tag] = ("US", .unsigned16(numbers)) }
    /// Sets an element of unsigned numbers of 32 bits.
    mutating func set(_ tag: UInt32, longNumbers: [UInt32]) { elements[tag] = ("UL", .unsigned32(longNumbers)) }
    /// Sets an element of one floating point number.
    mutating func set(_ tag: UInt32, double: Double) { elements[tag] = ("FD", .float64(double)) }
    /// Sets an element that names other elements.
    mutating func set(_ tag: UInt32, tags: [UInt32]) { elements[tag] = ("AT", .tags(tags)) }
    /// Sets pixel data.
    mutating func set(_ tag: UInt32, words: [Int16]) { elements[tag] = ("OW", .words(words)) }
    /// Sets an element of plain bytes.
    mutating func set(_ tag: UInt32, bytes: [UInt8]) { elements[tag] = ("OB", .bytes(bytes)) }
    /// Sets a sequence.
    mutating func set(_ tag: UInt32, items: [DicomItem]) { elements[tag] = ("SQ", .items(items)) }

    /// Takes in all elements of another item.
    mutating func merge(_ other: DicomItem) { elements.merge(other.elements) { $1 } }

    /// Removes an element, if it is there.
    mutating func remove(_ tag: UInt32) { elements[tag] = nil }

    /// Whether every text in it is plain ASCII, which reads the same in every character set.
    var isPlainASCII: Bool {
        elements.values.allSatisfy { element in
            switch element.value {
            case .text(let text): text.utf8.allSatisfy { $0 < 0x80 }
            case .characters(let characters): characters.allSatisfy { $0 < 0x80 }
            case .items(let items): items.allSatisfy(\.isPlainASCII)
            default: true
            }
        }
    }

    /// The data set in bytes, elements in order of tag, sequences and items with their lengths.
    func encoded(_ layout: Layout) -> [UInt8] {
        var out: [UInt8] = []
        for tag in elements.keys.sorted() {
            guard let element = elements[tag] else { continue }
            let value = Self.bytes(of: element.value, vr: element.vr, layout)
            out.append16(UInt16(tag >> 16))
            out.append16(UInt16(truncatingIfNeeded: tag))
            switch layout {
            case .implicit: out.append32(UInt32(value.count))
            case .explicit:
                out += Array(element.vr.utf8)
                if ["OB", "OW", "SQ", "UT"].contains(element.vr) {
                    out.append16(0)
                    out.append32(UInt32(value.count))
                } else {
                    // The length has 16 bits in this form; nothing that is written explicitly comes near.
                    precondition(value.count < 65_536, "a value over 64 KiB needs implicit VR")
                    out.append16(UInt16(value.count))
                }
            }
            out += value
        }
        return out
    }

    /// A whole DICOM file.
    /// - Parameters:
    ///   - sopClass: what kind of object it is.
    ///   - sopInstance: which object it is.
    func file(sopClass: String, sopInstance: String, _ layout: Layout) -> [UInt8] {
        var meta = DicomItem()
        meta.set(0x0002_0001, bytes: [0, 1])
        meta.set(0x0002_0002, "UI", sopClass)
        meta.set(0x0002_0003, "UI", sopInstance)
        meta.set(0x0002_0010, "UI", layout == .explicit ? "1.2.840.10008.1.2.1" : "1.2.840.10008.1.2")
        meta.set(0x0002_0012, "UI", DicomUID.implementation)
        meta.set(0x0002_0013, "SH", "PLEURA")
        let group = meta.encoded(.explicit)
        var out = [UInt8](repeating: 0, count: 128)
        out += Array("DICM".utf8)
        out.append16(0x0002)
        out.append16(0x0000)
        out += Array("UL".utf8)
        out.append16(4)
        out.append32(UInt32(group.count))
        return out + group + encoded(layout)
    }

    private static func bytes(of value: Value, vr: String, _ layout: Layout) -> [UInt8] {
        var out: [UInt8] = []
        switch value {
        case .text(let text):
            out = Array(text.utf8)
            if out.count % 2 == 1 { out.append(vr == "UI" ? 0 : 0x20) }
        case .characters(let characters):
            out = characters
            if out.count % 2 == 1 { out.append(0x20) }
        case .unsigned16(let numbers): for number in numbers { out.append16(number) }
        case .unsigned32(let numbers): for number in numbers { out.append32(number) }
        case .float64(let number):
            out.append32(UInt32(truncatingIfNeeded: number.bitPattern))
            out.append32(UInt32(truncatingIfNeeded: number.bitPattern >> 32))
        case .tags(let tags):
            for tag in tags {
                out.append16(UInt16(tag >> 16))
                out.append16(UInt16(truncatingIfNeeded: tag))
            }
        case .words(let words):
            out.reserveCapacity(words.count * 2)
            for word in words { out.append16(UInt16(bitPattern: word)) }
        case .bytes(let bytes):
            out = bytes
            if out.count % 2 == 1 { out.append(0) }
        case .items(let items):
            for item in items {
                let content = item.encoded(layout)
                out.append16(0xfffe)
                out.append16(0xe000)
                out.append32(UInt32(content.count))
                out += content
            }
        }
        return out
    }
}

extension [UInt8] {
    /// Appends a number, little endian.
    fileprivate mutating func append16(_ value: UInt16) {
        append(UInt8(truncatingIfNeeded: value))
        append(UInt8(truncatingIfNeeded: value >> 8))
    }

    /// Appends a number, little endian.
    fileprivate mutating func append32(_ value: UInt32) {
        append16(UInt16(truncatingIfNeeded: value))
        append16(UInt16(truncatingIfNeeded: value >> 16))
    }
}

/// Numbers as decimal strings (PS3.5 6.2, DS: at most 16 characters).
enum DicomDecimal {
    /// The shortest text that reads back as the number or, where that is longer than 16 characters, the nearest
    /// number that 16 characters can state. The number must be finite.
    static func text(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        let shortest = "\(value)"
        if shortest.utf8.count <= 16 { return shortest }
        for digits in stride(from: 15, through: 1, by: -1) {
            let text = String(format: "%.\(digits)g", value)
            if text.utf8.count <= 16 { return text }
        }
        return "0"
    }

    /// Appends a length in mm with at most six decimals, without trailing zeros: what ``text(_:)`` gives for it, quickly.
    static func append(millimetres value: Double, to out: inout [UInt8]) {
        let scaled = (value * 1e6).rounded()
        guard abs(scaled) < 1e14 else {
            out += Array(text(value).utf8)
            return
        }
        var rest = UInt64(abs(scaled))
        if scaled < 0 { out.append(UInt8(ascii: "-")) }
        var digits: (UInt64, Int) = (rest % 1_000_000, 6)
        rest /= 1_000_000
        let start = out.count
        repeat {
            out.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest != 0
        out[start...].reverse()
        guard digits.0 != 0 else { return }
        while digits.0 % 10 == 0 { digits = (digits.0 / 10, digits.1 - 1) }
        out.append(UInt8(ascii: "."))
        let place = out.count
        for _ in 0..<digits.1 {
            out.append(UInt8(ascii: "0") + UInt8(digits.0 % 10))
            digits.0 /= 10
        }
        out[place...].reverse()
    }

    /// Several numbers, joined as DICOM joins values.
    static func text(_ values: [Double]) -> String { values.map { text($0) }.joined(separator: "\\") }
}
