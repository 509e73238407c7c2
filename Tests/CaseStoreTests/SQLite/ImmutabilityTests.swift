import CaseStore
import Cases
import GRDB
import TestSupport
import Testing

@Suite struct ImmutabilityTests {
    @Test func nothingFiledCanBeChangedOrDeleted() throws {
        let f = try Fixture()
        let lease = try f.lease()
        var ana = try Reviewer(f, lease: lease)
        try ana.writeFive()
        _ = try ana.file()
        _ = try f.store.addJob(
            model: .baseline, corrections: [CorrectionKey(caseID: f.id, revision: 1)], by: "ana",
            now: Fixture.time(60))
        let tables = [
            "predictions": "model", "prediction_masks": "structure", "proposals": "proposed_at", "journal": "name",
            "corrections": "reviewer", "correction_masks": "structure", "audit": "actor",
            "job_corrections": "position",
        ]
        var statements = [
            "UPDATE cases SET content_digest = 'x'", "UPDATE cases SET geometry = 'x'", "DELETE FROM cases",
            "UPDATE sessions SET prediction_id = 'x'", "UPDATE sessions SET status = 'open'", "DELETE FROM sessions",
            "INSERT INTO prediction_masks (prediction_id, structure, data) VALUES ('\(f.predictionID.rawValue)', 'X', x'00')",
            "INSERT INTO correction_masks (case_id, revision, structure, data) VALUES ('\(f.id)', 1, 'X', x'00')",
            "INSERT INTO audit SELECT sequence + 6, at, actor, action, subject, details, previous_hash, hash FROM audit",
        ]
        for (table, column) in tables {
            statements += [
                "UPDATE \(table) SET \(column) = \(column)", "DELETE FROM \(table)",
                // Replacing deletes without asking the triggers for deletion.
                "INSERT OR REPLACE INTO \(table) SELECT * FROM \(table)",
            ]
        }
        func dump() throws -> [String] {
            var rows: [String] = []
            try f.raw { db in
                for table in tables.keys.sorted() + ["cases", "sessions"] {
                    rows += try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }
                }
            }
            return rows
        }
        let before = try dump()
        #expect(before.count == 23)
        for statement in statements {
            try f.raw { db in
                #expect(throws: DatabaseError.self, "\(statement)") { try db.execute(sql: statement) }
            }
        }
        #expect(try dump() == before)
        #expect(try f.store.verifyAudit().isIntact)
    }
}
