/// The number types in which image files store voxels.
enum VoxelType: CaseIterable {
    case int8, uint8, int16, uint16, int32, uint32, int64, uint64, float32, float64

    /// Bytes a voxel.
    var size: Int {
        switch self {
        case .int8, .uint8: 1
        case .int16, .uint16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        }
    }
}

/// A number as it lies in a file, in either byte order.
protocol StoredNumber: BitwiseCopyable {
    associatedtype Bits: FixedWidthInteger & BitwiseCopyable
    /// Whether every value is a whole number.
    static var isInteger: Bool { get }
    init(bits: Bits)
    /// The value; integers beyond 2⁵³ are rounded, which only ever makes an out-of-range value another one.
    var double: Double { get }
    /// The value as a whole number if it is one and fits.
    func whole<I: FixedWidthInteger>(_ type: I.Type) -> I?
}

extension StoredNumber where Self: FixedWidthInteger {
    static var isInteger: Bool { true }
    init(bits: Self) { self = bits }
    var double: Double { Double(self) }
    func whole<I: FixedWidthInteger>(_ type: I.Type) -> I? { I(exactly: self) }
}

extension Int8: StoredNumber {}
extension UInt8: StoredNumber {}
extension Int16: StoredNumber {}
extension UInt16: StoredNumber {}
extension Int32: StoredNumber {}
extension UInt32: StoredNumber {}
extension Int64: StoredNumber {}
extension UInt64: StoredNumber {}

extension Float: StoredNumber {
    static var isInteger: Bool { false }
    init(bits: UInt32) { self.init(bitPattern: bits) }
    var double: Double { Double(self) }
    func whole<I: FixedWidthInteger>(_ type: I.Type) -> I? { I(exactly: self) }
}

extension Double: StoredNumber {
    static var isInteger: Bool { false }
    init(bits: UInt64) { self.init(bitPattern: bits) }
    var double: Double { self }
    func whole<I: FixedWidthInteger>(_ type: I.Type) -> I? { I(exactly: self) }
}

/// Numbers in a buffer, read one by one in either byte order.
struct StoredNumbers<T: StoredNumber> {
    let bits: UnsafeBufferPointer<T.Bits>
    let swapped: Bool

    /// The buffer must be aligned for the type, as allocated buffers are.
    init(_ raw: UnsafeRawBufferPointer, swapped: Bool) {
        bits = raw.bindMemory(to: T.Bits.self)
        self.swapped = swapped
    }

    var count: Int { bits.count }

    @inline(__always)
    subscript(i: Int) -> T { T(bits: swapped ? bits[i].byteSwapped : bits[i]) }
}
