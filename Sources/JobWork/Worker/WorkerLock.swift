import CaseWork
import Files
import Foundation
import Glibc

/// Sees to it that one worker runs on a machine for a user. The system lets go of the lock when the process ends,
/// however it ends.
package final class WorkerLock {
    private let file: Int32

    /// The lock's file, in the session's own folder where there is one.
    package static var url: URL {
        let environment = ProcessInfo.processInfo.environment
        let folder = environment["XDG_RUNTIME_DIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        return URL(fileURLWithPath: folder).appendingPathComponent("pleura-worker-\(getuid()).lock")
    }

    /// Takes the lock.
    /// - Parameter home: the data folder that is worked for, which whoever meets the lock taken is told.
    /// - Throws: ``WorkError`` naming the process that has it.
    package init(for home: URL, _ url: URL = WorkerLock.url) throws(WorkError) {
        let file = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw WorkError("\(url.path) cannot be opened.", .failed) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            let holder = Self.holder(in: url)
            let process = holder.map { " (process \($0.process))" } ?? ""
            let other = holder.flatMap { $0.home == Self.plain(home) ? nil : " for another data folder (\($0.home))" }
            throw WorkError(
                "A worker is running already\(process)\(other ?? ""). Start another beside it with --beside-others.",
                .failed)
        }
        self.file = file
        ftruncate(file, 0)
        let text = Array("\(getpid())\n\(Self.plain(home))\n".utf8)
        _ = write(file, text, text.count)
    }

    deinit { close(file) }

    /// The data folder that the worker of this computer works for, if that is not this one and the worker is still there.
    /// Asks without touching the lock, so that a worker that is just starting never meets it taken.
    package static func otherHome(than home: URL, _ url: URL = WorkerLock.url) -> String? {
        guard let holder = holder(in: url), holder.home != plain(home),
            let command = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(holder.process)/cmdline"))
        else { return nil }
        let words = command.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return words.contains("worker") || words.contains("queue") ? holder.home : nil
    }

    /// Who has the lock, as the file says.
    private static func holder(in url: URL) -> (process: String, home: String)? {
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n").map(String.init)
        return lines.first.map { ($0, lines.count > 1 ? lines[1] : "unknown") }
    }

    private static func plain(_ home: URL) -> String { home.resolvingSymlinksInPath().standardizedFileURL.path }
}

/// Marks a data folder as worked for, as long as any worker of it runs, on whatever computer. The system takes the mark
/// away when the process ends, however it ends.
final class WorkerMark {
    private let file: Int32

    /// Sets the mark. A folder that cannot be marked is worked for all the same.
    init(in home: URL) {
        file = open(DataFolder(home).workerLock.path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        // Shared: several workers may run. Whoever looks holds it for an instant, which is waited for.
        if file >= 0 { flock(file, LOCK_SH) }
    }

    deinit { if file >= 0 { close(file) } }

    /// Whether a worker works for the folder.
    static func isSet(in home: URL) -> Bool {
        let file = open(DataFolder(home).workerLock.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return false }
        defer { close(file) }
        return flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }
}
