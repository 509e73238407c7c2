import CaseStore
import Cases
import Foundation
import GRDB

extension SQLiteCaseStore {
    /// See ``StructureStoring/keep(_:lease:now:)``.
    public func keep(_ listing: StructureListing, lease: CaseLease, now: Date) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try listing.requireValid()
        try write("keep the list of structures") { db in
            try Self.require(lease, db)
            let id = lease.caseID
            try db.execute(
                sql: "INSERT INTO structure_lists (case_id, list, actor, at) VALUES (?, ?, ?, ?)",
                arguments: [
                    id.rawValue, StoredJSON.encode(listing, what: "list of structures"), lease.reviewer, at,
                ])
            try Self.touch(id, at, db)
            try Self.log(db, at, lease.reviewer, .structuresListed, .wholeCase(id), listing.logged)
        }
    }

    /// See ``StructureStoring/structureListing(of:)``.
    public func structureListing(of id: CaseID) throws(CaseStoreError) -> StructureListing? {
        try read("read the list of structures") { db in
            _ = try Self.requireCase(id, db)
            return try Row.fetchOne(
                db, sql: "SELECT list FROM structure_lists WHERE case_id = ? ORDER BY sequence DESC LIMIT 1",
                arguments: [id.rawValue]
            )?.readJSON("list")
        }
    }
}
