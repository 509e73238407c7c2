import Cases
import Editing
import Lists
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

/// The queue, the models and the replay, whole.
@Suite("Whole screens of the queue and the models at 80×24")
struct TrainingGridTests {
    @Test("The queue") func queue() throws {
        let state = TrainingFixture.state(.queue)
        #expect(
            try GridFixture.text(state) == """
                 Pleura  queue   7 of 10 new corrections                     lungs@1   ● worker
                 Q queue   M models   P replay   W worklist
                   job state    progress      from    cases hold-out changed
                 › 2   training ██       25 % lungs@1 3     0.971    5 min
                   1   held     100 %         lungs@1 3     0.937    5 min

                 ─ job 2 · training ───────────────────────────────────────────────────────────
                  from lungs@1 · queued 10 min ago
                  ████▊               25 % · about 3 min left
                  epoch 3 of 12 · step 40 of 100 · training
                  loss █▄▂ 0.2500
                  hold-out surface Dice 0.971

                 ─ trains on 3 corrections ────────────────────────────────────────────────────
                  phantom-01 r1, phantom-02 r2, phantom-03 r3

                 ─ log ────────────────────────────────────────────────────────────────────────
                  12:00 begun
                  12:01 epoch 3: loss 0.2500




                 t train now  enter replay  M models  q back  ? help
                """)
    }

    @Test("A model that answers prompts: what it is for, how many prompts it needs, what its numbers are")
    func promptModel() throws {
        var lists = TrainingFixture.lists()
        let (old, plain) = (lists.models[0], TrainingFixture.report())
        lists.models = [
            ModelVersion(
                name: old.name, digest: old.digest, byteCount: old.byteCount, lineage: old.lineage,
                evaluation: GateReport(
                    passes: false, reasons: ["held."], holdOut: plain.holdOut, corrected: [], margin: 0.005,
                    confidence: 0.95,
                    prompts: GateReport.Prompts(
                        slices: 30, aim: 0.99, incumbentMedian: 2, candidateMedian: 3, unmeasured: [])),
                createdAt: old.createdAt, createdBy: old.createdBy)
        ]
        lists.answerers = [old.name]
        var state = TrainingState(lists: lists, page: .models)
        state.now = 1600
        let text = try GridFixture.text(state)
        #expect(text.contains("› lungs@2 held, for prompts 0.937"))
        #expect(text.contains("─ lungs@2 · held · answers prompts ─"))
        #expect(text.contains("  median prompts to 0.99 on 30 hold-out slices: 2 → 3\n"))
        #expect(text.contains("─ area under the curve by prompts, hold-out (2 patients) ─"))
        #expect(!text.contains("surface Dice"))
    }

    @Test("The models") func models() throws {
        let state = TrainingFixture.state(.models)
        #expect(
            try GridFixture.text(state) == """
                 Pleura  models   7 of 10 new corrections                    lungs@1   ● worker
                 Q queue   M models   P replay   W worklist
                   version state hold-out gain   cases from    made
                 › lungs@2 held  0.937    ▲ .012 0     lungs@1 1 min


                 ─ lungs@2 · held ─────────────────────────────────────────────────────────────
                 ─ gate: held back ────────────────────────────────────────────────────────────
                  Lung_L may be worse by more than 0.005; worst is p-02.
                 ─ surface Dice, hold-out (2 patients) ────────────────────────────────────────
                                     before   after  gain   95 % interval
                  Lung_L 2 mm         0.925   0.937  ▲ .013   −0.025 … +0.050  worse
                 ─ by patient, largest loss first ─────────────────────────────────────────────
                  p-02                0.950   0.925  ▼ .025   ██████  ▏█████▏
                  p-01                0.900   0.950  ▲ .050   ████    ▏██████
                 ─ lineage ────────────────────────────────────────────────────────────────────
                  lungs@2 ← lungs@1
                  job 1 · seed 7 · by worker · 7.8 MB · file abababababab · recipe
                  r0123456789a · data d0123456789a · pleura 0.1
                 ─ in use ─────────────────────────────────────────────────────────────────────
                  11 min  lungs@1  by ana: the installed model


                 p promote  b roll back  enter replay  Q queue  q back  ? help
                """)
    }

    @Test("A gate that looked at subgroups: those that are worse first, and what it could not judge")
    func subgroups() throws {
        var lists = TrainingFixture.lists()
        let (old, plain) = (lists.models[0], TrainingFixture.report())
        func judged(_ gain: Double, _ groups: CaseGroup...) -> GateReport.Subgroups.Judged {
            GateReport.Subgroups.Judged(
                groups: groups,
                structure: GateReport.Structure(
                    name: .lungLeft, tolerance: 2,
                    pairs: [GateReport.Pair(patient: "p", incumbent: 0.9, candidate: 0.9 + gain)], meanGain: gain,
                    lowerBound: gain - 0.01, upperBound: gain, isWorse: gain < 0))
        }
        lists.models = [
            ModelVersion(
                name: old.name, digest: old.digest, byteCount: old.byteCount, lineage: old.lineage,
                evaluation: GateReport(
                    passes: false, reasons: ["held."], holdOut: plain.holdOut, corrected: [], margin: 0.005,
                    confidence: 0.95, comparisons: 6,
                    subgroups: GateReport.Subgroups(
                        judged: [0.01, 0.02, 0.03, 0.04].map { judged($0, CaseGroup(.kernel, "B\($0)")) } + [
                            judged(
                                -0.02, CaseGroup(.site, "South"), CaseGroup(.scanner, "GE Revolution CT of a long name")
                            )
                        ],
                        tooFew: [
                            GateReport.Subgroups.TooFew(
                                group: CaseGroup(.thickness, ">5 mm"), name: .lungLeft, patients: 2)
                        ], unknown: [], minimumPatients: 3)),
                createdAt: old.createdAt, createdBy: old.createdBy)
        ]
        var state = TrainingState(lists: lists, page: .models)
        state.now = 1600
        let text = try GridFixture.text(state)
        #expect(
            text.contains(
                """
                                     before   after  gain   99.16 % interval
                  Lung_L 2 mm         0.925   0.937  ▲ .013   −0.025 … +0.050  worse
                 ─ by subgroup, largest loss first ────────────────────────────────────────────
                  Lung_L              0.900   0.880  ▼ .020  worse  site South, scanner GE Re…
                  Lung_L              0.900   0.910  ▲ .010  kernel B0.01
                  Lung_L              0.900   0.920  ▲ .020  kernel B0.02
                  and 2 more, none worse
                  too few hold-out patients to judge, 3 are needed: slices >5 mm (2)
                """), "\(text)")
    }

    @Test("The replay") func replay() throws {
        let state = TrainingFixture.state(.replay)
        #expect(
            try GridFixture.text(state) == """
                 Pleura  replay   7 of 10 new corrections                    lungs@1   ● worker
                 Q queue   M models   P replay   W worklist
                   case       structure before after gain
                 › phantom-02 Lung_L    0.875  0.937 ▲ .063


                 ─ lungs@1 → lungs@2, job 1 ───────────────────────────────────────────────────
                  mean surface Dice against your corrections  0.875 → 0.937  ▲ .063
                  1 case better, 0 worse, of 1
                  These cases were trained on: a gain here shows that the model learned your
                  corrections, not that it is better on other patients. The hold-out shows
                  that.

                 ─ side by side: before, after ────────────────────────────────────────────────
                  phantom-02           0.875 ███     ▏█████▌   0.937  ▲ .063








                 enter open on its worst slice  Q queue  M models  q back  ? help
                """)
    }

    @Test("The help of the queue") func trainingHelp() throws {
        var state = TrainingFixture.state(.queue)
        setUp(&state, .list(.toggleHelp))
        #expect(
            try GridFixture.text(state) == """
                 Pleura  queue   7 of 10 new corrections                     lungs@1   ● worker
                 Q                                 space: all keys · / searches · Esc closes
                    Queue and models: the ten keys you need
                 ›
                    :down  :up      choose a job or a version
                    Q  M  P         jobs, versions, what a new model says of your corrected
                 ─                  cases                                                     ─
                    t               which corrections would be trained on, why not the
                                    others; Enter queues them
                    :worker         start the process that works on the queue; it survives
                                    this screen
                    :stop  :retry   cancel the chosen job, queue a failed one again
                    enter           the replay of a job or version; there: the case, on its
                 ─                  worst slice                                               ─
                    p               put the chosen version in use; one that was held needs a
                                    reason
                 ─  b               go back to the version that was in use before             ─
                    :command  ?     type a command, this help
                    q               go back to where you came from

                    All keys and commands follow: space or PageDown.


                 t train now  enter replay  M models  q back  ? help
                """)
    }

    @Test("A question of the queue") func cancel() throws {
        var state = TrainingFixture.state(.queue)
        setUp(&state, .cancelJob)
        setUp(&state, .questionShown)
        #expect(
            try GridFixture.text(state) == """
                 Pleura  queue   7 of 10 new corrections                     lungs@1   ● worker
                 Q queue   M models   P replay   W worklist
                   job state    progress      from    cases hold-out changed
                 › 2   training ██       25 % lungs@1 3     0.971    5 min
                   1   held     100 %         lungs@1 3     0.937    5 min

                 ─ job 2 · training ───────────────────────────────────────────────────────────
                  from lungs@1 · queued 10 min ago
                  ████▊               25 % · about 3 min left
                  epoch 3 of 12 · step 40 of 100 · training
                  loss █▄▂ 0.2500
                  hold-out surface Dice 0.971

                 ─ trains on 3 corrections ────────────────────────────────────────────────────
                  phantom-01 r1, phantom-02 r2, phantom-03 r3

                 ─ log ────────────────────────────────────────────────────────────────────────
                  12:00 begun
                  12:01 epoch 3: loss 0.2500



                 Cancel job 2? What it has learned so far is not put in use.  y  n
                 y yes  n no
                """)
    }

    @Test("A queue without jobs") func noJobs() throws {
        let state = TrainingState(page: .queue)
        #expect(
            try GridFixture.text(state) == """
                 Pleura  queue
                 Q queue   M models   P replay   W worklist

                  No fine-tuning job yet. A job trains the model on your corrections, and its
                  result is put in use only if it is not worse on any patient group it never
                  saw. "train" shows which corrections would go in.

















                 t train now  enter replay  M models  q back  ? help
                """)
    }
}
