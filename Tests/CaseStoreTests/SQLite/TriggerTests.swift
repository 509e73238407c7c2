import CaseStore
import Cases
import Foundation
import GRDB
import TestSupport
import Testing
import Volumes

@testable import SQLiteStore

/// Rules that the database itself keeps, whoever writes to it.
@Suite struct TriggerTests {
    @Test func theDatabaseForbidsASecondRunningJobOfAModel() throws {
        let q = try QueueFixture()
        _ = try q.queue()
        _ = try #require(try q.take("one"))
        _ = try q.queue(ModelName(rawValue: "lungs-unet2d@8"))
        #expect(throws: (any Error).self) {
            try q.f.raw { try $0.execute(sql: "UPDATE jobs SET state = 'training' WHERE id = 2") }
        }
        #expect(try q.take("two") == nil)
    }

    @Test func theDatabaseLetsNobodyApproveTheirOwnCorrection() throws {
        let f = try Fixture()
        let key = try f.filedForApproval()
        try f.raw { db in
            #expect(throws: DatabaseError.self) {
                try db.execute(
                    sql: "INSERT INTO approvals (case_id, revision, verdict, comment, actor, at) "
                        + "VALUES ('\(key.caseID)', 1, 'approved', '', 'ana', 1)")
            }
        }
        #expect(try f.store.approval(of: key)?.verdict == .requested)
    }

    @Test func aRoleIsNeverChangedInTheDatabase() throws {
        let q = try QueueFixture()
        let patient = try PatientHasher(keyFile: q.f.folder.file("patients.key")).hash("p")
        try q.store.assignPatient(patient, to: q.f.id, holdOutShare: 1, by: "ana", now: Fixture.time(3))
        for statement in [
            "UPDATE patients SET role = 'training'", "DELETE FROM patients", "DELETE FROM case_patients",
            "INSERT OR REPLACE INTO patients (key, role, seen_at) VALUES ('\(patient.hash)', 'training', 0)",
            "INSERT OR REPLACE INTO case_patients VALUES ('\(q.f.id)', '\(patient.hash)')",
            "UPDATE patient_hash_key SET fingerprint = 'x'",
        ] {
            #expect(throws: (any Error).self, "\(statement)") { try q.f.raw { try $0.execute(sql: statement) } }
        }
        #expect(try q.store.role(of: q.f.id) == .holdOut)
    }

    @Test func modelsAreNeverChangedInTheDatabase() throws {
        let f = try Fixture()
        let file = f.folder.file("candidate.safetensors")
        try Data("one".utf8).write(to: file)
        let lineage = ModelLineage(parent: nil, recipeDigest: "r", seed: 1, dataDigest: "d", software: "s")
        let model = try f.store.publish(
            file, as: "lungs", lineage: lineage, evaluation: nil, by: "ana", now: Fixture.time(10))
        for statement in [
            "UPDATE models SET digest = 'x'", "DELETE FROM models",
            "INSERT OR REPLACE INTO models SELECT * FROM models",
        ] {
            #expect(throws: (any Error).self) { try f.raw { try $0.execute(sql: statement) } }
        }
        #expect(try f.store.models() == [model])
    }

    @Test func theSameContentIsKeptOnce() throws {
        let f = try Fixture()
        #expect(try f.store.save(f.prediction, for: f.id, by: "ben", now: Fixture.time(3)) == f.predictionID)
        #expect(try f.raw { try Int.fetchOne($0, sql: "SELECT count(*) FROM prediction_masks") } == 3)
    }

    @Test func uncertaintyNeverChangesInTheDatabase() throws {
        let f = try Fixture()
        let (p, own) = (f.prediction, try PredictionUncertainty.small())
        func with(_ uncertainty: PredictionUncertainty) -> Prediction {
            Prediction(model: p.model, masks: p.masks, preprocessing: p.preprocessing, uncertainty: uncertainty)
        }
        let other = PredictionUncertainty(map: own.map, sliceScores: [0, 0.5, 0.25, 1])
        let first = try f.store.save(with(own), for: f.id, by: "ana", now: Fixture.time(4))
        let second = try f.store.save(with(other), for: f.id, by: "ana", now: Fixture.time(5))
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

    @Test func replaysAreNeverChangedInTheDatabase() throws {
        let q = try QueueFixture()
        let report = ReplayReport(
            job: try q.queue().id, before: ModelName(base: "lungs", version: 1),
            after: ModelName(base: "lungs", version: 2), cases: [])
        try q.store.save(report, now: Fixture.time(61))
        #expect(throws: (any Error).self) {
            try q.f.raw { try $0.execute(sql: "UPDATE replays SET report = '{}'") }
        }
        #expect(try q.store.replay(ofJob: report.job) == report)
    }

    @Test func rolesAreNeverChangedInTheDatabase() throws {
        let ana = try Fixture().sqlite()
        try ana.give(.admin, to: ana.account, by: "ana", now: Fixture.time(2))
        for statement in [
            "UPDATE roles SET role = 'reader'", "DELETE FROM roles",
            "INSERT OR REPLACE INTO roles (sequence, account, role, actor, at) VALUES (1, 'ben', 'admin', 'x', 0)",
        ] {
            #expect(throws: (any Error).self, "\(statement)") {
                try ana.write("try") { db in try db.execute(sql: statement) }
            }
        }
    }

    @Test func nothingOfItCanBeChangedOrDeleted() throws {
        let f = try Fixture()
        let key = try f.filedForApproval()
        try f.store.judge(key, .approved, comment: "", by: "ben", now: Fixture.time(60))
        try f.store.assign(f.id, to: "ben", by: "ana", now: Fixture.time(2))
        try f.store.mark(f.id, .flagged, comment: "", by: "ana", now: Fixture.time(2))
        _ = try f.store.beginReading(of: f.id, by: "cem", now: Fixture.time(61))
        try f.store.save(
            CaseEstimate(effortSeconds: 1, uncertainty: nil), of: f.predictionID, for: f.id, now: Fixture.time(2))
        for (table, _) in Schema.immutableTeamwork {
            for statement in [
                "UPDATE \(table) SET at = at", "DELETE FROM \(table)",
                "INSERT OR REPLACE INTO \(table) SELECT * FROM \(table)",
            ] {
                try f.raw { db in
                    #expect(throws: DatabaseError.self, "\(statement)") { try db.execute(sql: statement) }
                }
            }
        }
    }

    @Test func namesNobody() throws {
        let f = try Fixture()
        try f.store.assignPatient(
            PatientHasher(keyFile: f.folder.file("patients.key")).hash("Doe^Jane 1970"), to: f.id, holdOutShare: 0.2,
            by: "ana", now: Fixture.time(3))
        try f.sqlite().close()
        for name in try FileManager.default.contentsOfDirectory(atPath: f.folder.url.path) {
            let data = try Data(contentsOf: f.folder.file(name))
            #expect(data.range(of: Data("Doe".utf8)) == nil, "\(name)")
        }
    }
}
