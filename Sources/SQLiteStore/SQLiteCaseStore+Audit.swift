import CaseStore
import Cases
import Foundation
import GRDB

extension SQLiteCaseStore {
    /// Adds a row to the log. Call in the transaction of what it records.
    static func log(
        _ db: Database, _ at: Int64, _ actor: String, _ action: AuditAction, _ subject: AuditSubject,
        _ details: [String: String] = [:]
    ) throws {
        guard let row = try headRow(db) else {
            throw CaseStoreError.damaged(what: "log", reason: "its head is missing")
        }
        let head = AuditHead(length: try row.read("length"), hash: try row.read("hash"))
        let entry = try head.next(at: at, actor: actor, action: action, subject: subject, details: details)
        try db.execute(
            sql: """
                INSERT INTO audit (sequence, at, actor, action, subject, details, previous_hash, hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                entry.sequence, at, entry.actor, entry.action, entry.subject, entry.details, entry.previousHash,
                entry.hash,
            ])
        try db.execute(
            sql: "UPDATE audit_head SET length = ?, hash = ? WHERE id = 1", arguments: [entry.sequence, entry.hash])
    }

    private static func headRow(_ db: Database) throws -> Row? {
        try Row.fetchOne(db, sql: "SELECT length, hash FROM audit_head WHERE id = 1")
    }

    /// See ``CaseStoring/audit(after:limit:)``.
    public func audit(after sequence: Int, limit: Int) throws(CaseStoreError) -> [AuditEntry] {
        try read("read the log") { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?",
                arguments: [sequence, max(0, limit)]
            ).map(Self.auditEntry)
        }
    }

    /// See ``CaseStoring/verifyAudit()``.
    public func verifyAudit() throws(CaseStoreError) -> AuditVerdict {
        try read("check the log") { db in
            var check = AuditCheck()
            let rows = try Row.fetchCursor(db, sql: "SELECT * FROM audit ORDER BY sequence")
            while let row = try rows.next() {
                if let fault = check.check(try? Self.auditEntry(row)) { return fault }
            }
            var head: AuditHead?
            if let row = try Self.headRow(db), let length = try? row.read("length", as: Int.self),
                let hash = try? row.read("hash", as: String.self)
            {
                head = AuditHead(length: length, hash: hash)
            }
            if let fault = check.check(head: head) { return fault }
            for row in try Row.fetchAll(db, sql: "SELECT case_id, revision, hash FROM corrections ORDER BY sequence") {
                let key = CorrectionKey(
                    caseID: CaseID(rawValue: try row.read("case_id")), revision: try row.read("revision"))
                if let fault = check.check(key, hash: try row.read("hash")) { return fault }
            }
            return check.verdict()
        }
    }

    private static func auditEntry(_ row: Row) throws -> AuditEntry {
        AuditEntry(
            sequence: try row.read("sequence"), at: try row.readDate("at"), actor: try row.read("actor"),
            action: try row.read("action"), subject: try row.read("subject"), details: try row.read("details"),
            previousHash: try row.read("previous_hash"), hash: try row.read("hash"))
    }
}
