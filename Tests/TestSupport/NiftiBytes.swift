import Foundation

/// A NIfTI file put together byte by byte from the tables in nifti1.h and nifti2.h, without libnifti.
public struct NiftiBytes {
    public var version = 1
    public var isBigEndian = false
    public var magic = "n+1"
    public var dim = [3, 2, 2, 2, 1, 1, 1, 1]
    public var datatype = 4
    public var pixdim = [1.0, 1, 1, 1, 0, 0, 0, 0]
    public var offset: Double?
    public var slope = 0.0
    public var intercept = 0.0
    public var units = 2
    public var qformCode = 0
    public var sformCode = 1
    public var quatern = [0.0, 0, 0]
    public var qoffset = [0.0, 0, 0]
    /// By default RAS with the first two axes turned round, which is LPS's identity.
    public var sform = [-1.0, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0]
    public var data: [UInt8] = []

    public init(version: Int = 1, isBigEndian: Bool = false, magic: String = "n+1") {
        self.version = version
        self.isBigEndian = isBigEndian
        self.magic = magic
    }

    /// The numbers as bytes of a datatype, in the file's order.
    public func encoded(_ values: [Double]) -> [UInt8] {
        switch datatype {
        case 2: values.flatMap { bytes(UInt8($0)) }
        case 4: values.flatMap { bytes(Int16($0)) }
        case 8: values.flatMap { bytes(Int32($0)) }
        case 16: values.flatMap { bytes(Float($0).bitPattern) }
        case 64: values.flatMap { bytes($0.bitPattern) }
        case 256: values.flatMap { bytes(Int8($0)) }
        case 512: values.flatMap { bytes(UInt16($0)) }
        case 768: values.flatMap { bytes(UInt32($0)) }
        case 1024: values.flatMap { bytes(Int64($0)) }
        default: values.flatMap { bytes(UInt64($0)) }
        }
    }

    private func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: isBigEndian ? value.bigEndian : value.littleEndian) { Array($0) }
    }

    public var header: [UInt8] {
        var file = [UInt8](repeating: 0, count: version == 1 ? 352 : 544)
        func put(_ bytes: [UInt8], _ at: Int) { file.replaceSubrange(at..<at + bytes.count, with: bytes) }
        func floats(_ values: [Double], _ at: Int) { put(values.flatMap { bytes(Float($0).bitPattern) }, at) }
        func doubles(_ values: [Double], _ at: Int) { put(values.flatMap { bytes($0.bitPattern) }, at) }
        if version == 1 {
            put(bytes(Int32(348)), 0)
            put(dim.flatMap { bytes(Int16($0)) }, 40)
            put(bytes(Int16(datatype)), 70)
            floats(pixdim, 76)
            floats([offset ?? 352], 108)
            floats([slope, intercept], 112)
            file[123] = UInt8(units)
            put(bytes(Int16(qformCode)), 252)
            put(bytes(Int16(sformCode)), 254)
            floats(quatern + qoffset, 256)
            floats(sform, 280)
            put(Array(magic.utf8) + [0], 344)
        } else {
            put(bytes(Int32(540)), 0)
            put(Array(magic.utf8) + [0, 13, 10, 26, 10], 4)
            put(bytes(Int16(datatype)), 12)
            put(dim.flatMap { bytes(Int64($0)) }, 16)
            doubles(pixdim, 104)
            put(bytes(Int64(offset ?? 544)), 168)
            doubles([slope, intercept], 176)
            put(bytes(Int32(qformCode)), 344)
            put(bytes(Int32(sformCode)), 348)
            doubles(quatern + qoffset, 352)
            doubles(sform, 400)
            put(bytes(Int32(units)), 500)
        }
        return file
    }

    public var file: [UInt8] { header + data }

    public func write(to url: URL) throws { try Data(file).write(to: url) }
}
