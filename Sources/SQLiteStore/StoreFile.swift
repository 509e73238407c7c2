import CaseStore
import Foundation
import GRDB

/// What is checked of the store's file before SQLite may touch it.
///
/// Nothing here opens the file: a process that closes any descriptor of a file loses all its POSIX locks on it, SQLite's
/// among them. Another process would then take the file for unused, and delete the write-ahead log that this one goes
/// on writing to (“How to corrupt an SQLite database file”, section 2.2).
enum StoreFile {
    /// Runs `body` while no other process opens a store in the same folder: making a new file and its tables takes
    /// several transactions.
    static func whileLocked<T>(
        _ path: String, _ body: () throws(CaseStoreError) -> T
    ) throws(CaseStoreError) -> T {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .notWritable(path: folder, reason: "the folder cannot be made")
        }
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .notWritable(path: folder, reason: String(cString: strerror(errno))) }
        defer { _ = Foundation.close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw .notWritable(path: folder, reason: String(cString: strerror(errno))) }
        }
        return try body()
    }

    /// Refuses what is no file or cannot be written. SQLite itself refuses a file that does not begin as its own do.
    static func check(_ path: String) throws(CaseStoreError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else { throw .notAStore(path: path, reason: "it is not a file") }
            guard access(path, R_OK | W_OK) == 0 else {
                throw .notWritable(path: path, reason: String(cString: strerror(errno)))
            }
        } else if errno != ENOENT {
            throw .notWritable(path: path, reason: String(cString: strerror(errno)))
        }
        guard access(folder, W_OK | X_OK) == 0 else {
            throw .notWritable(path: folder, reason: String(cString: strerror(errno)))
        }
    }

    /// Refuses another program's database. Runs as each connection opens, before anything is written.
    static func requireOurs(_ db: Database, path: String) throws {
        let id = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        if id == Schema.applicationID { return }
        // A new file has no mark yet; the migrator's own table may be there if the first opening was cut off.
        let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
        guard id == 0, tables.allSatisfy({ $0 == "grdb_migrations" }) else {
            throw CaseStoreError.notAStore(path: path, reason: "it is another program's database")
        }
    }
}
