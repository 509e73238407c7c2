import CaseStore
import CaseWork
import Cases
import Foundation
import Synchronization
import Testing

@testable import JobWork

/// How jobs end that never come to train.
@Suite("A job's endings") struct WorkerTests {
    @Test("without a job there is nothing to do")
    func nothing() throws {
        let cases = try CorrectedCases()
        #expect(try cases.worker().workOnce() == nil)
        #expect(!cases.hasSaid("is taken"))
    }

    @Test("an image that is gone may come back: the job is tried again, and fails in the end; no path is told")
    func missingImage() throws {
        let cases = try CorrectedCases()
        let job = try cases.queue([try cases.correct("good")])
        try FileManager.default.removeItem(at: cases.image("good"))
        #expect(try cases.worker().workOnce() == nil)
        #expect(try cases.store.job(job.id).state == .queued)
        #expect(cases.hasSaid("cannot be read where it was"))
        #expect(cases.hasSaid("It is tried again in 30 seconds."))
        // Not before its time.
        #expect(try cases.worker().workOnce() == nil)
        let other = try CorrectedCases()
        let last = try other.queue([try other.correct("good")])
        try FileManager.default.removeItem(at: other.image("good"))
        #expect(try other.worker(maximumAttempts: 1).workOnce() == .failed)
        let failed = try other.store.job(last.id)
        #expect(failed.state == .failed && failed.result?.contains("cannot be read where it was") == true)
        #expect(!other.hasSaid(other.home.path))
    }

    @Test("an image that is another than the corrected one fails the job at once")
    func otherImage() throws {
        let cases = try CorrectedCases()
        let job = try cases.queue([try cases.correct("good")])
        _ = try cases.register("other")
        try FileManager.default.removeItem(at: cases.image("good"))
        try FileManager.default.copyItem(at: cases.image("other"), to: cases.image("good"))
        #expect(try cases.worker().workOnce() == .failed)
        #expect(try cases.store.job(job.id).result?.contains("is not the one that was corrected") == true)
    }

    @Test("a job whose corrections were replaced since fails at once and says so")
    func superseded() throws {
        let cases = try CorrectedCases()
        let key = try cases.correct("good")
        let job = try cases.queue([key])
        let record = try cases.store.caseRecord(key.caseID)
        #expect(try cases.file(record).revision == 2)
        #expect(try cases.worker().workOnce() == .failed)
        #expect(
            try cases.store.job(job.id).result
                == "None of the job's corrections can be trained on any more: see its log.")
        #expect(cases.hasSaid("r1 is left out"))
    }

    @Test("a worker that is stopped gives the job back, and the next one takes it at once")
    func stopped() throws {
        let cases = try CorrectedCases()
        let job = try cases.queue([try cases.correct("good")])
        #expect(try cases.worker(isStopped: { true }).workOnce() == nil)
        #expect(try cases.store.job(job.id).state == .queued)
        #expect(cases.hasSaid("the job is left for the next one"))
        let lease = try cases.store.takeJob(
            by: "host/2", isGone: { _ in false }, maximumAttempts: 3, now: Date(), duration: 60)
        #expect(lease?.job.id == job.id)
    }

    @Test("a job that somebody cancels ends as cancelled, and says by whom")
    func cancelled() throws {
        let cases = try CorrectedCases()
        let job = try cases.queue([try cases.correct("good")])
        let hasCancelled = Mutex(false)
        let worker = cases.worker(isStopped: { [store = cases.store] in
            let isFirst = hasCancelled.withLock { value in
                defer { value = true }
                return !value
            }
            guard isFirst, (try? store.cancelJob(job.id, by: "ben", now: Date())) != nil else { return false }
            // Until the next heartbeat has heard of it.
            Thread.sleep(forTimeInterval: 3)
            return false
        })
        #expect(try worker.workOnce() == .cancelled)
        let ended = try cases.store.job(job.id)
        #expect(ended.state == .cancelled && ended.result == "cancelled by ben")
    }

    @Test("a job that another worker has taken over is left to it")
    func lost() throws {
        let cases = try CorrectedCases()
        let job = try cases.queue([try cases.correct("good")])
        let hasTaken = Mutex(false)
        let worker = cases.worker(isStopped: { [store = cases.store] in
            let isFirst = hasTaken.withLock { value in
                defer { value = true }
                return !value
            }
            guard isFirst else { return false }
            _ = try? store.takeJob(
                by: "host/2", isGone: { _ in true }, maximumAttempts: 3, now: Date(), duration: 600)
            Thread.sleep(forTimeInterval: 3)
            return false
        })
        #expect(try worker.workOnce() == nil)
        #expect(cases.hasSaid("Another worker has the job; this one stops."))
        let running = try cases.store.job(job.id)
        #expect(running.holder == "host/2" && !running.state.isFinal)
    }

    @Test("what a job draws by chance depends on job and parent alone")
    func seeds() {
        #expect(JobRun.seed(1, "aa") == JobRun.seed(1, "aa"))
        #expect(JobRun.seed(1, "aa") != JobRun.seed(2, "aa"))
        #expect(JobRun.seed(1, "aa") != JobRun.seed(1, "ab"))
        #expect((1...50).allSatisfy { JobRun.seed($0, "aa") <= 0x7fff_ffff })
    }
}
