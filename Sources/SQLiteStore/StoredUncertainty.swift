import CaseStore
import Cases
import Foundation
import GRDB

extension StoredUncertainty {
    func insert(for id: PredictionID, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO prediction_uncertainty (prediction_id, geometry, slice_scores, data) VALUES (?, ?, ?, ?)",
            arguments: [id.rawValue, geometry, sliceScores, Data(data)])
    }

    static func fetch(of id: PredictionID, _ db: Database) throws -> StoredUncertainty? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM prediction_uncertainty WHERE prediction_id = ?", arguments: [id.rawValue]
        ).map {
            StoredUncertainty(
                geometry: try $0.read("geometry"), sliceScores: try $0.read("slice_scores"),
                data: try $0.readBytes("data"))
        }
    }
}
