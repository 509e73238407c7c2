import CaseStore
import Cases
import Foundation
import TestSupport
import Testing
import Volumes

@Suite struct SessionTests {
    @Test(arguments: StoreKind.allCases)
    func tellsWhenEachStepWasWritten(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.write(ana.flip(.lungLeft, row: 2, columns: 30..<45, slice: 1), at: 31)
        try ana.write(ana.undo(), at: 35.5)
        #expect(try f.store.loadSession(ana.session).times == [Fixture.time(31), Fixture.time(35.5)])
        _ = try ana.file()
        let loaded = try f.reopened().loadSession(ana.session)
        #expect(loaded.times == [Fixture.time(31), Fixture.time(35.5)] && loaded.entries.count == 2)
    }

    @Test(arguments: StoreKind.allCases)
    func resumesWhereItWasLeft(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        let state = SessionState(currentSlice: 2, seenSlices: [0, 2], activeSeconds: 12.75, view: #"{"zoom":2}"#)
        try f.store.saveState(state, of: ana.session, lease: ana.lease, now: Fixture.time(40))
        let store = try f.reopened()
        let session = try #require(try store.openSession(of: f.id))
        #expect(session.id == ana.session && session.journalLength == 5 && session.status == .open)
        #expect(session.begunAt == Fixture.time(20) && session.reviewer == "ana" && session.startsFrom == nil)
        let loaded = try store.loadSession(session.id)
        #expect(loaded.reference == f.prediction && loaded.base == f.prediction.masks)
        #expect(loaded.entries.map(\.kind) == [.edit, .edit, .edit, .undo, .redo])
        #expect(loaded.state == state && loaded.stateDamage == nil && loaded.damage == nil)
        let (review, damage) = try loaded.replayed()
        #expect(review == ana.review && damage == nil)
        // By hand: the prediction with 15, 10 and 3 voxels flipped.
        for z in 0..<4 {
            for y in 0..<9 {
                for x in 0..<70 {
                    let index = VoxelIndex(x: x, y: y, z: z)
                    let left = (x > 40 && z > 0) != (z == 1 && y == 2 && (30..<45).contains(x))
                    let right = x < 20 || (z == 3 && y == 3 && x >= 60)
                    #expect(review.masks[.lungLeft]?[index] == left)
                    #expect(review.masks[.lungRight]?[index] == right)
                    #expect(review.masks[.trachea]?[index] == (z == 0 && y == 4 && x < 3))
                }
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func repeatingACallInDoubtIsHarmless(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        let entries = try f.store.loadSession(ana.session).entries
        try f.store.append(
            entries[4], sequence: 5, to: ana.session, lease: ana.lease, now: Fixture.time(31))
        try f.store.append(
            Array(entries[2...]), from: 3, to: ana.session, lease: ana.lease, state: nil, now: Fixture.time(31))
        #expect(try f.store.loadSession(ana.session).entries == entries)
        // Another step under a number that is taken, and a gap, are refused.
        let moved = { CaseStoreError.journalMoved(ana.session, expected: $0, found: 5) }
        #expect(throws: moved(4)) {
            try f.store.append(entries[3], sequence: 5, to: ana.session, lease: ana.lease, now: Fixture.time(31))
        }
        #expect(throws: moved(6)) {
            try f.store.append(entries[3], sequence: 7, to: ana.session, lease: ana.lease, now: Fixture.time(31))
        }
        #expect(try f.store.loadSession(ana.session).entries == entries)
    }

    @Test(arguments: StoreKind.allCases)
    func severalStepsAreWrittenAllOrNone(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let ana = try Reviewer(f, lease: try f.lease())
        let good = try ana.flip(.lungLeft, row: 2, columns: 0..<5, slice: 1)
        let small = Mask(geometry: try GridGeometry(size: GridSize(x: 2, y: 2, z: 1), spacing: f.geometry.spacing))
        let other = try MaskPatch(from: small, to: small.inverted())
        let empty = try MaskPatch(from: Mask(geometry: f.geometry), to: Mask(geometry: f.geometry))
        for patch in [other, empty] {
            let bad = JournalEntry(
                kind: .edit, structure: .heart, name: "x", slice: 0, patch: patch, digestAfter: 0)
            #expect(throws: CaseStoreError.self) {
                try f.store.append(
                    [good, bad], from: 1, to: ana.session, lease: ana.lease, state: SessionState(currentSlice: 3),
                    now: Fixture.time(30))
            }
        }
        let loaded = try f.store.loadSession(ana.session)
        #expect(loaded.entries.isEmpty && loaded.state == SessionState())
        try f.store.append(
            [good, good], from: 1, to: ana.session, lease: ana.lease, state: SessionState(currentSlice: 3),
            now: Fixture.time(30))
        #expect(try f.store.loadSession(ana.session).entries == [good, good])
        #expect(try f.store.loadSession(ana.session).state.currentSlice == 3)
    }

    @Test(arguments: StoreKind.allCases)
    func oneUnfinishedReviewPerCase(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        #expect(throws: CaseStoreError.sessionStillOpen(f.id, ana.session)) {
            try f.store.beginSession(on: .prediction(f.predictionID), lease: ana.lease, now: Fixture.time(30))
        }
        try ana.writeFive()
        try f.store.abandon(ana.session, reason: "start over", lease: ana.lease, now: Fixture.time(31))
        #expect(try f.store.openSession(of: f.id) == nil)
        #expect(try f.store.loadSession(ana.session).entries.count == 5)
        let closed = CaseStoreError.sessionClosed(ana.session, .abandoned)
        let entry = try ana.flip(.heart, row: 1, columns: 1..<4, slice: 2)
        #expect(throws: closed) { try ana.write(entry) }
        #expect(throws: closed) { try ana.file() }
        #expect(throws: closed) {
            try f.store.saveState(SessionState(), of: ana.session, lease: ana.lease, now: Fixture.time(32))
        }
        let again = try Reviewer(f, lease: ana.lease)
        #expect(again.session != ana.session && again.review.masks == f.prediction.masks)
        #expect(try f.store.sessions(of: f.id).map(\.status) == [.abandoned, .open])
        let log = try f.store.audit(after: 0, limit: 100).filter { $0.action == "session.abandoned" }
        #expect(log.count == 1 && log[0].details.contains("start over") && log[0].details.contains(#""5""#))
    }

    @Test(arguments: StoreKind.allCases)
    func casesAreNotMixedUp(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let second = CaseID(rawValue: "2")
        try f.store.register(Fixture.record("2", geometry: f.geometry), by: "ana", now: Fixture.time(2))
        let other = try f.store.openForWriting(
            second, reviewer: "ana", holder: "host/1", now: Fixture.time(3), duration: 60)
        #expect(throws: CaseStoreError.noSuchPrediction(f.predictionID)) {
            try f.store.beginSession(on: .prediction(f.predictionID), lease: other, now: Fixture.time(4))
        }
        #expect(throws: CaseStoreError.noSuchCorrection(CorrectionKey(caseID: second, revision: 1))) {
            try f.store.beginSession(on: .correction(revision: 1), lease: other, now: Fixture.time(4))
        }
        let ana = try Reviewer(f, lease: try f.lease())
        let entry = try ana.flip(.heart, row: 1, columns: 1..<4, slice: 2)
        #expect(throws: CaseStoreError.noSuchSession(ana.session)) {
            try f.store.append(entry, sequence: 1, to: ana.session, lease: other, now: Fixture.time(5))
        }
        #expect(throws: CaseStoreError.noSuchSession(ana.session)) {
            try f.store.file(ana.draft(), of: ana.session, expectedLength: 0, lease: other, now: Fixture.time(5))
        }
        #expect(throws: CaseStoreError.noSuchSession(SessionID(rawValue: 99))) {
            try f.store.loadSession(SessionID(rawValue: 99))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func othersReadWhileOneWrites(_ kind: StoreKind) async throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        let session = ana.session
        let readers = Task {
            await withTaskGroup(of: Int.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        var (seen, reads) = (0, 0)
                        while seen < 40 && reads < 100_000 {
                            guard let store = try? f.reopened(),
                                let loaded = try? store.loadSession(session), loaded.damage == nil,
                                loaded.entries.count >= seen, loaded.entries.count == loaded.session.journalLength
                            else { return -1 }
                            (seen, reads) = (loaded.entries.count, reads + 1)
                        }
                        return seen
                    }
                }
                return await group.reduce(into: [Int]()) { $0.append($1) }
            }
        }
        for n in 0..<40 {
            try ana.write(ana.flip(.lungLeft, row: n % 9, columns: n..<n + 9, slice: n % 4))
        }
        #expect(await readers.value == [40, 40, 40])
    }

    @Test(arguments: StoreKind.allCases)
    func aSoundChainThatLeadsElsewhereIsFound(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        // Written through the store, but with a digest that is not that of the mask: a fault of the writer's.
        let entry = try ana.flip(.heart, row: 1, columns: 1..<4, slice: 2)
        let wrong = JournalEntry(
            kind: .edit, structure: .heart, name: "brush", slice: 2, patch: entry.patch,
            digestAfter: entry.digestAfter ^ 1)
        try f.store.append(wrong, sequence: 6, to: ana.session, lease: ana.lease, now: Fixture.time(40))
        let loaded = try f.store.loadSession(ana.session)
        #expect(loaded.damage == nil && loaded.entries.count == 6)
        #expect(try loaded.replayed().damage?.firstDamaged == 6)
        #expect(try loaded.replayed().review == ana.review)
        let fresh = try f.store.salvage(ana.session, keeping: 5, lease: ana.lease, now: Fixture.time(41))
        #expect(try f.store.loadSession(fresh).replayed().review == ana.review)
    }
}
