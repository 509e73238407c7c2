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

@Suite struct TrainingTests {
    private func state(_ page: TrainingPage = .queue) -> TrainingState {
        TrainingState(lists: TrainingFixture.lists(), page: page)
    }

    @Test func aJobIsCancelledAfterOneQuestion() {
        var state = state()
        send(&state, .cancelJob)
        #expect(state.mode == .question(.cancel(job: 3)))
        answer(&state, false)
        #expect(state.mode == .list)
        send(&state, .cancelJob)
        answer(&state, true, .cancel(job: 3))
        var waiting = TrainingState(lists: TrainingLists(jobs: [TrainingFixture.job(1, .queued)]))
        send(&waiting, .cancelJob)
        answer(&waiting, true, .cancel(job: 1))
        var stopping = TrainingState(lists: TrainingLists(jobs: [TrainingFixture.job(1, .training, stops: true)]))
        send(&stopping, .cancelJob)
        #expect(stopping.message?.text == "job 1 is being cancelled")
    }

    @Test func aQuestionAboutAJobThatHasEndedGoesAway() {
        var state = state()
        send(&state, .cancelJob)
        var lists = TrainingFixture.lists()
        lists.jobs[0] = TrainingFixture.job(3, .held)
        send(&state, .arrived(lists))
        #expect(state.mode == .list)
    }

    @Test func onlyWhatFailedOrWasCancelledIsRetried() {
        var state = state()
        send(&state, .retryJob)
        #expect(state.message?.text == "job 3 is training; only a failed or cancelled one is retried")
        send(&state, .moveToEnd(last: true))
        send(&state, .retryJob, .retry(job: 1))
    }

    @Test func theChosenJobStaysChosenWhenANewOneComes() {
        var state = state()
        send(&state, .move(1))
        #expect(state.job?.id == 2)
        var lists = TrainingFixture.lists()
        lists.jobs.insert(TrainingFixture.job(4, .queued), at: 0)
        send(&state, .arrived(lists))
        #expect(state.job?.id == 2 && state.selected == 2)
    }

