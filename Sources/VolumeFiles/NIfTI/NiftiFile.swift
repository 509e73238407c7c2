import CNifti
import Foundation
import ImageValues
import Volumes

/// NIfTI-1 and NIfTI-2 files: `.nii`, `.nii.gz`, and pairs of `.hdr` and `.img`, in either byte order
/// (nifti1.h and nifti2.h of the NIfTI Data Format Working Group).
///
/// Positions are RAS in the file and LPS here. The grid comes from the sform if its code is above 0, then from the
/// qform, then from pixdim alone; where they contradict one another, from the one that is a plausible grid, with a
/// warning.
///
/// Spacing is pixdim wherever it agrees with the length of the sform's column within float32 rounding: a spacing of
/// 0.7 mm is stored as float32 and reads as 0.699999988079071, the value that DeepMind's surface-distance gets from
/// nibabel's `header.get_zooms()`; the column's length, being a root of rounded squares, may differ in the last
/// digits and so move a distance across a tolerance. Where they differ by more, the sform is used.
public enum NiftiFile {
    /// Reads a CT. Stored values are scaled by the header's slope and intercept (unless the slope is 0 or NaN) and
    /// rounded to whole HU, halves to the even number.
    ///
    /// - Throws: ``ImageFormatsError``: `unsupported` for RGB and complex voxels, several volumes, ANALYZE, and for
    ///   voxels that are NaN or outside Int16, with their number; `inconsistent` for a sheared grid; `damaged` for a
    ///   header or data that cannot be right, also for data other than zeros behind the last voxel.
    /// - Complexity: O(voxels), at most one slice beyond the result in memory.
    public static func readVolume(at url: URL) throws(ImageFormatsError) -> LoadedImage {
        try open(url).readVolume()
    }

    /// Reads a label map: one mask for each value other than 0.
    ///
    /// - Throws: ``ImageFormatsError`` as ``readVolume(at:)``, and `unsupported` for values that are not whole
    ///   numbers in 0…65535 or for more than 256 labels.
    /// - Complexity: O(voxels).
    public static func readLabels(at url: URL) throws(ImageFormatsError) -> LabelMap {
        try open(url).readLabels()
    }

    /// Reads the header and stands at the first voxel; nothing has been allocated by what the header claims.
    static func open(_ url: URL) throws(ImageFormatsError) -> GridImage {
        let headerURL = try pairHeader(of: url)
        let stream = try ByteStream(headerURL, coding: .detect)
        let bytes = try stream.prefix(Int(CNIFTI_HEADER_BYTES))
        let header = try NiftiHeader(bytes, file: headerURL.path)
        var (geometry, warnings) = try header.geometry()
        warnings += header.scalingWarnings
        let source: ByteStream
        if header.raw.single_file {
            source = stream
            try source.requireRoom(for: header.byteCount, from: header.offset)
            if bytes.count <= header.offset {
                try source.skip(header.offset - bytes.count)
            } else {
                // A NIfTI-1 file's voxels begin at byte 352, before the 540 that were taken for NIfTI-2.
                return try GridImage(
                    geometry: geometry, dimensions: header.dimensions, warnings: warnings,
                    voxels: voxels(header, reopened(headerURL, skipping: header.offset)))
            }
        } else {
            source = try ByteStream(imageOfPair(headerURL), coding: .detect)
            try source.requireRoom(for: header.byteCount, from: header.offset)
            try source.skip(header.offset)
        }
        return GridImage(
            geometry: geometry, dimensions: header.dimensions, warnings: warnings, voxels: voxels(header, source))
    }

    private static func reopened(_ url: URL, skipping offset: Int) throws(ImageFormatsError) -> ByteStream {
        let stream = try ByteStream(url, coding: .detect)
        try stream.skip(offset)
        return stream
    }

    private static func voxels(_ header: NiftiHeader, _ source: ByteStream) -> RawVoxels {
        RawVoxels(
            type: header.type, swapped: header.raw.swapped, slope: header.slope, intercept: header.intercept,
            source: source, file: header.file)
    }

    /// The header of an `.img`; any other file is its own.
    private static func pairHeader(of url: URL) throws(ImageFormatsError) -> URL {
        guard let (stem, gzipped) = stem(of: url, suffix: "img") else { return url }
        return try sibling(stem, "hdr", preferGzip: gzipped, missing: "The header of the pair is missing")
    }

    private static func imageOfPair(_ url: URL) throws(ImageFormatsError) -> URL {
        guard let (stem, gzipped) = stem(of: url, suffix: "hdr") else {
            throw ImageFormatsError(
                .inconsistent, "The header says that its voxels are in another file, but it is not named .hdr",
                files: [url.path], mend: "Rename the pair to .hdr and .img.")
        }
        return try sibling(stem, "img", preferGzip: gzipped, missing: "The .img file of the pair is missing")
    }

    private static func stem(of url: URL, suffix: String) -> (String, gzipped: Bool)? {
        let lower = url.path.lowercased()
        if lower.hasSuffix("." + suffix) { return (String(url.path.dropLast(suffix.count + 1)), false) }
        if lower.hasSuffix(".\(suffix).gz") { return (String(url.path.dropLast(suffix.count + 4)), true) }
        return nil
    }

    private static func sibling(
        _ stem: String, _ suffix: String, preferGzip: Bool, missing: String
    ) throws(ImageFormatsError) -> URL {
        let plain = ["\(stem).\(suffix)", "\(stem).\(suffix.uppercased())"]
        let gzipped = ["\(stem).\(suffix).gz"]
        for path in preferGzip ? gzipped + plain : plain + gzipped where FileManager.default.fileExists(atPath: path) {
            return URL(fileURLWithPath: path)
        }
        throw ImageFormatsError(
            .notFound, missing, files: ["\(stem).\(suffix)"], mend: "Put both files of the pair into one folder.")
    }
}
