import CaseStore
import Cases
import Foundation
import GRDB
import Volumes

extension SQLiteCaseStore {
    /// See ``CaseStoring/save(_:for:by:now:)``.
    public func save(
        _ prediction: Prediction, for id: CaseID, by actor: String, now: Date
    ) throws(CaseStoreError) -> PredictionID {
        try save(prediction, for: id, isProposed: true, by: actor, now: now)
    }

    func save(
        _ prediction: Prediction, for id: CaseID, isProposed: Bool, by actor: String, now: Date
    ) throws(CaseStoreError) -> PredictionID {
        let at = try StoredTime.encode(now)
        let masks = prediction.masks.coded()
        let uncertainty = try prediction.uncertainty.map { value throws(CaseStoreError) in try StoredUncertainty(value)
        }
        let predictionID = PredictionID(of: id, PredictionWords(prediction), masks, uncertainty)
        try write("save a prediction") { db in
            try Self.geometry(of: id, db).require(prediction.masks, of: id)
            let known = try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM predictions WHERE id = ?)", arguments: [predictionID.rawValue])
            if known != true {
                for (structure, data) in masks {
                    try db.execute(
                        sql: "INSERT INTO prediction_masks (prediction_id, structure, data) VALUES (?, ?, ?)",
                        arguments: [predictionID.rawValue, structure.rawValue, Data(data)])
                }
                try uncertainty?.insert(for: predictionID, db)
                try db.execute(
                    sql: """
                        INSERT INTO predictions (id, case_id, model, recipe_digest, preprocessing, notes)
                        VALUES (?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        predictionID.rawValue, id.rawValue, prediction.model.rawValue, prediction.recipeDigest,
                        StoredJSON.encode(prediction.preprocessing, what: "preprocessing"),
                        StoredJSON.encode(prediction.notes, what: "notes"),
                    ])
                try Self.log(
                    db, at, actor, .predictionSaved, .wholeCase(id),
                    ["prediction": predictionID.rawValue, "model": prediction.model.rawValue])
            }
            if try isProposed && Self.newestPrediction(for: id, db) != predictionID {
                try db.execute(
                    sql: "INSERT INTO proposals (case_id, prediction_id, proposed_at) VALUES (?, ?, ?)",
                    arguments: [id.rawValue, predictionID.rawValue, at])
                try Self.touch(id, at, db)
            }
        }
        return predictionID
    }

    /// See ``CaseStoring/prediction(_:)``.
    public func prediction(_ id: PredictionID) throws(CaseStoreError) -> Prediction {
        try read("read a prediction") { db in try Self.prediction(id, db) }
    }

    /// See ``CaseStoring/newestPrediction(for:)``.
    public func newestPrediction(for id: CaseID) throws(CaseStoreError) -> PredictionID? {
        try read("read a prediction") { db in try Self.newestPrediction(for: id, db) }
    }

    private static func newestPrediction(for id: CaseID, _ db: Database) throws -> PredictionID? {
        try String.fetchOne(
            db, sql: "SELECT prediction_id FROM proposals WHERE case_id = ? ORDER BY sequence DESC LIMIT 1",
            arguments: [id.rawValue]
        ).map(PredictionID.init(rawValue:))
    }

    /// The content is checked against the id, so that neither damage nor a mask of another structure, prediction or
    /// case can pass for it.
    static func prediction(_ id: PredictionID, _ db: Database) throws -> Prediction {
        let row = try Row.fetchOne(db, sql: "SELECT * FROM predictions WHERE id = ?", arguments: [id.rawValue])
        guard let row else { throw CaseStoreError.noSuchPrediction(id) }
        let caseID = CaseID(rawValue: try row.read("case_id"))
        // Predictions from before notes had a column have none there.
        let notes = try row.readOptional("notes", as: String.self).map { text in
            try StoredJSON.decode([String].self, text, what: "field notes")
        }
        let words = PredictionWords(
            model: ModelName(rawValue: try row.read("model")), recipeDigest: try row.readOptional("recipe_digest"),
            preprocessing: try row.readJSON("preprocessing"), notes: notes)
        let masks = try storedMasks(
            db, "SELECT structure, data FROM prediction_masks WHERE prediction_id = ?", [id.rawValue])
        let uncertainty = try StoredUncertainty.fetch(of: id, db)
        guard PredictionID(of: caseID, words, masks, uncertainty) == id else {
            throw CaseStoreError.damaged(what: "prediction \(id)", reason: "its content is not what its id says")
        }
        return Prediction(
            model: words.model, recipeDigest: words.recipeDigest,
            masks: try decode(masks, on: geometry(of: caseID, db), of: "prediction \(id)"),
            preprocessing: words.preprocessing, notes: words.notes,
            uncertainty: try uncertainty?.value(of: "prediction \(id)"))
    }

    // MARK: Shared with the corrections

    /// The coded masks of a query of structure and data, in the order in which they are hashed.
    static func storedMasks(
        _ db: Database, _ sql: String, _ arguments: StatementArguments
    ) throws -> CodedMasks {
        try Row.fetchAll(db, sql: sql, arguments: arguments)
            .map { (StructureName(rawValue: try $0.read("structure")), try $0.readBytes("data")) }
            .sorted { StructureName.isStoredBefore($0.0, $1.0) }
    }

    static func decode(
        _ masks: CodedMasks, on geometry: GridGeometry, of what: String
    ) throws -> [StructureName: Mask] {
        var result: [StructureName: Mask] = [:]
        for (structure, data) in masks {
            do { result[structure] = try Mask(runLengthEncoded: data, geometry: geometry) } catch {
                throw CaseStoreError.damaged(what: "\(structure) of \(what)", reason: error.description)
            }
        }
        return result
    }
}
