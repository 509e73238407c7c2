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
        guard (1...86_400).contains(duration) else {
            throw .invalid(what: "lease", reason: "it must last 1…86,400 seconds")
        }
        guard !holder.isEmpty else { throw .invalid(what: "lease", reason: "it needs a holder") }
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
                        db, at, holder, .jobTakenOver, "job \(id)",
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

    /// Whether a waiting job may be taken. A clock that was set back since the job was put off must not keep it
    /// waiting for longer than it was put off for, so it is then due at once.
    private static func isDue(_ row: Row, _ at: Int64) throws -> Bool {
        guard let notBefore = try row.readOptional("not_before", as: Int64.self) else { return true }
        let changedAt: Int64 = try row.read("changed_at")
        return at >= notBefore || at < changedAt
    }

    /// Whether a running job's worker must be respected; by the rule of the cases' leases where the clock was set
    /// back.
    private static func isHeld(_ row: Row, isGone: (String) -> Bool, _ at: Int64, _ db: Database) throws -> Bool {
        guard let holder = try row.readOptional("holder", as: String.self), !isGone(holder) else { return false }
        let id: Int64 = try row.read("id")
        if at < (try row.read("renewed_at", as: Int64.self)) {
            let duration: Int64 = try row.read("duration")
            try db.execute(
                sql: "UPDATE jobs SET renewed_at = ?, expires_at = ? WHERE id = ?",
                arguments: [at, at + duration, id])
            return true
        }
        return at < (try row.read("expires_at", as: Int64.self))
    }

    /// Ends a job that lost its worker, if it is not to go on.
    private static func ended(
        _ row: Row, _ id: Int64, _ maximumAttempts: Int, _ actor: String, _ at: Int64, _ db: Database
    ) throws -> Bool {
        let state: JobState = try row.readRaw("state")
        if let canceller = try row.readOptional("cancel_requested_by", as: String.self) {
            try set(id, from: state, to: .cancelled, result: "cancelled by \(canceller)", actor, at, db)
            return true
        }
        let attempts: Int = try row.read("attempts")
        guard attempts >= maximumAttempts else { return false }
        try set(
            id, from: state, to: .failed, result: "\(attempts) workers were lost while working on it", actor, at, db)
        return true
    }

    private static func grant(
        _ id: Int64, from: JobState, _ holder: String, _ at: Int64, _ duration: TimeInterval, _ db: Database
    ) throws -> JobLease {
        if from != .leased { try set(id, from: from, to: .leased, result: nil, holder, at, db) }
        let length = Int64((duration * 1000).rounded())
        try db.execute(
            sql: """
                UPDATE jobs SET holder = ?, renewed_at = ?, duration = ?, expires_at = ?, not_before = NULL,
                    generation = generation + 1, attempts = attempts + 1, changed_at = ? WHERE id = ?
                """,
            arguments: [holder, at, length, at + length, at, id])
        let row = try Row.fetchOne(db, sql: "SELECT generation FROM jobs WHERE id = ?", arguments: [id])
        return JobLease(
            job: try job(id, db), holder: holder, generation: try row?.read("generation") ?? 0, duration: duration)
    }

    /// See ``JobStoring/heartbeat(_:progress:telemetry:now:)``.
    public func heartbeat(
        _ lease: JobLease, progress: Double, telemetry: JobTelemetry?, now: Date
    ) throws(CaseStoreError) -> String? {
        let at = try StoredTime.encode(now)
        guard (0...1).contains(progress) else { throw .invalid(what: "progress", reason: "it is not from 0 to 1") }
        return try write("keep a job", flushed: false) { db in
            let row = try Self.require(lease, db)
            let told = try telemetry.map { try StoredJSON.encode($0, what: "telemetry") }
            try db.execute(
                sql: """
                    UPDATE jobs SET renewed_at = ?, expires_at = ?, progress = ?, changed_at = ?,
                        telemetry = coalesce(?, telemetry) WHERE id = ?
                    """,
                arguments: [at, at + Int64((lease.duration * 1000).rounded()), progress, at, told, lease.job.id])
            return try row.readOptional("cancel_requested_by")
        }
    }

    /// See ``JobStoring/move(_:to:progress:result:now:)``.
    public func move(
        _ lease: JobLease, to state: JobState, progress: Double, result: String?, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        guard (0...1).contains(progress) else { throw .invalid(what: "progress", reason: "it is not from 0 to 1") }
        // What waits again does so through `giveBack`, which says until when.
        guard state != .queued, state != .leased else {
            throw .illegalJobTransition(lease.job.id, from: lease.job.state, to: state)
        }
        try write("move a job on") { db in
            let row = try Self.require(lease, db)
            try Self.set(
                lease.job.id, from: row.readRaw("state"), to: state, result: result, lease.holder, at, db)
            try db.execute(
                sql: "UPDATE jobs SET progress = ?, renewed_at = ?, expires_at = ? WHERE id = ?",
                arguments: [progress, at, at + Int64((lease.duration * 1000).rounded()), lease.job.id])
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
        guard try row.read("generation", as: Int64.self) == lease.generation,
            try row.readOptional("holder", as: String.self) == lease.holder
        else { throw CaseStoreError.jobLost(lease.job.id) }
        return row
    }
}
