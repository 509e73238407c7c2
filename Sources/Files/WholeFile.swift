import Foundation
import Glibc

/// Files that appear whole or not at all: written under a hidden name in the same folder, synced, renamed.
public enum WholeFile {
    /// What the system said.
    public struct Failure: Error, CustomStringConvertible {
        /// Its number, as in `errno`.
        public let code: Int32
        /// Its text, such as `No space left on device`.
        public var description: String { String(cString: strerror(code)) }

        /// A failure by its number.
        public init(code: Int32) { self.code = code }
    }

    /// Writes bytes.
    /// - Throws: ``Failure``; whatever was at `url` is then as it was, and nothing else is left behind.
    public static func write(_ data: Data, to url: URL) throws(Failure) {
        try write(to: url) { (file) throws(Failure) in
            try put(data, file)
        }
    }

    /// Writes whatever `body` puts into the file.
    /// - Parameters:
    ///   - url: where the file is to be.
    ///   - permissions: what it may be used for, whatever the umask; `nil` for 0644 less the umask.
    ///   - syncsFolder: whether to wait until the disk has the name, too. One that writes many files does so once, at the
    ///     end, with ``syncFolder(_:)``.
    ///   - body: is given the open file, for `put`. What it throws ends the writing.
    /// - Throws: ``Failure``; whatever was at `url` is then as it was, and nothing else is left behind.
    public static func write(
        to url: URL, permissions: mode_t? = nil, syncsFolder: Bool = true, _ body: (Int32) throws(Failure) -> Void
    ) throws(Failure) {
        let folder = url.deletingLastPathComponent().path
        let temporary = "\(folder)/.pleura-\(UUID().uuidString).tmp"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw Failure(code: errno) }
        var isOpen = true
        defer {
            if isOpen { close(file) }
            unlink(temporary)
        }
        if let permissions, fchmod(file, permissions) != 0 { throw Failure(code: errno) }
        try body(file)
        guard fsync(file) == 0 else { throw Failure(code: errno) }
        isOpen = false
        guard close(file) == 0, rename(temporary, url.path) == 0 else { throw Failure(code: errno) }
        if syncsFolder { syncFolder(url.deletingLastPathComponent()) }
    }

    /// Waits until the disk has a folder's names.
    public static func syncFolder(_ folder: URL) {
        let handle = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { return }
        fsync(handle)
        close(handle)
    }

    /// Writes all of some data at the end of a file.
    public static func put(_ data: Data, _ file: Int32) throws(Failure) {
        var failure: Failure?
        data.withUnsafeBytes { failure = putting($0, file) }
        if let failure { throw failure }
    }

    /// Writes all elements of an array, as they lie in memory, at the end of a file.
    public static func put<T: BitwiseCopyable>(_ values: [T], _ file: Int32) throws(Failure) {
        var failure: Failure?
        values.withUnsafeBytes { failure = putting($0, file) }
        if let failure { throw failure }
    }

    private static func putting(_ bytes: UnsafeRawBufferPointer, _ file: Int32) -> Failure? {
        guard let base = bytes.baseAddress else { return nil }
        var done = 0
        while done < bytes.count {
            let count = Glibc.write(file, base + done, bytes.count - done)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return Failure(code: errno) }
            done += count
        }
        return nil
    }
}
