import Foundation

/// Writes files so that a name holds either the old content or the whole new one.
enum DicomOutput {
    /// Writes bytes under a temporary name in the same folder and renames.
    /// - Parameter isDurable: also waits until the disk has them, so that a power cut loses nothing.
    /// - Throws: ``ImageFormatsError`` of kind `notWritten`; the temporary file is removed.
    static func write(_ bytes: [UInt8], to file: URL, isDurable: Bool) throws(ImageFormatsError) {
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
        if isWritten, isDurable { isWritten = fsync(descriptor) == 0 }
        isWritten = close(descriptor) == 0 && isWritten
        isWritten = isWritten && rename(template, file.path) == 0
        guard isWritten else {
            let error = failure(file)
            unlink(template)
            throw error
        }
        guard isDurable else { return }
        let opened = open(folder, O_RDONLY | O_CLOEXEC)
        if opened >= 0 {
            fsync(opened)
            close(opened)
        }
    }

    private static func failure(_ file: URL) -> ImageFormatsError {
        ImageFormatsError(
            .notWritten, "The file could not be written (\(String(cString: strerror(errno))))", files: [file.path],
            mend: "Check the folder, its permissions and the free space.")
    }
}
