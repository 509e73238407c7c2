import Foundation
import ImageValues
import Volumes

/// MetaImage files (`.mha`, and `.mhd` with its data file), as ITK and elastix write them; read only.
///
/// Positions are LPS in the file already. Row *i* of `TransformMatrix` is the direction of axis *i* (ITK's
/// `MetaImageIO`); its length is 1, and lengths in it are warned of. `AnatomicalOrientation` and `CenterOfRotation` are ignored, as ITK does.
public enum MetaImageFile {
    /// Reads a CT, rounded to whole HU as ``NiftiFile/readVolume(at:)``.
    ///
    /// - Throws: ``ImageFormatsError`` as there.
    /// - Complexity: O(voxels).
    public static func readVolume(at url: URL) throws(ImageFormatsError) -> LoadedImage {
        try open(url).readVolume()
    }

    /// Reads a label map as ``NiftiFile/readLabels(at:)``.
    ///
    /// - Throws: ``ImageFormatsError`` as there.
    /// - Complexity: O(voxels).
    public static func readLabels(at url: URL) throws(ImageFormatsError) -> LabelMap {
        try open(url).readLabels()
    }

    static func open(_ url: URL) throws(ImageFormatsError) -> GridImage {
        let bytes = try ByteStream(url, coding: .plain).prefix(TextHeader.maximumBytes)
        let header = try MetaImageHeader(bytes, file: url.path)
        try requirePlainNumbers(header)
        let counts = try header.counts()
        let size = try GridImage.size(of: counts, file: url.path)
        let (geometry, warnings) = try geometry(header, size: size, rank: counts.count)
        let type = try header.type()
        let source = try source(header, url: url, type: type, count: size.voxelCount)
        let isText = source is MemorySource
        // In text the numbers are what they say, whatever the type and byte order.
        let voxels = RawVoxels(
            type: isText ? .float64 : type,
            swapped: !isText && header.flag("BinaryDataByteOrderMSB", "ElementByteOrderMSB"), source: source,
            file: url.path)
        return GridImage(
            geometry: geometry, dimensions: counts.count == 2 ? 2 : 3, warnings: warnings, voxels: voxels)
    }

    private static func requirePlainNumbers(_ header: MetaImageHeader) throws(ImageFormatsError) {
        if let channels = header.text("ElementNumberOfChannels"), channels != "1" {
            throw ImageFormatsError(
                .unsupported, "Each voxel has \(channels) channels", files: [header.file],
                mend: "Convert it to one number per voxel.")
        }
        let slope = try header.numbers("ElementToIntensityFunctionSlope", count: 1) ?? [1]
        let offset = try header.numbers("ElementToIntensityFunctionOffset", count: 1) ?? [0]
        // ITK ignores these two fields and other programs apply them, so the HU would be a guess.
        guard slope == [1], offset == [0] else {
            throw ImageFormatsError(
                .unsupported, "It scales its values by ElementToIntensityFunction, which programs read differently",
                files: [header.file], mend: "Write it again with the scaling applied.")
        }
    }

    private static func geometry(
        _ header: MetaImageHeader, size: GridSize, rank: Int
    ) throws(ImageFormatsError) -> (GridGeometry, [String]) {
        var warnings: [String] = []
        let stated = try spacing(header, rank: rank, &warnings)
        if stated == nil { warnings.append("The header states no spacing; 1 mm is assumed.") }
        var spacing = stated ?? Array(repeating: 1, count: rank)
        let offset = try header.numbers("Offset", "Position", "Origin", count: rank)
        var matrix = try header.numbers("TransformMatrix", "Rotation", "Orientation", count: rank * rank)
        if let scaled = matrix {
            (matrix, spacing) = try unscaled(scaled, spacing, rank: rank, header.file, &warnings)
        }
        if matrix == nil {
            warnings.append("The header states no orientation; columns to the left, rows to the back is assumed.")
        }
        // A 2D image lies in the axial plane z = 0; dimensions beyond the third have no place in space.
        func direction(_ axis: Int, _ coordinate: Int) -> Double {
            guard let matrix, axis < rank, coordinate < rank else { return axis == coordinate ? 1 : 0 }
            return matrix[axis * rank + coordinate]
        }
        func place(_ coordinate: Int) -> Double { coordinate < rank ? offset?[coordinate] ?? 0 : 0 }
        let lengths = (0..<3).map { $0 < rank ? spacing[$0] : 1 }
        let grid = AffineGrid(
            origin: PatientPoint(x: place(0), y: place(1), z: place(2)),
            steps: (0..<3).map {
                PatientVector(x: direction($0, 0), y: direction($0, 1), z: direction($0, 2)) * lengths[$0]
            })
        for (axis, length) in zip(["x", "y", "z"], lengths) where length <= 0 {
            throw ImageFormatsError(
                .damaged, "The header states a spacing of \(length) mm along \(axis)", files: [header.file])
        }
        return (try grid.geometry(size: size, stated: lengths, file: header.file), warnings)
    }

