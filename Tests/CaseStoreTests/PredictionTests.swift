import CaseStore
import Cases
import Foundation
import GRDB
import SQLiteStore
import TestSupport
import Testing
import Volumes

@Suite struct PredictionTests {
    @Test func comesBackAsItWas() throws {
        let f = try Fixture()
        let reopened = try SQLiteCaseStore(url: f.url)
        #expect(try reopened.prediction(f.predictionID) == f.prediction)
        #expect(try reopened.newestPrediction(for: f.id) == f.predictionID)
        #expect(throws: CaseStoreError.noSuchPrediction(PredictionID(rawValue: "x"))) {
            try f.store.prediction(PredictionID(rawValue: "x"))
        }
    }

    @Test func isNamedByItsContent() throws {
        let f = try Fixture()
        #expect(try f.store.save(f.prediction, for: f.id, by: "ben", now: Fixture.time(3)) == f.predictionID)
        #expect(try f.raw { try Int.fetchOne($0, sql: "SELECT count(*) FROM prediction_masks") } == 3)
        var ids = Set([f.predictionID])
        let p = f.prediction
        var masks = p.masks
        masks[.heart] = nil
        var swapped = p.masks
        swapped[.lungLeft] = p.masks[.lungRight]
        swapped[.lungRight] = p.masks[.lungLeft]
        let others = [
            Prediction(model: .baseline, masks: p.masks, preprocessing: p.preprocessing),
            Prediction(model: p.model, masks: p.masks, preprocessing: ["resample 1 mm clip −1000…400"]),
            Prediction(model: p.model, masks: masks, preprocessing: p.preprocessing),
            Prediction(model: p.model, masks: swapped, preprocessing: p.preprocessing),
        ]
        for other in others {
            let id = try f.store.save(other, for: f.id, by: "ana", now: Fixture.time(4))
            #expect(try f.store.prediction(id) == other)
            #expect(try f.store.newestPrediction(for: f.id) == id)
            ids.insert(id)
        }
        try f.store.register(Fixture.record("2", geometry: f.geometry), by: "ana", now: Fixture.time(4))
        ids.insert(try f.store.save(p, for: CaseID(rawValue: "2"), by: "ana", now: Fixture.time(4)))
        #expect(ids.count == 6)
        // Proposing the first again makes it the newest again.
        _ = try f.store.save(p, for: f.id, by: "ana", now: Fixture.time(5))
        #expect(try f.store.newestPrediction(for: f.id) == f.predictionID)
    }

    @Test func mustBeOnTheCasesGrid() throws {
        let f = try Fixture()
        let grid = try GridGeometry(size: f.geometry.size, spacing: Spacing(x: 1, y: 1, z: 1))
        let other = Prediction(model: .baseline, masks: [.heart: Mask(geometry: grid)], preprocessing: [])
        #expect(throws: CaseStoreError.self) {
            try f.store.save(other, for: f.id, by: "ana", now: Fixture.time(3))
        }
        #expect(try f.store.newestPrediction(for: f.id) == f.predictionID)
    }

    @Test func anyChangedByteIsFound() throws {
        let f = try Fixture()
        try f.dropTriggers()
        let masks = try f.raw { try Data.fetchAll($0, sql: "SELECT data FROM prediction_masks ORDER BY number") }
        for (number, data) in masks.enumerated() {
            for i in stride(from: 0, to: data.count, by: 7) {
                var changed = data
                changed[i] ^= 0x10
                try f.raw { db in
                    try db.execute(
                        sql: "UPDATE prediction_masks SET data = ? WHERE number = ?", arguments: [changed, number + 1])
                }
                #expect(throws: CaseStoreError.self) { try f.store.prediction(f.predictionID) }
            }
            try f.raw { db in
                try db.execute(
                    sql: "UPDATE prediction_masks SET data = ? WHERE number = ?", arguments: [data, number + 1])
            }
        }
        #expect(try f.store.prediction(f.predictionID) == f.prediction)
        // Sound masks under each other's names are found too.
        try f.raw { db in
            try db.execute(
                sql: """
                    UPDATE prediction_masks SET structure = CASE structure WHEN 'Lung_L' THEN 'tmp' ELSE structure END;
                    UPDATE prediction_masks SET structure = 'Lung_L' WHERE structure = 'Lung_R';
                    UPDATE prediction_masks SET structure = 'Lung_R' WHERE structure = 'tmp';
                    """)
        }
        #expect(throws: CaseStoreError.self) { try f.store.prediction(f.predictionID) }
    }

    private func uncertainty() throws -> PredictionUncertainty {
        let grid = try GridGeometry(
            size: GridSize(x: 5, y: 4, z: 2), spacing: Spacing(x: 2, y: 2, z: 3),
            origin: PatientPoint(x: -3, y: 0.1, z: 7))
        let map = try ByteMap(geometry: grid, slices: [Array(0..<20), Array(repeating: 0, count: 20)])
        return PredictionUncertainty(map: map, sliceScores: [0, 1 / 3, 0.25, 1])
    }

    @Test func uncertaintyComesBackAndIsPartOfTheContent() throws {
        let f = try Fixture()
        let p = f.prediction
        func with(_ uncertainty: PredictionUncertainty?) -> Prediction {
            Prediction(model: p.model, masks: p.masks, preprocessing: p.preprocessing, uncertainty: uncertainty)
        }
        let own = try uncertainty()
        let other = PredictionUncertainty(map: own.map, sliceScores: [0, 0.5, 0.25, 1])
        let first = try f.store.save(with(own), for: f.id, by: "ana", now: Fixture.time(4))
        let second = try f.store.save(with(other), for: f.id, by: "ana", now: Fixture.time(5))
        #expect(Set([first, second, f.predictionID]).count == 3)
        let reopened = try SQLiteCaseStore(url: f.url)
        #expect(try reopened.prediction(first) == with(own))
        #expect(try reopened.prediction(second) == with(other))
        #expect(try reopened.prediction(f.predictionID).uncertainty == nil)
        #expect(try f.store.save(with(own), for: f.id, by: "ana", now: Fixture.time(6)) == first)
        // It can neither be changed nor taken away nor given to a prediction later.
        for statement in [
            "UPDATE prediction_uncertainty SET slice_scores = '[]'", "DELETE FROM prediction_uncertainty",
            "INSERT INTO prediction_uncertainty VALUES ('\(f.predictionID.rawValue)', '{}', '[]', x'00')",
        ] {
            #expect(throws: DatabaseError.self) { try f.raw { try $0.execute(sql: statement) } }
        }
        try f.dropTriggers()
        try f.raw { try $0.execute(sql: "UPDATE prediction_uncertainty SET slice_scores = '[0,0.5,0.25,1]'") }
        #expect(throws: CaseStoreError.self) { try f.store.prediction(first) }
        try f.raw { try $0.execute(sql: "DELETE FROM prediction_uncertainty") }
        #expect(throws: CaseStoreError.self) { try f.store.prediction(second) }
    }
}
