import Cases
import Commands
import Editing
import PatientView
import Review
import TestSupport
import Testing
import Volumes

@Suite struct KeyMemoryTests {
    /// What keys do: each action as the input makes it.
    private func press(_ state: inout ReviewState, _ actions: ReviewAction...) -> [ReviewEffect] {
        actions.flatMap { reduce(&state, $0) }
    }

    @Test func aCountMovesSoManySlicesAtOnce() throws {
        var state = try Fixture.state()
        _ = press(&state, .goToSlice(0), .digit(3, meaning: nil))
        #expect(state.keys.pending.count == 3)
        let effects = press(&state, .counted(3, .moveSlices(1)))
        #expect(state.view.slice == 3 && state.keys.pending.count == nil)
        // One move, not three: the slices between were not on screen.
        #expect(!state.seenSlices.contains(1))
        #expect(effects.filter { if case .saveProgress = $0 { true } else { false } }.count == 1)
        _ = press(&state, .counted(99_999, .moveSlices(-1)))
        #expect(state.view.slice == 0)
        _ = press(&state, .counted(4, .goToEnd(last: true)))
        #expect(state.view.slice == 3)
    }

    @Test func aNumberGrowsDigitByDigitAndIsBounded() throws {
        var state = try Fixture.state()
        for digit in [1, 0, 5] { _ = press(&state, .digit(digit, meaning: nil)) }
        #expect(state.keys.pending.count == 105)
        for _ in 0..<30 { _ = press(&state, .digit(9, meaning: nil)) }
        #expect(state.keys.pending.count == PendingKeys.greatest)
        _ = press(&state, .cancel)
        #expect(state.keys.pending.count == nil)
        _ = press(&state, .digit(0, meaning: nil))
        #expect(state.keys.pending.count == nil)
    }

    @Test func aWindowKeyIsTheBeginningOfANumberIfAZeroFollows() throws {
        var state = try Fixture.state()
        let lung = state.view.window
        let soft = ReviewAction.setWindow(WindowPreset.soft.window)
        _ = press(&state, .digit(1, meaning: soft))
        #expect(state.view.window == WindowPreset.soft.window && state.keys.pending.count == nil)
        _ = press(&state, .digit(0, meaning: nil))
        #expect(state.view.window == lung && state.keys.pending.count == 10)
        // Not when another key came between.
        _ = press(&state, .digit(1, meaning: soft), .moveSlices(1), .digit(0, meaning: nil))
        #expect(state.view.window == WindowPreset.soft.window && state.keys.pending.count == nil)
    }

    @Test func aCountUndoesSoManySteps() throws {
        var state = try Fixture.state()
        for x in [0, 3, 4] { _ = press(&state, .dab(tool: .brush, x: x, y: 0, z: 2)) }
        _ = press(&state, .counted(2, .undo))
        #expect(state.history.done.count == 1 && state.history.undone.count == 2)
        // Beyond the end it says so once.
        _ = press(&state, .counted(50, .undo))
        #expect(state.history.done.isEmpty && state.message?.text == "nothing to undo")
        #expect(state.sequence == 6)
        _ = press(&state, .counted(3, .redo))
        #expect(state.history.done.count == 3)
    }

    @Test func aDabIsDoneAgainOnTheSliceOnScreen() throws {
        var state = try Fixture.state()
        _ = press(&state, .repeatEdit)
        #expect(state.message?.text == "there is no edit to repeat yet")
        _ = press(&state, .dab(tool: .brush, x: 3, y: 1, z: 1), .goToSlice(4), .repeatEdit)
        #expect(state.structures[0].mask[VoxelIndex(x: 3, y: 1, z: 4)])
        #expect(state.history.done.map(\.slice) == [1, 4])
        // Neither undo nor redo is an edit.
        _ = press(&state, .undo, .goToSlice(0), .repeatEdit)
        #expect(state.structures[0].mask[VoxelIndex(x: 3, y: 1, z: 0)])
        #expect(state.history.done.map(\.slice) == [1, 0])
    }

