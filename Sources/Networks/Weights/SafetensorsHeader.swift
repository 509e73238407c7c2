import Foundation

/// The checked header of a safetensors file.
struct SafetensorsHeader {
    /// What lies in a file.
    enum StoredType: Hashable {
        /// Numbers of a tensor.
        case values(SafetensorsFile.ValueType)
        /// Bytes as they are.
        case bytes

        /// As the header names it; `nil` for what is not read.
        init?(_ name: String) {
            if name == "U8" {
                self = .bytes
            } else if let type = SafetensorsFile.ValueType(rawValue: name) {
                self = .values(type)
            } else {
                return nil
            }
        }

        var name: String { if case .values(let type) = self { type.rawValue } else { "U8" } }
        var byteCount: Int { if case .values(let type) = self { type.byteCount } else { 1 } }
    }

    /// One tensor's place.
    struct Entry {
        let name: String
        let type: StoredType
        let shape: [Int]
        let range: Range<Int>
    }

    let metadata: [String: String]
    /// By their place, which is without gaps and overlaps.
    let entries: [Entry]

    /// Opens a file and checks all but the values, of which the first is what is read next.
    static func open(_ url: URL) throws(SafetensorsError) -> (header: SafetensorsHeader, file: FileHandle) {
        func fail(_ reason: String) -> SafetensorsError { SafetensorsError(path: url.path, reason: reason) }
        var status = stat()
        guard stat(url.path, &status) == 0 else { throw fail("is not there or cannot be read") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw fail("is not a file") }
        guard status.st_size <= SafetensorsFile.largestFile else { throw fail("is larger than 8 GiB") }
        guard let file = try? FileHandle(forReadingFrom: url), let start = try? file.read(upToCount: 8) else {
            throw fail("is empty or cannot be read")
        }
        let size = Int(status.st_size)
        do {
            let length = try length(of: start, fileSize: size)
            let text = (try? file.read(upToCount: length) ?? Data()) ?? Data()
            guard text.count == length else { throw fail("cannot be read") }
            return (try SafetensorsHeader(text, valueBytes: size - 8 - length), file)
        } catch let damage as Damage {
            throw fail(damage.reason)
        } catch {
            throw fail("cannot be read")
        }
    }

    /// What is wrong with the bytes.
    struct Damage: Error { let reason: String }

    /// How long the header is, by the first eight bytes.
    static func length(of start: Data, fileSize: Int) throws(Damage) -> Int {
        guard start.count == 8 else { throw Damage(reason: "is too short for a safetensors file") }
        let length = start.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard length <= UInt64(SafetensorsFile.longestHeader), length <= UInt64(fileSize - 8) else {
            throw Damage(reason: "is not a safetensors file, or cut off: its header would be \(length) bytes long")
        }
        return Int(length)
    }

    init(_ text: Data, valueBytes: Int) throws(Damage) {
        guard text.first == UInt8(ascii: "{"), !Self.nestsTooDeep(text),
            let document = try? JSONDecoder().decode([String: Item].self, from: text)
        else { throw Damage(reason: "has no safetensors header, or one with other types than F32, F16, BF16 and U8") }

        var metadata: [String: String] = [:]
        var entries: [Entry] = []
        for (name, item) in document {
            switch item {
            case .text(let values):
                guard name == "__metadata__" else { throw Damage(reason: "\(name) is no tensor") }
                metadata = values
            case .tensor(let type, let shape, let offsets):
                guard name != "__metadata__" else { throw Damage(reason: "its metadata is a tensor") }
                entries.append(try Self.entry(name, type, shape, offsets, available: valueBytes))
            }
        }
        entries.sort {
            ($0.range.lowerBound, $0.range.upperBound, $0.name) < ($1.range.lowerBound, $1.range.upperBound, $1.name)
        }
        var end = 0
        for entry in entries {
            guard entry.range.lowerBound == end else {
                throw Damage(
                    reason: "\(entry.name) \(entry.range.lowerBound < end ? "overlaps another" : "follows a gap")")
            }
            end = entry.range.upperBound
        }
        guard end == valueBytes else {
            throw Damage(reason: "holds \(valueBytes) bytes of values, its tensors \(end)")
        }
        self.metadata = metadata
        self.entries = entries
    }

    private static func entry(
        _ name: String, _ type: StoredType, _ shape: [Int], _ offsets: [Int], available: Int
    ) throws(Damage) -> Entry {
        guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= available else {
            throw Damage(reason: "\(name) lies outside the file, which may be cut off")
        }
        guard shape.count <= 8, type != .bytes || shape.count == 1 else {
            throw Damage(reason: "\(name) has \(shape.count) axes")
        }
        var bytes = type.byteCount
        for axis in shape {
            let (product, overflows) = bytes.multipliedReportingOverflow(by: axis)
            guard axis >= 0, !overflows else { throw Damage(reason: "\(name) has no possible shape") }
            bytes = product
        }
        guard bytes == offsets[1] - offsets[0] else {
            throw Damage(reason: "\(name) has \(offsets[1] - offsets[0]) bytes, its shape asks for \(bytes)")
        }
        return Entry(name: name, type: type, shape: shape, range: offsets[0]..<offsets[1])
    }

    /// A header has three levels; parsers of JSON recurse, and a deep one could exhaust the stack.
    private static func nestsTooDeep(_ text: Data) -> Bool {
        var depth = 0
        var isInString = false
        var isEscaped = false
        for byte in text {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth > 4 { return true }
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
        }
        return false
    }

    /// A value of the header's object.
    private enum Item: Decodable {
        case tensor(StoredType, shape: [Int], offsets: [Int])
        case text([String: String])

        private enum Key: String, CodingKey {
            case dtype, shape
            case offsets = "data_offsets"
        }

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode([String: String].self) {
                self = .text(text)
                return
            }
            let container = try decoder.container(keyedBy: Key.self)
            guard let type = StoredType(try container.decode(String.self, forKey: .dtype))
            else {
                throw DecodingError.dataCorruptedError(forKey: .dtype, in: container, debugDescription: "unknown type")
            }
            self = .tensor(
                type, shape: try container.decode([Int].self, forKey: .shape),
                offsets: try container.decode([Int].self, forKey: .offsets))
        }
    }
}

/// A header that is written: metadata first, then tensors in their order, spaces to a multiple of 8.
struct OrderedHeader {
    private var parts: [String] = []

    init(metadata: [String: String]) {
        guard !metadata.isEmpty else { return }
        let pairs = metadata.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
        parts.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }

    mutating func add(_ name: String, type: SafetensorsHeader.StoredType, shape: [Int], range: Range<Int>) {
        let axes = shape.map(String.init).joined(separator: ",")
        parts.append(
            "\(Self.quoted(name)):{\"dtype\":\"\(type.name)\",\"shape\":[\(axes)],"
                + "\"data_offsets\":[\(range.lowerBound),\(range.upperBound)]}")
    }

    var bytes: [UInt8] {
        var bytes = Array("{\(parts.joined(separator: ","))}".utf8)
        while bytes.count % 8 != 0 { bytes.append(UInt8(ascii: " ")) }
        return bytes
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
