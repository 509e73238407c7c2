import CNifti
import Foundation
import ImageValues

/// A file that appears whole or not at all: written under a hidden name in the same folder, synced to the disk and
/// then renamed, so that a crash at any moment leaves the old file or the new one.
final class AtomicOutput {
    private var output: OpaquePointer?
    private let url: URL
    private let temporary: String

    /// Begins a file. `level` 1…9 compresses as gzip, 0 does not.
    init(_ url: URL, level: Int) throws(ImageFormatsError) {
        self.url = url
        let folder = url.deletingLastPathComponent().path
        temporary = "\(folder)/.pleura-\(UUID().uuidString).tmp"
        errno = 0
        output = cnifti_create(temporary, Int32(level))
        if output == nil { throw Self.error(url, errno) }
    }

    deinit { discard() }

    /// Appends bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(ImageFormatsError) {
        guard let output, let address = bytes.baseAddress else { return }
        guard cnifti_write(output, address, bytes.count) else { throw Self.error(url, errno) }
    }

    /// Compresses what follows as gzip, behind a plain header; `level` 1…9.
    func compress(level: Int) throws(ImageFormatsError) {
        guard let output else { return }
        guard cnifti_compress(output, Int32(level)) else { throw Self.error(url, errno) }
    }

    /// Puts the finished file in its place.
    func commit() throws(ImageFormatsError) {
        guard let finished = output else { return }
        output = nil
        guard cnifti_finish(finished), rename(temporary, url.path) == 0 else {
            let why = errno
            unlink(temporary)
            throw Self.error(url, why)
        }
        cnifti_sync_folder(url.deletingLastPathComponent().path)
    }

    private func discard() {
        guard let unfinished = output else { return }
        output = nil
        _ = cnifti_finish(unfinished)
        unlink(temporary)
    }

    private static func error(_ url: URL, _ number: Int32) -> ImageFormatsError {
        ImageFormatsError(
            .notWritten, "The file could not be written (\(String(cString: strerror(number))))", files: [url.path],
            mend: "Check that the folder exists, that you may write there and that the disk has room.")
    }
}
