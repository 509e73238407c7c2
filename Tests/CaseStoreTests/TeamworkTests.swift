import Cases
import Foundation
import GRDB
import TestSupport
import Testing
import Volumes

@testable import CaseStore
@testable import SQLiteStore

@Suite struct TeamworkTests {
    private func item(_ f: CaseStoreTests.Fixture) throws -> WorklistItem {
        try #require(try f.store.worklist().items.first)
    }

    @Test func aCaseIsAssignedAndGivenBackAndTheLogTells() throws {
        let f = try Fixture()
        #expect(try item(f).assignee == nil)
        try f.store.assign(f.id, to: "ben", by: "ana", now: Fixture.time(2))
        #expect(try item(f).assignee == "ben")
        try f.store.assign(f.id, to: nil, by: "ben", now: Fixture.time(3))
        #expect(try item(f).assignee == nil)
        #expect(throws: CaseStoreError.self) { try f.store.assign(f.id, to: "", by: "x", now: Fixture.time(4)) }
        let log = try f.store.audit(after: 2, limit: 9)
        #expect(log.map(\.details) == ["{\"to\":\"ben\"}", "{\"to\":\"nobody\"}"])
        #expect(try f.store.verifyAudit().isIntact)
    }

    @Test func aCaseStaysPutOffUntilAStepIsMade() throws {
        let f = try Fixture()
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.write(ana.flip(.lungLeft, row: 2, columns: 30..<45, slice: 1), at: 30)
        try f.store.mark(f.id, .deferred, comment: "wait for PET", by: "ana", now: Fixture.time(31))
        #expect(try item(f).status == .deferred && item(f).deferral?.comment == "wait for PET")
        try ana.write(ana.undo(), at: 32)
        #expect(try item(f).status == .inProgress && item(f).deferral == nil)
        try f.store.mark(f.id, .deferred, comment: "", by: "ana", now: Fixture.time(33))
        #expect(try item(f).status == .deferred)
        _ = try ana.file(at: 50)
        #expect(try item(f).status == .corrected)
    }

