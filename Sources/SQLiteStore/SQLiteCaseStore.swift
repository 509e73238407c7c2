import CaseStore
import Cases
import Foundation
import GRDB
import Volumes

/// The case store in one SQLite file, for one machine: the file must be on a local disk, since SQLite's write-ahead
/// log needs memory that all its processes share.
///
/// Write-ahead log with `synchronous=FULL`: a commit returns once it is on the disk, so that a stroke that was
/// acknowledged survives a power cut, not only a kill. Session states and lease renewals are written with
/// `synchronous=NORMAL`: they cost no disk flush, keep their order, and the next full commit flushes them.
public final class SQLiteCaseStore: CaseStoring {
    let pool: DatabasePool
    /// The store's file, for messages.
    public let path: String
    /// The operating system's account in whose name this process works: what roles are given to.
    public let account: String

    /// Opens a store, or makes a new one where there is no file (also its folder, for the owner alone).
    /// - Throws: ``CaseStoreError/notAStore(path:reason:)``, ``CaseStoreError/newerVersion(path:unknownChanges:)``,
    ///   ``CaseStoreError/notWritable(path:reason:)``, ``CaseStoreError/noSpace(path:operation:)``.
    public convenience init(url: URL) throws(CaseStoreError) {
        try self.init(url: url, migrator: Schema.migrator, account: Self.currentAccount, prepare: { _ in })
    }

    /// For tests: with another schema, account and settings of the connection.
    init(
        url: URL, migrator: DatabaseMigrator, account: String = SQLiteCaseStore.currentAccount,
        prepare: @escaping @Sendable (Database) throws -> Void
    ) throws(CaseStoreError) {
        let path = url.path
        self.path = path
        self.account = account
        pool = try StoreFile.whileLocked(path) { () throws(CaseStoreError) -> DatabasePool in
            try StoreFile.check(path)
            do {
                let pool = try DatabasePool(path: path, configuration: Self.configuration(path, prepare))
                let unknown = try pool.read { db -> [String] in
                    try migrator.hasBeenSuperseded(db)
                        ? migrator.appliedIdentifiers(db).subtracting(migrator.migrations).sorted() : []
                }
                guard unknown.isEmpty else { throw CaseStoreError.newerVersion(path: path, unknownChanges: unknown) }
                try migrator.migrate(pool)
                return pool
            } catch {
                throw Self.translate(error, operation: "open the store", path: path)
            }
        }
    }

    private static func configuration(
        _ path: String, _ prepare: @escaping @Sendable (Database) throws -> Void
    ) -> Configuration {
        var configuration = Configuration()
        configuration.label = "case-store"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { db in
            try StoreFile.requireOurs(db, path: path)
            try prepare(db)
        }
        return configuration
    }

    /// Closes the file; what follows fails. A store that is let go closes by itself.
    public func close() throws(CaseStoreError) {
        do { try pool.close() } catch { throw Self.translate(error, operation: "close the store", path: path) }
    }

    /// Runs `body` on one unchanging state of the store.
    func read<T>(_ operation: String, _ body: (Database) throws -> T) throws(CaseStoreError) -> T {
        do { return try pool.read(body) } catch { throw Self.translate(error, operation: operation, path: path) }
    }

    /// Runs `body` as one transaction that begins with the write lock, so that what it reads is what it changes.
    func write<T>(
        _ operation: String, flushed: Bool = true, _ body: (Database) throws -> T
    ) throws(CaseStoreError) -> T {
        do {
            return try pool.writeWithoutTransaction { db in
                try db.execute(sql: flushed ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")
                var result: T?
                try db.inTransaction(.immediate) {
                    result = try body(db)
                    return .commit
                }
                guard let result else { preconditionFailure("a committed transaction has a result") }
                return result
            }
        } catch {
            throw Self.translate(error, operation: operation, path: path)
        }
    }

    static func translate(_ error: any Error, operation: String, path: String) -> CaseStoreError {
        switch error {
        case let error as CaseStoreError: return error
        case let error as VolumesError: return .damaged(what: "mask or edit", reason: error.description)
        case let error as DatabaseError:
            // Only SQLite's message: GRDB's description shows the statement.
            let reason = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
            return switch error.resultCode {
            case .SQLITE_FULL: .noSpace(path: path, operation: operation)
            // SQLite calls it an I/O error when there is no room for the file that its processes share.
            case .SQLITE_IOERR where isFull(path): .noSpace(path: path, operation: operation)
            case .SQLITE_BUSY, .SQLITE_LOCKED: .busy(path: path, operation: operation)
            case .SQLITE_NOTADB: .notAStore(path: path, reason: "it is not an SQLite file")
            case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM: .notWritable(path: path, reason: reason)
            case .SQLITE_CORRUPT: .damaged(what: "case store \(path)", reason: reason)
            default: .failed(operation: operation, reason: reason)
            }
        case is RowDecodingError: return .damaged(what: "record", reason: "a field is not of its type")
        default: return .failed(operation: operation, reason: "\(type(of: error))")
        }
    }

    /// Whether the disk of a store has no room for as much as SQLite takes at once.
    private static func isFull(_ path: String) -> Bool {
        var disk = statvfs()
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard statvfs(folder, &disk) == 0 else { return false }
        return UInt64(disk.f_bavail) * UInt64(disk.f_frsize) < 64 << 10
    }
}