    @Test func aStrokeIsDrawnAgainAlongItsWay() throws {
        var state = try Fixture.state()
        _ = press(
            &state, .goToSlice(0), .beginStroke(at: PlanePoint(x: 0, y: 0), tool: nil),
            .continueStroke(to: PlanePoint(x: 3, y: 0)), .continueStroke(to: PlanePoint(x: 3, y: 1)), .endStroke)
        let drawn = asciiRows(state.structures[0].mask.slices[0])
        #expect(drawn[0] == "####...." && drawn[1] == "...#....")
        _ = press(&state, .goToSlice(4), .repeatEdit)
        #expect(asciiRows(state.structures[0].mask.slices[4]) == drawn)
        #expect(state.history.done.count == 2)
        // A stroke of the eraser erases, whatever tool is in hand.
        _ = press(
            &state, .beginStroke(at: PlanePoint(x: 0, y: 0), tool: .erase), .continueStroke(to: PlanePoint(x: 1, y: 0)),
            .endStroke, .goToSlice(0), .repeatEdit)
        #expect(asciiRows(state.structures[0].mask.slices[0])[0] == "..##....")
    }

    @Test func aStrokeWithTheKeyboardIsDrawnAgainToo() throws {
        var state = try Fixture.state()
        _ = press(
            &state, .resizeView(columns: 80, rows: 20), .goToSlice(0), .point(PlanePoint(x: 1, y: 0)), .togglePen,
            .moveCursor(columns: 1, halfRows: 0), .togglePen)
        let drawn = asciiRows(state.structures[0].mask.slices[0])
        #expect(drawn[0].contains("##"))
        _ = press(&state, .goToSlice(4), .repeatEdit)
        #expect(asciiRows(state.structures[0].mask.slices[4]) == drawn)
    }

    @Test func theFiveHintsAreTaughtOneAfterAnother() throws {
        var state = try Fixture.state()
        state.hints = HintProgress()
        // What is not taught yet is not ticked off.
        #expect(!press(&state, .dab(tool: .brush, x: 0, y: 0, z: 1)).contains(.learned(.paint)))
        #expect(press(&state, .moveSlices(1)).contains(.learned(.scroll)))
        #expect(state.hints?.current == .paint)
        #expect(press(&state, .dab(tool: .brush, x: 1, y: 0, z: 1)).contains(.learned(.paint)))
        #expect(press(&state, .counted(1, .undo)).contains(.learned(.undo)))
        #expect(press(&state, .goToNext(.worst, backwards: false)).contains(.learned(.worst)))
        #expect(press(&state, .acceptNoting(comment: "", asks: false)).contains(.learned(.accept)))
        #expect(state.hints?.current == nil)
        #expect(HintProgress(learned: Set(Hint.allCases)).current == nil)
    }

    @Test func escapeEndsTheTeachingWhereItEndsNothingElse() throws {
        var state = try Fixture.state()
        state.hints = HintProgress()
        // A prompt, the help and the pointer have the key for themselves.
        for action in [ReviewAction.openPrompt(.command), .toggleHelp, .togglePointer] {
            _ = press(&state, action)
            _ = press(&state, .cancel)
            #expect(state.hints?.current == .scroll && state.mode == .normal)
        }
        let effects = press(&state, .cancel)
        #expect(state.hints?.current == nil)
        #expect(Hint.allCases.allSatisfy { effects.contains(.learned($0)) })
    }

    @Test func whatOneHasNoUseForIsTaughtForFiveCommands() throws {
        var state = try Fixture.state()
        state.hints = HintProgress()
        for _ in 0..<4 { _ = press(&state, .toggleMasks) }
        #expect(state.hints?.current == .scroll)
        _ = press(&state, .resizeView(columns: 80, rows: 20))
        #expect(state.hints?.current == .scroll)
        _ = press(&state, .toggleMasks)
        #expect(state.hints?.current == .paint)
        // Five hints of five commands each at the most.
        for _ in 0..<20 { _ = press(&state, .toggleMasks) }
        #expect(state.hints?.current == nil)
        // It is not taken for learned.
        #expect(state.hints?.learned == [])
    }
}

