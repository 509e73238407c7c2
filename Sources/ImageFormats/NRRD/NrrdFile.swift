import Foundation
import Volumes

/// NRRD files (`.nrrd`, and `.nhdr` with its data file), as 3D Slicer writes them; read only.
///
/// Read are the encodings raw, gzip and text, the spaces LPS, RAS and LAS, and line and byte skips. `space directions`
/// carry spacing and direction together, so that the spacing is their length in double precision.
public enum NrrdFile {
    /// Reads a CT, rounded to whole HU as ``NiftiFile/readVolume(at:)``.
    ///
    /// - Throws: ``ImageFormatsError`` as there, and `unsupported` for bzip2.
    /// - Complexity: O(voxels).
    public static func readVolume(at url: URL) throws(ImageFormatsError) -> LoadedImage {
        try open(url).readVolume()
    }

    /// Reads a label map as ``NiftiFile/readLabels(at:)``.
    ///
    /// - Throws: ``ImageFormatsError`` as there, and `unsupported` for bzip2.
    /// - Complexity: O(voxels).
    public static func readLabels(at url: URL) throws(ImageFormatsError) -> LabelMap {
        try open(url).readLabels()
    }

    /// The names that 3D Slicer gives its segments (`Segment0_Name`, `Segment0_LabelValue`); empty where it is
    /// another's file.
    ///
    /// - Throws: ``ImageFormatsError`` if the header cannot be read.
    public static func segmentNames(at url: URL) throws(ImageFormatsError) -> [Int: String] {
        let pairs = try header(url).pairs
        var names: [Int: String] = [:]
        for (key, name) in pairs where key.hasPrefix("Segment") && key.hasSuffix("_Name") {
            let value = pairs[key.dropLast("Name".count) + "LabelValue"] ?? ""
            if let label = Int(value), label > 0 { names[label] = name }
        }
        return names
    }

    private static func header(_ url: URL) throws(ImageFormatsError) -> NrrdHeader {
        try NrrdHeader(ByteStream(url, coding: .plain).prefix(TextHeader.maximumBytes), file: url.path)
    }

    private static func open(_ url: URL) throws(ImageFormatsError) -> GridImage {
        let header = try header(url)
        let axes = try header.axes()
        let type = try header.type()
        let count = axes.size.voxelCount
        let source: any VoxelSource
        switch try header.required("encoding").lowercased() {
        case "raw": source = try rawSource(header, url, count * type.size)
        case "gzip", "gz": source = try gzipSource(header, url, count * type.size)
        case "text", "txt", "ascii":
            let stream = try dataStream(header, url, coding: .plain)
            let source = try TextVoxels.source(stream, count: count, separators: [UInt8(ascii: ",")])
            return image(axes, RawVoxels(type: .float64, swapped: false, source: source, file: url.path))
        case let other:
            throw ImageFormatsError(
                .unsupported, "Its encoding is \(other)", files: [url.path],
                mend: "Write it again with the encoding gzip or raw.")
        }
        return image(
            axes, RawVoxels(type: type, swapped: try header.isSwapped(type), source: source, file: url.path))
    }

    private static func image(_ axes: NrrdHeader.Axes, _ voxels: RawVoxels) -> GridImage {
        GridImage(geometry: axes.geometry, dimensions: axes.dimensions, warnings: axes.warnings, voxels: voxels)
    }

    private static func rawSource(
        _ header: NrrdHeader, _ url: URL, _ byteCount: Int
    ) throws(ImageFormatsError) -> ByteStream {
        let skip = try byteSkip(header)
        let (dataURL, start) = try dataStart(header, url)
        let fileSize = try ByteStream(dataURL, coding: .plain).fileSize
        // −1: the voxels are at the end of the file.
        let offset = skip == -1 ? fileSize - byteCount : start + skip
        guard offset >= 0 else {
            throw ImageFormatsError(
                .damaged, "The file is cut off: it has \(fileSize) bytes, and its voxels need \(byteCount)",
                files: [dataURL.path], mend: "Copy the file again.")
        }
        let stream = try ByteStream(dataURL, offset: offset, coding: .plain)
        try stream.requireRoom(for: byteCount, from: offset)
        return stream
    }

    private static func gzipSource(
        _ header: NrrdHeader, _ url: URL, _ byteCount: Int
    ) throws(ImageFormatsError) -> ByteStream {
        var skip = try byteSkip(header)
        let stream = try dataStream(header, url, coding: .inflate)
        try stream.requireRoom(for: byteCount, from: 0)
        if skip == -1 {
            // Where the end is shows only when everything has been decompressed once.
            skip = try dataStream(header, url, coding: .inflate).drain() - byteCount
            guard skip >= 0 else {
                throw ImageFormatsError(
                    .damaged, "The file ends before the last voxel", files: [stream.file], mend: "Copy the file again.")
            }
        }
        try stream.skip(skip)
        return stream
    }

    private static func byteSkip(_ header: NrrdHeader) throws(ImageFormatsError) -> Int {
        guard let text = header.text("byteskip") else { return 0 }
        guard let skip = Int(text), skip >= -1, skip <= 1 << 30 else {
            throw ImageFormatsError(.damaged, "The header's byte skip is \(text)", files: [header.file])
        }
        return skip
    }

    private static func dataStream(
        _ header: NrrdHeader, _ url: URL, coding: ByteStream.Coding
    ) throws(ImageFormatsError) -> ByteStream {
        let (dataURL, start) = try dataStart(header, url)
        return try ByteStream(dataURL, offset: start, coding: coding)
    }

    /// The file with the voxels, and where they begin in it after the line skip.
    private static func dataStart(
        _ header: NrrdHeader, _ url: URL
    ) throws(ImageFormatsError) -> (URL, Int) {
        var dataURL = url
        var start = header.byteCount
        if let name = header.text("datafile") {
            guard !(name == "LIST" || name.hasPrefix("LIST ") || name.contains("%")) else {
                throw ImageFormatsError(
                    .unsupported, "Its voxels are in several files", files: [url.path],
                    mend: "Write it as one .nrrd.")
            }
            dataURL = try GridImage.dataFile(name, beside: url)
            start = 0
        }
        guard let text = header.text("lineskip") else { return (dataURL, start) }
        guard let lines = Int(text), (0...1000).contains(lines) else {
            throw ImageFormatsError(.damaged, "The header's line skip is \(text)", files: [url.path])
        }
        var head = TextHeader(
            try ByteStream(dataURL, offset: start, coding: .plain).prefix(TextHeader.maximumBytes))
        for _ in 0..<lines where head.nextLine() == nil {
            throw ImageFormatsError(.damaged, "The file ends within its line skip", files: [dataURL.path])
        }
        return (dataURL, start + head.position)
    }
}
