import Foundation
import Glibc

/// Sees to it that one worker runs on a machine for a user. The system lets go of the lock when the process ends,
/// however it ends.
final class WorkerLock {
    private let file: Int32

    /// The lock's file, in the session's own folder where there is one.
    static var url: URL {
        let environment = ProcessInfo.processInfo.environment
        let folder = environment["XDG_RUNTIME_DIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        return URL(fileURLWithPath: folder).appendingPathComponent("pleura-worker-\(getuid()).lock")
    }

    /// Takes the lock.
    /// - Throws: ``ProgramError`` naming the process that has it.
    init(_ url: URL = WorkerLock.url) throws(ProgramError) {
        let file = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw ProgramError("\(url.path) cannot be opened.", .failed) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            var text = [UInt8](repeating: 0, count: 32)
            let count = max(0, read(file, &text, text.count))
            close(file)
            let holder = String(decoding: text.prefix(count), as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            throw ProgramError(
                "A worker is already running\(holder.isEmpty ? "" : " (process \(holder))"). "
                    + "Start another beside it with --beside-others.", .failed)
        }
        self.file = file
        ftruncate(file, 0)
        let text = Array("\(getpid())\n".utf8)
        _ = write(file, text, text.count)
    }

    deinit { close(file) }
}
