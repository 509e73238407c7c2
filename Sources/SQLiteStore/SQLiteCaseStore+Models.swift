import CaseStore
import Cases
import Files
import Foundation
import GRDB

extension SQLiteCaseStore {
    /// Where the model files are: beside the store.
    private var modelFolder: ModelFolder {
        ModelFolder(DataFolder(ofStore: URL(fileURLWithPath: path)).models)
    }

    /// See ``ModelStoring/publish(_:as:lineage:evaluation:by:now:)``.
    public func publish(
        _ file: URL, as base: String, lineage: ModelLineage, evaluation: GateReport?, by actor: String, now: Date
    ) throws(CaseStoreError) -> ModelVersion {
        let at = try StoredTime.encode(now)
        try ModelRules.require(base: base)
        let (digest, byteCount) = try modelFolder.add(file)
        return try write("publish a model") { db in
            let known = try Int.fetchOne(
                db, sql: "SELECT version FROM models WHERE base = ? AND digest = ?", arguments: [base, digest])
            if let known { return try Self.model(ModelName(base: base, version: known), db) }
            let version =
                (try Int.fetchOne(db, sql: "SELECT max(version) FROM models WHERE base = ?", arguments: [base]) ?? 0)
                + 1
            try db.execute(
                sql: """
                    INSERT INTO models (base, version, digest, byte_count, lineage, evaluation, created_at, created_by)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    base, version, digest, byteCount, StoredJSON.encode(lineage, what: "lineage"),
                    evaluation.map { try StoredJSON.encode($0, what: "evaluation") }, at, actor,
                ])
            let name = ModelName(base: base, version: version)
            try Self.log(db, at, actor, .modelPublished, .model(name), ["digest": digest])
            return try Self.model(name, db)
        }
    }

    /// See ``ModelStoring/models()``.
    public func models() throws(CaseStoreError) -> [ModelVersion] {
        try read("list the models") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM models ORDER BY number").map(Self.modelVersion)
        }
    }

    /// See ``ModelStoring/model(_:)``.
    public func model(_ name: ModelName) throws(CaseStoreError) -> ModelVersion {
        try read("find a model") { db in
            if name.version != nil { return try Self.model(name, db) }
            guard let promoted = try Self.promotedModel(of: name.rawValue, db) else {
                throw CaseStoreError.noSuchModel(name.rawValue)
            }
            return try Self.model(promoted, db)
        }
    }

    /// See ``ModelStoring/file(of:)``.
    public func file(of model: ModelVersion) throws(CaseStoreError) -> URL {
        try modelFolder.file(of: model)
    }

    /// See ``ModelStoring/promotedModel(of:)``.
    public func promotedModel(of base: String) throws(CaseStoreError) -> ModelName? {
        try read("find the model in use") { db in try Self.promotedModel(of: base, db) }
    }

    /// See ``ModelStoring/promote(_:reason:by:now:)``.
    public func promote(
        _ name: ModelName, reason: String?, by actor: String, now: Date
    ) throws(CaseStoreError) -> Promotion {
        let at = try StoredTime.encode(now)
        return try write("promote a model") { db in
            // The first version of a model takes nobody's place.
            if try Self.promotedModel(of: name.base, db) != nil { try require(.admin, to: "put a model in use", db) }
            let words = try ModelRules.words(reason, for: Self.model(name, db))
            return try Self.promote(name, .person, reason: words, by: actor, at, db)
        }
    }

    /// See ``ModelStoring/rollback(_:reason:by:now:)``.
    public func rollback(
        _ base: String, reason: String?, by actor: String, now: Date
    ) throws(CaseStoreError) -> Promotion {
        let at = try StoredTime.encode(now)
        return try write("roll a model back") { db in
            try require(.admin, to: "take a model out of use", db)
            guard let current = try Self.promotedModel(of: base, db) else { throw CaseStoreError.noSuchModel(base) }
            let before = try Int.fetchOne(
                db,
                sql: """
                    SELECT version_before FROM promotions WHERE base = ? AND version = ? AND kind <> 'rollback'
                    ORDER BY sequence DESC LIMIT 1
                    """,
                arguments: [base, current.version])
            guard let before else { throw CaseStoreError.noSuchModel("\(base) before \(current)") }
            return try Self.promote(
                ModelName(base: base, version: before), .rollback, reason: reason, by: actor, at, db)
        }
    }

    /// See ``ModelStoring/promotions()``.
    public func promotions() throws(CaseStoreError) -> [Promotion] {
        try read("list the promotions") { db in
            try Row.fetchAll(db, sql: "SELECT * FROM promotions ORDER BY sequence").map(Self.promotion)
        }
    }

    // MARK: Shared with the jobs

    static func promote(
        _ name: ModelName, _ kind: Promotion.Kind, reason: String?, by actor: String, _ at: Int64, _ db: Database
    ) throws -> Promotion {
        guard let version = name.version else { throw CaseStoreError.noSuchModel(name.rawValue) }
        let before = try promotedModel(of: name.base, db)
        try db.execute(
            sql: """
                INSERT INTO promotions (base, version, version_before, kind, reason, actor, at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [name.base, version, before?.version, kind.rawValue, reason, actor, at])
        let promotion = Promotion(
            sequence: db.lastInsertedRowID, model: name, before: before, kind: kind, reason: reason, actor: actor,
            at: StoredTime.decode(at))
        try log(db, at, actor, .modelPromoted, .model(name), promotion.details)
        return promotion
    }

    static func promotedModel(of base: String, _ db: Database) throws -> ModelName? {
        try Int.fetchOne(
            db, sql: "SELECT version FROM promotions WHERE base = ? ORDER BY sequence DESC LIMIT 1",
            arguments: [base]
        ).map { ModelName(base: base, version: $0) }
    }

    static func model(_ name: ModelName, _ db: Database) throws -> ModelVersion {
        let row = try Row.fetchOne(
            db, sql: "SELECT * FROM models WHERE base = ? AND version = ?", arguments: [name.base, name.version])
        guard let row else { throw CaseStoreError.noSuchModel(name.rawValue) }
        return try modelVersion(row)
    }

    private static func modelVersion(_ row: Row) throws -> ModelVersion {
        ModelVersion(
            name: ModelName(base: try row.read("base"), version: try row.read("version")),
            digest: try row.read("digest"), byteCount: try row.read("byte_count"),
            lineage: try row.readJSON("lineage"),
            evaluation: try row.readOptional("evaluation", as: String.self).map {
                try StoredJSON.decode(GateReport.self, $0, what: "evaluation of a model")
            }, createdAt: try row.readDate("created_at"), createdBy: try row.read("created_by"))
    }

    private static func promotion(_ row: Row) throws -> Promotion {
        let base: String = try row.read("base")
        return Promotion(
            sequence: try row.read("sequence"), model: ModelName(base: base, version: try row.read("version")),
            before: try row.readOptional("version_before", as: Int.self).map { ModelName(base: base, version: $0) },
            kind: try row.readRaw("kind"), reason: try row.readOptional("reason"), actor: try row.read("actor"),
            at: try row.readDate("at"))
    }
}
