import Cases
import Foundation
import GRDB
import Volumes

extension SQLiteCaseStore {
    /// See ``CaseStoring/register(_:by:now:)``.
    @discardableResult
    public func register(
        _ record: CaseRecord, by actor: String, now: Date
    ) throws(CaseStoreError) -> RegistrationOutcome {
        let at = try StoredTime.encode(now)
        guard !record.id.rawValue.isEmpty else { throw .invalid(what: "case", reason: "its id is empty") }
        return try write("register a case") { db in
            if let row = try Self.caseRow(record.id, db) {
                let stored = try Self.caseRecord(row)
                guard stored.contentDigest == record.contentDigest, stored.geometry == record.geometry else {
                    throw CaseStoreError.otherContent(
                        record.id, stored: Self.content(stored), offered: Self.content(record))
                }
                guard
                    stored.source != record.source || stored.structures != record.structures
                        || stored.warnings != record.warnings
                else { return .unchanged }
                try db.execute(
                    sql: "UPDATE cases SET source = ?, structures = ?, warnings = ?, touched_at = ? WHERE id = ?",
                    arguments: [
                        record.source, StoredJSON.encode(record.structures, what: "structures"),
                        StoredJSON.encode(record.warnings, what: "warnings"), at, record.id.rawValue,
                    ])
                try Self.log(db, at, actor, .caseUpdated, "case \(record.id)")
                return .updated
            }
            try db.execute(
                sql: """
                    INSERT INTO cases (id, series_uid, source, content_digest, geometry, minimum_hu, maximum_hu,
                        structures, warnings, touched_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    record.id.rawValue, record.seriesUID, record.source, record.contentDigest,
                    StoredJSON.encode(record.geometry, what: "grid"), Int64(record.minimumHU),
                    Int64(record.maximumHU), StoredJSON.encode(record.structures, what: "structures"),
                    StoredJSON.encode(record.warnings, what: "warnings"), at,
                ])
            try Self.log(
                db, at, actor, .caseRegistered, "case \(record.id)", ["contentDigest": record.contentDigest])
            return .added
        }
    }

    /// Names an image in an error: its digest, and its grid in case only that differs.
    private static func content(_ record: CaseRecord) -> String { "\(record.contentDigest) (\(record.geometry))" }

    /// See ``CaseStoring/caseRecord(_:)``.
    public func caseRecord(_ id: CaseID) throws(CaseStoreError) -> CaseRecord {
        try read("read a case") { db in try Self.caseRecord(Self.requireCase(id, db)) }
    }

    /// See ``CaseStoring/findCase(_:)``.
    public func findCase(_ query: String) throws(CaseStoreError) -> CaseID {
        guard !query.isEmpty else { throw .noSuchCase("(empty)") }
        let matches = try read("find a case") { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT id FROM cases
                    WHERE substr(id, 1, length(:query)) = :query
                        OR substr(id, 1, 7 + length(:query)) = 'sha256:' || :query
                    ORDER BY id LIMIT 10
                    """,
                arguments: ["query": query])
        }
        if matches.contains(query) { return CaseID(rawValue: query) }
        guard let first = matches.first else { throw .noSuchCase(query) }
        guard matches.count == 1 else {
            throw .ambiguousCase(query, matches: matches.map(CaseID.init(rawValue:)))
        }
        return CaseID(rawValue: first)
    }

    /// See ``CaseStoring/worklist()``.
    public func worklist() throws(CaseStoreError) -> Worklist {
        try read("list the cases") { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT c.*, max(c.touched_at, coalesce(s.touched_at, 0)) AS last_touched,
                        k.revision, k.status AS correction_status, k.reviewer AS corrected_by,
                        s.id AS session_id, s.reviewer AS begun_by,
                        l.reviewer AS held_by, l.holder, l.expires_at, p.model,
                        (SELECT json_group_array(structure) FROM prediction_masks WHERE prediction_id = p.id)
                            AS predicted
                    FROM cases c
                    LEFT JOIN corrections k ON k.case_id = c.id
                        AND k.revision = (SELECT max(revision) FROM corrections WHERE case_id = c.id)
                    LEFT JOIN sessions s ON s.case_id = c.id AND s.status = 'open'
                    LEFT JOIN leases l ON l.case_id = c.id AND l.holder IS NOT NULL
                    LEFT JOIN proposals x
                        ON x.sequence = (SELECT max(sequence) FROM proposals WHERE case_id = c.id)
                    LEFT JOIN predictions p ON p.id = x.prediction_id
                    ORDER BY c.number
                    """)
            var items: [WorklistItem] = []
            var damaged: [DamagedRecord] = []
            for row in rows {
                do { items.append(try Self.worklistItem(row)) } catch let error as CaseStoreError {
                    let id = (try? row.read("id", as: String.self)) ?? "without an id"
                    damaged.append(DamagedRecord(what: "case \(id)", reason: error.description))
                }
            }
            return Worklist(items: items, damaged: damaged)
        }
    }

    private static func worklistItem(_ row: Row) throws -> WorklistItem {
        let record = try caseRecord(row)
        let session = try row.readOptional("session_id", as: Int64.self).map(SessionID.init(rawValue:))
        let revision = try row.readOptional("revision", as: Int.self)
        let status: CaseStatus
        if session != nil {
            status = .inProgress
        } else if revision == nil {
            status = .new
        } else {
            switch try row.readRaw("correction_status", as: CorrectionStatus.self) {
            case .accepted: status = .accepted
            case .corrected: status = .corrected
            case .rejected: status = .rejected
            }
        }
        var held: HeldCase?
        if let holder = try row.readOptional("holder", as: String.self) {
            held = HeldCase(
                reviewer: try row.read("held_by"), holder: holder, expiresAt: try row.readDate("expires_at"))
        }
        let model = try row.readOptional("model", as: String.self).map(ModelName.init(rawValue:))
        let structures = model == nil ? record.structures : try row.readJSON("predicted", as: [StructureName].self)
        return WorklistItem(
            record: record, status: status, revision: revision,
            reviewer: try row.readOptional(session != nil ? "begun_by" : "corrected_by"), heldBy: held,
            touchedAt: try row.readDate("last_touched"), structures: structures.sorted(), model: model,
            openSession: session)
    }

    // MARK: Shared with the other operations

    static func caseRow(_ id: CaseID, _ db: Database) throws -> Row? {
        try Row.fetchOne(db, sql: "SELECT * FROM cases WHERE id = ?", arguments: [id.rawValue])
    }

    static func requireCase(_ id: CaseID, _ db: Database) throws -> Row {
        guard let row = try caseRow(id, db) else { throw CaseStoreError.noSuchCase(id.rawValue) }
        return row
    }

    static func geometry(of id: CaseID, _ db: Database) throws -> GridGeometry {
        try requireCase(id, db).readJSON("geometry")
    }

    static func touch(_ id: CaseID, _ at: Int64, _ db: Database) throws {
        try db.execute(sql: "UPDATE cases SET touched_at = ? WHERE id = ?", arguments: [at, id.rawValue])
    }

    private static func caseRecord(_ row: Row) throws -> CaseRecord {
        CaseRecord(
            id: CaseID(rawValue: try row.read("id")), seriesUID: try row.readOptional("series_uid"),
            source: try row.read("source"), contentDigest: try row.read("content_digest"),
            geometry: try row.readJSON("geometry"), minimumHU: try row.read("minimum_hu"),
            maximumHU: try row.read("maximum_hu"), structures: try row.readJSON("structures"),
            warnings: try row.readJSON("warnings"))
    }
}
