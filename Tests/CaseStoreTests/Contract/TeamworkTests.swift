import CaseStore
import Cases
import Foundation
import TestSupport
import Testing
import Volumes

@Suite struct TeamworkTests {
    private func item(_ f: CaseStoreTests.Fixture) throws -> WorklistItem {
        try #require(try f.store.worklist().items.first)
    }

    @Test(arguments: StoreKind.allCases)
    func aCaseIsAssignedAndGivenBackAndTheLogTells(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
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

    @Test(arguments: StoreKind.allCases)
    func aCaseStaysPutOffUntilAStepIsMade(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
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

    @Test(arguments: StoreKind.allCases)
    func aFlagStandsUntilItIsTakenDown(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        try f.store.mark(f.id, .flagged, comment: "is this effusion?", by: "ana", now: Fixture.time(2))
        try f.store.mark(f.id, .deferred, comment: "", by: "ana", now: Fixture.time(3))
        #expect(try item(f).flag == CaseMark(comment: "is this effusion?", actor: "ana", at: Fixture.time(2)))
        try f.store.mark(f.id, .unflagged, comment: "", by: "ben", now: Fixture.time(4))
        #expect(try item(f).flag == nil)
        #expect(
            try f.store.audit(after: 2, limit: 9).map(\.action) == ["case.flagged", "case.deferred", "case.unflagged"])
    }

    @Test(arguments: StoreKind.allCases)
    func aSecondPersonApprovesAndOnlyThenACorrectionIsTrainedOn(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let key = try f.filedForApproval()
        #expect(try item(f).status == .awaiting)
        #expect(try f.store.approval(of: key)?.allowsUse == false)
        #expect(throws: CaseStoreError.self) {
            try f.store.addJob(model: .baseline, corrections: [key], by: "ana", now: Fixture.time(60))
        }
        #expect(throws: CaseStoreError.invalid(what: "approval", reason: "nobody approves a correction of his own")) {
            try f.store.judge(key, .approved, comment: "", by: "ana", now: Fixture.time(61))
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

    @Test(arguments: StoreKind.allCases)
    func whatIsSentBackIsReopenedByItsAuthor(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let key = try f.filedForApproval()
        try f.store.judge(key, .returned, comment: "apex is missing", by: "ben", now: Fixture.time(60))
        #expect(try item(f).status == .returned && item(f).approval?.comment == "apex is missing")
        var again = try Reviewer(f, lease: try f.lease(at: 70), base: .correction(revision: 1))
        try again.write(again.flip(.lungLeft, row: 1, columns: 3..<5, slice: 1), at: 71)
        #expect(try item(f).status == .inProgress)
        _ = try again.file(at: 80)
        #expect(try item(f).status == .corrected && item(f).approval == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func aCorrectionThatNeedsNoApprovalTakesNone(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        _ = try ana.file()
        #expect(throws: CaseStoreError.invalid(what: "approval", reason: "this correction needs none")) {
            try f.store.judge(
                CorrectionKey(caseID: f.id, revision: 1), .approved, comment: "", by: "ben", now: Fixture.time(60))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aSecondReaderHasAJournalOfHisOwnAndIsInNoList(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
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

    @Test(arguments: StoreKind.allCases)
    func whoHasReviewedACaseIsNoSecondReaderOfIt(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        _ = try Reviewer(f, lease: try f.lease())
        #expect(throws: CaseStoreError.self) { try f.store.beginReading(of: f.id, by: "ana", now: Fixture.time(60)) }
        #expect(throws: CaseStoreError.noSuchCase("x")) {
            try f.store.beginReading(of: CaseID(rawValue: "x"), by: "ben", now: Fixture.time(60))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func estimatesBelongToTheNewestPrediction(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
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
}
