import CaseStore
import Cases
import Foundation
import GRDB

/// The change of the schema that keeps replays.
extension Schema {
    static let replay = """
        CREATE TABLE replays (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            job_id INTEGER NOT NULL REFERENCES jobs(id),
            report TEXT NOT NULL,
            made_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX replays_of_job ON replays(job_id, sequence);
        CREATE TRIGGER replays_only_grow BEFORE INSERT ON replays
        WHEN EXISTS (SELECT 1 FROM replays WHERE sequence = NEW.sequence)
        BEGIN SELECT RAISE(ABORT, 'replays never change'); END;
        """

    /// Tables of ``replay`` whose rows are only ever added.
    static let replayImmutable = [("replays", "replays")]
}

extension SQLiteCaseStore {
    /// See ``ReplayStoring/keep(_:for:by:now:)``.
    public func keep(
        _ prediction: Prediction, for id: CaseID, by actor: String, now: Date
    ) throws(CaseStoreError) -> PredictionID {
        try save(prediction, for: id, isProposed: false, by: actor, now: now)
    }

    /// See ``ReplayStoring/save(_:now:)``.
    public func save(_ replay: ReplayReport, now: Date) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try write("save a replay") { db in
            _ = try Self.job(replay.job, db)
            if try Self.replay(ofJob: replay.job, db) == replay { return }
            try db.execute(
                sql: "INSERT INTO replays (job_id, report, made_at) VALUES (?, ?, ?)",
                arguments: [replay.job, StoredJSON.encode(replay, what: "replay"), at])
        }
    }

    /// See ``ReplayStoring/replay(ofJob:)``.
    public func replay(ofJob id: Int64) throws(CaseStoreError) -> ReplayReport? {
        try read("read a replay") { db in try Self.replay(ofJob: id, db) }
    }

    private static func replay(ofJob id: Int64, _ db: Database) throws -> ReplayReport? {
        try String.fetchOne(
            db, sql: "SELECT report FROM replays WHERE job_id = ? ORDER BY sequence DESC LIMIT 1", arguments: [id]
        ).map { try StoredJSON.decode(ReplayReport.self, $0, what: "replay of job \(id)") }
    }
}
