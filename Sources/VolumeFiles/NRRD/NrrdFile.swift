import Foundation
import ImageValues
import Volumes

/// NRRD files (`.nrrd`, and `.nhdr` with its data file), with 3D Slicer's segmentations (`.seg.nrrd`).
///
/// Read are the encodings raw, gzip and text, the spaces LPS, RAS and LAS, and line and byte skips. `space directions`
/// carry spacing and direction together, so that the spacing is their length in double precision.
public enum NrrdFile {
    /// Reads a CT, rounded to whole HU as ``NiftiFile/readVolume(at:)``.
    ///
    /// - Throws: ``ImageFormatsError`` as there, and `unsupported` for bzip2.
    /// - Complexity: O(voxels).
    public static func readVolume(at url: URL) throws(ImageFormatsError) -> LoadedImage {
        try open(url, hasLayers: false).image.readVolume()
    }

    /// Reads a label map as ``NiftiFile/readLabels(at:)``. The layers of 3D Slicer's overlapping segments become one
    /// map: by label value where no two segments share one, otherwise numbered from 1 in the order of the segments.
    ///
    /// - Throws: ``ImageFormatsError`` as there, and `unsupported` for bzip2.
    /// - Complexity: O(voxels).
    public static func readLabels(at url: URL) throws(ImageFormatsError) -> LabelMap {
        let (image, layers, header) = try open(url, hasLayers: true)
        guard layers > 1 else { return try image.readLabels() }
        let (maps, odd) = try image.voxels.readLayers(layers, on: image.geometry)
        let segments = try NrrdSegments(header)
        var masks: [Int: Mask] = [:]
        for (layer, map) in maps.enumerated() {
            for (label, mask) in map {
                guard let key = segments.key(layer: layer, label: label) else {
                    throw ImageFormatsError(
                        .damaged, "Label \(label) of layer \(layer) belongs to no segment of the header",
                        files: [url.path], mend: "Save the segmentation again.")
                }
                masks[key] = mask
            }
        }
        return LabelMap(
            geometry: image.geometry, dimensions: image.dimensions, masks: masks, warnings: image.warnings + odd)
    }

    /// The names that 3D Slicer gives its segments, by the numbers that ``readLabels(at:)`` gives them; empty where it
    /// is another's file.
    ///
    /// - Throws: ``ImageFormatsError`` if the header cannot be read.
    public static func segmentNames(at url: URL) throws(ImageFormatsError) -> [Int: String] {
        try NrrdSegments(header(url)).names
    }

    /// The colours that 3D Slicer gives its segments, by the same numbers.
    ///
    /// - Throws: ``ImageFormatsError`` if the header cannot be read.
    public static func segmentColours(at url: URL) throws(ImageFormatsError) -> [Int: RTColour] {
        try NrrdSegments(header(url)).colours
    }

    /// Reads the header of an image without layers and stands at the first voxel.
    static func openImage(_ url: URL) throws(ImageFormatsError) -> GridImage { try open(url, hasLayers: false).image }

    private static func header(_ url: URL) throws(ImageFormatsError) -> NrrdHeader {
        try NrrdHeader(ByteStream(url, coding: .plain).prefix(TextHeader.maximumBytes), file: url.path)
    }

    private static func open(
        _ url: URL, hasLayers: Bool
    ) throws(ImageFormatsError) -> (image: GridImage, layers: Int, header: NrrdHeader) {
        let header = try header(url)
        let axes = try header.axes(hasLayers: hasLayers)
        return (try open(header, axes, url), axes.layers, header)
    }

    private static func open(
        _ header: NrrdHeader, _ axes: NrrdHeader.Axes, _ url: URL
    ) throws(ImageFormatsError) -> GridImage {
        let type = try header.type()
        let count = axes.size.voxelCount * axes.layers
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
            throw ImageFormatsError(
                .damaged, "Its header has \(text) bytes passed over before the voxels (byte skip), which cannot be",
                files: [header.file], mend: "State 0 or more there, or -1 for voxels at the end of the file.")
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
