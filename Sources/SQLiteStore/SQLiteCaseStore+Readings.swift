import CaseStore
import Cases
import Foundation
import GRDB

extension SQLiteCaseStore {
    /// A condition of SQL: whether a case is one, and not a second reader's reading of one.
    static func isNoReading(_ column: String) -> String {
        "NOT EXISTS (SELECT 1 FROM readings WHERE reading_id = \(column))"
    }

    /// Whether a case is a second reader's reading.
    static func isReading(_ id: CaseID, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM readings WHERE reading_id = ?)", arguments: [id.rawValue]) == true
    }

    /// See ``TeamStoring/beginReading(of:by:now:)``.
    public func beginReading(of id: CaseID, by reader: String, now: Date) throws(CaseStoreError) -> CaseID {
        let at = try StoredTime.encode(now)
        try ReadingRules.require(reader: reader)
        // A reading without its prediction was cut off while it was begun; then this goes on with that.
        if let begun = try readings(of: id).first(where: { $0.reader == reader }),
            try newestPrediction(for: begun.id) != nil
        {
            return begun.id
        }
        let (record, proposed) = try read("find what is to be read") { db in
            let record = try Self.caseRecord(Self.requireCase(id, db))
            let took = try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM sessions WHERE case_id = ? AND reviewer = ?)",
                arguments: [id.rawValue, reader])
            try ReadingRules.require(reader: reader, hasReviewed: took == true)
            let proposed = try String.fetchOne(
                db,
                sql: """
                    SELECT coalesce(
                        (SELECT prediction_id FROM sessions WHERE case_id = :id ORDER BY id DESC LIMIT 1),
                        (SELECT prediction_id FROM proposals WHERE case_id = :id ORDER BY sequence DESC LIMIT 1))
                    """,
                arguments: ["id": id.rawValue])
            return (record, try proposed.map { try Self.prediction(PredictionID(rawValue: $0), db) })
        }
        let first = try ReadingRules.require(proposed)
        let readingID = ReadingRules.id(of: id, by: reader)
        let copy = record.renamed(readingID)
        try write("begin a reading") { db in
            guard try Self.caseRow(readingID, db) == nil else { return }
            try Self.insert(copy, at, db)
            try db.execute(
                sql: "INSERT INTO readings (reading_id, case_id, reader, at) VALUES (?, ?, ?, ?)",
                arguments: [readingID.rawValue, id.rawValue, reader, at])
            try Self.log(db, at, reader, .readingBegun, .wholeCase(id), ["reading": readingID.rawValue])
        }
        _ = try save(first, for: readingID, by: reader, now: now)
        return readingID
    }

    /// See ``TeamStoring/readings(of:)``.
    public func readings(of id: CaseID) throws(CaseStoreError) -> [Reading] {
        try read("list the readings") { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT r.*, (SELECT max(revision) FROM corrections WHERE case_id = r.reading_id) AS revision
                    FROM readings r WHERE r.case_id = ? ORDER BY r.sequence
                    """,
                arguments: [id.rawValue]
            ).map { row in
                let readingID = CaseID(rawValue: try row.read("reading_id"))
                return Reading(
                    id: readingID, caseID: id, reader: try row.read("reader"), begunAt: try row.readDate("at"),
                    correction: try row.readOptional("revision", as: Int.self).map {
                        CorrectionKey(caseID: readingID, revision: $0)
                    })
            }
        }
    }
}
