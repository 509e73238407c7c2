import CaseStore
import Cases
import Dispatch
import Foundation
import MemoryStore
import TestSupport
import Testing

/// What the store in memory can do beyond the contract: be slow, and fail.
@Suite struct MemoryStoreTests {
    private func memory(_ f: Fixture) throws -> MemoryCaseStore { try #require(f.store as? MemoryCaseStore) }

    @Test func writesFailAsOftenAsWasAskedAndChangeNothing() throws {
        let f = try Fixture(.memory)
        let store = try memory(f)
        var ana = try Reviewer(f, lease: try f.lease())
        let full = CaseStoreError.noSpace(path: "store", operation: "write to the journal")
        store.failNextWrites(2, of: .journal, with: full)
        let entry = try ana.flip(.lungLeft, row: 2, columns: 30..<45, slice: 1)
        let log = try store.audit(after: 0, limit: 100)
        for _ in 0..<2 {
            #expect(throws: full) { try ana.write(entry) }
            #expect(try store.loadSession(ana.session).entries.isEmpty)
        }
        // Other kinds of writes, and reads, were not meant.
        try store.saveState(SessionState(currentSlice: 1), of: ana.session, lease: ana.lease, now: Fixture.time(30))
        #expect(try store.audit(after: 0, limit: 100) == log)
        try ana.write(entry)
        #expect(try store.loadSession(ana.session).entries == [entry])
    }

    @Test func aWriteWhoseAnswerIsLostIsKeptAndMayBeRepeated() throws {
        let f = try Fixture(.memory)
        let store = try memory(f)
        var ana = try Reviewer(f, lease: try f.lease())
        let busy = CaseStoreError.busy(path: "store", operation: "write to the journal")
        store.failNextWrites(1, of: .journal, with: busy, isKept: true)
        let entry = try ana.flip(.lungLeft, row: 2, columns: 30..<45, slice: 1)
        #expect(throws: busy) { try ana.write(entry) }
        #expect(try store.loadSession(ana.session).entries == [entry])
        try ana.write(entry)
        #expect(try store.loadSession(ana.session).entries == [entry])
    }

    @Test func writesFailUntilTheyAreLetThroughAgainAndAreCounted() throws {
        let f = try Fixture(.memory)
        let store = try memory(f)
        let (busy, full) = (
            CaseStoreError.busy(path: "store", operation: "assign"),
            CaseStoreError.noSpace(path: "store", operation: "assign")
        )
        store.failWrites(of: .teamwork, with: busy)
        // What was asked for by number comes first.
        store.failNextWrites(1, of: .teamwork, with: full)
        for error in [full, busy, busy] {
            #expect(throws: error) { try store.assign(f.id, to: "ana", by: "ana", now: Fixture.time(2)) }
        }
        #expect(store.writeCount(of: .teamwork) == 3)
        store.failWrites(of: .teamwork, with: nil)
        try store.assign(f.id, to: "ana", by: "ana", now: Fixture.time(3))
        #expect(store.writeCount(of: .teamwork) == 4 && store.writeCount(of: .journal) == 0)
    }

    @Test func writesWaitUntilTheyAreLetGo() throws {
        let f = try Fixture(.memory)
        let store = try memory(f)
        store.holdWrites(of: .teamwork)
        let done = DispatchSemaphore(value: 0)
        let id = f.id
        Thread.detachNewThread {
            try? store.assign(id, to: "ana", by: "ana", now: Fixture.time(2))
            done.signal()
        }
        while store.writeCount(of: .teamwork) == 0 { Thread.sleep(forTimeInterval: 0.001) }
        // Other writes, and reads, do not wait.
        try store.register(Fixture.record("2", geometry: f.geometry), by: "ana", now: Fixture.time(3))
        #expect(try store.worklist().items.map(\.assignee) == [nil, nil])
        store.letGo(.teamwork)
        done.wait()
        #expect(try store.worklist().items.map(\.assignee) == ["ana", nil])
    }

    /// A kind for every group of operations: each can be made to fail, and none by another's name.
    @Test(arguments: MemoryCaseStore.WriteKind.allCases)
    func everyKindOfWriteCanFail(kind: MemoryCaseStore.WriteKind) throws {
        let q = try QueueFixture(.memory)
        let store = try memory(q.f)
        let lease = try q.f.lease(at: 60)
        let job = try q.queue()
        let session = try store.beginSession(on: .correction(revision: 1), lease: lease, now: Fixture.time(61))
        let loaded = try store.loadSession(session)
        let file = q.f.folder.file("candidate.safetensors")
        try Data("weights".utf8).write(to: file)
        let patient = try PatientHasher(keyFile: q.f.folder.file("patients.key")).hash("p")
        let lineage = ModelLineage(parent: nil, recipeDigest: "r", seed: 1, dataDigest: "d", software: "s")
        let report = ReplayReport(job: job.id, before: .baseline, after: .baseline, cases: [])
        let now = Fixture.time(62)
        let writes: [MemoryCaseStore.WriteKind: () throws -> Void] = [
            .cases: { try store.register(Fixture.record("2", geometry: q.f.geometry), by: "ana", now: now) },
            .leases: { _ = try store.renew(lease, now: now) },
            .predictions: { _ = try store.save(q.f.prediction, for: q.f.id, by: "ana", now: now) },
            .sessionStates: { try store.saveState(SessionState(), of: session, lease: lease, now: now) },
            .journal: { try store.append([], from: 1, to: session, lease: lease, state: nil, now: now) },
            .corrections: {
                let draft = CorrectionDraft(
                    status: .corrected, masks: loaded.base, outcomes: [], slicesTouched: [], slicesSeen: [],
                    activeSeconds: 1)
                _ = try store.file(draft, of: session, expectedLength: 0, lease: lease, now: now)
            },
            .sessions: { _ = try store.beginSession(on: .correction(revision: 1), lease: lease, now: now) },
            .jobs: { _ = try store.cancelJob(job.id, by: "ana", now: now) },
            .models: {
                _ = try store.publish(file, as: "lungs", lineage: lineage, evaluation: nil, by: "ana", now: now)
            },
            .patients: { try store.assignPatient(patient, to: q.f.id, holdOutShare: 0, by: "ana", now: now) },
            .teamwork: { try store.assign(q.f.id, to: "ben", by: "ana", now: now) },
            .replays: { try store.save(report, now: now) },
            .deliveries: { try store.send(q.f.id, by: .nowhere, actor: "ana", now: now) },
            .structureLists: { try store.keep(StructureListing([]), lease: lease, now: now) },
            .roles: { try store.give(.admin, to: store.account, by: "ana", now: now) },
        ]
        let failure = CaseStoreError.busy(path: "store", operation: "test")
        store.failNextWrites(1, of: kind, with: failure)
        let order: [MemoryCaseStore.WriteKind] = [
            .cases, .leases, .predictions, .sessionStates, .journal, .corrections, .sessions, .jobs, .models, .patients,
            .teamwork, .replays, .structureLists, .deliveries, .roles,
        ]
        #expect(Set(order) == Set(MemoryCaseStore.WriteKind.allCases))
        var failed: [MemoryCaseStore.WriteKind] = []
        for each in order {
            let write = try #require(writes[each])
            do { try write() } catch {
                // Without a correction the review is still open.
                if kind == .corrections, each == .sessions {
                    #expect(error as? CaseStoreError == .sessionStillOpen(q.f.id, session))
                } else {
                    #expect(error as? CaseStoreError == failure)
                    failed.append(each)
                }
            }
        }
        #expect(failed == [kind])
    }

    @Test func everyAnswerTakesAsLongAsWasAsked() throws {
        let f = try Fixture(.memory)
        let store = try memory(f)
        store.answerDelay = .milliseconds(120)
        let clock = ContinuousClock()
        let read = try clock.measure { _ = try store.worklist() }
        let refused = clock.measure {
            #expect(throws: CaseStoreError.noSuchCase("x")) { try store.caseRecord(CaseID(rawValue: "x")) }
        }
        let written = try clock.measure { try store.assign(f.id, to: "ana", by: "ana", now: Fixture.time(2)) }
        for time in [read, refused, written] { #expect(time >= .milliseconds(120)) }
        // Another view of the same contents is not slowed down: it sees what was written.
        let other = try #require(try f.reopened() as? MemoryCaseStore)
        #expect(other.answerDelay == .zero)
        #expect(try other.worklist().items.first?.assignee == "ana")
    }
}
