import Foundation
import ImageValues
import Volumes

/// The header of a MetaImage: `Name = value` lines, the last of which is `ElementDataFile`.
struct MetaImageHeader {
    let file: String
    /// By lower-case name.
    private let fields: [String: String]
    /// Where the header ends in its file.
    let byteCount: Int

    /// Reads the lines of a file's first bytes.
    init(_ bytes: [UInt8], file: String) throws(ImageFormatsError) {
        self.file = file
        var lines = TextHeader(bytes)
        var fields: [String: String] = [:]
        while let line = lines.nextLine() {
            guard let equals = line.firstIndex(of: "=") else {
                if line.trimmed.isEmpty { continue }
                // Where the fields end without naming the voxels' place; what they are is judged below.
                break
            }
            let name = line[..<equals].trimmed.lowercased()
            fields[name] = line[line.index(after: equals)...].trimmed
            if name == "elementdatafile" { break }
        }
        guard fields["ndims"] != nil || fields["objecttype"] != nil else {
            throw ImageFormatsError(.notAnImage, "It is not a MetaImage file", files: [file])
        }
        guard fields["elementdatafile"] != nil else {
            throw ImageFormatsError(
                .damaged, "The header has no ElementDataFile", files: [file], mend: "Copy or export the file again.")
        }
        self.fields = fields
        byteCount = lines.position
    }

    /// The first of some fields of one meaning.
    func text(_ names: String...) -> String? { names.lazy.compactMap { fields[$0.lowercased()] }.first }

    /// A field that is true or false; any spelling that begins with T or 1 is true, as in MetaIO.
    func flag(_ names: String...) -> Bool {
        guard let first = names.lazy.compactMap({ fields[$0.lowercased()] }).first?.first else { return false }
        return "tTyY1".contains(first)
    }

    /// A list of finite numbers, `nil` where the field is absent.
    func numbers(_ names: String..., count: Int) throws(ImageFormatsError) -> [Double]? {
        guard let (name, text) = names.lazy.compactMap({ name in fields[name.lowercased()].map { (name, $0) } }).first
        else { return nil }
        guard let numbers = text.numbers, numbers.count == count else {
            throw ImageFormatsError(.damaged, "The header's \(name) is not \(count) numbers", files: [file])
        }
        return numbers
    }

    /// The voxels along each axis.
    func counts() throws(ImageFormatsError) -> [Int] {
        guard let counts = text("DimSize")?.wholeNumbers, !counts.isEmpty,
            let rank = text("NDims").flatMap({ Int($0) }), rank == counts.count, rank <= 10
        else { throw ImageFormatsError(.damaged, "The header's NDims and DimSize do not fit", files: [file]) }
        return counts
    }

    /// The voxels' type.
    func type() throws(ImageFormatsError) -> VoxelType {
        // MetaIO's MET_LONG has four bytes on every machine.
        switch text("ElementType")?.uppercased() {
        case "MET_CHAR": return .int8
        case "MET_UCHAR": return .uint8
        case "MET_SHORT": return .int16
        case "MET_USHORT": return .uint16
        case "MET_INT", "MET_LONG": return .int32
        case "MET_UINT", "MET_ULONG": return .uint32
        case "MET_LONG_LONG": return .int64
        case "MET_ULONG_LONG": return .uint64
        case "MET_FLOAT": return .float32
        case "MET_DOUBLE": return .float64
        case let other:
            throw ImageFormatsError(
                .unsupported, "Its element type is \(other ?? "not stated")", files: [file],
                mend: "Convert it to MET_SHORT (CT) or MET_UCHAR (mask).")
        }
    }
}
