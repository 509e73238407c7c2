import CaseStore
import Cases
import Foundation
import TestSupport
import Testing

@Suite struct LeaseTests {
    @Test(arguments: StoreKind.allCases)
    func onlyOneHolderAtATime(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let other = try f.reopened()
        let first = try f.lease("ana", holder: "host/1")
        #expect(first.expiresAt == Fixture.time(70))
        let refused = CaseStoreError.leased(f.id, reviewer: "ana", holder: "host/1", until: Fixture.time(70))
        #expect(throws: refused) { try f.lease("ben", holder: "host/2", at: 69.999, store: other) }
        // A renewal moves the end.
        let renewed = try f.store.renew(first, now: Fixture.time(60))
        #expect(renewed.expiresAt == Fixture.time(120))
        #expect(throws: CaseStoreError.self) { try f.lease("ben", holder: "host/2", at: 119, store: other) }
        _ = try f.lease("ben", holder: "host/2", at: 120, store: other)
        #expect(throws: CaseStoreError.leaseLost(f.id, takenBy: "ben")) {
            try f.store.renew(renewed, now: Fixture.time(121))
        }
        let log = try f.store.audit(after: 0, limit: 100).filter { $0.action == "lease.taken-over" }
        #expect(log.map(\.actor) == ["ben"] && log.map(\.details) == [#"{"from":"ana","why":"not renewed"}"#])
    }

    @Test(arguments: StoreKind.allCases)
    func aLostLeaseWritesNothing(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let other = try f.reopened()
        var ana = try Reviewer(f, lease: try f.lease("ana", holder: "host/1"))
        try ana.writeFive()
        let lease = try f.lease("ben", holder: "host/2", at: 71, store: other)
        let lost = CaseStoreError.leaseLost(f.id, takenBy: "ben")
        let entry = try ana.flip(.heart, row: 1, columns: 1..<4, slice: 2)
        #expect(throws: lost) { try ana.write(entry) }
        #expect(throws: lost) { try ana.file() }
        #expect(throws: lost) {
            try f.store.saveState(SessionState(), of: ana.session, lease: ana.lease, now: Fixture.time(72))
        }
        #expect(throws: lost) {
            try f.store.abandon(ana.session, reason: "", lease: ana.lease, now: Fixture.time(72))
        }
        #expect(throws: lost) {
            try f.store.salvage(ana.session, keeping: 1, lease: ana.lease, now: Fixture.time(72))
        }
        #expect(throws: lost) {
            try f.store.beginSession(on: .prediction(f.predictionID), lease: ana.lease, now: Fixture.time(72))
        }
        // Letting go of a lost lease leaves the new holder's alone, who goes on where the other stopped.
        try f.store.release(ana.lease)
        let loaded = try other.loadSession(try #require(try other.openSession(of: f.id)).id)
        #expect(loaded.entries.count == 5)
        try other.append(entry, sequence: 6, to: ana.session, lease: lease, now: Fixture.time(73))
        #expect(try f.store.corrections().corrections.isEmpty)
    }

    @Test(arguments: StoreKind.allCases)
    func aLeaseThatRanOutStillWritesUntilTakenOver(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease("ana"))
        try ana.write(ana.flip(.heart, row: 1, columns: 1..<4, slice: 2), at: 100_000)
        _ = try f.store.renew(ana.lease, now: Fixture.time(200_000))
    }

    @Test(arguments: StoreKind.allCases)
    func aReleasedLeaseIsOver(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease("ana"))
        try f.store.release(ana.lease)
        let entry = try ana.flip(.heart, row: 1, columns: 1..<4, slice: 2)
        #expect(throws: CaseStoreError.leaseLost(f.id, takenBy: nil)) { try ana.write(entry) }
        _ = try f.lease("ben", holder: "host/2", at: 11)
    }

    @Test(arguments: StoreKind.allCases)
    func aHolderThatIsGoneIsReplacedAtOnce(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let dead = try f.lease("ana", holder: "host/1")
        #expect(throws: CaseStoreError.self) {
            try f.store.openForWriting(
                f.id, reviewer: "ben", holder: "host/2", replacing: "host/9", now: Fixture.time(11), duration: 60)
        }
        let lease = try f.store.openForWriting(
            f.id, reviewer: "ana", holder: "host/2", replacing: "host/1", now: Fixture.time(11), duration: 60)
        #expect(lease.generation == dead.generation + 1)
        #expect(throws: CaseStoreError.leaseLost(f.id, takenBy: "ana")) {
            try f.store.renew(dead, now: Fixture.time(12))
        }
        // The same holder may ask again; its older lease is over.
        _ = try f.lease("ana", holder: "host/2", at: 12)
        #expect(throws: CaseStoreError.self) { try f.store.renew(lease, now: Fixture.time(13)) }
    }

    @Test(arguments: StoreKind.allCases)
    func aClockThatWasSetBackLocksNoOneOutForEver(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        // The clock said a year too much.
        let lease = try f.lease("ana", holder: "host/1", at: 31_536_000)
        let shortened = CaseStoreError.leased(f.id, reviewer: "ana", holder: "host/1", until: Fixture.time(70))
        #expect(throws: shortened) { try f.lease("ben", holder: "host/2", at: 10) }
        #expect(throws: shortened) { try f.lease("ben", holder: "host/2", at: 69) }
        // The holder is there and renews by the right clock.
        _ = try f.store.renew(lease, now: Fixture.time(65))
        #expect(throws: CaseStoreError.self) { try f.lease("ben", holder: "host/2", at: 124) }
        _ = try f.lease("ben", holder: "host/2", at: 125)
    }

    @Test(arguments: StoreKind.allCases)
    func refusesSenselessLeases(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        for duration in [0, -1, 1e6, Double.nan] {
            #expect(throws: CaseStoreError.self) {
                try f.store.openForWriting(
                    f.id, reviewer: "a", holder: "h", now: Fixture.time(0), duration: duration)
            }
        }
        #expect(throws: CaseStoreError.self) { try f.lease("") }
        #expect(throws: CaseStoreError.self) { try f.lease("a", holder: "") }
    }

    @Test(arguments: StoreKind.allCases)
    func manyThreadsGetOneLease(_ kind: StoreKind) async throws {
        let f = try Fixture(kind)
        let granted = await withTaskGroup(of: Bool.self) { group in
            for n in 0..<12 {
                group.addTask {
                    guard let store = try? f.reopened() else { return false }
                    return (try? f.lease("r\(n)", holder: "host/\(n)", store: store)) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(granted == 1)
    }
}
