import Cases
import Commands
import Editing
import PatientView
import Review
import TestSupport
import Testing
import Volumes

@Suite struct KeyMemoryTests {
    /// Does what keys do, each action as the input makes it, and asserts which effects that has.
    @discardableResult
    private func press(
        _ state: inout ReviewState, _ actions: ReviewAction..., effects: EffectNames...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> [ReviewEffect] {
        let found = actions.flatMap { reduce(&state, $0) }
        found.expect(effects, sourceLocation)
        return found
    }

    @Test func aCountMovesSoManySlicesAtOnce() throws {
        var state = try Fixture.state()
        press(&state, .goToSlice(0), .digit(3, meaning: nil), effects: .slice)
        #expect(state.keys.pending.count == 3)
        press(&state, .counted(3, .moveSlices(1)), effects: .slice)
        #expect(state.view.slice == 3 && state.keys.pending.count == nil)
        // One move, not three: the slices between were not on screen.
        #expect(!state.seenSlices.contains(1))
        press(&state, .counted(99_999, .moveSlices(-1)), effects: .slice)
        #expect(state.view.slice == 0)
        press(&state, .counted(4, .goToEnd(last: true)), effects: .slice)
        #expect(state.view.slice == 3)
    }

    @Test func aNumberGrowsDigitByDigitAndIsBounded() throws {
        var state = try Fixture.state()
        for digit in [1, 0, 5] { press(&state, .digit(digit, meaning: nil)) }
        #expect(state.keys.pending.count == 105)
        for _ in 0..<30 { press(&state, .digit(9, meaning: nil)) }
        #expect(state.keys.pending.count == PendingKeys.greatest)
        press(&state, .cancel)
        #expect(state.keys.pending.count == nil)
        press(&state, .digit(0, meaning: nil))
        #expect(state.keys.pending.count == nil)
    }

    @Test func aWindowKeyIsTheBeginningOfANumberIfAZeroFollows() throws {
        var state = try Fixture.state()
        let lung = state.view.window
        let soft = ReviewAction.setWindow(WindowPreset.soft.window)
        press(&state, .digit(1, meaning: soft))
        #expect(state.view.window == WindowPreset.soft.window && state.keys.pending.count == nil)
        press(&state, .digit(0, meaning: nil))
        #expect(state.view.window == lung && state.keys.pending.count == 10)
        // Not when another key came between.
        press(&state, .digit(1, meaning: soft), .moveSlices(1), .digit(0, meaning: nil), effects: .slice)
        #expect(state.view.window == WindowPreset.soft.window && state.keys.pending.count == nil)
    }

    @Test func aCountUndoesSoManySteps() throws {
        var state = try Fixture.state()
        for x in [0, 3, 4] { press(&state, .dab(tool: .brush, x: x, y: 0, z: 2), effects: .step) }
        press(&state, .counted(2, .undo), effects: .step, .step)
        #expect(state.history.done.count == 1 && state.history.undone.count == 2)
        // Beyond the end it says so once.
        press(&state, .counted(50, .undo), effects: .step)
        #expect(state.history.done.isEmpty && state.message?.text == "nothing to undo")
        #expect(state.sequence == 6)
        press(&state, .counted(3, .redo), effects: .step, .step, .step)
        #expect(state.history.done.count == 3)
    }

    /// Some of what undo takes back moves nothing on the screen.
    @Test func aCountUndoesWhatIsNoEditToo() throws {
        var state = try Fixture.state()
        for name in ["PTV", "GTV"] { setUp(&state, .structures(.add(name, nil))) }
        setUp(&state, .structures(.colour(.lungLeft, StructureColour(red: 1, green: 2, blue: 3))))
        setUp(&state, .structures(.colour(.lungLeft, StructureColour(red: 4, green: 5, blue: 6))))
        setUp(&state, .structures(.colour(.lungRight, StructureColour(red: 7, green: 8, blue: 9))))
        press(
            &state, .counted(9, .undo), effects: "keepStructures", "keepStructures", "keepStructures",
            "keepStructures", "keepStructures")
        #expect(
            state.structures.map(\.name) == [.lungLeft, .lungRight] && state.structures.allSatisfy { $0.colour == nil })
        // A preview is dropped first.
        press(&state, .dab(tool: .brush, x: 0, y: 0, z: 2), effects: .step)
        setUp(&state, .region(.grow(from: VoxelTarget(x: 3, y: 3), -900 ... -700, .slice)))
        #expect(state.region.preview != nil)
        press(&state, .counted(2, .undo), effects: .step)
        #expect(state.region.preview == nil && state.history.done.isEmpty)
    }

