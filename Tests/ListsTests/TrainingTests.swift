import Cases
import Commands
import Foundation
import Lists
import Testing

enum TrainingFixture {
    static let base = ModelName(rawValue: "lungs@1")

    static func job(_ id: Int64, _ state: JobState, stops: Bool = false) -> Job {
        Job(
            id: id, state: state, model: base, corrections: [CorrectionKey(caseID: CaseID(rawValue: "a"), revision: 1)],
            progress: 0.5, result: nil, attempts: 1, notBefore: nil, holder: nil,
            cancelRequestedBy: stops ? "dr-x" : nil, telemetry: nil, queuedAt: Date(timeIntervalSince1970: 100),
            changedAt: Date(timeIntervalSince1970: 200))
    }

    static func report(passes: Bool) -> GateReport {
        GateReport(passes: passes, reasons: [], holdOut: [], corrected: [], margin: 0.005, confidence: 0.95)
    }

    static func model(_ version: Int, job: Int64? = nil, passes: Bool? = nil) -> ModelVersion {
        ModelVersion(
            name: ModelName(base: "lungs", version: version), digest: String(repeating: "0", count: 64), byteCount: 1,
            lineage: ModelLineage(
                parent: version > 1 ? ModelName(base: "lungs", version: version - 1) : nil, job: job,
                recipeDigest: "", seed: 1, dataDigest: "", software: ""),
            evaluation: passes.map(report), createdAt: Date(timeIntervalSince1970: 0), createdBy: "worker")
    }

    static func promotion(_ sequence: Int64, _ version: Int, before: Int?, _ kind: Promotion.Kind) -> Promotion {
        Promotion(
            sequence: sequence, model: ModelName(base: "lungs", version: version),
            before: before.map { ModelName(base: "lungs", version: $0) }, kind: kind, reason: nil, actor: "dr-x",
            at: Date(timeIntervalSince1970: 0))
    }

    static func replay(_ pairs: [(String, Double?, Double?)], job: Int64 = 2) -> ReplayReport {
        ReplayReport(
            job: job, before: base, after: ModelName(base: "lungs", version: 2),
            cases: pairs.map { id, before, after in
                ReplayReport.Case(
                    correction: CorrectionKey(caseID: CaseID(rawValue: id), revision: 1), predictionBefore: "p",
                    predictionAfter: "q",
                    structures: [
                        ReplayReport.Structure(name: .lungLeft, tolerance: 2, before: before, after: after)
                    ])
            })
    }

    static func lists() -> TrainingLists {
        TrainingLists(
            jobs: [job(3, .training), job(2, .promoted), job(1, .failed)],
            models: [model(3, passes: false), model(2, job: 2, passes: true), model(1)],
            promotions: [promotion(1, 1, before: nil, .person), promotion(2, 2, before: 1, .gate)],
            replays: [2: replay([("a", 0.9, 0.95), ("b", 0.8, 0.7), ("c", nil, nil)])])
    }
}

/// The question stands on the screen, and is answered.
@discardableResult
func answer(_ state: inout TrainingState, _ yes: Bool) -> [TrainingEffect] {
    reduce(&state, .questionShown) + reduce(&state, .answer(yes))
}

@Suite struct TrainingTests {
    private func state(_ page: TrainingPage = .queue) -> TrainingState {
        TrainingState(lists: TrainingFixture.lists(), page: page)
    }

    @Test func aJobIsCancelledAfterOneQuestion() {
        var state = state()
        #expect(reduce(&state, .cancelJob) == [])
        #expect(state.mode == .question(.cancel(job: 3)))
        #expect(answer(&state, false) == [] && state.mode == .list)
        _ = reduce(&state, .cancelJob)
        #expect(answer(&state, true) == [.cancel(job: 3)])
        var waiting = TrainingState(lists: TrainingLists(jobs: [TrainingFixture.job(1, .queued)]))
        #expect(reduce(&waiting, .cancelJob) == [])
        #expect(answer(&waiting, true) == [.cancel(job: 1)])
        var stopping = TrainingState(lists: TrainingLists(jobs: [TrainingFixture.job(1, .training, stops: true)]))
        #expect(reduce(&stopping, .cancelJob) == [])
        #expect(stopping.message?.text == "job 1 is being cancelled")
    }

