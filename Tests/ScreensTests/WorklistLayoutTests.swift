import Cases
import Lists
import PatientView
import Review
import Screens
import TerminalKit
import TestSupport
import Testing

@Suite struct WorklistLayoutTests {
    private func state() -> WorklistState { WorklistFixture.state() }

    private func lines(_ state: WorklistState, columns: Int = 80, rows: Int = 24) throws -> [String] {
        let keymaps = try Keymaps([
            .worklist: [
                ("enter", "open"), ("W", "cases"), ("C", "corrections"), ("Q", "queue"), ("M", "models"), ("n", "next"),
            ]
        ])
        var options = try ScreenFixture.options()
        options.keymaps = keymaps
        return WorklistScreen.render(state, options: options, columns: columns, rows: rows).lines.map {
            String($0.reversed().drop { $0 == " " }.reversed())
        }
    }

    @Test func eightyColumnsKeepWhoAndModelWhole() throws {
        let found = try lines(state())
        #expect(
            Array(found[0..<5]) == [
                " Pleura  worklist                                          dr-okonkwo   2 cases",
                " W cases   C corrections   Q queue   M models",
                "   case                     status            who             model",
                " ›!LIDC-IDRI-0001           in-progress       open: mkowalski lungs-unet2d@12",
                "   ACRIN-DSC-MR-Brain…-name awaiting-approval → dr-okonkwo    baseline-threshold",
            ])
    }

    @Test func aWideScreenShowsAllColumns() throws {
        let found = try lines(state(), columns: 200, rows: 40)
        #expect(found[2].contains("touched   effort  unsure structures"))
        #expect(found[3].contains("10 min    7 min   32 %   Lung_L+R Heart"))
        #expect(found[4].contains("3 days    –       –      Lung_L+R"))
        #expect(found[38].contains("flagged: is this effusion? · 512×512×133"))
        #expect(found[39].contains("Enter open") || found[39].contains("enter open"))
    }

    @Test func whatCouldNotBeSentIsMarkedAndSaidAndFound() throws {
        var entries = state().entries
        entries[0].flag = nil
        entries[0].delivery = WorklistDelivery(text: "sent to clinic (rtstruct)", isFailure: false)
        entries[1].delivery = WorklistDelivery(text: "not sent to clinic as sr: nobody answers", isFailure: true)
        var list = WorklistState(entries: entries, reviewer: "dr-okonkwo")
        var found = try lines(list, columns: 100)
        #expect(found[3].hasPrefix(" › LIDC") && found[4].hasPrefix("  !ACRIN"))
        #expect(found.contains { $0.contains("sent to clinic (rtstruct) · 512×512×133") })
        setUp(&list, .filter("is:unsent"))
        found = try lines(list, columns: 100)
        #expect(found[0].contains("1 of 2 cases"))
        #expect(found.contains { $0.contains("not sent to clinic as sr: nobody answers · 512×512×90") })
    }

    @Test func theSortedColumnAndTheFilterAreSeen() throws {
        var state = state()
        setUp(&state, .sort(.who))
        setUp(&state, .filter("status:await"))
        let found = try lines(state)
        #expect(found[0].contains("/ status:await") && found[0].contains("1 of 2 cases"))
        #expect(found[2].contains("▲who"))
        setUp(&state, .filter("nothing at all"))
        #expect(try lines(state)[3] == "   No case is listed. Esc lists all again.")
    }

    @Test func whatIsTypedAndWhatItMayBecomeAreSeen() throws {
        var state = state()
        setUp(&state, .openPrompt)
        setUp(&state, .type("so"))
        let found = try lines(state)
        #expect(found[22] == " :so█")
        #expect(found[21].contains("sort [COLUMN]") && found[21].contains("sort by a column"))
    }

    @Test func theOtherListsSayWhatTheyAreWhenEmpty() throws {
        var state = state()
        setUp(&state, .show(.corrections))
        #expect(try lines(state)[3].contains("Nothing was filed yet."))
        state.lists[.corrections] = [
            ListLine(
                [
                    "phantom-01", "2", "corrected", "Lung_L 0.987 Lung_R 1.000", "12", "7 min", "ana",
                    "2026-11-23 18:00",
                ],
                tone: .good)
        ]
        let found = try lines(state)
        #expect(found[2].hasPrefix("   case       rev status"))
        #expect(found[3].hasPrefix(" › phantom-01 2   corrected Lung_L 0.987"))
    }

    @Test func anySizeDraws() throws {
        var state = state()
        for mode in 0..<4 {
            if mode == 1 { setUp(&state, .openPrompt) }
            if mode == 2 { setUp(&state, .cancel); setUp(&state, .toggleHelp) }
            if mode == 3 { setUp(&state, .cancel); setUp(&state, .show(.corrections)) }
            for (columns, rows) in [(0, 0), (1, 1), (5, 3), (12, 4), (40, 12), (79, 7), (300, 100)] {
                #expect(try lines(state, columns: columns, rows: rows).count == rows)
            }
        }
    }

    @Test func thousandsOfCasesCostWhatTheScreenShows() throws {
        let entries = (0..<10_000).map {
            WorklistEntry(caseID: CaseID(rawValue: "\($0)"), title: "case-\($0)", status: .new, image: "")
        }
        var state = WorklistState(entries: entries)
        setUp(&state, .moveToEnd(last: true))
        #expect(try lines(state).contains { $0.contains("› case-9999") })
    }
}