    @Test func aDabIsDoneAgainOnTheSliceOnScreen() throws {
        var state = try Fixture.state()
        press(&state, .repeatEdit)
        #expect(state.message?.text == "there is no edit to repeat yet")
        press(
            &state, .dab(tool: .brush, x: 3, y: 1, z: 1), .goToSlice(4), .repeatEdit, effects: .slice, .step, .slice,
            .step)
        #expect(state.structures[0].mask[VoxelIndex(x: 3, y: 1, z: 4)])
        #expect(state.history.done.map(\.slice) == [1, 4])
        // Neither undo nor redo is an edit.
        press(&state, .undo, .goToSlice(0), .repeatEdit, effects: .step, .slice, .step)
        #expect(state.structures[0].mask[VoxelIndex(x: 3, y: 1, z: 0)])
        #expect(state.history.done.map(\.slice) == [1, 0])
    }

    @Test func aStrokeIsDrawnAgainAlongItsWay() throws {
        var state = try Fixture.state()
        press(
            &state, .goToSlice(0), .beginStroke(at: PlanePoint(x: 0, y: 0), tool: nil),
            .continueStroke(to: PlanePoint(x: 3, y: 0)), .continueStroke(to: PlanePoint(x: 3, y: 1)), .endStroke,
            effects: .slice, .step)
        let drawn = asciiRows(state.structures[0].mask.slices[0])
        #expect(drawn[0] == "####...." && drawn[1] == "...#....")
        press(&state, .goToSlice(4), .repeatEdit, effects: .slice, .step)
        #expect(asciiRows(state.structures[0].mask.slices[4]) == drawn)
        #expect(state.history.done.count == 2)
        // A stroke of the eraser erases, whatever tool is in hand.
        press(
            &state, .beginStroke(at: PlanePoint(x: 0, y: 0), tool: .erase), .continueStroke(to: PlanePoint(x: 1, y: 0)),
            .endStroke, .goToSlice(0), .repeatEdit, effects: .step, .slice, .step)
        #expect(asciiRows(state.structures[0].mask.slices[0])[0] == "..##....")
    }

    @Test func aStrokeWithTheKeyboardIsDrawnAgainToo() throws {
        var state = try Fixture.state()
        press(
            &state, .resizeView(columns: 80, rows: 20), .goToSlice(0), .point(PlanePoint(x: 1, y: 0)), .togglePen,
            .moveCursor(columns: 1, halfRows: 0), .togglePen, effects: .slice, .step)
        let drawn = asciiRows(state.structures[0].mask.slices[0])
        #expect(drawn[0].contains("##"))
        press(&state, .goToSlice(4), .repeatEdit, effects: .slice, .step)
        #expect(asciiRows(state.structures[0].mask.slices[4]) == drawn)
    }

