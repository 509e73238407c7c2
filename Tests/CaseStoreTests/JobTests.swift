import CaseStore
import Cases
import TestSupport
import Testing

@Suite struct JobTests {
    private func filed() throws -> (Fixture, CorrectionKey) {
        let f = try Fixture()
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        return (f, CorrectionKey(caseID: f.id, revision: try ana.file().revision))
    }

    @Test func goesThroughItsStates() throws {
        let (f, key) = try filed()
        let job = try f.store.addJob(
            model: f.prediction.model, corrections: [key], by: "ana", now: Fixture.time(60))
        #expect(job.state == .queued && job.corrections == [key] && job.progress == 0 && job.result == nil)
        var state = JobState.queued
        for (next, progress) in [(JobState.leased, 0), (.training, 0.1), (.training, 0.5), (.evaluating, 0.9)] {
            let moved = try f.store.updateJob(
                job.id, from: state, to: next, progress: progress, result: nil, by: "worker", now: Fixture.time(61))
            #expect(moved.state == next && moved.progress == progress)
            state = next
        }
        #expect(throws: CaseStoreError.jobMoved(job.id, expected: .queued, found: .evaluating)) {
            try f.store.updateJob(
                job.id, from: .queued, to: .leased, progress: 0, result: nil, by: "other", now: Fixture.time(62))
        }
        try f.store.updateJob(
            job.id, from: .evaluating, to: .held, progress: 1, result: "no better", by: "worker",
            now: Fixture.time(63))
        #expect(throws: CaseStoreError.illegalJobTransition(job.id, from: .held, to: .held)) {
            try f.store.updateJob(
                job.id, from: .held, to: .held, progress: 1, result: nil, by: "worker", now: Fixture.time(64))
        }
        #expect(try f.store.jobs().map(\.result) == ["no better"])
        let moves = try f.store.audit(after: 0, limit: 100).filter { $0.action == "job.moved" }
        #expect(moves.count == 4)
    }

    @Test func everyTransitionIsLegalOrRefused() throws {
        let (f, key) = try filed()
        // Worked out from the design, not from the code.
        let legal: Set<String> = [
            "queued leased", "queued cancelled", "leased training", "leased failed", "leased cancelled",
            "training evaluating", "training failed", "training cancelled", "evaluating promoted",
            "evaluating held", "evaluating failed", "evaluating cancelled",
        ]
        let ways: [JobState: [JobState]] = [
            .queued: [], .leased: [.leased], .training: [.leased, .training],
            .evaluating: [.leased, .training, .evaluating],
            .promoted: [.leased, .training, .evaluating, .promoted], .held: [.leased, .training, .evaluating, .held],
            .failed: [.leased, .failed], .cancelled: [.cancelled],
        ]
        for (from, way) in ways {
            for to in JobState.allCases where to != from {
                let job = try f.store.addJob(model: .baseline, corrections: [key], by: "a", now: Fixture.time(60))
                var state = JobState.queued
                for next in way {
                    try f.store.updateJob(
                        job.id, from: state, to: next, progress: 0, result: nil, by: "w", now: Fixture.time(61))
                    state = next
                }
                let moved =
                    (try? f.store.updateJob(
                        job.id, from: from, to: to, progress: 0, result: nil, by: "w", now: Fixture.time(62))) != nil
                #expect(moved == legal.contains("\(from.rawValue) \(to.rawValue)"), "\(from) → \(to)")
            }
        }
    }

    @Test func refusesWhatMustNotBeTrainedOn() throws {
        let (f, key) = try filed()
        let lease = try f.lease()
        var again = try Reviewer(f, lease: lease, base: .correction(revision: 1))
        try again.write(again.flip(.heart, row: 1, columns: 0..<4, slice: 1))
        _ = try again.file(again.draft(.rejected))
        let rejected = CorrectionKey(caseID: f.id, revision: 2)
        let unknown = CorrectionKey(caseID: f.id, revision: 3)
        for corrections in [[], [key], [rejected], [unknown]] {
            #expect(throws: CaseStoreError.self) {
                try f.store.addJob(model: .baseline, corrections: corrections, by: "a", now: Fixture.time(60))
            }
        }
        #expect(try f.store.jobs().isEmpty)
        #expect(throws: CaseStoreError.noSuchJob(1)) {
            try f.store.updateJob(
                1, from: .queued, to: .leased, progress: 0, result: nil, by: "w", now: Fixture.time(61))
        }
    }
}
