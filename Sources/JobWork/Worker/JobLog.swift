import Foundation
import Glibc
import Synchronization

/// What a worker says of a job: a line each in the job's log, and to whoever listens.
package final class JobLog: Sendable {
    private let file: Int32
    private let tell: (@Sendable (String) -> Void)?
    private let lock = Mutex(())

    /// A log that goes on in a file.
    /// - Parameters:
    ///   - url: the file; `nil` for none.
    ///   - tell: is told every line as well.
    package init(_ url: URL?, tell: (@Sendable (String) -> Void)? = nil) {
        file = url.map { open($0.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) } ?? -1
        self.tell = tell
    }

    deinit { if file >= 0 { close(file) } }

    /// Says something in one line. What cannot be written is lost: a log must not stop the work.
    package func say(_ text: String) {
        let line = text.split(separator: "\n").joined(separator: " ")
        let stamp = Date().formatted(.iso8601)
        lock.withLock { _ in
            let bytes = Array("\(stamp) \(line)\n".utf8)
            if file >= 0 { _ = Glibc.write(file, bytes, bytes.count) }
            tell?(line)
        }
    }
}
