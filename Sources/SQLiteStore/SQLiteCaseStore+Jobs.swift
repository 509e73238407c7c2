import CaseStore
import Cases
import Foundation
import GRDB

extension SQLiteCaseStore {
    /// See ``JobStoring/addJob(model:corrections:by:now:)``.
    public func addJob(
        model: ModelName, corrections: [CorrectionKey], by actor: String, now: Date
    ) throws(CaseStoreError) -> Job {
        let at = try StoredTime.encode(now)
        try JobRules.require(corrections)
        return try write("queue a job") { db in
            try Self.requireTrainable(corrections, db)
            for waiting in try Self.jobs(db, whereSQL: "state = 'queued' AND model = ?", [model.rawValue])
            where Set(waiting.corrections) == Set(corrections) {
                return waiting
            }
            try db.execute(
                sql: """
                    INSERT INTO jobs (state, model, base, progress, changed_at, queued_at) VALUES (?, ?, ?, 0, ?, ?)
                    """,
                arguments: [JobState.queued.rawValue, model.rawValue, model.base, at, at])
            let id = db.lastInsertedRowID
            for (position, key) in corrections.enumerated() {
                try db.execute(
                    sql: "INSERT INTO job_corrections (job_id, position, case_id, revision) VALUES (?, ?, ?, ?)",
                    arguments: [id, position, key.caseID.rawValue, key.revision])
            }
            try Self.log(
                db, at, actor, .jobQueued, .job(id),
                ["model": model.rawValue, "corrections": String(corrections.count)])
            return try Self.job(id, db)
        }
    }

    /// Throws unless every correction may be trained on now.
    private static func requireTrainable(_ corrections: [CorrectionKey], _ db: Database) throws {
        for key in corrections {
            try summary(key, db).requireTrainable(
                isReading: isReading(key.caseID, db), role: role(of: key.caseID, db))
        }
    }

    /// See ``JobStoring/jobs()``.
    public func jobs() throws(CaseStoreError) -> [Job] {
        try read("list the jobs") { db in try Self.jobs(db, whereSQL: "1", []) }
    }

    /// See ``JobStoring/job(_:)``.
    public func job(_ id: Int64) throws(CaseStoreError) -> Job {
        try read("read a job") { db in try Self.job(id, db) }
    }

    /// See ``JobStoring/cancelJob(_:by:now:)``.
    public func cancelJob(_ id: Int64, by actor: String, now: Date) throws(CaseStoreError) -> Job {
        let at = try StoredTime.encode(now)
        return try write("cancel a job") { db in
            let job = try Self.job(id, db)
            if job.state == .queued {
                try Self.set(id, from: .queued, to: .cancelled, result: JobRules.cancelled(by: actor), actor, at, db)
            } else if job.state.isRunning {
                if job.cancelRequestedBy == nil {
                    try db.execute(
                        sql: "UPDATE jobs SET cancel_requested_by = ?, changed_at = ? WHERE id = ?",
                        arguments: [actor, at, id])
                    try Self.log(db, at, actor, .jobCancelRequested, .job(id))
                }
            } else {
                throw CaseStoreError.illegalJobTransition(id, from: job.state, to: .cancelled)
            }
            return try Self.job(id, db)
        }
    }

    /// See ``JobStoring/retryJob(_:by:now:)``.
    public func retryJob(_ id: Int64, by actor: String, now: Date) throws(CaseStoreError) -> Job {
        let at = try StoredTime.encode(now)
        return try write("queue a job again") { db in
            let job = try Self.job(id, db)
            try JobRules.requireRetry(of: job)
            try Self.requireTrainable(job.corrections, db)
            try db.execute(
                sql: "UPDATE jobs SET attempts = 0, not_before = NULL, cancel_requested_by = NULL WHERE id = ?",
                arguments: [id])
            try Self.set(id, from: job.state, to: .queued, result: nil, actor, at, db)
            return try Self.job(id, db)
        }
    }

    // MARK: Shared with the leases

    /// Moves a job whose state was read in the same transaction.
    static func set(
        _ id: Int64, from: JobState, to: JobState, result: String?, _ actor: String, _ at: Int64, _ db: Database
    ) throws {
        try JobRules.require(id, from: from, to: to)
        try db.execute(
            sql: "UPDATE jobs SET state = ?, result = ?, changed_at = ? WHERE id = ?",
            arguments: [to.rawValue, result, at, id])
        if !to.isRunning {
            try db.execute(sql: "UPDATE jobs SET holder = NULL, telemetry = NULL WHERE id = ?", arguments: [id])
        }
        try log(db, at, actor, .jobMoved, .job(id), JobRules.details(from: from, to: to, result: result))
    }

    static func job(_ id: Int64, _ db: Database) throws -> Job {
        guard let job = try jobs(db, whereSQL: "id = ?", [id]).first else { throw CaseStoreError.noSuchJob(id) }
        return job
    }

    static func jobs(_ db: Database, whereSQL: String, _ arguments: StatementArguments) throws -> [Job] {
        let rows = try Row.fetchAll(
            db, sql: "SELECT * FROM jobs WHERE \(whereSQL) ORDER BY id", arguments: arguments)
        let keys = try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM job_corrections WHERE job_id IN (SELECT id FROM jobs WHERE \(whereSQL))
                ORDER BY job_id, position
                """, arguments: arguments
        ).map { (try $0.read("job_id", as: Int64.self), try correctionKey($0)) }
        let byJob = Dictionary(grouping: keys, by: \.0).mapValues { $0.map(\.1) }
        return try rows.map { try job($0, corrections: byJob[$0.read("id")] ?? []) }
    }

    private static func job(_ row: Row, corrections: [CorrectionKey]) throws -> Job {
        Job(
            id: try row.read("id"), state: try row.readRaw("state"),
            model: ModelName(rawValue: try row.read("model")), corrections: corrections,
            progress: try row.read("progress"), result: try row.readOptional("result"),
            attempts: try row.read("attempts"),
            notBefore: try row.readOptional("not_before", as: Int64.self).map(StoredTime.decode),
            holder: try row.readOptional("holder"), cancelRequestedBy: try row.readOptional("cancel_requested_by"),
            telemetry: try row.readOptional("telemetry", as: String.self).map {
                try StoredJSON.decode(JobTelemetry.self, $0, what: "telemetry of a job")
            }, queuedAt: try row.readDate("queued_at"), changedAt: try row.readDate("changed_at"))
    }

    private static func correctionKey(_ row: Row) throws -> CorrectionKey {
        CorrectionKey(caseID: CaseID(rawValue: try row.read("case_id")), revision: try row.read("revision"))
    }
}
