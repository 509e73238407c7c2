import CaseStore
import Cases
import Foundation
import GRDB

extension SQLiteCaseStore {
    private enum Grant {
        case granted(CaseLease)
        case refused(CaseStoreError)
    }

    /// See ``CaseStoring/openForWriting(_:reviewer:holder:replacing:now:duration:)``.
    public func openForWriting(
        _ id: CaseID, reviewer: String, holder: String, replacing gone: String?, now: Date, duration: TimeInterval
    ) throws(CaseStoreError) -> CaseLease {
        let at = try StoredTime.encode(now)
        guard (1...86_400).contains(duration) else {
            throw .invalid(what: "lease", reason: "it must last 1…86,400 seconds")
        }
        guard !reviewer.isEmpty, !holder.isEmpty else {
            throw .invalid(what: "lease", reason: "it needs a reviewer and a holder")
        }
        let length = Int64((duration * 1000).rounded())
        // A refusal is thrown after the commit, because it may have shortened the other's lease.
        let grant: Grant = try write("open a case for writing") { db in
            _ = try Self.requireCase(id, db)
            let row = try Row.fetchOne(db, sql: "SELECT * FROM leases WHERE case_id = ?", arguments: [id.rawValue])
            let generation = (try row?.read("generation", as: Int64.self) ?? 0) + 1
            if let row, let other = try row.readOptional("holder", as: String.self), other != holder {
                let otherReviewer: String = try row.read("reviewer")
                if other != gone, let until = try Self.lastsUntil(row, id, at, db) {
                    return .refused(
                        .leased(id, reviewer: otherReviewer, holder: other, until: StoredTime.decode(until)))
                }
                try Self.log(
                    db, at, reviewer, .leaseTakenOver, "case \(id)",
                    ["from": otherReviewer, "why": other == gone ? "holder is gone" : "not renewed"])
            }
            try db.execute(
                sql: """
                    INSERT INTO leases (case_id, generation, reviewer, holder, renewed_at, duration, expires_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (case_id) DO UPDATE SET generation = excluded.generation,
                        reviewer = excluded.reviewer, holder = excluded.holder, renewed_at = excluded.renewed_at,
                        duration = excluded.duration, expires_at = excluded.expires_at
                    """,
                arguments: [id.rawValue, generation, reviewer, holder, at, length, at + length])
            return .granted(
                CaseLease(
                    caseID: id, reviewer: reviewer, holder: holder, generation: generation, duration: duration,
                    expiresAt: StoredTime.decode(at + length)))
        }
        switch grant {
        case .granted(let lease): return lease
        case .refused(let error): throw error
        }
    }

    /// Until when someone else's lease must be respected; `nil` if it has run out.
    ///
    /// If the clock says a time before the last renewal it was set back, and how long ago that was is unknown: the
    /// lease is made to end one duration from now, so that it neither lasts for ever nor ends under its holder, who
    /// renews more often.
    private static func lastsUntil(_ row: Row, _ id: CaseID, _ at: Int64, _ db: Database) throws -> Int64? {
        if at < (try row.read("renewed_at", as: Int64.self)) {
            let until = at + (try row.read("duration", as: Int64.self))
            try db.execute(
                sql: "UPDATE leases SET renewed_at = ?, expires_at = ? WHERE case_id = ?",
                arguments: [at, until, id.rawValue])
            return until
        }
        let until: Int64 = try row.read("expires_at")
        return at < until ? until : nil
    }

    /// See ``CaseStoring/renew(_:now:)``.
    public func renew(_ lease: CaseLease, now: Date) throws(CaseStoreError) -> CaseLease {
        let at = try StoredTime.encode(now)
        let until = at + Int64((lease.duration * 1000).rounded())
        try write("renew a lease", flushed: false) { db in
            try Self.require(lease, db)
            try db.execute(
                sql: "UPDATE leases SET renewed_at = ?, expires_at = ? WHERE case_id = ?",
                arguments: [at, until, lease.caseID.rawValue])
        }
        return CaseLease(
            caseID: lease.caseID, reviewer: lease.reviewer, holder: lease.holder, generation: lease.generation,
            duration: lease.duration, expiresAt: StoredTime.decode(until))
    }

    /// See ``CaseStoring/release(_:)``.
    public func release(_ lease: CaseLease) throws(CaseStoreError) {
        try write("release a lease", flushed: false) { db in
            try db.execute(
                sql: "UPDATE leases SET holder = NULL WHERE case_id = ? AND generation = ?",
                arguments: [lease.caseID.rawValue, lease.generation])
        }
    }

    /// Throws unless the lease is its case's newest. Call in the transaction that writes.
    static func require(_ lease: CaseLease, _ db: Database) throws {
        let row = try Row.fetchOne(
            db, sql: "SELECT * FROM leases WHERE case_id = ?", arguments: [lease.caseID.rawValue])
        guard let row else { throw CaseStoreError.leaseLost(lease.caseID, takenBy: nil) }
        let holder = try row.readOptional("holder", as: String.self)
        guard try row.read("generation", as: Int64.self) == lease.generation, holder == lease.holder else {
            throw CaseStoreError.leaseLost(lease.caseID, takenBy: holder == nil ? nil : try row.read("reviewer"))
        }
    }
}
