import CaseStore
import Cases
import Foundation
import TestSupport
import Testing
import Volumes

@Suite struct PutAsideTests {
    @Test(arguments: StoreKind.allCases)
    func whatWasPutAsideIsListedAndGoneOnWith(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        #expect(try f.store.putAsideSessions(of: f.id).isEmpty)
        try ana.writeFive()
        let state = SessionState(currentSlice: 2, seenSlices: [0, 2], activeSeconds: 12)
        try f.store.saveState(state, of: ana.session, lease: ana.lease, now: Fixture.time(31))
        try f.store.abandon(ana.session, reason: "start over", lease: ana.lease, now: Fixture.time(32))
        let put = try #require(try f.store.putAsideSessions(of: f.id).first)
        #expect(put.session.id == ana.session && put.session.reviewer == "ana" && put.edits == 3)
        #expect(put.slices == [0, 1, 3] && put.putAsideAt == Fixture.time(32))

        // Another review has been begun: it is put aside in turn.
        var second = try Reviewer(f, lease: ana.lease)
        try second.write(second.flip(.heart, row: 1, columns: 1..<4, slice: 2), at: 40)
        let fresh = try f.store.restore(ana.session, lease: ana.lease, now: Fixture.time(41))
        let loaded = try f.store.loadSession(fresh)
        #expect(loaded.damage == nil && loaded.state == state)
        #expect(try loaded.replayed().review.masks == ana.review.masks)
        #expect(try f.store.openSession(of: f.id)?.id == fresh)
        #expect(try f.store.putAsideSessions(of: f.id).map(\.session.id) == [second.session, ana.session])
        // And back again: nothing was overwritten.
        let back = try f.store.restore(second.session, lease: ana.lease, now: Fixture.time(42))
        #expect(try f.store.loadSession(back).replayed().review.masks == second.review.masks)
        #expect(try f.store.loadSession(ana.session).entries.count == 5)
        #expect(try f.store.audit(after: 0, limit: 100).count { $0.action == "session.restored" } == 2)
        #expect(try f.store.verifyAudit().isIntact)
    }

    @Test(arguments: StoreKind.allCases)
    func aRestoredReviewIsWrittenOnAndFiled(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        try f.store.abandon(ana.session, reason: "start over", lease: ana.lease, now: Fixture.time(32))
        let fresh = try f.store.restore(ana.session, lease: ana.lease, now: Fixture.time(33))
        let entry = try ana.flip(.heart, row: 1, columns: 1..<4, slice: 2)
        try f.store.append(entry, sequence: 6, to: fresh, lease: ana.lease, now: Fixture.time(34))
        try ana.review.apply(entry)
        let filed = try f.store.file(
            ana.draft(), of: fresh, expectedLength: 6, lease: ana.lease, now: Fixture.time(35))
        #expect(filed.masks[.heart] == ana.review.masks[.heart])
    }

    @Test(arguments: StoreKind.allCases)
    func onlyWhatWasPutAsideIsRestored(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        #expect(throws: CaseStoreError.notPutAside(ana.session, .open)) {
            try f.store.restore(ana.session, lease: ana.lease, now: Fixture.time(40))
        }
        _ = try ana.file()
        #expect(throws: CaseStoreError.notPutAside(ana.session, .filed)) {
            try f.store.restore(ana.session, lease: ana.lease, now: Fixture.time(60))
        }
        #expect(throws: CaseStoreError.noSuchSession(SessionID(rawValue: 99))) {
            try f.store.restore(SessionID(rawValue: 99), lease: ana.lease, now: Fixture.time(60))
        }
        let other = try f.store.openForWriting(
            f.id, reviewer: "ben", holder: "host/2", replacing: "host/1", now: Fixture.time(61), duration: 60)
        #expect(throws: CaseStoreError.leaseLost(f.id, takenBy: "ben")) {
            try f.store.restore(ana.session, lease: ana.lease, now: Fixture.time(62))
        }
        #expect(other.reviewer == "ben")
    }

    @Test(arguments: StoreKind.allCases)
    func editsThatWereTakenBackDoNotCountAndPartsCountOnce(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        let parts = [EditPart(1, of: 2), EditPart(2, of: 2), nil]
        // As they are written now, and as they were before parts were kept.
        let steps =
            zip(["split", "split", "brush"], parts).map { $0 }
            + zip(["split [1/2]", "split [2/2]", "brush [2/2/2]"], [nil, nil, nil]).map { $0 }
        for (i, (name, part)) in steps.enumerated() {
            let plain = try ana.flip(.lungLeft, row: i, columns: 0..<3, slice: i % 3)
            try ana.write(
                JournalEntry(
                    kind: .edit, structure: plain.structure, name: name, slice: i % 3, patch: plain.patch,
                    digestAfter: plain.digestAfter, part: part))
        }
        #expect(try f.store.loadSession(ana.session).entries.map(\.part) == parts + [nil, nil, nil])
        try ana.write(ana.flip(.lungRight, row: 3, columns: 60..<70, slice: 3))
        try ana.write(ana.undo())
        try f.store.abandon(ana.session, reason: "start over", lease: ana.lease, now: Fixture.time(32))
        let put = try #require(try f.store.putAsideSessions(of: f.id).first)
        #expect(put.edits == 4 && put.slices == [0, 2] && put.session.journalLength == 8)
    }
}