    @Test func aHeldVersionNeedsAReason() {
        var state = state(.models)
        send(&state, .promote(reason: nil))
        #expect(state.mode == .reason("", for: ModelName(base: "lungs", version: 3)))
        // Nothing is no reason, and the line stays open.
        send(&state, .confirm)
        send(&state, .type("better on "))
        send(&state, .type("effusions"))
        #expect(
            reduce(&state, .confirm) == [], "the line may have been meant for a shell")
        answer(&state, true, .promote(ModelName(base: "lungs", version: 3), reason: "better on effusions"))
        send(&state, .move(1))
        send(&state, .promote(reason: nil))
        #expect(state.message?.text == "lungs@2 is in use already")
    }

    @Test func aVersionThatPassedNeedsNone() {
        var lists = TrainingFixture.lists()
        lists.promotions.append(TrainingFixture.promotion(3, 1, before: 2, .rollback))
        var state = TrainingState(lists: lists, page: .models)
        send(&state, .move(1))
        send(&state, .promote(reason: nil), .promote(ModelName(base: "lungs", version: 2), reason: nil))
    }

    @Test func rollingBackAsksOnceAndSaysWhereTo() {
        var state = state(.models)
        send(&state, .rollback)
        #expect(
            state.mode
                == .question(
                    .rollback(from: ModelName(base: "lungs", version: 2), to: ModelName(base: "lungs", version: 1))))
        answer(&state, true, .rollback(base: "lungs"))
        // Back at the first version there is nothing behind it.
        var lists = TrainingFixture.lists()
        lists.promotions.append(TrainingFixture.promotion(3, 1, before: 2, .rollback))
        send(&state, .arrived(lists))
        send(&state, .rollback)
        #expect(state.message?.text == "there is no version before lungs@1")
    }

    @Test func whatAnswersPromptsIsNeverRolledBackUnasked() {
        var lists = TrainingFixture.lists()
        let answers = ModelName(base: "answers", version: 1)
        lists.promotions.append(
            Promotion(
                sequence: 3, model: answers, before: nil, kind: .person, reason: nil, actor: "dr-x",
                at: Date(timeIntervalSince1970: 0)))
        lists.answerers = [answers]
        lists.jobs = []
        #expect(lists.newestBase == "lungs")
        var state = TrainingState(lists: lists)
        send(&state, .rollback)
        #expect(
            state.mode
                == .question(
                    .rollback(from: ModelName(base: "lungs", version: 2), to: ModelName(base: "lungs", version: 1))))
    }

    @Test func aModelThatAnswersPromptsHasNoReplayAndSaysWhy() {
        var lists = TrainingFixture.lists()
        lists.replays = [:]
        let prompts = GateReport.Prompts(
            slices: 1, aim: 0.99, incumbentMedian: 2, candidateMedian: 1, unmeasured: [])
        let old = TrainingFixture.model(2, job: 2)
        lists.models[1] = ModelVersion(
            name: old.name, digest: old.digest, byteCount: 1, lineage: old.lineage,
            evaluation: GateReport(
                passes: true, reasons: [], holdOut: [], corrected: [], margin: 0.005, confidence: 0.95, prompts: prompts
            ),
            createdAt: old.createdAt, createdBy: "worker")
        var state = TrainingState(lists: lists)
        send(&state, .move(1))
        send(&state, .open)
        #expect(state.page == .queue)
        #expect(state.message?.text == "lungs@2 answers prompts and predicts nothing by itself, so there is no replay")
    }

    @Test func thePlanIsShownBeforeAnythingIsQueued() {
        var state = state()
        send(&state, .plan(model: nil), .plan(model: nil))
        func candidate(_ id: String, held: Bool) -> TrainingSelection.Candidate {
            TrainingSelection.Candidate(
                key: CorrectionKey(caseID: CaseID(rawValue: id), revision: 1), status: .corrected, isSuperseded: false,
                isHeldOut: held, slicesSeen: 3, slices: 4, structures: [.lungLeft])
        }
        let selection = TrainingSelection(
            from: [candidate("x", held: false), candidate("y", held: true)], structures: [.lungLeft], jobs: [])
        send(&state, .planned(QueuePlan(model: TrainingFixture.base, selection: selection)))
        let keys = [CorrectionKey(caseID: CaseID(rawValue: "x"), revision: 1)]
        #expect(reduce(&state, .confirm).isEmpty, "nobody has seen it yet")
        send(&state, .questionShown)
        send(&state, .confirm, .queue(model: TrainingFixture.base, corrections: keys))
        // With nothing to train on there is nothing to confirm.
        let none = TrainingSelection(from: [candidate("y", held: true)], structures: [.lungLeft], jobs: [])
        send(&state, .planned(QueuePlan(model: TrainingFixture.base, selection: none)))
        send(&state, .questionShown)
        send(&state, .confirm)
        #expect(state.message?.text == "no correction would be trained on")
        // A plan that comes late interrupts nobody.
        send(&state, .cancel)
        send(&state, .openPrompt)
        send(&state, .planned(QueuePlan(model: TrainingFixture.base, selection: selection)))
        #expect(state.typed == "")
    }

    @Test func theReplayBeginsWithWhatGainsLeastAndOpensTheCase() {
        var state = state()
        send(&state, .move(1))
        send(&state, .open)
        #expect(state.page == .replay)
        #expect(state.replayLines.map(\.entry.correction.caseID.rawValue) == ["b", "a", "c"])
        let replay = TrainingFixture.replay([("a", 0.9, 0.95), ("b", 0.8, 0.7), ("c", nil, nil)])
        send(
            &state, .open,
            .openReplay(
                replay.cases[1], structure: .lungLeft, before: TrainingFixture.base,
                after: ModelName(base: "lungs", version: 2)))
        // A job without one says so.
        var first = TrainingState(lists: TrainingFixture.lists())
        send(&first, .open)
        #expect(first.message?.text == "job 3 has no replay: it is made when a job has been evaluated")
    }

    @Test func commandsAreTyped() throws {
        #expect(try TrainingCommands.table.action(for: "promote it is better") == .promote(reason: "it is better"))
        #expect(try TrainingCommands.table.action(for: "2") == .select(1))
        #expect(try TrainingCommands.table.action(for: "train") == .plan(model: nil))
        #expect(try TrainingCommands.table.action(for: "train refine") == .plan(model: "refine"))
        #expect(throws: CommandError.self) { try TrainingCommands.table.action(for: "train refine now") }
        #expect(throws: CommandError.self) { try TrainingCommands.table.action(for: "stop now") }
        var state = state()
        send(&state, .openPrompt)
        send(&state, .type("retr"))
        send(&state, .complete(backwards: false))
        #expect(state.typed == "retry")
        send(&state, .deleteWord(all: true))
        send(&state, .type("models"))
        send(&state, .confirm, .rememberCommand("models"), .reload)
        #expect(state.page == .models)
    }

    @Test func trainingQuestionsAndPlansAreReadBeforeTheyAreAnswered() {
        func asked(_ page: TrainingPage, _ action: TrainingAction) -> TrainingState {
            var state = TrainingState(lists: TrainingFixture.lists(), page: page)
            send(&state, action)
            return state
        }
        var promote = TrainingFixture.lists()
        promote.promotions.append(TrainingFixture.promotion(3, 1, before: 2, .rollback))
        var passed = TrainingState(lists: promote, page: .models)
        send(&passed, .move(1))
        send(&passed, .askToPromote)
        var held = asked(.models, .askToPromote)
        send(&held, .type("p a b"))
        send(&held, .confirm)
        let states: [(TrainingState, TrainingEffect)] = [
            (asked(.queue, .cancelJob), .cancel(job: 3)), (asked(.models, .rollback), .rollback(base: "lungs")),
            (passed, .promote(ModelName(base: "lungs", version: 2), reason: nil)),
            (held, .promote(ModelName(base: "lungs", version: 3), reason: "p a b")),
        ]
        for (start, effect) in states {
            var state = start
            #expect(state.hasUnseenQuestion)
            for action in [TrainingAction.answer(true), .confirm, .cancel, .answer(false)] {
                send(&state, action)
            }
            var wanted = start
            wanted.asking.missed = true
            #expect(state == wanted)
            answer(&state, true, effect)
        }
    }
}