    @Test func aFlagStandsUntilItIsTakenDown() throws {
        let f = try Fixture()
        try f.store.mark(f.id, .flagged, comment: "is this effusion?", by: "ana", now: Fixture.time(2))
        try f.store.mark(f.id, .deferred, comment: "", by: "ana", now: Fixture.time(3))
        #expect(try item(f).flag == CaseMark(comment: "is this effusion?", actor: "ana", at: Fixture.time(2)))
        try f.store.mark(f.id, .unflagged, comment: "", by: "ben", now: Fixture.time(4))
        #expect(try item(f).flag == nil)
        #expect(
            try f.store.audit(after: 2, limit: 9).map(\.action) == ["case.flagged", "case.deferred", "case.unflagged"])
    }

    private func filedForApproval(_ f: CaseStoreTests.Fixture) throws -> CorrectionKey {
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        var draft = ana.draft()
        draft.needsApproval = true
        let correction = try ana.file(draft)
        return CorrectionKey(caseID: f.id, revision: correction.revision)
    }

    @Test func aSecondPersonApprovesAndOnlyThenACorrectionIsTrainedOn() throws {
        let f = try Fixture()
        let key = try filedForApproval(f)
        #expect(try item(f).status == .awaiting)
        #expect(try f.store.approval(of: key)?.allowsUse == false)
        #expect(throws: CaseStoreError.self) {
            try f.store.addJob(model: .baseline, corrections: [key], by: "ana", now: Fixture.time(60))
        }
        #expect(throws: CaseStoreError.invalid(what: "approval", reason: "nobody approves a correction of his own")) {
            try f.store.judge(key, .approved, comment: "", by: "ana", now: Fixture.time(61))
        }
        // Not past the store's interface either.
        try f.raw { db in
            #expect(throws: DatabaseError.self) {
                try db.execute(
                    sql: "INSERT INTO approvals (case_id, revision, verdict, comment, actor, at) "
                        + "VALUES ('\(key.caseID)', 1, 'approved', '', 'ana', 1)")
            }
        }
        try f.store.judge(key, .approved, comment: "fine", by: "ben", now: Fixture.time(62))
        #expect(try item(f).status == .corrected)
        #expect(try f.store.corrections().corrections.map(\.approval?.verdict) == [.approved])
        #expect(throws: CaseStoreError.self) {
            try f.store.judge(key, .returned, comment: "", by: "cem", now: Fixture.time(63))
        }
        _ = try f.store.addJob(model: .baseline, corrections: [key], by: "ana", now: Fixture.time(64))
        #expect(
            try f.store.audit(after: 3, limit: 9).map(\.action) == [
                "correction.filed", "correction.approval-requested", "correction.approved", "job.queued",
            ])
        #expect(try f.store.verifyAudit().isIntact)
    }

    @Test func whatIsSentBackIsReopenedByItsAuthor() throws {
        let f = try Fixture()
        let key = try filedForApproval(f)
        try f.store.judge(key, .returned, comment: "apex is missing", by: "ben", now: Fixture.time(60))
        #expect(try item(f).status == .returned && item(f).approval?.comment == "apex is missing")
        var again = try Reviewer(f, lease: try f.lease(at: 70), base: .correction(revision: 1))
        try again.write(again.flip(.lungLeft, row: 1, columns: 3..<5, slice: 1), at: 71)
        #expect(try item(f).status == .inProgress)
        _ = try again.file(at: 80)
        #expect(try item(f).status == .corrected && item(f).approval == nil)
    }

    @Test func aCorrectionThatNeedsNoApprovalTakesNone() throws {
        let f = try Fixture()
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        _ = try ana.file()
        #expect(throws: CaseStoreError.invalid(what: "approval", reason: "this correction needs none")) {
            try f.store.judge(
                CorrectionKey(caseID: f.id, revision: 1), .approved, comment: "", by: "ben", now: Fixture.time(60))
        }
    }

    @Test func aSecondReaderHasAJournalOfHisOwnAndIsInNoList() throws {
        let f = try Fixture()
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        _ = try ana.file()
        let reading = try f.store.beginReading(of: f.id, by: "ben", now: Fixture.time(60))
        #expect(try f.store.beginReading(of: f.id, by: "ben", now: Fixture.time(61)) == reading)
        #expect(try f.store.worklist().items.map(\.record.id) == [f.id])
        #expect(throws: CaseStoreError.self) { try f.store.findCase("reading:") }
        // It begins with what the first reader was given, not with what he made of it.
        let prediction = try #require(try f.store.newestPrediction(for: reading))
        #expect(try f.store.prediction(prediction) == f.prediction)
        // The first reader may be at work on the case at the same time.
        _ = try f.lease(at: 62)
        let lease = try f.store.openForWriting(
            reading, reviewer: "ben", holder: "host/2", now: Fixture.time(62), duration: 60)
        let session = try f.store.beginSession(on: .prediction(prediction), lease: lease, now: Fixture.time(63))
        let filed = try f.store.file(
            CorrectionDraft(
                status: .accepted, masks: f.prediction.masks, outcomes: [], slicesTouched: [], slicesSeen: [],
                activeSeconds: 1), of: session, expectedLength: 0, lease: lease, now: Fixture.time(64))
        #expect(filed.caseID == reading && filed.reviewer == "ben")
        #expect(try f.store.corrections().corrections.map(\.key.caseID) == [f.id])
        let found = try #require(try f.store.readings(of: f.id).first)
        #expect(found.reader == "ben" && found.correction == CorrectionKey(caseID: reading, revision: 1))
        #expect(try f.store.verifyAudit().isIntact)
    }

    @Test func whoHasReviewedACaseIsNoSecondReaderOfIt() throws {
        let f = try Fixture()
        _ = try Reviewer(f, lease: try f.lease())
        #expect(throws: CaseStoreError.self) { try f.store.beginReading(of: f.id, by: "ana", now: Fixture.time(60)) }
        #expect(throws: CaseStoreError.noSuchCase("x")) {
            try f.store.beginReading(of: CaseID(rawValue: "x"), by: "ben", now: Fixture.time(60))
        }
    }

    @Test func estimatesBelongToTheNewestPrediction() throws {
        let f = try Fixture()
        let estimate = CaseEstimate(effortSeconds: 240, uncertainty: 0.25)
        try f.store.save(estimate, of: f.predictionID, for: f.id, now: Fixture.time(2))
        #expect(try item(f).estimate == estimate)
        #expect(throws: CaseStoreError.self) {
            try f.store.save(
                CaseEstimate(effortSeconds: nil, uncertainty: 1.5), of: f.predictionID, for: f.id, now: Fixture.time(2))
        }
        _ = try f.store.save(
            Prediction(model: .loaded, masks: f.prediction.masks, preprocessing: []), for: f.id, by: "ana",
            now: Fixture.time(3))
        #expect(try item(f).estimate == nil)
    }

    @Test func nothingOfItCanBeChangedOrDeleted() throws {
        let f = try Fixture()
        let key = try filedForApproval(f)
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

    @Test func aStoreOfTheFirstVersionIsBroughtUpToDate() throws {
        let folder = try TemporaryFolder()
        let url = folder.file("old.sqlite")
        let geometry = try GridGeometry(size: GridSize(x: 4, y: 4, z: 2), spacing: Spacing(x: 1, y: 1, z: 1))
        let queue = try DatabaseQueue(path: url.path)
        try Schema.migrator.migrate(queue, upTo: "1: cases, reviews, corrections, jobs, log")
        let json = String(decoding: try JSONEncoder().encode(geometry), as: UTF8.self)
        try queue.write { db in
            #expect(try !db.tableExists("readings"))
            try db.execute(
                sql: """
                    INSERT INTO cases (id, source, content_digest, geometry, minimum_hu, maximum_hu, structures, warnings,
                        touched_at) VALUES ('old', '/x', 'd', ?, 0, 1, '[]', '[]', 1735732800000)
                    """, arguments: [json])
        }
        try queue.close()
        let store = try SQLiteCaseStore(url: url)
        #expect(try store.worklist().items.map(\.record.id.rawValue) == ["old"])
        #expect(try store.worklist().items.map { $0.record.place + $0.record.description } == [""])
        try store.assign(CaseID(rawValue: "old"), to: "ana", by: "ana", now: Fixture.time(1))
        #expect(try store.worklist().items.first?.assignee == "ana")
    }

    /// What a store of every earlier version holds opens, as a case of a series of one volume.
    @Test(arguments: 1...6) func casesFromBeforeVolumesStillOpen(version: Int) throws {
        let folder = try TemporaryFolder()
        let url = folder.file("store.sqlite")
        let geometry = try GridGeometry(size: GridSize(x: 4, y: 4, z: 2), spacing: Spacing(x: 1, y: 1, z: 1))
        let queue = try DatabaseQueue(path: url.path)
        let earlier = try #require(Schema.migrator.migrations.first { $0.hasPrefix("\(version):") })
        try Schema.migrator.migrate(queue, upTo: earlier)
        let json = String(decoding: try JSONEncoder().encode(geometry), as: UTF8.self)
        try queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO cases (id, series_uid, source, content_digest, geometry, minimum_hu, maximum_hu,
                        structures, warnings, touched_at)
                    VALUES ('1.2', '1.2', '/x', 'd', ?, 0, 1, '[]', '[]', 1735732800000)
                    """, arguments: [json])
        }
        try queue.close()
        let store = try SQLiteCaseStore(url: url)
        var record = try store.caseRecord(CaseID(rawValue: "1.2"))
        #expect(record.volume == nil && record.seriesUID == "1.2")
        // It comes to be one volume of several.
        record.volume = "acquisition=2"
        #expect(try store.register(record, by: "ana", now: Fixture.time(1)) == .updated)
        #expect(try store.caseRecord(record.id).volume == "acquisition=2")
        #expect(try store.register(record, by: "ana", now: Fixture.time(2)) == .unchanged)
    }

    @Test func fiveHundredCasesAreOneQuery() throws {
        let f = try Fixture()
        for n in 0..<500 {
            let id = "1.9.\(n)"
            try f.store.register(Fixture.record(id, geometry: f.geometry), by: "ana", now: Fixture.time(2))
        }
        try f.store.assign(CaseID(rawValue: "1.9.499"), to: "ben", by: "ana", now: Fixture.time(3))
        let statements = StatementCounter()
        let store = try SQLiteCaseStore(url: f.url, migrator: Schema.migrator) { db in
            db.trace(options: .statement) { if "\($0)".contains("FROM cases") { statements.add() } }
        }
        let items = try store.worklist().items
        #expect(items.count == 501 && items.last?.assignee == "ben")
        #expect(statements.count == 1)
    }
}

/// Counts from whatever thread SQLite traces on.
private final class StatementCounter: @unchecked Sendable {
    private let lock = NSLock()
    private var value = 0
    func add() { lock.withLock { value += 1 } }
    var count: Int { lock.withLock { value } }
}
