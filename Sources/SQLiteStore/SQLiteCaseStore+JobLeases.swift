import CaseStore
import Cases
import Foundation
import GRDB

extension SQLiteCaseStore {
    /// See ``JobStoring/takeJob(by:isGone:maximumAttempts:now:duration:)``.
    public func takeJob(
        by holder: String, isGone: (String) -> Bool, maximumAttempts: Int, now: Date, duration: TimeInterval
    ) throws(CaseStoreError) -> JobLease? {
        let at = try StoredTime.encode(now)
        try LeaseTerm.require(holder: holder, duration)
        return try write("take a job") { db in
            var busy: Set<String> = []
            for row in try Row.fetchAll(
                db, sql: "SELECT * FROM jobs WHERE state IN ('leased', 'training', 'evaluating') ORDER BY id")
            {
                let id: Int64 = try row.read("id")
                if try Self.isHeld(row, isGone: isGone, at, db) {
                    busy.insert(try row.read("base"))
                } else if try Self.ended(row, id, maximumAttempts, holder, at, db) {
                    continue
                } else {
                    try Self.log(
                        db, at, holder, .jobTakenOver, .job(id),
                        ["from": row.readOptional("holder", as: String.self) ?? "nobody"])
                    return try Self.grant(id, from: row.readRaw("state"), holder, at, duration, db)
                }
            }
            for row in try Row.fetchAll(db, sql: "SELECT * FROM jobs WHERE state = 'queued' ORDER BY id") {
                guard try Self.isDue(row, at), !busy.contains(try row.read("base")) else { continue }
                return try Self.grant(row.read("id"), from: .queued, holder, at, duration, db)
            }
            return nil
        }
    }

    private static func isDue(_ row: Row, _ at: Int64) throws -> Bool {
        JobRules.isDue(
            notBefore: try row.readOptional("not_before"), changedAt: try row.read("changed_at"), now: at)
    }

    /// Whether a running job's worker must be respected. Keeps what a clock that was set back does to its term.
    private static func isHeld(_ row: Row, isGone: (String) -> Bool, _ at: Int64, _ db: Database) throws -> Bool {
        guard let holder = try row.readOptional("holder", as: String.self), !isGone(holder) else { return false }
        let stored = try term(row)
        var term = stored
        let lasts = term.lasts(at: at)
        if term != stored { try keep(term, ofJob: row.read("id"), db) }
        return lasts
    }

    private static func keep(_ term: LeaseTerm, ofJob id: Int64, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE jobs SET renewed_at = ?, expires_at = ? WHERE id = ?",
            arguments: [term.renewedAt, term.expiresAt, id])
    }

    /// Ends a job that lost its worker, if it is not to go on.
    private static func ended(
        _ row: Row, _ id: Int64, _ maximumAttempts: Int, _ actor: String, _ at: Int64, _ db: Database
    ) throws -> Bool {
        let end = JobRules.end(
            ofLostJobWith: try row.read("attempts"), of: maximumAttempts,
            cancelRequestedBy: try row.readOptional("cancel_requested_by"))
        guard let end else { return false }
        try set(id, from: row.readRaw("state"), to: end.state, result: end.result, actor, at, db)
        return true
    }

    private static func grant(
        _ id: Int64, from: JobState, _ holder: String, _ at: Int64, _ duration: TimeInterval, _ db: Database
    ) throws -> JobLease {
        if from != .leased { try set(id, from: from, to: .leased, result: nil, holder, at, db) }
        let term = LeaseTerm(from: at, for: duration)
        try db.execute(
            sql: """
                UPDATE jobs SET holder = ?, renewed_at = ?, duration = ?, expires_at = ?, not_before = NULL,
                    generation = generation + 1, attempts = attempts + 1, changed_at = ? WHERE id = ?
                """,
            arguments: [holder, term.renewedAt, term.duration, term.expiresAt, at, id])
        let row = try Row.fetchOne(db, sql: "SELECT generation FROM jobs WHERE id = ?", arguments: [id])
        return JobLease(
            job: try job(id, db), holder: holder, generation: try row?.read("generation") ?? 0, duration: duration)
    }

    /// See ``JobStoring/heartbeat(_:progress:telemetry:now:)``.
    public func heartbeat(
        _ lease: JobLease, progress: Double, telemetry: JobTelemetry?, now: Date
    ) throws(CaseStoreError) -> String? {
        let at = try StoredTime.encode(now)
        try JobRules.require(progress: progress)
        return try write("keep a job", flushed: false) { db in
            let row = try Self.require(lease, db)
            let told = try telemetry.map { try StoredJSON.encode($0, what: "telemetry") }
            try db.execute(
                sql: """
                    UPDATE jobs SET renewed_at = ?, expires_at = ?, progress = ?, changed_at = ?,
                        telemetry = coalesce(?, telemetry) WHERE id = ?
                    """,
                arguments: [
                    at, LeaseTerm(from: at, for: lease.duration).expiresAt, progress, at, told, lease.job.id,
                ])
            return try row.readOptional("cancel_requested_by")
        }
    }

    /// See ``JobStoring/move(_:to:progress:result:now:)``.
    public func move(
        _ lease: JobLease, to state: JobState, progress: Double, result: String?, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try JobRules.require(progress: progress)
        try JobRules.requireMove(of: lease.job, to: state)
        try write("move a job on") { db in
            let row = try Self.require(lease, db)
            try Self.set(
                lease.job.id, from: row.readRaw("state"), to: state, result: result, lease.holder, at, db)
            try db.execute(
                sql: "UPDATE jobs SET progress = ? WHERE id = ?", arguments: [progress, lease.job.id])
            try Self.keep(LeaseTerm(from: at, for: lease.duration), ofJob: lease.job.id, db)
        }
    }

    /// See ``JobStoring/conclude(_:candidate:isPromoted:result:now:)``.
    public func conclude(
        _ lease: JobLease, candidate: ModelName, isPromoted: Bool, result: String, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try write("end a job") { db in
            let row = try Self.require(lease, db)
            _ = try Self.model(candidate, db)
            let end: JobState = isPromoted ? .promoted : .held
            try Self.set(lease.job.id, from: row.readRaw("state"), to: end, result: result, lease.holder, at, db)
            try db.execute(sql: "UPDATE jobs SET progress = 1 WHERE id = ?", arguments: [lease.job.id])
            if isPromoted {
                _ = try Self.promote(candidate, .gate, reason: result, by: lease.holder, at, db)
            }
        }
    }

    /// See ``JobStoring/giveBack(_:reason:notBefore:now:)``.
    public func giveBack(
        _ lease: JobLease, reason: String, notBefore: Date, now: Date
    ) throws(CaseStoreError) {
        let (at, until) = (try StoredTime.encode(now), try StoredTime.encode(notBefore))
        try write("give a job back") { db in
            let row = try Self.require(lease, db)
            try Self.set(
                lease.job.id, from: row.readRaw("state"), to: .queued, result: reason, lease.holder, at, db)
            try db.execute(
                sql: "UPDATE jobs SET not_before = ? WHERE id = ?", arguments: [until, lease.job.id])
        }
    }

    /// The job's row; throws unless the lease is its newest.
    private static func require(_ lease: JobLease, _ db: Database) throws -> Row {
        let row = try Row.fetchOne(db, sql: "SELECT * FROM jobs WHERE id = ?", arguments: [lease.job.id])
        guard let row else { throw CaseStoreError.noSuchJob(lease.job.id) }
        try lease.requireNewest(generation: row.read("generation"), holder: row.readOptional("holder"))
        return row
    }
}
