import CaseStore
import Cases
import GRDB

extension CorrectionRecord {
    init(_ row: Row) throws {
        self.init(
            key: CorrectionKey(caseID: CaseID(rawValue: try row.read("case_id")), revision: try row.read("revision")),
            session: SessionID(rawValue: try row.read("session_id")),
            prediction: PredictionID(rawValue: try row.read("prediction_id")), status: try row.readRaw("status"),
            reason: try row.readOptional("reason"), outcomes: try row.read("outcomes"),
            slicesTouched: try row.read("slices_touched"), slicesSeen: try row.read("slices_seen"),
            activeSeconds: try row.read("active_seconds"), reviewer: try row.read("reviewer"),
            model: ModelName(rawValue: try row.read("model")), filedAt: try row.read("filed_at"),
            journalLength: try row.read("journal_length"), journalHash: try row.read("journal_hash"))
    }

    func insert(_ db: Database, hash: String) throws {
        try db.execute(
            sql: """
                INSERT INTO corrections (case_id, revision, session_id, prediction_id, status, reason, outcomes,
                    slices_touched, slices_seen, active_seconds, reviewer, model, filed_at, journal_length,
                    journal_hash, hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                key.caseID.rawValue, key.revision, session.rawValue, prediction.rawValue, status.rawValue, reason,
                outcomes, slicesTouched, slicesSeen, activeSeconds, reviewer, model.rawValue, filedAt,
                journalLength, journalHash, hash,
            ])
    }
}