    @Test func aQuestionAboutAJobThatHasEndedGoesAway() {
        var state = state()
        _ = reduce(&state, .cancelJob)
        var lists = TrainingFixture.lists()
        lists.jobs[0] = TrainingFixture.job(3, .held)
        _ = reduce(&state, .arrived(lists))
        #expect(state.mode == .list)
    }

    @Test func onlyWhatFailedOrWasCancelledIsRetried() {
        var state = state()
        #expect(reduce(&state, .retryJob) == [])
        #expect(state.message?.text == "job 3 is training; only a failed or cancelled one is retried")
        _ = reduce(&state, .moveToEnd(last: true))
        #expect(reduce(&state, .retryJob) == [.retry(job: 1)])
    }

    @Test func theChosenJobStaysChosenWhenANewOneComes() {
        var state = state()
        _ = reduce(&state, .move(1))
        #expect(state.job?.id == 2)
        var lists = TrainingFixture.lists()
        lists.jobs.insert(TrainingFixture.job(4, .queued), at: 0)
        _ = reduce(&state, .arrived(lists))
        #expect(state.job?.id == 2 && state.selected == 2)
    }

    @Test func aHeldVersionNeedsAReason() {
        var state = state(.models)
        #expect(reduce(&state, .promote(reason: nil)) == [])
        #expect(state.mode == .reason("", for: ModelName(base: "lungs", version: 3)))
        // Nothing is no reason, and the line stays open.
        #expect(reduce(&state, .confirm) == [])
        _ = reduce(&state, .type("better on "))
        _ = reduce(&state, .type("effusions"))
        #expect(
            reduce(&state, .confirm) == [], "the line may have been meant for a shell")
        #expect(
            answer(&state, true) == [
                .promote(ModelName(base: "lungs", version: 3), reason: "better on effusions")
            ])
        _ = reduce(&state, .move(1))
        #expect(reduce(&state, .promote(reason: nil)) == [] && state.message?.text == "lungs@2 is in use already")
    }

    @Test func aVersionThatPassedNeedsNone() {
        var lists = TrainingFixture.lists()
        lists.promotions.append(TrainingFixture.promotion(3, 1, before: 2, .rollback))
        var state = TrainingState(lists: lists, page: .models)
        _ = reduce(&state, .move(1))
        #expect(reduce(&state, .promote(reason: nil)) == [.promote(ModelName(base: "lungs", version: 2), reason: nil)])
    }

    @Test func rollingBackAsksOnceAndSaysWhereTo() {
        var state = state(.models)
        #expect(reduce(&state, .rollback) == [])
        #expect(
            state.mode
                == .question(
                    .rollback(from: ModelName(base: "lungs", version: 2), to: ModelName(base: "lungs", version: 1))))
        #expect(answer(&state, true) == [.rollback(base: "lungs")])
        // Back at the first version there is nothing behind it.
        var lists = TrainingFixture.lists()
        lists.promotions.append(TrainingFixture.promotion(3, 1, before: 2, .rollback))
        _ = reduce(&state, .arrived(lists))
        #expect(reduce(&state, .rollback) == [] && state.message?.text == "there is no version before lungs@1")
    }

    @Test func thePlanIsShownBeforeAnythingIsQueued() {
        var state = state()
        #expect(reduce(&state, .plan) == [.plan])
        func candidate(_ id: String, held: Bool) -> TrainingSelection.Candidate {
            TrainingSelection.Candidate(
                key: CorrectionKey(caseID: CaseID(rawValue: id), revision: 1), status: .corrected, isSuperseded: false,
                isHeldOut: held, slicesSeen: 3, slices: 4, structures: [.lungLeft])
        }
        let selection = TrainingSelection(
            from: [candidate("x", held: false), candidate("y", held: true)], structures: [.lungLeft], jobs: [])
        _ = reduce(&state, .planned(QueuePlan(model: TrainingFixture.base, selection: selection)))
        let keys = [CorrectionKey(caseID: CaseID(rawValue: "x"), revision: 1)]
        #expect(reduce(&state, .confirm).isEmpty, "nobody has seen it yet")
        _ = reduce(&state, .questionShown)
        #expect(reduce(&state, .confirm) == [.queue(model: TrainingFixture.base, corrections: keys)])
        // With nothing to train on there is nothing to confirm.
        let none = TrainingSelection(from: [candidate("y", held: true)], structures: [.lungLeft], jobs: [])
        _ = reduce(&state, .planned(QueuePlan(model: TrainingFixture.base, selection: none)))
        _ = reduce(&state, .questionShown)
        #expect(reduce(&state, .confirm) == [] && state.message?.text == "no correction would be trained on")
        // A plan that comes late interrupts nobody.
        _ = reduce(&state, .cancel)
        _ = reduce(&state, .openPrompt)
        _ = reduce(&state, .planned(QueuePlan(model: TrainingFixture.base, selection: selection)))
        #expect(state.typed == "")
    }

    @Test func theReplayBeginsWithWhatGainsLeastAndOpensTheCase() {
        var state = state()
        _ = reduce(&state, .move(1))
        #expect(reduce(&state, .open) == [] && state.page == .replay)
        #expect(state.replayLines.map(\.entry.correction.caseID.rawValue) == ["b", "a", "c"])
        let replay = TrainingFixture.replay([("a", 0.9, 0.95), ("b", 0.8, 0.7), ("c", nil, nil)])
        #expect(
            reduce(&state, .open) == [
                .openReplay(
                    replay.cases[1], structure: .lungLeft, before: TrainingFixture.base,
                    after: ModelName(base: "lungs", version: 2))
            ])
        // A job without one says so.
        var first = TrainingState(lists: TrainingFixture.lists())
        #expect(reduce(&first, .open) == [])
        #expect(first.message?.text == "job 3 has no replay: it is made when a job has been evaluated")
    }

    @Test func commandsAreTyped() throws {
        #expect(try TrainingCommands.table.action(for: "promote it is better") == .promote(reason: "it is better"))
        #expect(try TrainingCommands.table.action(for: "2") == .select(1))
        #expect(throws: CommandError.self) { try TrainingCommands.table.action(for: "stop now") }
        var state = state()
        _ = reduce(&state, .openPrompt)
        _ = reduce(&state, .type("retr"))
        _ = reduce(&state, .complete(backwards: false))
        #expect(state.typed == "retry")
        _ = reduce(&state, .deleteWord(all: true))
        _ = reduce(&state, .type("models"))
        #expect(reduce(&state, .confirm) == [.rememberCommand("models"), .reload] && state.page == .models)
    }

    @Test func trainingQuestionsAndPlansAreReadBeforeTheyAreAnswered() {
        func asked(_ page: TrainingPage, _ action: TrainingAction) -> TrainingState {
            var state = TrainingState(lists: TrainingFixture.lists(), page: page)
            #expect(reduce(&state, action).isEmpty)
            return state
        }
        var promote = TrainingFixture.lists()
        promote.promotions.append(TrainingFixture.promotion(3, 1, before: 2, .rollback))
        var passed = TrainingState(lists: promote, page: .models)
        #expect(reduce(&passed, .move(1)).isEmpty)
        #expect(reduce(&passed, .askToPromote).isEmpty)
        var held = asked(.models, .askToPromote)
        #expect(reduce(&held, .type("p a b")).isEmpty)
        #expect(reduce(&held, .confirm).isEmpty)
        let states = [asked(.queue, .cancelJob), asked(.models, .rollback), passed, held]
        for start in states {
            var state = start
            #expect(state.hasUnseenQuestion)
            for action in [TrainingAction.answer(true), .confirm, .cancel, .answer(false)] {
                #expect(reduce(&state, action).isEmpty)
            }
            var wanted = start
            wanted.asking.missed = true
            #expect(state == wanted)
            #expect(answer(&state, true).count == 1)
        }
    }
}
