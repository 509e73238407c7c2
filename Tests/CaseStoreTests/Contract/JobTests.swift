import CaseStore
import Cases
import Foundation
import TestSupport
import Testing

/// A store with one filed correction, and a worker's ways.
struct QueueFixture {
    let f: Fixture
    let key: CorrectionKey
    var store: any CaseStoring { f.store }
    static let model = ModelName(rawValue: "lungs-unet2d@7")

    init(_ kind: StoreKind = .sqlite) throws {
        f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        key = CorrectionKey(caseID: f.id, revision: try ana.file().revision)
    }

    func queue(_ model: ModelName = model, at seconds: Double = 60) throws -> Job {
        try store.addJob(model: model, corrections: [key], by: "ana", now: Fixture.time(seconds))
    }

    func take(
        _ holder: String = "worker", at seconds: Double = 61, gone: Set<String> = [], attempts: Int = 5
    ) throws -> JobLease? {
        try store.takeJob(
            by: holder, isGone: gone.contains, maximumAttempts: attempts, now: Fixture.time(seconds), duration: 60)
    }
}

@Suite struct JobTests {
    @Test(arguments: StoreKind.allCases)
    func goesThroughItsStates(_ kind: StoreKind) throws {
        let q = try QueueFixture(kind)
        let job = try q.queue()
        #expect(job.state == .queued && job.corrections == [q.key] && job.progress == 0 && job.attempts == 0)
        let lease = try #require(try q.take())
        #expect(lease.job.id == job.id && lease.job.state == .leased && lease.job.attempts == 1)
        try q.store.move(lease, to: .training, progress: 0.1, result: nil, now: Fixture.time(62))
        let telemetry = JobTelemetry(epoch: 2, epochs: 8, losses: [0.5, 0.25], activity: "training")
        #expect(
            try q.store.heartbeat(lease, progress: 0.5, telemetry: telemetry, now: Fixture.time(63)) == nil)
        #expect(try q.store.job(job.id).telemetry == telemetry)
        try q.store.move(lease, to: .evaluating, progress: 0.9, result: nil, now: Fixture.time(64))
        try q.store.move(lease, to: .held, progress: 1, result: "no better", now: Fixture.time(65))
        let ended = try q.store.job(job.id)
        #expect(ended.state == .held && ended.result == "no better" && ended.holder == nil && ended.telemetry == nil)
        #expect(throws: CaseStoreError.jobLost(job.id)) {
            try q.store.move(lease, to: .failed, progress: 1, result: nil, now: Fixture.time(66))
        }
        #expect(try q.take(at: 67) == nil)
        let moves = try q.store.audit(after: 0, limit: 100).filter { $0.action == "job.moved" }
        #expect(moves.count == 4)
    }

    @Test(arguments: StoreKind.allCases)
    func theSameWaitingJobIsThereOnce(_ kind: StoreKind) throws {
        let q = try QueueFixture(kind)
        let job = try q.queue()
        #expect(try q.queue(at: 70) == job)
        #expect(try q.store.jobs().count == 1)
        _ = try #require(try q.take())
        // It runs now, so what is asked for is another one, for later.
        #expect(try q.queue(at: 80).id != job.id)
    }

    @Test(arguments: StoreKind.allCases)
    func onlyOneJobOfAModelRuns(_ kind: StoreKind) throws {
        let q = try QueueFixture(kind)
        let first = try q.queue()
        let lease = try #require(try q.take("one"))
        _ = try q.queue(ModelName(rawValue: "lungs-unet2d@8"))
        let other = try q.queue(ModelName(rawValue: "heart-unet2d@1"))
        #expect(lease.job.id == first.id)
        #expect(try q.take("two")?.job.id == other.id)
        #expect(try q.take("three") == nil)
        try q.store.move(lease, to: .failed, progress: 0, result: "x", now: Fixture.time(70))
        #expect(try q.take("three", at: 71)?.job.id == 2)
    }

    @Test(arguments: StoreKind.allCases)
    func aLostWorkerIsReplacedAndCanWriteNoMore(_ kind: StoreKind) throws {
        let q = try QueueFixture(kind)
        let job = try q.queue()
        let lost = try #require(try q.take("lost", at: 100))
        try q.store.move(lost, to: .training, progress: 0.3, result: nil, now: Fixture.time(110))
        #expect(try q.take("other", at: 169.9) == nil)
        // A heartbeat keeps it, and the time begins anew.
        _ = try q.store.heartbeat(lost, progress: 0.4, telemetry: nil, now: Fixture.time(160))
        #expect(try q.take("other", at: 219.9) == nil)
        let lease = try #require(try q.take("other", at: 220))
        #expect(lease.job.id == job.id && lease.job.attempts == 2 && lease.job.progress == 0.4)
        #expect(throws: CaseStoreError.jobLost(job.id)) {
            try q.store.heartbeat(lost, progress: 0.5, telemetry: nil, now: Fixture.time(221))
        }
        #expect(throws: CaseStoreError.jobLost(job.id)) {
            try q.store.move(lost, to: .evaluating, progress: 0.5, result: nil, now: Fixture.time(221))
        }
        #expect(try q.store.audit(after: 0, limit: 100).contains { $0.action == "job.taken-over" })
    }

    @Test(arguments: StoreKind.allCases)
    func aWorkerWhoseProcessEndedIsReplacedAtOnce(_ kind: StoreKind) throws {
        let q = try QueueFixture(kind)
        _ = try q.queue()
        _ = try #require(try q.take("lost", at: 100))
        #expect(try q.take("other", at: 101, gone: ["lost"])?.holder == "other")
    }

    @Test(arguments: StoreKind.allCases)
    func workersAreNotLostForEver(_ kind: StoreKind) throws {
        let q = try QueueFixture(kind)
        let job = try q.queue()
        for n in 1...3 {
            _ = try #require(try q.take("w\(n)", at: 100 * Double(n), attempts: 3))
        }
        #expect(try q.take("w4", at: 400, attempts: 3) == nil)
        let failed = try q.store.job(job.id)
        #expect(failed.state == .failed && failed.result == "3 workers were lost while working on it")
        let again = try q.store.retryJob(job.id, by: "ana", now: Fixture.time(500))
        #expect(again.state == .queued && again.attempts == 0 && again.result == nil)
        #expect(try q.take("w5", at: 501, attempts: 3)?.job.attempts == 1)
    }

    @Test(arguments: StoreKind.allCases)
    func whatFailedForNowWaits(_ kind: StoreKind) throws {
        let q = try QueueFixture(kind)
        let job = try q.queue()
        let lease = try #require(try q.take(at: 100))
        try q.store.giveBack(lease, reason: "no memory", notBefore: Fixture.time(160), now: Fixture.time(110))
        #expect(try q.store.job(job.id).result == "no memory")
        #expect(try q.take(at: 159) == nil)
        #expect(try q.take(at: 160)?.job.attempts == 2)
    }

    @Test(arguments: StoreKind.allCases)
    func aClockThatWasSetBackNeitherStopsNorDoublesAJob(_ kind: StoreKind) throws {
        let q = try QueueFixture(kind)
        _ = try q.queue(at: 10_000)
        let lease = try #require(try q.take("one", at: 10_001))
        // An hour back: the worker is respected for one more duration, and no longer.
        #expect(try q.take("two", at: 6_400) == nil)
        #expect(try q.take("two", at: 6_459) == nil)
        _ = try q.store.heartbeat(lease, progress: 0, telemetry: nil, now: Fixture.time(6_459))
        #expect(try q.take("two", at: 6_518) == nil)
        let taken = try #require(try q.take("two", at: 6_520))
        try q.store.giveBack(taken, reason: "later", notBefore: Fixture.time(9_000), now: Fixture.time(6_530))
        // Back again: it must not wait for a time that is now hours away.
        #expect(try q.take("three", at: 3_000) != nil)
    }

    @Test(arguments: StoreKind.allCases)
    func isCancelledWaitingOrRunning(_ kind: StoreKind) throws {
        let q = try QueueFixture(kind)
        let waiting = try q.queue()
        #expect(try q.store.cancelJob(waiting.id, by: "ana", now: Fixture.time(70)).state == .cancelled)
        #expect(throws: CaseStoreError.illegalJobTransition(waiting.id, from: .cancelled, to: .cancelled)) {
            try q.store.cancelJob(waiting.id, by: "ana", now: Fixture.time(71))
        }
        let running = try q.queue(at: 80)
        let lease = try #require(try q.take(at: 81))
        #expect(try q.store.cancelJob(running.id, by: "ben", now: Fixture.time(82)).cancelRequestedBy == "ben")
        #expect(try q.store.heartbeat(lease, progress: 0.1, telemetry: nil, now: Fixture.time(83)) == "ben")
        try q.store.move(lease, to: .cancelled, progress: 0.1, result: "cancelled by ben", now: Fixture.time(84))
        #expect(try q.store.job(running.id).state == .cancelled)
        // One whose worker never hears of it is cancelled when the next worker finds it.
        let lost = try q.queue(at: 90)
        _ = try #require(try q.take("lost", at: 91))
        _ = try q.store.cancelJob(lost.id, by: "ben", now: Fixture.time(92))
        #expect(try q.take("other", at: 200) == nil)
        #expect(try q.store.job(lost.id).state == .cancelled)
    }

    @Test(arguments: StoreKind.allCases)
    func everyTransitionIsLegalOrRefused(_ kind: StoreKind) throws {
        // Worked out from the design, not from the code.
        let legal: Set<String> = [
            "leased training", "leased failed", "leased cancelled", "training evaluating", "training failed",
            "training cancelled", "evaluating promoted", "evaluating held", "evaluating failed",
            "evaluating cancelled",
        ]
        let ways: [JobState: [JobState]] = [
            .leased: [], .training: [.training], .evaluating: [.training, .evaluating],
        ]
        for (from, way) in ways {
            for to in JobState.allCases {
                let q = try QueueFixture(kind)
                _ = try q.queue()
                let lease = try #require(try q.take())
                for next in way {
                    try q.store.move(lease, to: next, progress: 0, result: nil, now: Fixture.time(62))
                }
                let moved =
                    (try? q.store.move(lease, to: to, progress: 0, result: nil, now: Fixture.time(63))) != nil
                #expect(moved == legal.contains("\(from.rawValue) \(to.rawValue)"), "\(from) → \(to)")
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func refusesWhatMustNotBeTrainedOn(_ kind: StoreKind) throws {
        let q = try QueueFixture(kind)
        let lease = try q.f.lease()
        var again = try Reviewer(q.f, lease: lease, base: .correction(revision: 1))
        try again.write(again.flip(.heart, row: 1, columns: 0..<4, slice: 1))
        _ = try again.file(again.draft(.rejected))
        let rejected = CorrectionKey(caseID: q.f.id, revision: 2)
        let unknown = CorrectionKey(caseID: q.f.id, revision: 3)
        for corrections in [[], [q.key], [rejected], [unknown]] {
            #expect(throws: CaseStoreError.self) {
                try q.store.addJob(model: .baseline, corrections: corrections, by: "a", now: Fixture.time(60))
            }
        }
        #expect(try q.store.jobs().isEmpty)
        #expect(throws: CaseStoreError.noSuchJob(1)) { try q.store.job(1) }
    }
}
