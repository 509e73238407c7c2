import CaseStore
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
        try record.requireID()
        return try write("register a case") { db in try Self.register(record, at, actor, db) }
    }

    /// See ``CaseStoring/register(_:of:holdOutShare:by:now:)``.
    @discardableResult
    public func register(
        _ record: CaseRecord, of patient: PatientKey, holdOutShare share: Double, by actor: String, now: Date
    ) throws(CaseStoreError) -> RegistrationOutcome {
        let at = try StoredTime.encode(now)
        try record.requireID()
        try PatientKey.require(holdOutShare: share)
        return try write("register a case") { db in
            let outcome = try Self.register(record, at, actor, db)
            try Self.assign(patient, to: record.id, holdOutShare: share, at, actor, db)
            return outcome
        }
    }

    /// Call in a transaction.
    private static func register(
        _ record: CaseRecord, _ at: Int64, _ actor: String, _ db: Database
    ) throws -> RegistrationOutcome {
        if let row = try Self.caseRow(record.id, db) {
            let known = try Self.caseRecord(row)
            let merged = try known.registering(record)
            guard merged != known else { return .unchanged }
            try db.execute(
                sql: """
                    UPDATE cases SET source = ?, volume = ?, structures = ?, warnings = ?, repairs = ?, place = ?,
                        description = ?, acquisition = ?, touched_at = ? WHERE id = ?
                    """,
                arguments: [
                    merged.source, merged.volume, StoredJSON.encode(merged.structures, what: "structures"),
                    StoredJSON.encode(merged.warnings, what: "warnings"), Self.encoded(merged.repairs), merged.place,
                    merged.description, StoredJSON.encode(merged.acquisition, what: "acquisition"), at,
                    merged.id.rawValue,
                ])
            try Self.log(
                db, at, actor, .caseUpdated, .wholeCase(record.id), known.details(ofUpdateTo: merged))
            return .updated
        }
        try Self.insert(record, at, db)
        try Self.log(db, at, actor, .caseRegistered, .wholeCase(record.id), ["contentDigest": record.contentDigest])
        return .added
    }

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
                    WHERE (substr(id, 1, length(:query)) = :query
                        OR substr(id, 1, 7 + length(:query)) = 'sha256:' || :query)
                        AND \(Self.isNoReading("id"))
                    ORDER BY id LIMIT 10
                    """,
                arguments: ["query": query])
        }
        return try CaseID.only(of: matches.map(CaseID.init(rawValue:)), for: query)
    }

    /// See ``CaseStoring/worklist()``.
    public func worklist() throws(CaseStoreError) -> Worklist {
        try read("list the cases") { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT c.*, max(c.touched_at, coalesce(s.touched_at, 0)) AS last_touched,
                        k.revision, k.status AS correction_status, k.reviewer AS corrected_by, k.filed_at,
                        k.active_seconds, s.id AS session_id, s.reviewer AS begun_by, s.touched_at AS session_touched,
                        n.assignee, d.comment AS deferred_because, d.actor AS deferred_by, d.at AS deferred_at,
                        f.kind AS flag, f.comment AS flagged_because, f.actor AS flagged_by, f.at AS flagged_at,
                        a.verdict, a.comment AS approval_comment, a.actor AS approval_actor, a.at AS approval_at,
                        e.effort_seconds, e.uncertainty,
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
                    LEFT JOIN assignments n ON n.sequence =
                        (SELECT max(sequence) FROM assignments WHERE case_id = c.id)
                    LEFT JOIN marks d ON d.sequence =
                        (SELECT max(sequence) FROM marks WHERE case_id = c.id AND kind = 'deferred')
                    LEFT JOIN marks f ON f.sequence =
                        (SELECT max(sequence) FROM marks WHERE case_id = c.id AND kind IN ('flagged', 'unflagged'))
                    LEFT JOIN approvals a ON a.sequence =
                        (SELECT max(sequence) FROM approvals WHERE case_id = c.id AND revision = k.revision)
                    LEFT JOIN estimates e ON e.sequence =
                        (SELECT max(sequence) FROM estimates WHERE case_id = c.id AND prediction_id = p.id)
                    WHERE \(Self.isNoReading("c.id"))
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

    // MARK: Shared with the other operations

    static func caseRow(_ id: CaseID, _ db: Database) throws -> Row? {
        try Row.fetchOne(db, sql: "SELECT * FROM cases WHERE id = ?", arguments: [id.rawValue])
    }

    static func requireCase(_ id: CaseID, _ db: Database) throws -> Row {
        guard let row = try caseRow(id, db) else { throw CaseStoreError.noSuchCase(id.rawValue) }
        return row
    }

    static func insert(_ record: CaseRecord, _ at: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO cases (id, series_uid, volume, source, content_digest, geometry, minimum_hu, maximum_hu,
                    structures, warnings, repairs, place, description, acquisition, touched_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                record.id.rawValue, record.seriesUID, record.volume, record.source, record.contentDigest,
                StoredJSON.encode(record.geometry, what: "grid"), Int64(record.minimumHU),
                Int64(record.maximumHU), StoredJSON.encode(record.structures, what: "structures"),
                StoredJSON.encode(record.warnings, what: "warnings"), encoded(record.repairs), record.place,
                record.description, StoredJSON.encode(record.acquisition, what: "acquisition"), at,
            ])
    }

    /// In one order, whatever the set's own.
    private static func encoded(_ repairs: Set<CTRepair>) throws -> String {
        try StoredJSON.encode(repairs.map(\.rawValue).sorted(), what: "repairs")
    }

    static func geometry(of id: CaseID, _ db: Database) throws -> GridGeometry {
        try requireCase(id, db).readJSON("geometry")
    }

    static func touch(_ id: CaseID, _ at: Int64, _ db: Database) throws {
        try db.execute(sql: "UPDATE cases SET touched_at = ? WHERE id = ?", arguments: [at, id.rawValue])
    }

    static func caseRecord(_ row: Row) throws -> CaseRecord {
        CaseRecord(
            id: CaseID(rawValue: try row.read("id")), seriesUID: try row.readOptional("series_uid"),
            volume: try row.readOptional("volume"), source: try row.read("source"),
            contentDigest: try row.read("content_digest"),
            geometry: try row.readJSON("geometry"), minimumHU: try row.read("minimum_hu"),
            maximumHU: try row.read("maximum_hu"), structures: try row.readJSON("structures"),
            warnings: try row.readJSON("warnings"),
            repairs: Set(try row.readJSON("repairs", as: [CTRepair].self)), place: try row.read("place"),
            description: try row.read("description"),
            acquisition: try row.readJSON("acquisition"))
    }
}
