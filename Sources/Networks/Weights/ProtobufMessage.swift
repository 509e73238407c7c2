import Foundation

/// A Protocol Buffers message that is being written, field by field: as much of the encoding as an ONNX file needs.
/// https://protobuf.dev/programming-guides/encoding
struct ProtobufMessage {
    /// The bytes so far.
    private(set) var data = Data()

    /// How a field's value is laid out.
    private enum WireType: UInt64 {
        case variable = 0
        case delimited = 2
        case fixed32 = 5
    }

    /// Adds a whole number.
    mutating func add(_ field: Int, _ value: Int) {
        begin(field, .variable)
        // Negative numbers take the ten bytes of their two's complement.
        addVariable(UInt64(bitPattern: Int64(value)))
    }

    /// Adds a number.
    mutating func add(_ field: Int, _ value: Float) {
        begin(field, .fixed32)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }

    /// Adds a text.
    mutating func add(_ field: Int, _ text: String) { add(field, Data(text.utf8)) }

    /// Adds a message.
    mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, message.data) }

    /// Adds bytes.
    mutating func add(_ field: Int, _ bytes: Data) {
        begin(field, .delimited)
        addVariable(UInt64(bytes.count))
        data.append(bytes)
    }

    private mutating func begin(_ field: Int, _ type: WireType) {
        addVariable(UInt64(field) << 3 | type.rawValue)
    }

    private mutating func addVariable(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            data.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        data.append(UInt8(rest))
    }
}
