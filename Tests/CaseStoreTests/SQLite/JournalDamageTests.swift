import CaseStore
import Cases
import Foundation
import GRDB
import TestSupport
import Testing
import Volumes

@Suite struct JournalDamageTests {
    /// Five steps written, then the store is changed from outside.
    private func damaged(_ sql: String, _ arguments: StatementArguments = []) throws -> (
        Fixture, Reviewer, LoadedSession
    ) {
        let f = try Fixture()
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        try f.dropTriggers()
        try f.raw { try $0.execute(sql: sql, arguments: arguments) }
        return (f, ana, try f.store.loadSession(ana.session))
    }

    @Test(arguments: [
        ("UPDATE journal SET patch = zeroblob(40) WHERE sequence = 3", 3),
        ("UPDATE journal SET patch = x'' WHERE sequence = 1", 1),
        ("UPDATE journal SET name = 'lasso' WHERE sequence = 2", 2),
        ("UPDATE journal SET slice = 0 WHERE sequence = 1", 1),
        ("UPDATE journal SET structure = 'Heart' WHERE sequence = 4", 4),
        ("UPDATE journal SET kind = 'edit' WHERE sequence = 5", 5),
        ("UPDATE journal SET digest_after = 7 WHERE sequence = 2", 2),
        ("UPDATE journal SET reviewer = 'eve' WHERE sequence = 2", 2),
        ("UPDATE journal SET written_at = 1 WHERE sequence = 4", 4),
        ("UPDATE journal SET hash = 'x' WHERE sequence = 4", 4),
        ("UPDATE journal SET part = 1, parts = 2 WHERE sequence = 3", 3),
        ("UPDATE journal SET part = 1 WHERE sequence = 2", 2),
        ("UPDATE journal SET parts = 2 WHERE sequence = 2", 2),
        ("DELETE FROM journal WHERE sequence = 1", 1),
        ("DELETE FROM journal WHERE sequence = 3", 3),
        ("DELETE FROM journal WHERE sequence = 5", 5),
        ("DELETE FROM journal WHERE sequence > 2", 3),
        (
            """
            UPDATE journal SET sequence = -1 WHERE sequence = 1; UPDATE journal SET sequence = 1 WHERE sequence = 2;
            UPDATE journal SET sequence = 2 WHERE sequence = -1
            """, 1
        ),
        (
            "INSERT INTO journal SELECT session_id, 6, kind, structure, name, slice, patch, digest_after, "
                + "reviewer, written_at, hash, part, parts FROM journal WHERE sequence = 5", 6
        ),
        ("UPDATE sessions SET journal_length = 4", 5),
    ])
    func keepsWhatIsBeforeTheDamage(sql: String, first: Int) throws {
        let (_, ana, loaded) = try damaged(sql)
        #expect(loaded.damage?.firstDamaged == first)
        #expect(loaded.entries.count == first - 1)
        let (review, damage) = try loaded.replayed()
        #expect(damage == loaded.damage && review.length == first - 1)
        #expect(throws: CaseStoreError.self) { try ana.file() }
    }

    /// Which part of an edit a step is decides what undo takes back: it is hashed with the step.
    @Test(arguments: [
        ("UPDATE journal SET part = 2 WHERE sequence = 1", 1), ("UPDATE journal SET parts = 3 WHERE sequence = 1", 1),
        ("UPDATE journal SET part = NULL, parts = NULL WHERE sequence = 1", 1),
        ("UPDATE journal SET part = 1 WHERE sequence = 2", 2),
        ("UPDATE journal SET part = 3 WHERE sequence = 2", 2),
    ])
    func whichPartAStepIsIsHashed(sql: String, first: Int) throws {
        let f = try Fixture()
        var ana = try Reviewer(f, lease: try f.lease())
        for number in 1...2 {
            let step = try ana.flip(number == 1 ? .lungLeft : .lungRight, row: 2, columns: 30..<45, slice: 1)
            try ana.write(
                JournalEntry(
                    kind: step.kind, structure: step.structure, name: "merge", slice: step.slice, patch: step.patch,
                    digestAfter: step.digestAfter, part: EditPart(number, of: 2)))
        }
        #expect(try f.store.loadSession(ana.session).damage == nil)
        try f.dropTriggers()
        try f.raw { try $0.execute(sql: sql) }
        let loaded = try f.store.loadSession(ana.session)
        #expect(loaded.damage?.firstDamaged == first && loaded.entries.count == first - 1)
    }

    @Test func anyChangedByteOfAPatchIsFound() throws {
        let f = try Fixture()
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        try f.dropTriggers()
        let patch = try #require(
            try f.raw { try Data.fetchOne($0, sql: "SELECT patch FROM journal WHERE sequence = 2") })
        for i in patch.indices {
            var changed = patch
            changed[i] ^= UInt8(1 << (i % 8))
            try f.raw { db in
                try db.execute(sql: "UPDATE journal SET patch = ? WHERE sequence = 2", arguments: [changed])
            }
            let loaded = try f.store.loadSession(ana.session)
            #expect(loaded.entries.count == 1 && loaded.damage?.firstDamaged == 2 && loaded.damage?.writtenLength == 5)
        }
    }

    @Test func goesOnFromTheSoundSteps() throws {
        let (f, ana, loaded) = try damaged("UPDATE journal SET name = 'x' WHERE sequence = 4")
        #expect(throws: CaseStoreError.journalDamaged(ana.session, try #require(loaded.damage))) {
            try f.store.salvage(ana.session, keeping: 4, lease: ana.lease, now: Fixture.time(60))
        }
        #expect(throws: CaseStoreError.self) {
            try f.store.salvage(ana.session, keeping: -1, lease: ana.lease, now: Fixture.time(60))
        }
        let fresh = try f.store.salvage(ana.session, keeping: 3, lease: ana.lease, now: Fixture.time(60))
        let session = try f.store.loadSession(fresh)
        #expect(session.damage == nil && session.entries == loaded.entries && session.session.status == .open)
        let old = try f.store.loadSession(ana.session)
        #expect(old.session.status == .abandoned && old.session.journalLength == 5)
        #expect(try f.raw { try Int.fetchOne($0, sql: "SELECT count(*) FROM journal") } == 8)
        let entry = try ana.flip(.heart, row: 1, columns: 1..<4, slice: 2)
        try f.store.append(entry, sequence: 4, to: fresh, lease: ana.lease, now: Fixture.time(61))
        #expect(try f.store.verifyAudit().isIntact)
    }

    @Test func aLostViewStateCostsNoStep() throws {
        let f = try Fixture()
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        try f.store.saveState(SessionState(currentSlice: 2), of: ana.session, lease: ana.lease, now: Fixture.time(40))
        try f.raw { try $0.execute(sql: "UPDATE session_states SET state = '{'") }
        let loaded = try f.store.loadSession(ana.session)
        #expect(loaded.entries.count == 5 && loaded.damage == nil && loaded.stateDamage != nil)
        #expect(loaded.state == SessionState())
    }
}
