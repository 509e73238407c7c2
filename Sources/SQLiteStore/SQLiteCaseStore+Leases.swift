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
        try LeaseTerm.require(reviewer: reviewer, holder: holder, duration)
        let term = LeaseTerm(from: at, for: duration)
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
                    db, at, reviewer, .leaseTakenOver, .wholeCase(id),
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
                arguments: [
                    id.rawValue, generation, reviewer, holder, term.renewedAt, term.duration, term.expiresAt,
                ])
            return .granted(
                CaseLease(
                    of: id, reviewer: reviewer, holder: holder, generation: generation, duration: duration, term))
        }
        switch grant {
        case .granted(let lease): return lease
        case .refused(let error): throw error
        }
    }

    /// Until when someone else's lease must be respected; `nil` if it has run out. Keeps what a clock that was set back
    /// does to it.
    private static func lastsUntil(_ row: Row, _ id: CaseID, _ at: Int64, _ db: Database) throws -> Int64? {
        let stored = try term(row)
        var term = stored
        let lasts = term.lasts(at: at)
        if term != stored { try keep(term, of: id, db) }
        return lasts ? term.expiresAt : nil
    }

    /// When a lease was renewed and ends.
    static func term(_ row: Row) throws -> LeaseTerm {
        LeaseTerm(
            renewedAt: try row.read("renewed_at"), duration: try row.read("duration"),
            expiresAt: try row.read("expires_at"))
    }

    private static func keep(_ term: LeaseTerm, of id: CaseID, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE leases SET renewed_at = ?, expires_at = ? WHERE case_id = ?",
            arguments: [term.renewedAt, term.expiresAt, id.rawValue])
    }

    /// See ``CaseStoring/renew(_:now:)``.
    public func renew(_ lease: CaseLease, now: Date) throws(CaseStoreError) -> CaseLease {
        let at = try StoredTime.encode(now)
        let term = LeaseTerm(from: at, for: lease.duration)
        try write("renew a lease", flushed: false) { db in
            try Self.require(lease, db)
            try Self.keep(term, of: lease.caseID, db)
        }
        return lease.renewed(term)
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
        try lease.requireNewest(
            generation: row.read("generation"), holder: row.readOptional("holder"), reviewer: row.read("reviewer"))
    }
}
