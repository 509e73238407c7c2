import Cases
import Foundation
import Lists
import Review
import Screens
import TerminalKit
import Testing

@Suite struct TrainingScreenTests {
    private let base = TrainingFixture.base

    private func state(_ page: TrainingPage) -> TrainingState { TrainingFixture.state(page) }

    private func lines(_ state: TrainingState, columns: Int = 80, rows: Int = 24) throws -> [String] {
        var options = try ScreenFixture.options()
        options.keymaps = try Keymaps([
            .training: [
                ("Q", "queue"), ("M", "models"), ("P", "replay"), ("W", "worklist"), ("t", "train"), ("p", "promote"),
                ("b", "rollback"), ("enter", "open"),
            ]
        ])
        return TrainingScreen.render(state, options: options, columns: columns, rows: rows).lines.map {
            String($0.reversed().drop { $0 == " " }.reversed())
        }
    }

    @Test func theQueueTellsHowFarAJobIs() throws {
        let found = try lines(state(.queue))
        #expect(
            Array(found[0..<6]) == [
                " Pleura  queue   7 of 10 new corrections                     lungs@1   ● worker",
                " Q queue   M models   P replay   W worklist",
                "   job state    progress      from    cases hold-out changed",
                " › 2   training ██       25 % lungs@1 3     0.971    5 min",
                "   1   held     100 %         lungs@1 3     0.937    5 min", "",
            ])
        #expect(
            Array(found[6..<16]) == [
                " ─ job 2 · training ───────────────────────────────────────────────────────────",
                "  from lungs@1 · queued 10 min ago",
                "  ████▊               25 % · about 3 min left",
                "  epoch 3 of 12 · step 40 of 100 · training",
                "  loss █▄▂ 0.2500",
                "  hold-out surface Dice 0.971", "",
                " ─ trains on 3 corrections ────────────────────────────────────────────────────",
                "  phantom-01 r1, phantom-02 r2, phantom-03 r3",
                "",
            ])
        #expect(found[23].hasPrefix(" t train now"))
    }

    @Test func aHeldVersionShowsWhomItIsWorseOn() throws {
        let found = try lines(state(.models), rows: 32)
        #expect(found[2] == "   version state hold-out gain   cases from    made")
        #expect(found[3] == " › lungs@2 held  0.937    ▲ .012 0     lungs@1 1 min")
        let table = found.drop { !$0.contains("gate: held back") }
        #expect(
            Array(table.prefix(12)) == [
                " ─ gate: held back ────────────────────────────────────────────────────────────",
                "  Lung_L may be worse by more than 0.005; worst is p-02.",
                "",
                " ─ surface Dice, hold-out (2 patients) ────────────────────────────────────────",
                "                     before   after  gain   95 % interval",
                "  Lung_L 2 mm         0.925   0.937  ▲ .013   −0.025 … +0.050  worse",
                "",
                " ─ by patient, largest loss first ─────────────────────────────────────────────",
                "  p-02                0.950   0.925  ▼ .025   ██████  ▏█████▏",
                "  p-01                0.900   0.950  ▲ .050   ████    ▏██████",
                "",
                " ─ lineage ────────────────────────────────────────────────────────────────────",
            ])
        #expect(found.contains { $0 == "  lungs@2 ← lungs@1" })
        #expect(found.contains { $0.contains("lungs@1  by ana: the installed model") })
    }

    @Test func aSmallScreenShowsTheVerdictAndTheLineage() throws {
        let found = try lines(state(.models), rows: 24)
        #expect(found.contains { $0.contains("gate: held back") })
        #expect(found.contains { $0.contains("worst is p-02") })
        #expect(found.contains { $0 == "  lungs@2 ← lungs@1" })
    }

    @Test func theReplayStandsSideBySide() throws {
        let found = try lines(state(.replay))
        #expect(found[3] == " › phantom-02 Lung_L    0.875  0.937 ▲ .063")
        #expect(found.contains { $0.contains("lungs@1 → lungs@2, job 1") })
        #expect(found.contains { $0.contains("0.875 → 0.937  ▲ .063") })
        #expect(found.contains { $0.contains("phantom-02           0.875 ███     ▏█████▌   0.937  ▲ .063") })
    }

    @Test func questionsAndThePlanSayWhatFollows() throws {
        var state = state(.queue)
        setUp(&state, .cancelJob)
        setUp(&state, .questionShown)
        #expect(try lines(state)[22].hasPrefix(" Cancel job 2?"))
        setUp(&state, .answer(false))
        func candidate(_ id: String, held: Bool) -> TrainingSelection.Candidate {
            TrainingSelection.Candidate(
                key: CorrectionKey(caseID: CaseID(rawValue: id), revision: 1), status: .corrected, isSuperseded: false,
                isHeldOut: held, slicesSeen: 3, slices: 4, structures: [.lungLeft])
        }
        let selection = TrainingSelection(
            from: [candidate("c1", held: false), candidate("c2", held: true)], structures: [.lungLeft], jobs: [])
        setUp(&state, .planned(QueuePlan(model: base, selection: selection)))
        setUp(&state, .questionShown)
        let found = try lines(state)
        #expect(found[2].contains("1 correction would be trained on, from lungs@1"))
        #expect(found[4].contains("✓ phantom-01 r1  3 of 4 slices seen"))
        #expect(found[5].contains("– phantom-02 r1  not: the patient is held out to judge models by"))
        #expect(found[23].hasPrefix(" Enter queue them"))
    }

    @Test func anEmptyQueueSaysWhatOneWouldFind() throws {
        for (page, text) in [
            (TrainingPage.queue, "No fine-tuning job yet."), (.models, "The registry has no model yet."),
            (.replay, "No replay yet."),
        ] {
            #expect(try lines(TrainingState(page: page))[3].contains(text))
        }
    }

    @Test func anySizeDraws() throws {
        for page in TrainingPage.allCases {
            for (columns, rows) in [(0, 0), (1, 1), (5, 3), (12, 4), (40, 12), (80, 24), (151, 30), (300, 100)] {
                #expect(try lines(state(page), columns: columns, rows: rows).count == rows)
            }
        }
    }

    @Test func aClickChoosesAndAnotherOpens() throws {
        var state = state(.queue)
        let click = InputEvent.mouse(MouseEvent(kind: .press(.left), x: 10, y: 4))
        let keymaps = try Keymaps([:])
        func act() -> TrainingAction? {
            TrainingInput.action(for: click, columns: 80, rows: 24, in: state, keymaps: keymaps)
        }
        #expect(act() == .select(1))
        setUp(&state, .select(1))
        #expect(act() == .open)
    }
}

