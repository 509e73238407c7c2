import CaseStore
import Cases
import Foundation
import GRDB
import TestSupport
import Testing
import Volumes

@testable import SQLiteStore

/// What somebody with another program changes in the file is found, and never passes for what was written.
@Suite struct TamperingTests {
    private func filed() throws -> Fixture {
        let f = try Fixture()
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        _ = try ana.file()
        try f.store.register(Fixture.record("2", geometry: f.geometry), by: "ben", now: Fixture.time(70))
        return f
    }

    @Test(arguments: [
        ("UPDATE audit SET actor = 'eve' WHERE sequence = 2", 2),
        ("UPDATE audit SET at = at + 1 WHERE sequence = 1", 1),
        ("UPDATE audit SET action = 'x' WHERE sequence = 5", 5),
        ("UPDATE audit SET subject = 'x' WHERE sequence = 3", 3),
        ("UPDATE audit SET details = '{}' WHERE sequence = 4", 4),
        ("UPDATE audit SET hash = 'x' WHERE sequence = 5", 5),
        ("UPDATE audit SET hash = 'x' WHERE sequence = 2", 2),
        ("UPDATE audit SET previous_hash = 'x' WHERE sequence = 4", 4),
        ("DELETE FROM audit WHERE sequence = 1", 1),
        ("DELETE FROM audit WHERE sequence = 3", 3),
        ("DELETE FROM audit WHERE sequence = 5", 5),
        ("DELETE FROM audit WHERE sequence > 2", 3),
        ("DELETE FROM audit", 1),
        ("DELETE FROM audit WHERE sequence = 3; UPDATE audit SET sequence = sequence - 1 WHERE sequence > 3", 3),
        ("DELETE FROM audit_head", 6),
        ("UPDATE audit_head SET length = 4", 5),
        ("DELETE FROM correction_masks; DELETE FROM corrections", 4),
        ("UPDATE corrections SET hash = 'x'", 4),
        ("UPDATE corrections SET revision = 2; UPDATE correction_masks SET revision = 2", 6),
    ])
    func namesTheFirstBadRow(sql: String, row: Int) throws {
        let f = try filed()
        try f.dropTriggers()
        try f.raw { try $0.execute(sql: "PRAGMA foreign_keys = OFF; \(sql)") }
        guard case .broken(let sequence, let reason) = try f.store.verifyAudit() else {
            Issue.record("not found: \(sql)")
            return
        }
        #expect(sequence == row, "\(reason)")
    }

    @Test func oneDamagedCaseDoesNotHideTheOthers() throws {
        let f = try Fixture()
        try f.store.register(Fixture.record("9", geometry: f.geometry), by: "ana", now: Fixture.time(2))
        try f.dropTriggers()
        try f.raw { try $0.execute(sql: "UPDATE cases SET geometry = '{}' WHERE id = '9'") }
        let worklist = try f.store.worklist()
        #expect(worklist.items.map(\.record.id) == [f.id])
        #expect(worklist.damaged.map(\.what) == ["case 9"])
    }

    @Test func anyChangeOfACorrectionIsFound() throws {
        let f = try Fixture()
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        _ = try ana.file()
        let key = CorrectionKey(caseID: f.id, revision: 1)
        try f.dropTriggers()
        let changes = [
            "status = 'accepted'", "reviewer = 'eve'", "active_seconds = 1", "slices_seen = '[]'", "reason = ''",
            "outcomes = '[]'", "filed_at = 5", "model = 'other@1'", "journal_length = 4", "hash = 'x'",
        ]
        let original = try #require(try f.raw { try Row.fetchOne($0, sql: "SELECT * FROM corrections") })
        for change in changes {
            try f.raw { try $0.execute(sql: "UPDATE corrections SET \(change)") }
            #expect(throws: CaseStoreError.self, "\(change)") { try f.store.correction(key) }
            let column = String(try #require(change.split(separator: " ").first))
            let old = original[column] as DatabaseValue
            try f.raw { try $0.execute(sql: "UPDATE corrections SET \(column) = ?", arguments: [old]) }
        }
        _ = try f.store.correction(key)
        try f.raw { try $0.execute(sql: "UPDATE correction_masks SET data = zeroblob(30) WHERE structure = 'Heart'") }
        #expect(throws: CaseStoreError.self) { try f.store.correction(key) }
        // The list does not need the masks; a damaged record is told beside the sound ones.
        #expect(try f.store.corrections().corrections.count == 1)
        try f.raw { try $0.execute(sql: "UPDATE corrections SET outcomes = 'x'") }
        let list = try f.store.corrections()
        #expect(list.corrections.isEmpty && list.damaged.map(\.what) == ["case \(f.id) revision 1"])
    }

    @Test func anyChangedWordOfAPredictionIsFound() throws {
        let f = try Fixture()
        let words = Prediction(
            model: f.prediction.model, recipeDigest: "aa", masks: f.prediction.masks, preprocessing: ["clip"],
            notes: ["thick slices"])
        let id = try f.store.save(words, for: f.id, by: "ana", now: Fixture.time(2))
        try f.dropTriggers()
        let changes = [
            "model = 'other@1'", "recipe_digest = 'ab'", "recipe_digest = NULL", "preprocessing = '[]'",
            "preprocessing = '[\"clip\", \"note: thick slices\"]'", "notes = '[]'", "notes = NULL", "notes = 'x'",
        ]
        let original = try #require(
            try f.raw {
                try Row.fetchOne($0, sql: "SELECT * FROM predictions WHERE id = ?", arguments: [id.rawValue])
            })
        for change in changes {
            try f.raw {
                try $0.execute(sql: "UPDATE predictions SET \(change) WHERE id = ?", arguments: [id.rawValue])
            }
            #expect(throws: CaseStoreError.self, "\(change)") { try f.store.prediction(id) }
            let column = String(try #require(change.split(separator: " ").first))
            let old = original[column] as DatabaseValue
            try f.raw {
                try $0.execute(
                    sql: "UPDATE predictions SET \(column) = ? WHERE id = ?", arguments: [old, id.rawValue])
            }
        }
        #expect(try f.store.prediction(id) == words)
    }

    @Test func anyChangedByteOfAPredictionIsFound() throws {
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
}