@Suite struct HelpAndHintTests {
    @Test func theFirstPageHasTenKeysAndTheRestFollows() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .toggleHelp)
        func lines() throws -> [String] {
            ReviewScreen.render(state, options: try ScreenFixture.options(), columns: 80, rows: 24).lines
        }
        var found = try lines()
        #expect(found[2].contains("Reviewing: the ten keys you need"))
        // As many lines as keys; a command without a key is shown as it is typed.
        #expect(found[4...13].allSatisfy { $0.dropFirst(4).prefix(60).contains { $0.isLetter } })
        #expect(found[4].contains("j  k") && found[4].contains("next and previous slice"))
        #expect(found[14].filter { $0.isLetter }.isEmpty)
        setUp(&state, .scrollHelp(10))
        found = try lines()
        #expect(found[2].contains("Moving") && found[3].contains(":goto N"))
        setUp(&state, .cancel)
        setUp(&state, .togglePointer)
        setUp(&state, .toggleHelp)
        #expect(try lines()[2].contains("Drawing with the keyboard"))
        setUp(&state, .cancel)
        #expect(state.mode == .pointer)
    }

    @Test func whatIsTaughtStandsInThePlaceOfTheKeys() throws {
        var state = try ScreenFixture.state()
        state.hints = HintProgress()
        func last() throws -> String {
            ReviewScreen.render(state, options: try ScreenFixture.options(), columns: 80, rows: 24).lines[23]
        }
        #expect(try last().hasPrefix(" New here? j k or the wheel go through the slices  1/5   ? help"))
        setUp(&state, .moveSlices(1))
        #expect(try last().contains("2/5"))
        state.hints = HintProgress(learned: Set(Hint.allCases))
        #expect(try last().hasPrefix(" j k slice"))
    }

    @Test func aQuestionNamesWhatIsOdd() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .accept)
        setUp(&state, .questionShown)
        let found = ReviewScreen.render(state, options: try ScreenFixture.options(), columns: 80, rows: 24).lines
        for text in [
            "Before this is filed:", "· 4 of 5 slices were not seen", "y  file anyway", "n  review first",
        ] {
            #expect(found.contains { $0.contains(text) }, "\(text)")
        }
    }

    @Test func aPendingCountIsSeen() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .digit(1, meaning: nil))
        setUp(&state, .digit(2, meaning: nil))
        let found = ReviewScreen.render(state, options: try ScreenFixture.options(), columns: 120, rows: 36).lines
        #expect(found.contains { $0.contains("12…") })
    }
}

@Suite struct KeySequenceTests {
    private func keymaps() throws -> Keymaps {
        try Keymaps([
            .normal: [
                ("j", "slice +1"), ("g g", "first"), ("g t", "structure next"), ("1", "window soft"), ("alt-3", "undo"),
            ], .adjudicate: [("1", "choose 1")], .worklist: [("g g", "first"), ("j", "down")],
        ])
    }

    /// Types keys and applies what they mean.
    private func type(_ keys: String, _ state: inout ReviewState, alt: Bool = false) throws -> [ReviewAction] {
        var translator = InputTranslator(keymaps: try keymaps())
        var all: [ReviewAction] = []
        for key in keys {
            let event = InputEvent.key(.character(key), alt ? .alt : [])
            for action in translator.actions(for: event, in: state, columns: 80, rows: 24) {
                all.append(action)
                setUp(&state, action)
            }
        }
        return all
    }

    @Test func chordsOfSeveralKeysAndCounts() throws {
        var state = try ScreenFixture.state()
        #expect(try type("gg", &state) == [.keyPrefix("g"), .goToEnd(last: false)])
        #expect(state.view.slice == 0)
        // A wrong second key does nothing, and forgets the first.
        #expect(try type("gj", &state) == [.keyPrefix("g"), .keyPrefix(nil)])
        #expect(state.view.slice == 0 && state.keys.pending.prefix == nil)
        #expect(try type("7j", &state).last == .counted(7, .moveSlices(1)))
        #expect(try type("2gg", &state).last == .counted(2, .goToEnd(last: false)))
        #expect(state.view.slice == 1)
    }

    @Test func aDigitThatIsAKeyIsOneUnlessANumberIsUnderWay() throws {
        var state = try ScreenFixture.state()
        let soft = ReviewAction.setWindow(WindowPreset.soft.window)
        #expect(try type("1j", &state) == [.digit(1, meaning: soft), .moveSlices(1)])
        #expect(try type("10j", &state).last == .counted(10, .moveSlices(1)))
        #expect(try type("61", &state).last == .digit(1, meaning: nil))
        #expect(state.keys.pending.count == 61)
        state.keys.pending.count = nil
        // With Alt every digit that is not bound begins a number.
        #expect(try type("2", &state, alt: true) == [.digit(2, meaning: nil)])
        #expect(state.keys.pending.count == 2)
        #expect(try type("3", &state, alt: true) == [.counted(2, .undo)])
        #expect(try type("0", &state) == [])
    }

    @Test func whileReadingsAreBroughtTogetherKeysMeanReaders() throws {
        var state = try ScreenFixture.state()
        state.adjudication = Adjudication(readers: ["a", "b"], first: [:], second: [:], agreement: [], volumes: [:])
        #expect(try type("1", &state).first == .digit(1, meaning: .choose(.first)))
    }

    @Test func theWorklistKnowsThemToo() throws {
        var state = WorklistState(
            entries: (0..<50).map {
                WorklistEntry(caseID: CaseID(rawValue: "\($0)"), title: "\($0)", status: .new, image: "")
            })
        let keymaps = try keymaps()
        func press(_ keys: String) {
            for key in keys {
                let event = InputEvent.key(.character(key), [])
                if let action = WorklistInput.action(for: event, columns: 80, rows: 24, in: state, keymaps: keymaps) {
                    setUp(&state, action)
                }
            }
        }
        press("10j")
        #expect(state.selected == 10)
        press("gg")
        #expect(state.selected == 0)
        press("3gg")
        #expect(state.selected == 2)
    }
}
