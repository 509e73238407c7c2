import Cases
import Foundation
import Testing

@Suite struct TrainingSelectionTests {
    private func candidate(
        _ name: String, _ change: (inout TrainingSelection.Candidate) -> Void = { _ in }
    ) -> TrainingSelection.Candidate {
        var candidate = TrainingSelection.Candidate(
            key: CorrectionKey(caseID: CaseID(rawValue: name), revision: 1), status: .corrected, isSuperseded: false,
            isHeldOut: false, slicesSeen: 10, slices: 30, structures: [.lungLeft, .lungRight, .heart])
        change(&candidate)
        return candidate
    }

    private func job(_ id: Int64, _ state: JobState, _ names: String...) -> Job {
        Job(
            id: id, state: state, model: ModelName(rawValue: "lungs@1"),
            corrections: names.map { CorrectionKey(caseID: CaseID(rawValue: $0), revision: 1) }, progress: 0,
            result: nil, attempts: 0, notBefore: nil, holder: nil, cancelRequestedBy: nil, telemetry: nil,
            queuedAt: Date(timeIntervalSince1970: 0), changedAt: Date(timeIntervalSince1970: 0))
    }

    @Test func saysWhyEachIsLeftOut() {
        let candidates = [
            candidate("good"), candidate("old") { $0.isSuperseded = true },
            candidate("bad") { $0.status = .rejected }, candidate("held") { $0.isHeldOut = true },
            candidate("unseen") { $0.slicesSeen = 0 }, candidate("heart") { $0.structures = [.heart] },
            candidate("done"), candidate("again"), candidate("accepted") { $0.status = .accepted },
        ]
        let jobs = [
            job(1, .promoted, "done"), job(2, .failed, "again"), job(3, .cancelled, "again", "good"),
        ]
        let selection = TrainingSelection(from: candidates, structures: [.lungLeft, .lungRight], jobs: jobs)
        #expect(selection.chosen.map(\.key.caseID.rawValue) == ["good", "again", "accepted"])
        #expect(
            selection.leftOut.map { "\($0.candidate.key.caseID): \($0.obstacle)" } == [
                "old: a newer revision counts instead", "bad: the case was rejected",
                "held: the patient is held out to judge models by", "unseen: no slice of it was seen",
                "heart: it has none of the model's structures", "done: job 1 has it",
            ])
    }

    @Test func nothingIsCountedTwiceWhileAJobWaitsOrRuns() {
        for state in [JobState.queued, .leased, .training, .evaluating, .promoted, .held] {
            let selection = TrainingSelection(
                from: [candidate("a")], structures: [.lungLeft], jobs: [job(7, state, "a")])
            #expect(selection.chosen.isEmpty && selection.leftOut.map(\.obstacle) == [.used(job: 7)])
        }
    }

    /// Of the structure that it lacks nothing is learnt from it.
    @Test func aCorrectionOfSomeStructuresIsEnough() {
        let candidates = [
            candidate("half") { $0.structures = [.lungLeft] }, candidate("open") { $0.isApproved = false },
        ]
        let selection = TrainingSelection(from: candidates, structures: [.lungLeft, .lungRight], jobs: [])
        #expect(selection.chosen.map(\.key.caseID.rawValue) == ["half"])
        #expect(selection.leftOut.map(\.obstacle.description) == ["a second person has not approved it"])
    }
}