@Suite struct ReviewPaletteTests {
    private var commands: [any CommandDescription] { ReviewCommands.table.all }

    @Test func namesAreCompletedAndThenTheirArguments() throws {
        func lines(_ text: String) -> [String] {
            CommandCompletion.candidates(for: text, in: commands, words: ["NAME": ["Lung_L", "Lung_R"]]).map(\.line)
        }
        #expect(lines("und") == ["undo"])
        #expect(lines("gho") == ["ghost"] && lines("got") == ["goto "])
        #expect(
            lines("structure ") == [
                "structure Lung_L", "structure Lung_R", "structure next", "structure previous", "structure here",
            ])
        #expect(lines("structure Lung_R").isEmpty && lines("structure Lu") == ["structure Lung_L", "structure Lung_R"])
        #expect(lines("window l") == ["window lung", "window liver"])
        #expect(lines("brush r") == ["brush radius"])
        #expect(lines("export ni") == ["export nifti"] && lines("export nifti ").isEmpty)
        #expect(lines("nonsense ").isEmpty && lines("xyz").isEmpty)
        #expect(lines("").count == commands.count)
    }

    @Test func thePaletteCompletesAndRecallsAsItIsTyped() throws {
        var state = try Fixture.state()
        state.palette = PaletteState(history: ["goto 4"])
        for action in [
            ReviewAction.openPrompt(.command), .type("str"), .complete(backwards: false), .type("Lung_"),
            .complete(backwards: false),
        ] { _ = reduce(&state, action) }
        #expect(state.mode == .prompt(.command, text: "structure Lung_L"))
        _ = reduce(&state, .complete(backwards: false))
        #expect(state.mode == .prompt(.command, text: "structure Lung_R"))
        #expect(reduce(&state, .confirm) == [.rememberCommand("structure Lung_R")])
        #expect(state.active?.name == .lungRight)
        _ = reduce(&state, .openPrompt(.command))
        _ = reduce(&state, .recall(older: true))
        _ = reduce(&state, .recall(older: true))
        #expect(state.mode == .prompt(.command, text: "goto 4"))
        _ = reduce(&state, .deleteWord(all: false))
        #expect(state.mode == .prompt(.command, text: "goto "))
        _ = reduce(&state, .deleteWord(all: true))
        #expect(state.mode == .prompt(.command, text: ""))
    }

    @Test func wordsOfTheReviewersOwnAreNotKeptOnDisk() throws {
        var state = try Fixture.state()
        for line in ["export nifti /data/Doe_John", "flag Mrs Doe asked", "reject Doe moved"] {
            _ = reduce(&state, .openPrompt(.command))
            _ = reduce(&state, .type(line))
            let effects = reduce(&state, .confirm)
            #expect(!effects.contains(.rememberCommand(line)), "\(line)")
            #expect(state.palette.history.last == line)
        }
    }

    @Test func garbageThatIsPastedIsHarmless() throws {
        var state = try Fixture.state()
        var generator = SeededGenerator(seed: 3)
        let masks = state.structures.map(\.mask)
        for _ in 0..<200 {
            let text = String(
                String.UnicodeScalarView(
                    (0..<Int.random(in: 0..<600, using: &generator)).compactMap { _ in
                        Unicode.Scalar(UInt32.random(in: 0...0x2fff, using: &generator))
                    }))
            _ = reduce(&state, .type(text))
            #expect(state.mode == .normal)
            _ = reduce(&state, .openPrompt(.command))
            _ = reduce(&state, .type(text + "\u{1b}[2J\n"))
            if case .prompt(_, let typed) = state.mode {
                #expect(typed.count <= 400 && !typed.contains { $0.isNewline || $0 == "\u{1b}" })
            }
            _ = reduce(&state, .complete(backwards: false))
            _ = reduce(&state, .cancel)
        }
        #expect(state.structures.map(\.mask) == masks)
    }
}
