import Foundation
import ImageValues
import Volumes

/// The header of an NRRD file: `field: value` lines, `key:=value` pairs and comments up to an empty line
/// (http://teem.sourceforge.net/nrrd/format.html).
struct NrrdHeader {
    let file: String
    /// By name, lower case and without blanks, since writers spell `data file` and `datafile`.
    private let fields: [String: String]
    /// The free pairs, as 3D Slicer's segment names.
    let pairs: [String: String]
    /// Where the header ends in its file.
    let byteCount: Int

    /// Reads the lines of a file's first bytes.
    init(_ bytes: [UInt8], file: String) throws(ImageFormatsError) {
        self.file = file
        var lines = TextHeader(bytes)
        guard let magic = lines.nextLine(), magic.hasPrefix("NRRD"), let version = Int(magic.dropFirst(4).trimmed)
        else { throw ImageFormatsError(.notAnImage, "It is not an NRRD file", files: [file]) }
        guard (1...5).contains(version) else {
            throw ImageFormatsError(.unsupported, "Its NRRD version is \(version)", files: [file])
        }
        var fields: [String: String] = [:]
        var pairs: [String: String] = [:]
        while let line = lines.nextLine() {
            if line.isEmpty { break }
            if line.hasPrefix("#") { continue }
            guard let colon = line.firstIndex(of: ":") else {
                throw ImageFormatsError(.damaged, "A line of the header has no colon", files: [file])
            }
            let rest = line[line.index(after: colon)...]
            if rest.hasPrefix("=") {
                pairs[line[..<colon].trimmed] = rest.dropFirst().trimmed
            } else {
                fields[line[..<colon].lowercased().filter { !$0.isWhitespace }] = rest.trimmed
            }
        }
        self.fields = fields
        self.pairs = pairs
        byteCount = lines.position
    }

    /// A field by its name without blanks.
    func text(_ names: String...) -> String? { names.lazy.compactMap { fields[$0] }.first }

    /// A field that must be there.
    func required(_ name: String) throws(ImageFormatsError) -> String {
        guard let text = fields[name] else {
            throw ImageFormatsError(
                .damaged, "The header has no field \(name)", files: [file], mend: "Export the file again.")
        }
        return text
    }

    /// The voxels along each axis.
    func counts() throws(ImageFormatsError) -> [Int] {
        let rank = try Int(required("dimension"))
        guard let counts = try required("sizes").wholeNumbers, !counts.isEmpty, rank == counts.count, counts.count <= 16
        else { throw ImageFormatsError(.damaged, "The header's dimension and sizes do not fit", files: [file]) }
        return counts
    }

    /// The voxels' type.
    func type() throws(ImageFormatsError) -> VoxelType {
        let name = try required("type").lowercased().words.joined(separator: " ")
        switch name {
        case "signed char", "int8", "int8_t": return .int8
        case "uchar", "unsigned char", "uint8", "uint8_t": return .uint8
        case "short", "short int", "signed short", "signed short int", "int16", "int16_t": return .int16
        case "ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t": return .uint16
        case "int", "signed int", "int32", "int32_t": return .int32
        case "uint", "unsigned int", "uint32", "uint32_t": return .uint32
        case "longlong", "long long", "long long int", "signed long long", "signed long long int", "int64", "int64_t":
            return .int64
        case "ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t": return .uint64
        case "float": return .float32
        case "double": return .float64
        default:
            throw ImageFormatsError(
                .unsupported, "Its type is \(name)", files: [file],
                mend: "Convert it to short (CT) or unsigned char (mask).")
        }
    }

    /// Whether a multi-byte type is stored with the other byte order.
    func isSwapped(_ type: VoxelType) throws(ImageFormatsError) -> Bool {
        guard type.size > 1 else { return false }
        switch try required("endian").lowercased() {
        case "little": return false
        case "big": return true
        case let other: throw ImageFormatsError(.damaged, "The header's endian is \(other)", files: [file])
        }
    }
}
