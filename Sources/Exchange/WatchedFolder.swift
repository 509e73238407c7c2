import CaseWork
import Foundation

/// Takes files that somebody puts into a folder: those that have stopped growing are copied into the intake. The folder
/// itself is left as it is.
package struct WatchedFolder {
    /// What is known of a file.
    private struct Seen: Equatable {
        var size: off_t
        var changed: Int
        var nanoseconds: Int
        /// When it was first seen like this.
        var since: Date
        var isDone = false
    }

    /// The folder.
    package let url: URL
    private let settle: TimeInterval
    private var seen: [String: Seen] = [:]
    private var number = 0

    /// A folder that is watched.
    /// - Parameter settle: for how long a file must not have changed to be taken, seconds.
    /// - Throws: ``WorkError`` if there is no such folder.
    package init(_ path: String, settle: TimeInterval = 2) throws(WorkError) {
        url = URL(fileURLWithPath: path).standardizedFileURL
        guard url.isExistingFolder else { throw WorkError("There is no folder \(path) to watch.") }
        self.settle = settle
    }

    /// What came of looking once.
    package struct Look: Hashable, Sendable {
        /// How many objects were taken, of whatever outcome.
        package var taken: [IntakeFolder.Filed] = []
        /// Why files were not, without their names: those may name a patient.
        package var refused: [String] = []
        /// How many files may still be growing.
        package var growing = 0
    }

    /// Looks once.
    package mutating func look(into folder: IntakeFolder, now: Date = Date(), isStopped: () -> Bool = { false }) -> Look
    {
        var look = Look()
        var here: Set<String> = []
        let keys: [URLResourceKey] = [.isRegularFileKey]
        let files = FileManager.default.enumerator(
            at: url, includingPropertiesForKeys: keys, options: [.skipsHiddenFiles])
        while let file = files?.nextObject() as? URL, !isStopped() {
            var about = stat()
            guard lstat(file.path, &about) == 0, about.st_mode & S_IFMT == S_IFREG else { continue }
            here.insert(file.path)
            let found = Seen(
                size: about.st_size, changed: about.st_mtim.tv_sec, nanoseconds: about.st_mtim.tv_nsec, since: now)
            guard var known = seen[file.path], known.size == found.size, known.changed == found.changed,
                known.nanoseconds == found.nanoseconds
            else {
                seen[file.path] = found
                look.growing += 1
                continue
            }
            if known.isDone { continue }
            guard now.timeIntervalSince(known.since) >= settle else {
                look.growing += 1
                continue
            }
            known.isDone = take(file, known, into: folder, now: now, &look)
            seen[file.path] = known
        }
        seen = seen.filter { here.contains($0.key) }
        return look
    }

    /// Copies a file and has it taken. False if it is to be tried again.
    private mutating func take(
        _ file: URL, _ known: Seen, into folder: IntakeFolder, now: Date, _ look: inout Look
    ) -> Bool {
        number += 1
        let copy = folder.arriving.appendingPathComponent("watch-\(getpid())-\(number).part")
        defer { unlink(copy.path) }
        do throws(IntakeRefusal) {
            let count = try IntakeDisk.copy(file, to: copy)
            var about = stat()
            guard lstat(file.path, &about) == 0, about.st_size == known.size, about.st_mtim.tv_sec == known.changed,
                about.st_mtim.tv_nsec == known.nanoseconds
            else { return false }
            guard off_t(count) == known.size else { throw .unreadable }
            look.taken.append(try folder.take(copy, now: now))
            return true
        } catch {
            look.refused.append(error.description)
            // A disk may have space again later, or be read.
            return error.status != 0xa700
        }
    }
}