@Suite struct EscapeRuleTests {
    private let alt = InputEvent.key(.character("j"), .alt)
    private let parts = [InputEvent.key(.special(.escape), []), .key(.character("j"), [])]

    @Test func aChordThatIsBoundIsAlt() throws {
        let state = try ScreenFixture.state()
        let bound = try Keymaps([.normal: [("alt-j", "pan 0 8"), ("alt-g g", "first")]])
        #expect(EscapeRule.events(alt, in: state, bound) == [alt])
        let prefix = InputEvent.key(.character("g"), .alt)
        #expect(EscapeRule.events(prefix, in: state, bound) == [prefix])
        // Counts begin with Alt and a digit.
        let digit = InputEvent.key(.character("3"), .alt)
        #expect(EscapeRule.events(digit, in: state, bound) == [digit])
    }

    @Test func whatIsNotBoundWasTypedFast() throws {
        var state = try ScreenFixture.state()
        let keymaps = try Keymaps([.normal: [("j", "slice +1")]])
        #expect(EscapeRule.events(alt, in: state, keymaps) == parts)
        // Where text is typed nothing has Alt, whatever is bound elsewhere.
        let bound = try Keymaps([.normal: [("alt-j", "pan 0 8")]])
        setUp(&state, .openPrompt(.command))
        #expect(EscapeRule.events(alt, in: state, bound) == parts)
        #expect(
            EscapeRule.events(.key(.special(.enter), .alt), in: state, bound) == [
                .key(.special(.escape), []), .key(.special(.enter), []),
            ])
    }

    @Test func arrowsWithAltHaveCodesOfTheirOwn() throws {
        let state = try ScreenFixture.state()
        let event = InputEvent.key(.special(.left), .alt)
        #expect(EscapeRule.events(event, in: state, try Keymaps([:])) == [event])
    }

    @Test func theListsKnowItToo() throws {
        let keymaps = try Keymaps([.worklist: [("alt-j", "last")], .training: [("j", "down")]])
        #expect(EscapeRule.events(alt, in: WorklistState(entries: []), keymaps) == [alt])
        #expect(EscapeRule.events(alt, in: TrainingState(), keymaps) == parts)
        let plain = InputEvent.key(.character("j"), [])
        #expect(EscapeRule.events(plain, in: TrainingState(), keymaps) == [plain])
    }
}
