import CNifti
import Foundation
import ImageValues
import Volumes

/// A NIfTI header whose every field that is used has been checked.
struct NiftiHeader {
    let raw: cnifti_header
    let size: GridSize
    /// 2 where the file is a single slice by its own words, otherwise 3.
    let dimensions: Int
    let type: VoxelType
    /// Where the voxels begin.
    let offset: Int
    let slope: Double
    let intercept: Double
    /// What is odd about the scaling, one sentence each.
    let scalingWarnings: [String]
    let file: String

    /// Reads and checks a header from the first bytes of a file.
    init(_ bytes: [UInt8], file: String) throws(ImageFormatsError) {
        self.file = file
        var header = cnifti_header()
        switch cnifti_parse(bytes, bytes.count, &header) {
        case CNIFTI_OK: break
        case CNIFTI_ANALYZE:
            throw ImageFormatsError(
                .unsupported, "It is an ANALYZE 7.5 file, which does not say where left and right are",
                files: [file], mend: "Convert it to NIfTI with a tool that knows its orientation.")
        case CNIFTI_BAD_HEADER:
            throw ImageFormatsError(
                .damaged, "The NIfTI header is cut off or its magic is broken", files: [file],
                mend: "Copy or export the file again.")
        default: throw ImageFormatsError(.notAnImage, "It is not a NIfTI file", files: [file])
        }
        raw = header
        (size, dimensions) = try Self.size(header, file: file)
        type = try Self.type(header, file: file)
        offset = try Self.offset(header, file: file)
        (slope, intercept, scalingWarnings) = try Self.scaling(header, file: file)
    }

    /// Voxels' bytes; the size must have passed `GridGeometry`.
    var byteCount: Int { size.voxelCount * type.size }

    private static func size(
        _ header: cnifti_header, file: String
    ) throws(ImageFormatsError) -> (GridSize, Int) {
        let dim = array(header.dim)
        guard (1...7).contains(dim[0]) else {
            throw ImageFormatsError(
                .damaged, "The header states \(dim[0]) dimensions", files: [file],
                mend: "Copy or export the file again.")
        }
        let rank = Int(dim[0])
        for axis in 1...rank where dim[axis] < 1 {
            throw ImageFormatsError(
                .damaged, "The header states \(dim[axis]) voxels along dimension \(axis)", files: [file],
                mend: "Copy or export the file again.")
        }
        guard rank >= 2 else {
            throw ImageFormatsError(.unsupported, "It has only one dimension, so it is not an image", files: [file])
        }
        if rank > 3, let axis = (4...rank).first(where: { dim[$0] != 1 }) {
            throw ImageFormatsError(
                .unsupported,
                "It holds \(dim[axis]) images one after another (dimension \(axis)), and a CT is a single one",
                files: [file],
                mend: "Take one out, for instance with fslsplit or nibabel.four_to_three, and give that file.")
        }
        guard let x = Int(exactly: dim[1]), let y = Int(exactly: dim[2]), let z = Int(exactly: rank > 2 ? dim[3] : 1)
        else { throw ImageFormatsError(.damaged, "The header states an absurd size", files: [file]) }
        return (GridSize(x: x, y: y, z: z), rank == 2 ? 2 : 3)
    }

    private static func type(_ header: cnifti_header, file: String) throws(ImageFormatsError) -> VoxelType {
        // Codes of nifti1.h.
        switch header.datatype {
        case 2: return .uint8
        case 4: return .int16
        case 8: return .int32
        case 16: return .float32
        case 64: return .float64
        case 256: return .int8
        case 512: return .uint16
        case 768: return .uint32
        case 1024: return .int64
        case 1280: return .uint64
        default: break
        }
        guard header.bytes_per_voxel > 0 else {
            throw ImageFormatsError(
                .damaged, "Its datatype \(header.datatype) does not exist or holds no voxels", files: [file],
                mend: "Export the file again.")
        }
        throw ImageFormatsError(
            .unsupported,
            "Its voxels are \(String(cString: cnifti_datatype_name(header.datatype))), not plain numbers",
            files: [file], mend: "Convert it to int16 (CT) or uint8 (mask).")
    }

    private static func offset(_ header: cnifti_header, file: String) throws(ImageFormatsError) -> Int {
        let least = header.single_file ? (header.version == 2 ? 544 : 352) : 0
        // Extensions lie before the voxels; a gigabyte of them is garbage.
        guard let offset = Int(exactly: header.vox_offset), (least...1 << 30).contains(offset) else {
            throw ImageFormatsError(
                .damaged, "The header places the voxels at byte \(header.vox_offset)", files: [file],
                mend: "Copy or export the file again.")
        }
        return offset
    }

    private static func scaling(
        _ header: cnifti_header, file: String
    ) throws(ImageFormatsError) -> (Double, Double, [String]) {
        // Zero means "not scaled" (nifti1.h); NaN is what nibabel writes for it.
        if header.slope == 0 || header.slope.isNaN { return (1, 0, []) }
        // The same for the intercept of a writer that sets the slope alone.
        if header.slope.isFinite, header.intercept.isNaN {
            let warning = "The header states a slope (\(header.slope)) and no intercept (NaN); 0 is taken for it."
            return (header.slope, 0, [warning])
        }
        guard header.slope.isFinite, header.intercept.isFinite else {
            throw ImageFormatsError(
                .damaged, "Its scaling is \(header.slope) × value + \(header.intercept)", files: [file],
                mend: "Export the file again.")
        }
        return (header.slope, header.intercept, [])
    }

    /// A C array as a Swift one.
    static func array<Tuple: BitwiseCopyable, Element: BitwiseCopyable>(
        _ tuple: Tuple, of: Element.Type = Element.self
    ) -> [Element] {
        withUnsafeBytes(of: tuple) { Array($0.bindMemory(to: Element.self)) }
    }

    private static func array<Tuple: BitwiseCopyable>(_ tuple: Tuple) -> [Int64] { array(tuple, of: Int64.self) }
}
