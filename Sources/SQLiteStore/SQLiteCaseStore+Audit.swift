import CaseStore
import Cases
import Foundation
import GRDB

/// What is written to the append-only log.
enum AuditAction: String {
    case caseRegistered = "case.registered"
    case caseUpdated = "case.updated"
    case leaseTakenOver = "lease.taken-over"
    case predictionSaved = "prediction.saved"
    case sessionBegun = "session.begun"
    case sessionAbandoned = "session.abandoned"
    case sessionRestored = "session.restored"
    case sessionSalvaged = "session.salvaged"
    case correctionFiled = "correction.filed"
    case approvalRequested = "correction.approval-requested"
    case correctionApproved = "correction.approved"
    case correctionReturned = "correction.returned"
    case caseAssigned = "case.assigned"
    case caseDeferred = "case.deferred"
    case caseFlagged = "case.flagged"
    case caseUnflagged = "case.unflagged"
    case readingBegun = "reading.begun"
    case jobQueued = "job.queued"
    case jobMoved = "job.moved"
    case jobTakenOver = "job.taken-over"
    case jobCancelRequested = "job.cancel-requested"
    case modelPublished = "model.published"
    case modelPromoted = "model.promoted"
    case patientAssigned = "patient.assigned"
    case roleGiven = "role.given"
}

extension SQLiteCaseStore {
    private static let noHash = String(repeating: "0", count: 64)

    /// Adds a row to the log. Call in the transaction of what it records.
    static func log(
        _ db: Database, _ at: Int64, _ actor: String, _ action: AuditAction, _ subject: String,
        _ details: [String: String] = [:]
    ) throws {
        guard let head = try Row.fetchOne(db, sql: "SELECT length, hash FROM audit_head WHERE id = 1") else {
            throw CaseStoreError.damaged(what: "log", reason: "its head is missing")
        }
        let unhashed = AuditEntry(
            sequence: try head.read("length", as: Int.self) + 1, at: StoredTime.decode(at), actor: actor,
            action: action.rawValue, subject: subject, details: try StoredJSON.encode(details, what: "details"),
            previousHash: try head.read("hash"), hash: "")
        let hash = Canonical.hash(ofForm: unhashed.canonicalForm)
        try db.execute(
            sql: """
                INSERT INTO audit (sequence, at, actor, action, subject, details, previous_hash, hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                unhashed.sequence, at, actor, action.rawValue, subject, unhashed.details, unhashed.previousHash, hash,
            ])
        try db.execute(
            sql: "UPDATE audit_head SET length = ?, hash = ? WHERE id = 1", arguments: [unhashed.sequence, hash])
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
            var (sequence, previous) = (0, Self.noHash)
            var filed: [String: (sequence: Int, hash: String?)] = [:]
            let rows = try Row.fetchCursor(db, sql: "SELECT * FROM audit ORDER BY sequence")
            while let row = try rows.next() {
                sequence += 1
                guard let entry = try? Self.auditEntry(row) else {
                    return .broken(sequence: sequence, reason: "the row cannot be read")
                }
                guard entry.sequence == sequence else {
                    return .broken(sequence: sequence, reason: "the row is missing")
                }
                guard entry.previousHash == previous else {
                    return .broken(sequence: sequence, reason: "the row does not follow the row before")
                }
                guard Canonical.hash(ofForm: entry.canonicalForm) == entry.hash else {
                    return .broken(sequence: sequence, reason: "the row was changed")
                }
                if entry.action == AuditAction.correctionFiled.rawValue {
                    let details = try? StoredJSON.decode([String: String].self, entry.details, what: "details")
                    filed[entry.subject] = (sequence, details?["correctionHash"])
                }
                previous = entry.hash
            }
            let head = try Row.fetchOne(db, sql: "SELECT length, hash FROM audit_head WHERE id = 1")
            guard let head, let length = try? head.read("length", as: Int.self),
                let hash = try? head.read("hash", as: String.self)
            else { return .broken(sequence: sequence + 1, reason: "the log's head is missing") }
            guard length <= sequence else {
                return .broken(sequence: sequence + 1, reason: "the rows from here to \(length) are missing")
            }
            guard length == sequence, hash == previous else {
                return .broken(sequence: length + 1, reason: "the row was added from outside")
            }
            return try Self.firstUnloggedCorrection(filed, end: sequence, db)
                ?? .intact(rows: sequence, lastHash: previous)
        }
    }

    /// Compares the corrections with what the log says was filed.
    private static func firstUnloggedCorrection(
        _ filed: [String: (sequence: Int, hash: String?)], end: Int, _ db: Database
    ) throws -> AuditVerdict? {
        var missing = filed
        for row in try Row.fetchAll(db, sql: "SELECT case_id, revision, hash FROM corrections ORDER BY sequence") {
            let key = CorrectionKey(
                caseID: CaseID(rawValue: try row.read("case_id")), revision: try row.read("revision"))
            guard let logged = missing.removeValue(forKey: subject(key)) else {
                return .broken(sequence: end + 1, reason: "\(subject(key)) was filed without a row")
            }
            guard try row.read("hash") == logged.hash else {
                return .broken(sequence: logged.sequence, reason: "\(subject(key)) is not as it was filed")
            }
        }
        return missing.min { $0.value.sequence < $1.value.sequence }.map {
            .broken(sequence: $0.value.sequence, reason: "\($0.key) was filed and is missing")
        }
    }

    private static func auditEntry(_ row: Row) throws -> AuditEntry {
        AuditEntry(
            sequence: try row.read("sequence"), at: try row.readDate("at"), actor: try row.read("actor"),
            action: try row.read("action"), subject: try row.read("subject"), details: try row.read("details"),
            previousHash: try row.read("previous_hash"), hash: try row.read("hash"))
    }
}
