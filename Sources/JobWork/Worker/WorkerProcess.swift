import CaseWork
import Files
import Foundation
import Glibc

/// Starts the worker as a process of its own, which outlives the screen it was started from.
package enum WorkerProcess {
    /// Starts `pleura worker --once` in a session of its own; what it says goes into `worker.log` of the data folder.
    /// - Parameters:
    ///   - program: the file of `pleura`.
    ///   - home: the data folder.
    ///   - ended: told the exit status, if the worker ends while this program still runs.
    /// - Throws: ``CaseWork/WorkError`` if it cannot be started.
    package static func start(
        _ program: URL, home: URL, ended: @escaping @Sendable (Int32) -> Void
    ) throws(WorkError) {
        var attributes = posix_spawnattr_t()
        var actions = posix_spawn_file_actions_t()
        posix_spawnattr_init(&attributes)
        posix_spawn_file_actions_init(&actions)
        defer {
            posix_spawnattr_destroy(&attributes)
            posix_spawn_file_actions_destroy(&actions)
        }
        // POSIX_SPAWN_SETSID: a closed terminal, or Ctrl-C in it, is none of the worker's business.
        posix_spawnattr_setflags(&attributes, 0x80)
        let log = DataFolder(home).workerLog.path
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let words = [program.path, "worker", "--once", "--home", home.path]
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        let status = posix_spawn(&pid, words[0], &actions, &attributes, &arguments, environ)
        guard status == 0 else {
            throw WorkError("the worker could not be started: \(String(cString: strerror(status)))", .failed)
        }
        let child = pid
        DispatchQueue.global(qos: .background).async {
            var status: Int32 = 0
            while waitpid(child, &status, 0) == -1, errno == EINTR {}
            ended(status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f)
        }
    }
}
