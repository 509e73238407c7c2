import CNifti
import Foundation
import ImageValues

/// Where the voxels of a file come from, in file order.
protocol VoxelSource {
    /// The bytes from which the voxels are made, before anything is decompressed.
    var sizeOnDisk: Int { get }
    /// Fills the whole buffer, or throws.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(ImageFormatsError)
    /// Throws unless every byte has been used but for zeros and, for compressed data, its checksum is right.
    /// - Returns: how many zeros were left over: the padding of a block, which holds nothing.
    func finish() throws(ImageFormatsError) -> Int
}

/// A file read from front to back, decompressed on the way where it is gzip or zlib. Never holds more than a buffer.
final class ByteStream: VoxelSource {
    /// How the bytes are coded.
    enum Coding {
        case plain
        /// gzip or zlib, whichever it is.
        case inflate
        /// gzip if it begins like it, otherwise plain.
        case detect
    }

    /// The name for messages.
    let file: String
    private let input: OpaquePointer

    /// Opens a file from a byte on.
    init(_ url: URL, offset: Int = 0, coding: Coding) throws(ImageFormatsError) {
        file = url.path
        let mode: cnifti_coding =
            switch coding {
            case .plain: CNIFTI_PLAIN
            case .inflate: CNIFTI_INFLATE
            case .detect: CNIFTI_DETECT
            }
        var status = CNIFTI_STREAM_OK
        errno = 0
        guard let opened = cnifti_open(url.path, Int64(offset), mode, &status) else {
            let reason = String(cString: strerror(errno))
            throw ImageFormatsError(
                .notFound, "The file could not be opened (\(reason))", files: [url.path],
                mend: "Check the path and that you may read it.")
        }
        input = opened
    }

    deinit { cnifti_close(input) }

    /// The length of the file on disk.
    var fileSize: Int { Int(cnifti_file_size(input)) }
    var sizeOnDisk: Int { fileSize }
    /// Whether the bytes are decompressed on the way.
    var isCompressed: Bool { cnifti_is_compressed(input) }

    /// Reads up to `buffer.count` bytes; fewer only at the end.
    func read(_ buffer: UnsafeMutableRawBufferPointer) throws(ImageFormatsError) -> Int {
        guard let address = buffer.baseAddress, buffer.count > 0 else { return 0 }
        let count = cnifti_read(input, address, buffer.count)
        switch cnifti_status(input) {
        case CNIFTI_STREAM_OK: return count
        case CNIFTI_STREAM_CUT_OFF:
            throw ImageFormatsError(
                .damaged, "The compressed data ends early", files: [file], mend: "Copy the file again.")
        case CNIFTI_STREAM_DAMAGED:
            throw ImageFormatsError(
                .damaged, "The compressed data is damaged", files: [file], mend: "Copy the file again.")
        default:
            throw ImageFormatsError(
                .damaged, "Reading failed (\(String(cString: strerror(errno))))", files: [file],
                mend: "Check the disk or the network share.")
        }
    }

    func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(ImageFormatsError) {
        guard try read(buffer) == buffer.count else {
            throw ImageFormatsError(
                .damaged, "The file ends before the last voxel", files: [file], mend: "Copy the file again.")
        }
    }

    /// Passes over bytes.
    func skip(_ count: Int) throws(ImageFormatsError) {
        var rest = count
        var outcome: Result<Void, ImageFormatsError> = .success(())
        withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { scratch in
            while rest > 0 {
                let part = min(rest, scratch.count)
                do throws(ImageFormatsError) {
                    try fill(UnsafeMutableRawBufferPointer(rebasing: scratch[..<part]))
                } catch {
                    outcome = .failure(error)
                    return
                }
                rest -= part
            }
        }
        try outcome.get()
    }

    /// Reads to the end and returns how many bytes there were; never holds them.
    func drain() throws(ImageFormatsError) -> Int {
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
        defer { scratch.deallocate() }
        var total = 0
        while true {
            let count = try read(scratch)
            total += count
            if count < scratch.count { return total }
        }
    }

    /// The first bytes, at most `count` of them.
    func prefix(_ count: Int) throws(ImageFormatsError) -> [UInt8] {
        let most = isCompressed ? count : min(count, fileSize)
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: max(most, 1), alignment: 16)
        defer { scratch.deallocate() }
        let filled = try read(UnsafeMutableRawBufferPointer(rebasing: scratch[..<most]))
        return Array(scratch[..<filled])
    }

    /// The most zeros that may be left over; more of them are slices of another image.
    private static let mostPadding = 65_536

    func finish() throws(ImageFormatsError) -> Int {
        let rest = try prefix(Self.mostPadding + 1)
        guard rest.count <= Self.mostPadding, rest.allSatisfy({ $0 == 0 }) else {
            throw ImageFormatsError(
                .damaged, "The file holds more data than its header states", files: [file],
                mend: "Its header may belong to another image; export the image again.")
        }
        return rest.count
    }

    /// Throws if the file cannot hold `count` bytes from byte `start` on, before anything is allocated for them.
    func requireRoom(for count: Int, from start: Int) throws(ImageFormatsError) {
        // Deflate's best ratio is 1032 : 1 (zlib's technical notes), so even a compressed file has a least size.
        let most = isCompressed ? fileSize * 1032 : fileSize
        guard count + start <= most else {
            throw ImageFormatsError(
                .damaged,
                "The file is cut off: it has \(fileSize) bytes, too few for the \(count) bytes of voxels in its header",
                files: [file], mend: "Copy the file again.")
        }
    }
}

/// Voxels that are already in memory, as those of text encodings are.
final class MemorySource: VoxelSource {
    private let bytes: [UInt8]
    private var next = 0
    private let file: String
    var sizeOnDisk: Int { bytes.count }

    init<T: BitwiseCopyable>(_ values: [T], file: String) {
        bytes = values.withUnsafeBytes { Array($0) }
        self.file = file
    }

    func fill(_ buffer: UnsafeMutableRawBufferPointer) throws(ImageFormatsError) {
        guard next + buffer.count <= bytes.count else {
            throw ImageFormatsError(.damaged, "The file ends before the last voxel", files: [file])
        }
        buffer.copyBytes(from: bytes[next..<next + buffer.count])
        next += buffer.count
    }

    func finish() throws(ImageFormatsError) -> Int {
        guard next == bytes.count else {
            throw ImageFormatsError(.damaged, "The file holds more data than its header states", files: [file])
        }
        return 0
    }
}