    @Test func theFiveHintsAreTaughtOneAfterAnother() throws {
        var state = try Fixture.state()
        state.hints = HintProgress()
        // What is not taught yet is not ticked off.
        press(&state, .dab(tool: .brush, x: 0, y: 0, z: 1), effects: .slice, .step)
        #expect(press(&state, .moveSlices(1), effects: .slice, "learned").last == .learned(.scroll))
        #expect(state.hints?.current == .paint)
        let painted = press(&state, .dab(tool: .brush, x: 1, y: 0, z: 1), effects: .slice, .step, "learned")
        #expect(painted.last == .learned(.paint))
        #expect(press(&state, .counted(1, .undo), effects: .step, "learned").last == .learned(.undo))
        #expect(press(&state, .goToNext(.worst, backwards: false), effects: "learned") == [.learned(.worst)])
        let accepted = press(&state, .acceptNoting(comment: "", asks: false), effects: "file", "learned")
        #expect(accepted.last == .learned(.accept))
        #expect(state.hints?.current == nil)
        #expect(HintProgress(learned: Set(Hint.allCases)).current == nil)
    }

    @Test func escapeEndsTheTeachingWhereItEndsNothingElse() throws {
        var state = try Fixture.state()
        state.hints = HintProgress()
        // A prompt, the help and the pointer have the key for themselves.
        for action in [ReviewAction.openPrompt(.command), .toggleHelp, .togglePointer] {
            press(&state, action)
            press(&state, .cancel)
            #expect(state.hints?.current == .scroll && state.mode == .normal)
        }
        #expect(reduce(&state, .cancel) == Hint.allCases.map { .learned($0) })
        #expect(state.hints?.current == nil)
    }

    @Test func whatOneHasNoUseForIsTaughtForFiveCommands() throws {
        var state = try Fixture.state()
        state.hints = HintProgress()
        for _ in 0..<4 { press(&state, .toggleMasks) }
        #expect(state.hints?.current == .scroll)
        press(&state, .resizeView(columns: 80, rows: 20))
        #expect(state.hints?.current == .scroll)
        press(&state, .toggleMasks)
        #expect(state.hints?.current == .paint)
        // Five hints of five commands each at the most.
        for _ in 0..<20 { press(&state, .toggleMasks) }
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
        // What begins so comes first, then what has its letters, then what says of itself a word that begins so.
        #expect(Array(lines("und").prefix(2)) == ["undo", "suspend"] && lines("und").contains("redo"))
        #expect(lines("gho") == ["ghost"] && lines("got").first == "goto ")
        #expect(lines("flh").first == "fill-holes " && lines("millimetres").first == "margin ")
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
        ] { send(&state, action) }
        #expect(state.mode == .prompt(.command, text: "structure Lung_L"))
        send(&state, .complete(backwards: false))
        #expect(state.mode == .prompt(.command, text: "structure Lung_R"))
        #expect(reduce(&state, .confirm) == [.rememberCommand("structure Lung_R")])
        #expect(state.active?.name == .lungRight)
        send(&state, .openPrompt(.command))
        send(&state, .recall(older: true))
        send(&state, .recall(older: true))
        #expect(state.mode == .prompt(.command, text: "goto 4"))
        send(&state, .deleteWord(all: false))
        #expect(state.mode == .prompt(.command, text: "goto "))
        send(&state, .deleteWord(all: true))
        #expect(state.mode == .prompt(.command, text: ""))
    }

    @Test func wordsOfTheReviewersOwnAreNotKeptOnDisk() throws {
        var state = try Fixture.state()
        let lines: [(String, EffectNames)] = [
            ("export nifti /data/Doe_John", "export"), ("flag Mrs Doe asked", "flag"), ("reject Doe moved", "file"),
        ]
        for (line, effect) in lines {
            send(&state, .openPrompt(.command))
            send(&state, .type(line))
            send(&state, .confirm, effect)
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
            send(&state, .type(text))
            #expect(state.mode == .normal)
            send(&state, .openPrompt(.command))
            send(&state, .type(text + "\u{1b}[2J\n"))
            if case .prompt(_, let typed) = state.mode {
                #expect(typed.count <= 400 && !typed.contains { $0.isNewline || $0 == "\u{1b}" })
            }
            send(&state, .complete(backwards: false))
            send(&state, .cancel)
        }
        #expect(state.structures.map(\.mask) == masks)
    }
}
