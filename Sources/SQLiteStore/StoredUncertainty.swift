import CaseStore
import Cases
import Foundation
import GRDB
import Volumes

/// The uncertainty of a prediction as it is kept; its texts and bytes are part of the prediction's id.
struct StoredUncertainty {
    let geometry: String
    let sliceScores: String
    let data: [UInt8]

    init(_ uncertainty: PredictionUncertainty) throws {
        geometry = try StoredJSON.encode(uncertainty.map.geometry, what: "the grid of an uncertainty")
        sliceScores = try StoredJSON.encode(uncertainty.sliceScores, what: "the slice scores of an uncertainty")
        data = uncertainty.map.encoded()
    }

    private init(_ row: Row) throws {
        geometry = try row.read("geometry")
        sliceScores = try row.read("slice_scores")
        data = try row.readBytes("data")
    }

    func insert(for id: PredictionID, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO prediction_uncertainty (prediction_id, geometry, slice_scores, data) VALUES (?, ?, ?, ?)",
            arguments: [id.rawValue, geometry, sliceScores, Data(data)])
    }

    static func fetch(of id: PredictionID, _ db: Database) throws -> StoredUncertainty? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM prediction_uncertainty WHERE prediction_id = ?", arguments: [id.rawValue]
        ).map { try StoredUncertainty($0) }
    }

    func value(of what: String) throws -> PredictionUncertainty {
        let grid = try StoredJSON.decode(GridGeometry.self, geometry, what: "the uncertainty of \(what)")
        let scores = try StoredJSON.decode([Double].self, sliceScores, what: "the uncertainty of \(what)")
        do {
            return PredictionUncertainty(map: try ByteMap(encoded: data, geometry: grid), sliceScores: scores)
        } catch {
            throw CaseStoreError.damaged(what: "the uncertainty of \(what)", reason: error.description)
        }
    }
}
