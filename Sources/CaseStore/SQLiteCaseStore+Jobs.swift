import Cases
import Foundation
import GRDB

extension SQLiteCaseStore {
    /// See ``CaseStoring/addJob(model:corrections:by:now:)``.
    public func addJob(
        model: ModelName, corrections: [CorrectionKey], by actor: String, now: Date
    ) throws(CaseStoreError) -> Job {
        let at = try StoredTime.encode(now)
        guard !corrections.isEmpty else { throw .invalid(what: "job", reason: "it has no correction to train on") }
        guard Set(corrections).count == corrections.count else {
            throw .invalid(what: "job", reason: "it has a correction twice")
        }
        return try write("queue a job") { db in
            for key in corrections {
                let summary = try Self.summary(key, db)
                guard !summary.isSuperseded else {
                    throw CaseStoreError.invalid(what: "job", reason: "\(Self.subject(key)) has a newer revision")
                }
                guard summary.approval?.allowsUse != false else {
                    throw CaseStoreError.invalid(what: "job", reason: "\(Self.subject(key)) is not approved")
                }
                guard summary.status != .rejected else {
                    throw CaseStoreError.invalid(what: "job", reason: "\(Self.subject(key)) was rejected")
                }
            }
            try db.execute(
                sql: "INSERT INTO jobs (state, model, progress, changed_at) VALUES (?, ?, 0, ?)",
                arguments: [JobState.queued.rawValue, model.rawValue, at])
            let id = db.lastInsertedRowID
            for (position, key) in corrections.enumerated() {
                try db.execute(
                    sql: "INSERT INTO job_corrections (job_id, position, case_id, revision) VALUES (?, ?, ?, ?)",
                    arguments: [id, position, key.caseID.rawValue, key.revision])
            }
            try Self.log(
                db, at, actor, .jobQueued, "job \(id)",
                ["model": model.rawValue, "corrections": String(corrections.count)])
            return try Self.job(id, db)
        }
    }

    /// See ``CaseStoring/jobs()``.
    public func jobs() throws(CaseStoreError) -> [Job] {
        try read("list the jobs") { db in
            let corrections = try Row.fetchAll(db, sql: "SELECT * FROM job_corrections ORDER BY job_id, position")
                .map { (try $0.read("job_id", as: Int64.self), try Self.correctionKey($0)) }
            let byJob = Dictionary(grouping: corrections, by: \.0).mapValues { $0.map(\.1) }
            return try Row.fetchAll(db, sql: "SELECT * FROM jobs ORDER BY id").map {
                try Self.job($0, corrections: byJob[$0.read("id")] ?? [])
            }
        }
    }

    /// See ``CaseStoring/updateJob(_:from:to:progress:result:by:now:)``.
    @discardableResult
    public func updateJob(
        _ id: Int64, from: JobState, to: JobState, progress: Double, result: String?, by actor: String, now: Date
    ) throws(CaseStoreError) -> Job {
        let at = try StoredTime.encode(now)
        guard (0...1).contains(progress) else { throw .invalid(what: "progress", reason: "it is not from 0 to 1") }
        return try write("update a job") { db in
            let found = try Self.job(id, db).state
            guard found == from else { throw CaseStoreError.jobMoved(id, expected: from, found: found) }
            guard from.successors.contains(to) || from == to && !from.isFinal else {
                throw CaseStoreError.illegalJobTransition(id, from: from, to: to)
            }
            try db.execute(
                sql: "UPDATE jobs SET state = ?, progress = ?, result = ?, changed_at = ? WHERE id = ?",
                arguments: [to.rawValue, progress, result, at, id])
            if from != to {
                try Self.log(
                    db, at, actor, .jobMoved, "job \(id)", ["from": from.rawValue, "to": to.rawValue])
            }
            return try Self.job(id, db)
        }
    }

    private static func job(_ id: Int64, _ db: Database) throws -> Job {
        let row = try Row.fetchOne(db, sql: "SELECT * FROM jobs WHERE id = ?", arguments: [id])
        guard let row else { throw CaseStoreError.noSuchJob(id) }
        let corrections = try Row.fetchAll(
            db, sql: "SELECT * FROM job_corrections WHERE job_id = ? ORDER BY position", arguments: [id]
        ).map(correctionKey)
        return try job(row, corrections: corrections)
    }

    private static func job(_ row: Row, corrections: [CorrectionKey]) throws -> Job {
        Job(
            id: try row.read("id"), state: try row.readRaw("state"), model: ModelName(rawValue: try row.read("model")),
            corrections: corrections, progress: try row.read("progress"), result: try row.readOptional("result"))
    }

    private static func correctionKey(_ row: Row) throws -> CorrectionKey {
        CorrectionKey(caseID: CaseID(rawValue: try row.read("case_id")), revision: try row.read("revision"))
    }
}