    /// The spacing; ElementSize is the size of a voxel, which need not be its distance from the next.
    private static func spacing(
        _ header: MetaImageHeader, rank: Int, _ warnings: inout [String]
    ) throws(ImageFormatsError) -> [Double]? {
        let sizes = try header.numbers("ElementSize", count: rank)
        guard let spacing = try header.numbers("ElementSpacing", count: rank) else { return sizes }
        if let sizes, zip(spacing, sizes).contains(where: { abs($0 - $1) > 1e-3 * abs($0) }) {
            let text = sizes.map { "\($0)" }.joined(separator: " × ")
            warnings.append("The header's ElementSize (\(text) mm) differs from its ElementSpacing, which is used.")
        }
        return spacing
    }

    /// Rows of unit length, and the spacing.
    ///
    /// The matrix states directions and ElementSpacing lengths. Some writers put lengths into the matrix too: the same
    /// ones, which then count once, or the only ones, beside a spacing of 1.
    private static func unscaled(
        _ matrix: [Double], _ spacing: [Double], rank: Int, _ file: String, _ warnings: inout [String]
    ) throws(ImageFormatsError) -> ([Double], [Double]) {
        let space = min(rank, 3)
        let lengths = (0..<space).map { axis in
            (0..<space).reduce(0.0) { $0 + matrix[axis * rank + $1] * matrix[axis * rank + $1] }.squareRoot()
        }
        func agree(_ left: [Double], _ right: [Double]) -> Bool {
            zip(left, right).allSatisfy { abs($0 - $1) <= 1e-3 * abs($1) }
        }
        let units = Array(repeating: 1.0, count: space)
        guard !agree(lengths, units), lengths.allSatisfy({ $0 > 0 && $0.isFinite }) else { return (matrix, spacing) }
        var spacing = spacing
        let text = lengths.map { "\($0)" }.joined(separator: ", ")
        if agree(lengths, spacing) {
            warnings.append("The rows of the header's TransformMatrix hold the spacing once more; it is used once.")
        } else if agree(Array(spacing.prefix(space)), units) {
            warnings.append(
                "The rows of the header's TransformMatrix have the lengths \(text) and its spacing is 1; the rows' "
                    + "lengths are used as spacing.")
            for axis in 0..<space { spacing[axis] = lengths[axis] }
        } else {
            throw ImageFormatsError(
                .inconsistent,
                "The rows of its TransformMatrix have the lengths \(text), which are neither 1 nor its ElementSpacing",
                files: [file], mend: "Write the file again, for instance with SimpleITK or 3D Slicer.")
        }
        var directions = matrix
        for axis in 0..<space {
            for coordinate in 0..<space { directions[axis * rank + coordinate] /= lengths[axis] }
        }
        return (directions, spacing)
    }

    private static func source(
        _ header: MetaImageHeader, url: URL, type: VoxelType, count: Int
    ) throws(ImageFormatsError) -> any VoxelSource {
        let name = header.text("ElementDataFile") ?? ""
        let isLocal = ["LOCAL", "Local", "local"].contains(name)
        guard isLocal || !(name == "LIST" || name.hasPrefix("LIST ") || name.contains("%")) else {
            throw ImageFormatsError(
                .unsupported, "Its voxels are in a list of files, one per slice", files: [url.path],
                mend: "Write it as one .mha, or open the slices' original DICOM folder.")
        }
        let dataURL = isLocal ? url : try GridImage.dataFile(name, beside: url)
        var offset = isLocal ? header.byteCount : 0
        let byteCount = count * type.size
        let isCompressed = header.flag("CompressedData")
        if !isLocal, let skip = header.text("HeaderSize") {
            guard let skip = Int(skip), skip >= -1, skip < 1 << 30, !(skip == -1 && isCompressed) else {
                throw ImageFormatsError(.damaged, "The header's HeaderSize is \(skip)", files: [url.path])
            }
            // −1: the voxels are at the end of the file.
            offset = try skip >= 0 ? skip : ByteStream(dataURL, coding: .plain).fileSize - byteCount
            guard offset >= 0 else {
                throw ImageFormatsError(.damaged, "The data file is too short for its voxels", files: [dataURL.path])
            }
        }
        let stream = try ByteStream(dataURL, offset: offset, coding: isCompressed ? .inflate : .plain)
        if header.text("BinaryData") != nil, !header.flag("BinaryData") {
            return try TextVoxels.source(stream, count: count, separators: [])
        }
        try stream.requireRoom(for: byteCount, from: isCompressed ? 0 : offset)
        return stream
    }
}
