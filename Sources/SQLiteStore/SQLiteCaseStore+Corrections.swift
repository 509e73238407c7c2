import CaseStore
import Cases
import Foundation
import GRDB
import Volumes

extension SQLiteCaseStore {
    /// See ``CaseStoring/file(_:of:expectedLength:lease:now:)``.
    public func file(
        _ draft: CorrectionDraft, of session: SessionID, expectedLength: Int, lease: CaseLease, now: Date
    ) throws(CaseStoreError) -> Correction {
        let at = try StoredTime.encode(now)
        // Replaying takes long, so it is done before the write lock is taken; the journal cannot change unseen in
        // between, because its length and hash are compared again under the lock.
        let (loaded, journalHash) = try read("load a review") { db in
            (try Self.loadSession(session, db), try Self.sessionRow(session, db).read("journal_hash", as: String.self))
        }
        guard loaded.session.caseID == lease.caseID else { throw .noSuchSession(session) }
        try loaded.requireResult(draft)
        let masks = draft.masks.coded()
        return try write("file a correction") { db in
            let row = try Self.requireOpen(session, lease, db)
            let length: Int = try row.read("journal_length")
            guard length == expectedLength else {
                throw CaseStoreError.journalMoved(session, expected: expectedLength, found: length)
            }
            guard loaded.session.journalLength == length, try row.read("journal_hash") == journalHash else {
                throw CaseStoreError.journalMoved(session, expected: loaded.session.journalLength, found: length)
            }
            let revision =
                try Int.fetchOne(
                    db, sql: "SELECT coalesce(max(revision), 0) + 1 FROM corrections WHERE case_id = ?",
                    arguments: [lease.caseID.rawValue]) ?? 1
            let record = try CorrectionRecord(
                draft, revision: revision, session: loaded.session, model: loaded.reference.model,
                reviewer: lease.reviewer, filedAt: at, journalHash: journalHash)
            let hash = record.hash(masks)
            for (structure, data) in masks {
                try db.execute(
                    sql: "INSERT INTO correction_masks (case_id, revision, structure, data) VALUES (?, ?, ?, ?)",
                    arguments: [lease.caseID.rawValue, revision, structure.rawValue, Data(data)])
            }
            try record.insert(db, hash: hash)
            try Self.closeSession(session, as: .filed, at, db)
            try Self.touch(lease.caseID, at, db)
            try Self.log(
                db, at, lease.reviewer, .correctionFiled, .correction(record.key),
                [
                    "status": draft.status.rawValue, "session": session.description, "correctionHash": hash,
                    "journalLength": String(length), "journalHash": journalHash,
                    "prediction": loaded.session.prediction.rawValue,
                ])
            if draft.needsApproval { try Self.requestApproval(of: record.key, by: lease.reviewer, at, db) }
            return try record.summary(isSuperseded: false).with(draft.masks)
        }
    }

    /// See ``CaseStoring/corrections()``.
    public func corrections() throws(CaseStoreError) -> CorrectionList {
        try read("list the corrections") { db in
            let rows = try Row.fetchAll(
                db, sql: Self.correctionQuery + " WHERE \(Self.isNoReading("k.case_id")) ORDER BY k.sequence DESC")
            var corrections: [CorrectionSummary] = []
            var damaged: [DamagedRecord] = []
            for row in rows {
                do {
                    let isSuperseded: Bool = try row.read("superseded")
                    var summary = try CorrectionRecord(row).summary(isSuperseded: isSuperseded)
                    summary.approval = try Self.approval(row)
                    corrections.append(summary)
                } catch let error as CaseStoreError {
                    let id = (try? row.read("case_id", as: String.self)) ?? "without an id"
                    let revision = (try? row.read("revision", as: Int.self)).map(String.init) ?? "?"
                    damaged.append(
                        DamagedRecord(what: "case \(id) revision \(revision)", reason: error.description))
                }
            }
            return CorrectionList(corrections: corrections, damaged: damaged)
        }
    }

    /// See ``CaseStoring/correction(_:)``.
    public func correction(_ key: CorrectionKey) throws(CaseStoreError) -> Correction {
        try read("read a correction") { db in try Self.correction(key, db) }
    }

    /// See ``CaseStoring/newestCorrection(of:)``.
    public func newestCorrection(of id: CaseID) throws(CaseStoreError) -> CorrectionKey? {
        try read("find a correction") { db in
            try Int.fetchOne(
                db, sql: "SELECT revision FROM corrections WHERE case_id = ? ORDER BY revision DESC LIMIT 1",
                arguments: [id.rawValue]
            ).map { CorrectionKey(caseID: id, revision: $0) }
        }
    }

    // MARK: Shared with sessions, jobs and the log

    private static let correctionQuery = """
        SELECT k.*, EXISTS (SELECT 1 FROM corrections n WHERE n.case_id = k.case_id AND n.revision > k.revision)
            AS superseded, a.verdict, a.comment AS approval_comment, a.actor AS approval_actor, a.at AS approval_at
        FROM corrections k
        LEFT JOIN approvals a ON a.sequence =
            (SELECT max(sequence) FROM approvals WHERE case_id = k.case_id AND revision = k.revision)
        """

    private static func correctionRow(_ key: CorrectionKey, _ db: Database) throws -> Row {
        let row = try Row.fetchOne(
            db, sql: correctionQuery + " WHERE k.case_id = ? AND k.revision = ?",
            arguments: [key.caseID.rawValue, key.revision])
        guard let row else { throw CaseStoreError.noSuchCorrection(key) }
        return row
    }

    static func summary(_ key: CorrectionKey, _ db: Database) throws -> CorrectionSummary {
        let row = try correctionRow(key, db)
        var summary = try CorrectionRecord(row).summary(isSuperseded: row.read("superseded"))
        summary.approval = try approval(row)
        return summary
    }

    static func correction(_ key: CorrectionKey, _ db: Database) throws -> Correction {
        let row = try correctionRow(key, db)
        let record = try CorrectionRecord(row)
        let masks = try storedMasks(
            db, "SELECT structure, data FROM correction_masks WHERE case_id = ? AND revision = ?",
            [key.caseID.rawValue, key.revision])
        guard try row.read("hash") == record.hash(masks) else {
            throw CaseStoreError.damaged(what: key.subject, reason: "its hash does not match")
        }
        let geometry = try geometry(of: key.caseID, db)
        return try record.summary(isSuperseded: row.read("superseded"))
            .with(decode(masks, on: geometry, of: key.subject))
    }
}
