import CaseStore
import Cases
import Foundation
import GRDB
import Volumes

extension SQLiteCaseStore {
    /// See ``CaseStoring/beginSession(on:lease:now:)``.
    public func beginSession(
        on base: SessionBase, lease: CaseLease, now: Date
    ) throws(CaseStoreError) -> SessionID {
        let at = try StoredTime.encode(now)
        return try write("begin a review") { db in
            try Self.require(lease, db)
            let id = lease.caseID
            if let open = try Self.openSession(of: id, db) { throw CaseStoreError.sessionStillOpen(id, open.id) }
            var startsFrom: Int?
            let prediction: PredictionID
            switch base {
            case .prediction(let chosen): prediction = chosen
            case .correction(let revision):
                let key = CorrectionKey(caseID: id, revision: revision)
                startsFrom = revision
                prediction = try Self.summary(key, db).prediction
            }
            let session = try Self.insertSession(prediction, startsFrom, lease, at, db)
            try Self.log(
                db, at, lease.reviewer, .sessionBegun, .session(session, of: id),
                ["prediction": prediction.rawValue, "startsFrom": startsFrom.map(String.init) ?? "prediction"])
            return session
        }
    }

    /// See ``CaseStoring/openSession(of:)``.
    public func openSession(of id: CaseID) throws(CaseStoreError) -> ReviewSession? {
        try read("find a review") { db in try Self.openSession(of: id, db) }
    }

    /// See ``CaseStoring/sessions(of:)``.
    public func sessions(of id: CaseID) throws(CaseStoreError) -> [ReviewSession] {
        try read("list reviews") { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM sessions WHERE case_id = ? ORDER BY id", arguments: [id.rawValue]
            ).map(Self.session)
        }
    }

    /// See ``CaseStoring/loadSession(_:)``.
    public func loadSession(_ id: SessionID) throws(CaseStoreError) -> LoadedSession {
        try read("load a review") { db in try Self.loadSession(id, db) }
    }

    static func loadSession(_ id: SessionID, _ db: Database) throws -> LoadedSession {
        let row = try sessionRow(id, db)
        let session = try session(row)
        let reference = try prediction(session.prediction, db)
        let geometry = try geometry(of: session.caseID, db)
        let correction = try session.startsFrom.map {
            try Self.correction(CorrectionKey(caseID: session.caseID, revision: $0), db)
        }
        let journal = try readJournal(session, hash: row.read("journal_hash"), db)
        var (state, stateDamage) = (SessionState(), String?.none)
        do { state = try savedState(id, db) ?? state } catch { stateDamage = "the state of the view cannot be read" }
        return LoadedSession(
            session: session, geometry: geometry, reference: reference,
            base: LoadedSession.base(reference, correction, on: geometry), entries: journal.read.entries,
            times: journal.read.times, damage: journal.damage, state: state, stateDamage: stateDamage)
    }

    /// See ``CaseStoring/saveState(_:of:lease:now:)``.
    public func saveState(
        _ state: SessionState, of session: SessionID, lease: CaseLease, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try write("save where a review stands", flushed: false) { db in
            _ = try Self.requireOpen(session, lease, db)
            try Self.save(state, of: session, at, db)
        }
    }

    static func save(_ state: SessionState, of session: SessionID, _ at: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO session_states (session_id, state, saved_at) VALUES (?, ?, ?)
                ON CONFLICT (session_id) DO UPDATE SET state = excluded.state, saved_at = excluded.saved_at
                """,
            arguments: [session.rawValue, StoredJSON.encode(state, what: "state of the view"), at])
    }

    private static func savedState(_ id: SessionID, _ db: Database) throws -> SessionState? {
        try Row.fetchOne(db, sql: "SELECT state FROM session_states WHERE session_id = ?", arguments: [id.rawValue])?
            .readJSON("state")
    }

    /// See ``CaseStoring/abandon(_:reason:lease:now:)``.
    public func abandon(
        _ session: SessionID, reason: String, lease: CaseLease, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try write("abandon a review") { db in
            let row = try Self.requireOpen(session, lease, db)
            try Self.closeSession(session, as: .abandoned, at, db)
            try Self.log(
                db, at, lease.reviewer, .sessionAbandoned, .session(session, of: lease.caseID),
                [
                    "reason": reason, "journalLength": String(try row.read("journal_length", as: Int.self)),
                    "journalHash": try row.read("journal_hash"),
                ])
        }
    }

    // MARK: Shared with journal and corrections

    static func sessionRow(_ id: SessionID, _ db: Database) throws -> Row {
        let row = try Row.fetchOne(db, sql: "SELECT * FROM sessions WHERE id = ?", arguments: [id.rawValue])
        guard let row else { throw CaseStoreError.noSuchSession(id) }
        return row
    }

    /// The session's row, if the lease is its case's newest and it is open. Call in the transaction that writes.
    static func requireOpen(_ id: SessionID, _ lease: CaseLease, _ db: Database) throws -> Row {
        try require(lease, db)
        let row = try sessionRow(id, db)
        try JournalRules.requireOpen(session(row), of: lease.caseID)
        return row
    }

    static func insertSession(
        _ prediction: PredictionID, _ startsFrom: Int?, _ lease: CaseLease, _ at: Int64, _ db: Database
    ) throws -> SessionID {
        let isOfCase = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM predictions WHERE id = ? AND case_id = ?)",
            arguments: [prediction.rawValue, lease.caseID.rawValue])
        guard isOfCase == true else { throw CaseStoreError.noSuchPrediction(prediction) }
        try db.execute(
            sql: """
                INSERT INTO sessions (case_id, prediction_id, starts_from, reviewer, begun_at, status, touched_at)
                VALUES (?, ?, ?, ?, ?, 'open', ?)
                """,
            arguments: [lease.caseID.rawValue, prediction.rawValue, startsFrom, lease.reviewer, at, at])
        return SessionID(rawValue: db.lastInsertedRowID)
    }

    static func closeSession(_ id: SessionID, as status: SessionStatus, _ at: Int64, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE sessions SET status = ?, touched_at = ? WHERE id = ?",
            arguments: [status.rawValue, at, id.rawValue])
    }

    static func openSession(of id: CaseID, _ db: Database) throws -> ReviewSession? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM sessions WHERE case_id = ? AND status = 'open'", arguments: [id.rawValue]
        ).map(session)
    }

    static func session(_ row: Row) throws -> ReviewSession {
        ReviewSession(
            id: SessionID(rawValue: try row.read("id")), caseID: CaseID(rawValue: try row.read("case_id")),
            prediction: PredictionID(rawValue: try row.read("prediction_id")),
            startsFrom: try row.readOptional("starts_from"), reviewer: try row.read("reviewer"),
            begunAt: try row.readDate("begun_at"), status: try row.readRaw("status"),
            journalLength: try row.read("journal_length"))
    }
}
