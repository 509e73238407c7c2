import Foundation
import ImageValues

/// Writes files so that a name holds either the old content or the whole new one.
enum DicomOutput {
    /// Writes bytes under a temporary name in the same folder and renames.
    /// The bytes are on the disk before the name is, so that a power cut leaves the old file or the whole new one.
    /// - Parameter syncsFolder: also waits until the disk has the name. One that writes many files does so once, at the
    ///   end, with ``syncFolder(_:)``.
    /// - Throws: ``ImageFormatsError`` of kind `notWritten`; the temporary file is removed.
    static func write(_ bytes: [UInt8], to file: URL, syncsFolder: Bool = true) throws(ImageFormatsError) {
        let folder = file.deletingLastPathComponent().path
        var template = Array((folder + "/.pleura-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw failure(file) }
        var isWritten = fchmod(descriptor, 0o644) == 0
        var at = 0
        while isWritten, at < bytes.count {
            let count = bytes.withUnsafeBytes { buffer -> Int in
                guard let base = buffer.baseAddress else { return -1 }
                return Foundation.write(descriptor, base + at, buffer.count - at)
            }
            if count < 0, errno == EINTR { continue }
            isWritten = count > 0
            at += max(count, 0)
        }
        if isWritten { isWritten = fsync(descriptor) == 0 }
        isWritten = close(descriptor) == 0 && isWritten
        isWritten = isWritten && rename(template, file.path) == 0
        guard isWritten else {
            let error = failure(file)
            unlink(template)
            throw error
        }
        if syncsFolder { syncFolder(file.deletingLastPathComponent()) }
    }

    /// Waits until the disk has a folder's names.
    static func syncFolder(_ folder: URL) {
        let opened = open(folder.path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { return }
        fsync(opened)
        close(opened)
    }

    private static func failure(_ file: URL) -> ImageFormatsError {
        ImageFormatsError(
            .notWritten, "The file could not be written (\(String(cString: strerror(errno))))", files: [file.path],
            mend: "Check the folder, its permissions and the free space.")
    }
}
