import CaseStore
import Cases
import Foundation
import GRDB

extension SQLiteCaseStore {
    /// See ``CaseStoring/putAsideSessions(of:)``.
    public func putAsideSessions(of id: CaseID) throws(CaseStoreError) -> [PutAsideSession] {
        try read("list reviews that were put aside") { db in
            _ = try Self.requireCase(id, db)
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM sessions WHERE case_id = ? AND status = 'abandoned' AND journal_length > 0
                    ORDER BY touched_at DESC, id DESC
                    """, arguments: [id.rawValue])
            return try rows.map { row in
                let session = try Self.session(row)
                let standing = try Self.standingEdits(session.id, db)
                return PutAsideSession(
                    session: session, putAsideAt: try row.readDate("touched_at"), edits: standing.count,
                    slices: Set(standing).sorted())
            }
        }
    }

    /// See ``JournalRules/standingEdits(_:)``.
    private static func standingEdits(_ id: SessionID, _ db: Database) throws -> [Int] {
        let steps = try Row.fetchAll(
            db, sql: "SELECT kind, name, slice, part FROM journal WHERE session_id = ? ORDER BY sequence",
            arguments: [id.rawValue])
        return try JournalRules.standingEdits(
            steps.map {
                StepOutline(
                    kind: try $0.readRaw("kind"), name: try $0.read("name"), slice: try $0.read("slice"),
                    part: try $0.readOptional("part"))
            })
    }

    /// See ``CaseStoring/restore(_:lease:now:)``.
    public func restore(
        _ session: SessionID, lease: CaseLease, now: Date
    ) throws(CaseStoreError) -> SessionID {
        let at = try StoredTime.encode(now)
        return try write("restore a review that was put aside") { db in
            try Self.require(lease, db)
            let row = try Self.sessionRow(session, db)
            guard try row.read("case_id") == lease.caseID.rawValue else { throw CaseStoreError.noSuchSession(session) }
            let status: SessionStatus = try row.readRaw("status")
            guard status == .abandoned else { throw CaseStoreError.notPutAside(session, status) }
            let loaded = try Self.loadSession(session, db)
            let (review, damage) = try loaded.replayed()
            if let open = try Self.openSession(of: lease.caseID, db) {
                let current = try Self.sessionRow(open.id, db)
                try Self.closeSession(open.id, as: .abandoned, at, db)
                try Self.log(
                    db, at, lease.reviewer, .sessionAbandoned, .session(open.id, of: lease.caseID),
                    [
                        "reason": "session \(session) was restored in its place",
                        "journalLength": String(open.journalLength), "journalHash": try current.read("journal_hash"),
                    ])
            }
            let fresh = try Self.copy(loaded, steps: review.length, lease, at, db)
            try Self.log(
                db, at, lease.reviewer, .sessionRestored, .session(session, of: lease.caseID),
                [
                    "into": fresh.description, "kept": String(review.length),
                    "journalLength": String(loaded.session.journalLength),
                    "journalHash": try row.read("journal_hash"), "damage": damage?.description ?? "none",
                ])
            return fresh
        }
    }
}
