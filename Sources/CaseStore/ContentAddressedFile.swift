import Digests
import Foundation

/// Files that are named by their content's SHA-256.
package enum ContentAddressedFile {
    private static let chunk = 1 << 20

    /// Copies a file into a folder under the name that `place` makes of its digest: into a temporary file there, which
    /// is flushed and renamed, and so is the folder. A file that is there already, and whole, is left alone.
    package static func copy(
        _ file: URL, into folder: URL, place: (String) -> URL
    ) throws(CaseStoreError) -> (digest: String, byteCount: Int64) {
        let operation = "publish a model"
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .notWritable(path: folder.path, reason: "the folder cannot be made")
        }
        let temporary = folder.appendingPathComponent(".\(UUID().uuidString).part")
        do {
            defer { unlink(temporary.path) }
            let source = try FileHandle(forReadingFrom: file)
            defer { try? source.close() }
            let descriptor = open(temporary.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw POSIXError.current }
            let target = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            let digest = SHA256Digest()
            var byteCount: Int64 = 0
            while let data = try source.read(upToCount: chunk), !data.isEmpty {
                data.withUnsafeBytes(digest.update)
                try target.write(contentsOf: data)
                byteCount += Int64(data.count)
            }
            try target.synchronize()
            try target.close()
            let name = digest.finish()
            let place = place(name)
            if (try? SHA256Digest.hex(ofFile: place)) != name {
                guard rename(temporary.path, place.path) == 0 else { throw POSIXError.current }
                try flush(folder)
            }
            return (name, byteCount)
        } catch let error as POSIXError where error.code == .ENOSPC {
            throw .noSpace(path: folder.path, operation: operation)
        } catch {
            throw .failed(operation: operation, reason: "the file cannot be copied to \(folder.path): \(error)")
        }
    }

    private static func flush(_ folder: URL) throws {
        let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw POSIXError.current }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw POSIXError.current }
    }
}

extension POSIXError {
    /// What `errno` says.
    fileprivate static var current: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
