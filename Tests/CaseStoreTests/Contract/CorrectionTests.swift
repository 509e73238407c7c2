import CaseStore
import Cases
import Foundation
import TestSupport
import Testing
import Volumes

@Suite struct CorrectionTests {
    @Test(arguments: StoreKind.allCases)
    func isFiledAndComesBack(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        let filed = try ana.file()
        #expect(filed.revision == 1 && filed.caseID == f.id && filed.reviewer == "ana")
        #expect(filed.model == f.prediction.model && filed.filedAt == Fixture.time(50))
        #expect(filed.masks == ana.review.masks && filed.outcomes == ana.draft().outcomes)
        let store = try f.reopened()
        let key = CorrectionKey(caseID: f.id, revision: 1)
        #expect(try store.correction(key) == filed)
        #expect(try store.openSession(of: f.id) == nil)
        #expect(try store.sessions(of: f.id).map(\.status) == [.filed])
        #expect(throws: CaseStoreError.sessionClosed(ana.session, .filed)) { try ana.file() }
        let summary = try #require(try store.corrections().corrections.first)
        #expect(summary.key == key && summary.status == .corrected && !summary.isSuperseded)
        #expect(summary.slicesTouched == [0, 1, 3] && summary.activeSeconds == 81.25)
        #expect(summary.outcomes.map(\.surfaceDiceAgainstPrediction) == [0.9621, nil])
        #expect(summary.prediction == f.predictionID)
        #expect(throws: CaseStoreError.noSuchCorrection(CorrectionKey(caseID: f.id, revision: 2))) {
            try store.correction(CorrectionKey(caseID: f.id, revision: 2))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func reopeningGoesOnFromItsMasks(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let lease = try f.lease()
        var ana = try Reviewer(f, lease: lease)
        try ana.writeFive()
        let first = try ana.file()
        var again = try Reviewer(f, lease: lease, base: .correction(revision: 1))
        let loaded = try f.store.loadSession(again.session)
        #expect(loaded.base == first.masks && loaded.reference == f.prediction && loaded.session.startsFrom == 1)
        #expect(try f.store.worklist().items[0].status == .inProgress)
        try again.write(again.flip(.trachea, row: 4, columns: 0..<3, slice: 0))
        var draft = again.draft()
        draft.masks[.trachea] = nil  // Emptied: may be left out.
        let second = try again.file(draft, at: 90)
        #expect(second.revision == 2 && second.masks[.trachea] == nil)
        #expect(try f.store.correction(CorrectionKey(caseID: f.id, revision: 1)) == first)
        let list = try f.store.corrections().corrections
        #expect(list.map(\.key.revision) == [2, 1] && list.map(\.isSuperseded) == [false, true])
        #expect(try f.store.newestCorrection(of: f.id)?.revision == 2)
        // What was left out begins empty, also where the prediction has it.
        var third = try Reviewer(f, lease: lease, base: .correction(revision: 2))
        try third.write(third.flip(.heart, row: 0, columns: 0..<70, slice: 0))
        #expect(third.review.masks[.heart]?.count == 70)
        #expect(try third.file(at: 91).revision == 3)
    }

    @Test(arguments: StoreKind.allCases)
    func onlyWhatTheJournalLeadsToIsFiled(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        var changed = ana.draft()
        changed.masks[.lungLeft]?[VoxelIndex(x: 5, y: 5, z: 2)].toggle()
        var missing = ana.draft()
        missing.masks[.lungRight] = nil
        var added = ana.draft()
        added.masks[.esophagus] = Mask(geometry: f.geometry) { $0.x == 3 }
        let cases = [(changed, StructureName.lungLeft), (missing, .lungRight), (added, .esophagus)]
        for (draft, structure) in cases {
            #expect(throws: CaseStoreError.masksDifferFromJournal(f.id, structure)) { try ana.file(draft) }
        }
        let journal = try f.store.loadSession(ana.session).entries
        #expect(throws: CaseStoreError.journalMoved(ana.session, expected: 4, found: 5)) {
            try f.store.file(
                ana.draft(), of: ana.session, expectedLength: 4, lease: ana.lease, now: Fixture.time(50))
        }
        #expect(throws: CaseStoreError.acceptedButChanged(f.id, .lungLeft)) { try ana.file(ana.draft(.accepted)) }
        var draft = ana.draft()
        draft.activeSeconds = .nan
        #expect(throws: CaseStoreError.self) { try ana.file(draft) }
        draft = ana.draft()
        draft.slicesTouched = [4]
        #expect(throws: CaseStoreError.self) { try ana.file(draft) }
        #expect(try f.store.corrections().corrections.isEmpty)
        #expect(try f.store.loadSession(ana.session).entries == journal)
        _ = try ana.file()
    }

    @Test(arguments: StoreKind.allCases)
    func acceptedAndRejected(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let lease = try f.lease()
        let accepted = try Reviewer(f, lease: lease).file(
            CorrectionDraft(
                status: .accepted, masks: f.prediction.masks, outcomes: [], slicesTouched: [], slicesSeen: [],
                activeSeconds: 3))
        #expect(accepted.status == .accepted)
        #expect(try f.store.worklist().items[0].status == .accepted)
        var ana = try Reviewer(f, lease: lease)
        try ana.writeFive()
        let rejected = try ana.file(ana.draft(.rejected))
        #expect(rejected.reason == "metal" && rejected.revision == 2)
        #expect(try f.store.worklist().items[0].status == .rejected)
    }

    @Test(arguments: StoreKind.allCases)
    func aMetricThatIsNoNumberKeepsNothingFromBeingFiled(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        var draft = ana.draft()
        draft.outcomes = [
            StructureOutcome(
                name: .heart, surfaceDiceAgainstPrediction: .nan, tolerance: 2,
                addedPathLength: Millimetres(.infinity))
        ]
        _ = try ana.file(draft)
        let outcome = try #require(try f.store.corrections().corrections.first?.outcomes.first)
        #expect(outcome.surfaceDiceAgainstPrediction?.isNaN == true && outcome.addedPathLength.value == .infinity)
    }
}
