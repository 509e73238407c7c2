import Cases
import Commands
import Editing
import Review
import TestSupport
import Testing
import Volumes

@Suite struct ContourReducerTests {
    private func count(_ state: ReviewState) -> Int { state.slice.count }

    @Test func aContourByCommandsIsOneNamedStep() throws {
        var state = try ContourFixture.state()
        let before = state.structures[0].mask
        for corner in ["30 10", "35 10", "35 14"] { #expect(try state.run("contour add \(corner)").isEmpty) }
        #expect(state.contour.draft?.points.count == 3 && state.steps.isEmpty)
        #expect(try state.run("contour back").isEmpty)
        #expect(state.contour.draft?.points == [ContourFixture.point(30, 10), ContourFixture.point(35, 10)])
        _ = try state.run("contour close")
        #expect(state.message == StatusMessage("a contour needs three points", kind: .warning))
        #expect(state.contour.draft != nil, "what could not be closed is not lost")
        _ = try state.run("contour add 35 14")
        _ = try state.run("contour add 30 14")
        let effects = try state.run("contour close")
        // Columns 30–34 and rows 10–13: the left and top sides count, the right and bottom ones do not.
        var after = before
        for y in 10..<14 { after[slice: 4].set(true, row: y, columns: 30..<35) }
        #expect(state.structures[0].mask == after)
        let patch = try MaskPatch(from: before, to: after)
        let entry = JournalEntry(
            kind: .edit, structure: .lungLeft, name: "contour", slice: 4, patch: patch,
            digestAfter: after.digest(ofSlicesTouchedBy: patch))
        #expect(effects.contains(.journal(entry, sequence: 1)))
        #expect(effects.contains(.measure(.lungLeft, patch: patch, edit: 1)))
        #expect(state.contour.draft == nil && state.steps == ["contour Lung_L z4"])
        #expect(reduce(&state, .undo).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(state.structures[0].mask == before)
        #expect(state.message?.text == "undo contour Lung_L, slice 5")
    }

    @Test func clicksAndDragsDrawOneContour() throws {
        var state = try ContourFixture.state()
        _ = try state.run("contour")
        _ = state.drag([(30, 10)])
        // A freehand stretch with more positions than it needs, and a click.
        _ = state.drag([(35, 10), (35, 11), (35, 12), (35, 13), (35, 14)])
        _ = state.drag([(30, 14)])
        #expect(
            state.contour.draft?.path
                == [(30, 10), (35, 10), (35, 14), (30, 14)].map { ContourFixture.point($0.0, $0.1) })
        #expect(count(state) == 100)
        // A click on the first point closes.
        _ = state.drag([(30, 10)])
        #expect(state.contour.draft == nil && count(state) == 120)
    }

    @Test func theSamePlaceTwiceAndTheRightButtonClose() throws {
        for closing in [((30.0, 14.0), Tool?.none), ((5, 40), Tool.erase)] {
            var state = try ContourFixture.state()
            _ = try state.run("contour")
            for corner in [(30.0, 10.0), (35, 10), (35, 14), (30, 14)] { _ = state.drag([corner]) }
            _ = state.drag([closing.0], tool: closing.1)
            #expect(state.contour.draft == nil && count(state) == 120)
        }
    }

    @Test func byKeyOnlyTheSamePixelCloses() throws {
        var state = try ContourFixture.state()
        _ = try state.run("contour")
        func space(_ columns: Int, _ halfRows: Int) {
            #expect(reduce(&state, .moveCursor(columns: columns, halfRows: halfRows)).names == [])
            _ = reduce(&state, .dabAtCursor(tool: nil))
        }
        #expect(reduce(&state, .point(ContourFixture.point(30, 10))).names == [])
        space(0, 0)
        space(5, 0)
        // Two pixels of one cell are two points.
        space(0, 4)
        space(0, 1)
        #expect(state.contour.draft?.points.count == 4)
        space(0, 0)
        #expect(state.contour.draft == nil && count(state) > 100)
    }

    @Test func theRightButtonBeginsAContourThatSubtracts() throws {
        var state = try ContourFixture.state()
        _ = try state.run("contour")
        _ = state.drag([(10, 10)], tool: .erase)
        #expect(state.contour.draft?.operation == .subtract)
        for corner in [(15.0, 10.0), (15, 20), (10, 20)] { _ = state.drag([corner]) }
        #expect(reduce(&state, .confirm).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(count(state) == 50 && state.steps == ["contour Lung_L z4"])
        _ = try state.run("contour add 40 40")
        #expect(state.contour.draft?.operation == .add, "the next one adds again")
    }

    @Test func contoursReplaceSubtractAndAreDroppedByCommand() throws {
        var state = try ContourFixture.state()
        for corner in ["30 10", "35 10", "35 14", "30 14"] { _ = try state.run("contour add \(corner)") }
        _ = try state.run("contour close replace")
        #expect(count(state) == 20)
        for corner in ["30 10", "32 10", "32 14", "30 14"] { _ = try state.run("contour add \(corner)") }
        _ = try state.run("contour subtract")
        #expect(count(state) == 12 && state.contour.operation == .subtract)
        _ = try state.run("contour add")
        _ = try state.run("contour add 5 5")
        _ = try state.run("contour drop")
        #expect(state.contour.draft == nil && state.steps.count == 2)
    }

    @Test func keysAloneDrawAContour() throws {
        var state = try ContourFixture.state()
        _ = try state.run("contour")
        #expect(reduce(&state, .togglePointer).names == [])
        #expect(reduce(&state, .point(ContourFixture.point(30, 10))).names == [])
        func space() { _ = reduce(&state, .dabAtCursor(tool: nil)) }
        space()
        #expect(reduce(&state, .moveCursor(columns: 5, halfRows: 0)).names == [])
        space()
        #expect(reduce(&state, .moveCursor(columns: 0, halfRows: 4)).names == [])
        space()
        #expect(reduce(&state, .moveCursor(columns: 9, halfRows: 9)).names == [])
        space()
        #expect(reduce(&state, .dabAtCursor(tool: .erase)).names == [])
        #expect(state.contour.draft?.points.count == 3, "Backspace takes one back")
        #expect(reduce(&state, .point(ContourFixture.point(30, 14))).names == [])
        space()
        #expect(state.mode == .pointer)
        #expect(reduce(&state, .confirm).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(count(state) == 120 && state.mode == .pointer)
        #expect(reduce(&state, .dabAtCursor(tool: .erase)).names == [])
        #expect(state.message?.kind == .warning && count(state) == 120, "one Backspace too many erases nothing")
        // Esc drops the next one first, and leaves the mode only then.
        space()
        #expect(reduce(&state, .cancel).names == [])
        #expect(state.contour.draft == nil && state.mode == .pointer)
        #expect(reduce(&state, .cancel).names == [])
        #expect(state.mode == .normal)
    }

    @Test func aPenDrawsALassoByKey() throws {
        var state = try ContourFixture.state()
        _ = try state.run("lasso")
        #expect(reduce(&state, .point(ContourFixture.point(30, 10))).names == [])
        #expect(reduce(&state, .togglePen).names == [])
        for step in [(5, 0), (0, 4), (-5, 0)] { _ = reduce(&state, .moveCursor(columns: step.0, halfRows: step.1)) }
        #expect(reduce(&state, .togglePen).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(count(state) == 120 && state.steps == ["lasso Lung_L z4"])
    }

    @Test func aLassoAddsWithTheLeftAndSubtractsWithTheRight() throws {
        var state = try ContourFixture.state()
        _ = try state.run("lasso")
        _ = state.drag([(30, 10), (35, 10), (35, 14), (30, 14)])
        #expect(count(state) == 120 && state.contour.draft == nil)
        _ = state.drag([(30, 10), (32, 10), (32, 14), (30, 14)], tool: .erase)
        #expect(count(state) == 112)
        _ = try state.run("lasso add 40 40 44 40 44 42 40 42")
        #expect(count(state) == 120)
        _ = try state.run("lasso subtract 40 40 44 40 44 42 40 42")
        #expect(count(state) == 112)
        #expect(state.steps == Array(repeating: "lasso Lung_L z4", count: 4))
        // What changes nothing leaves no step and says so.
        _ = try state.run("lasso subtract 40 40 44 40 44 42 40 42")
        #expect(state.message == StatusMessage("there is nothing of Lung_L in it", kind: .warning))
        _ = try state.run("lasso add 11 11 14 11 14 14 11 14")
        #expect(state.message == StatusMessage("Lung_L already contains all of it", kind: .warning))
        #expect(state.steps.count == 4)
    }

    @Test func aLassoSaysWhatItChangedAndTakesASlice() throws {
        var state = try ContourFixture.state()
        #expect(state.view.slice == 4 && count(state) == 100)
        _ = try state.run("lasso add 30 10 35 10 35 14 30 14")
        // 20 voxels of 3 mm³.
        #expect(state.message == StatusMessage("lasso Lung_L, slice 5: +0.06 ml"))
        let others = state.structures[0].mask.slices
        _ = try state.run("lasso add 40 40 44 40 44 42 40 42 slice 3")
        #expect(state.view.slice == 2 && state.steps == ["lasso Lung_L z4", "lasso Lung_L z2"])
        #expect(
            state.structures[0].mask.slices.indices.filter { state.structures[0].mask.slices[$0] != others[$0] } == [2])
        _ = try state.run("lasso replace 40 40 44 40 44 42 40 42 slice 5")
        #expect(state.message?.text.hasPrefix("lasso Lung_L, slice 5: +") == true)
        #expect(state.message?.text.contains(" −") == true && state.view.slice == 4)
        let before = state
        for slice in [0, 1000] {
            _ = try state.run("lasso add 1 1 4 1 4 4 slice \(slice)")
            #expect(state.message == StatusMessage("there are slices 1 to 9", kind: .warning))
        }
        _ = try state.run("lock")
        _ = try state.run("lasso add 1 1 4 1 4 4 slice 2")
        #expect(state.view.slice == 4 && state.steps == before.steps, "what is refused leads nowhere")
    }

    @Test func aContourStaysWhereItWasBegun() throws {
        var state = try ContourFixture.state()
        _ = try state.run("contour")
        _ = state.drag([(30, 10)])
        // The slice changes in the middle of a drag, and so do the window's size and the zoom.
        #expect(reduce(&state, .beginStroke(at: ContourFixture.point(35, 10), tool: nil)).names == [])
        #expect(reduce(&state, .continueStroke(to: ContourFixture.point(35, 14))).names == [])
        #expect(reduce(&state, .moveSlices(2)).names == ["mark", "mark", "saveProgress"])
        #expect(reduce(&state, .resizeView(columns: 120, rows: 50)).names == [])
        #expect(reduce(&state, .zoom(3)).names == [])
        #expect(state.stroke == nil && state.view.slice == 6)
        let path = [(30.0, 10.0), (35, 10), (35, 14)].map { ContourFixture.point($0.0, $0.1) }
        #expect(state.contour.draft?.path == path)
        // Points do not get onto another slice, or into another structure.
        _ = state.drag([(40, 30)])
        #expect(state.contour.draft?.path == path)
        #expect(
            state.message?.text == "a contour of Lung_L is open on slice 5: Enter closes it, Esc drops it")
        #expect(reduce(&state, .goToSlice(4)).names == ["mark", "mark", "saveProgress"])
        #expect(reduce(&state, .nextStructure(backwards: false)).names == [])
        _ = state.drag([(40, 30)])
        #expect(state.contour.draft?.path == path)
        // A file without it would not be what is on screen.
        #expect(reduce(&state, .export(format: "nifti", path: "/x")).isEmpty)
        #expect(state.message?.text.hasPrefix("a contour of Lung_L is open on slice 5") == true)
        // Closed from elsewhere it is closed where it belongs.
        #expect(reduce(&state, .goToSlice(0)).names == ["mark", "mark", "saveProgress"])
        #expect(
            reduce(&state, .confirm).names == [
                "mark", "mark", "saveProgress", "progressWithStep", "journal", "measure", "mark",
            ])
        #expect(state.view.slice == 4 && state.steps == ["contour Lung_L z4"])
        #expect(
            state.structures[0].mask.slices[4].count > 100 && state.structures[1].mask == state.structures[1].prediction
        )
    }

    @Test func aLassoThatIsInterruptedIsNotAppliedHalf() throws {
        var state = try ContourFixture.state()
        _ = try state.run("lasso")
        #expect(reduce(&state, .beginStroke(at: ContourFixture.point(30, 10), tool: nil)).names == [])
        for point in [(35.0, 10.0), (35, 14)] {
            #expect(reduce(&state, .continueStroke(to: ContourFixture.point(point.0, point.1))).names == [])
        }
        #expect(reduce(&state, .moveSlices(1)).names == ["mark", "mark", "saveProgress"])
        #expect(state.steps.isEmpty && state.contour.draft?.slice == 4)
        #expect(reduce(&state, .endStroke).names == [])
        #expect(state.steps.isEmpty)
        #expect(
            reduce(&state, .confirm).names == [
                "mark", "mark", "saveProgress", "progressWithStep", "journal", "measure", "mark",
            ])
        #expect(state.steps == ["lasso Lung_L z4"])
    }

    @Test func escapeTakesBackAPressOnly() throws {
        var state = try ContourFixture.state()
        _ = try state.run("contour")
        _ = state.drag([(30, 10)])
        _ = state.drag([(35, 10)])
        let draft = state.contour.draft?.path
        #expect(reduce(&state, .beginStroke(at: ContourFixture.point(35, 14), tool: nil)).names == [])
        #expect(reduce(&state, .continueStroke(to: ContourFixture.point(30, 14))).names == [])
        #expect(reduce(&state, .cancel).names == [])
        #expect(state.contour.draft?.path == draft && state.stroke == nil)
        var fresh = try ContourFixture.state()
        _ = try fresh.run("contour")
        #expect(reduce(&fresh, .beginStroke(at: ContourFixture.point(35, 14), tool: nil)).names == [])
        #expect(reduce(&fresh, .cancel).names == [])
        #expect(fresh.contour.draft == nil)
    }

    @Test func undoTakesBackPointsBeforeSteps() throws {
        var state = try ContourFixture.state()
        _ = try state.run("lasso add 30 10 35 10 35 14 30 14")
        _ = try state.run("contour add 40 10")
        _ = try state.run("contour add 45 10")
        #expect(reduce(&state, .undo).names == [])
        #expect(state.contour.draft?.points.count == 1 && state.steps.count == 1)
        #expect(reduce(&state, .undo).names == [])
        #expect(state.contour.draft == nil && state.steps.count == 1)
        #expect(reduce(&state, .undo).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(state.steps.isEmpty)
    }

    @Test func nothingIsLeftWithAContourOpen() throws {
        for action in [ReviewAction.accept, .quit, .showWorklist, .openNeighbour(1), .reject(reason: "x")] {
            var state = try ContourFixture.state()
            _ = try state.run("contour add 30 10")
            #expect(reduce(&state, action).isEmpty, "\(action)")
            #expect(state.phase == .open && state.message?.kind == .warning)
        }
        var state = try ContourFixture.state()
        _ = try state.run("contour add 30 10")
        #expect(reduce(&state, .forceQuit).contains(.quit))
    }

    @Test func anotherToolSaysThatItGoesOnWithAnOpenContour() throws {
        var state = try ContourFixture.state()
        _ = try state.run("lasso")
        #expect(reduce(&state, .beginStroke(at: ContourFixture.point(35, 10), tool: nil)).names == [])
        #expect(reduce(&state, .continueStroke(to: ContourFixture.point(35, 14))).names == [])
        // A slice flipped in the middle of the drag leaves the lasso open.
        #expect(reduce(&state, .moveSlices(1)).names == ["mark", "mark", "saveProgress"])
        #expect(reduce(&state, .moveSlices(-1)).names == ["mark", "mark", "saveProgress"])
        #expect(state.contour.draft != nil)
        _ = try state.run("contour")
        #expect(
            state.message
                == StatusMessage("goes on with the open lasso of Lung_L on slice 5; Esc drops it", kind: .warning))
        #expect(reduce(&state, .cancel).names == [])
        #expect(state.contour.draft == nil)
        _ = try state.run("lasso")
        #expect(state.message?.kind != .warning)
    }

    @Test func locksAndLimitsHold() throws {
        var state = try ContourFixture.state()
        _ = try state.run("lock Lung_R")
        _ = try state.run("lasso add 45 10 55 10 55 14 45 14")
        #expect(count(state) == 120, "the half that is the right lung's stays his")
        _ = try state.run("limit -100 100")
        _ = try state.run("lasso add 20 30 30 30 30 34 20 34")
        #expect(
            state.message
                == StatusMessage("nothing was changed: limits or locked structures exclude all of it", kind: .warning))
        _ = try state.run("limit off")
        for corner in ["30 10", "35 10", "35 14"] { _ = try state.run("contour add \(corner)") }
        _ = try state.run("lock Lung_L")
        #expect(reduce(&state, .confirm).names == [])
        #expect(state.contour.draft != nil && state.message?.kind == .warning, "a refused contour stays open")
        _ = try state.run("lock Lung_L")
        #expect(reduce(&state, .confirm).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(state.contour.draft == nil && state.steps.count == 2)
    }

    @Test func theLastContourIsPastedOnTheNextSlice() throws {
        var state = try ContourFixture.state()
        _ = try state.run("paste-contour")
        #expect(state.message?.kind == .warning)
        _ = try state.run("lasso subtract 10 10 15 10 15 20 10 20")
        #expect(reduce(&state, .moveSlices(1)).names == ["mark", "mark", "saveProgress"])
        _ = try state.run("paste-contour")
        #expect(count(state) == 50 && state.structures[0].mask.slices[4] == state.slice)
        #expect(state.steps == ["lasso Lung_L z4", "paste-contour Lung_L z5"])
    }

    @Test func theNewestEditIsRepeatedOnAnotherSlice() throws {
        var state = try ContourFixture.state()
        _ = try state.run("lasso")
        _ = state.drag([(30, 10), (35, 10), (35, 14), (30, 14)])
        #expect(reduce(&state, .moveSlices(1)).names == ["mark", "mark", "saveProgress"])
        #expect(reduce(&state, .repeatEdit).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(count(state) == 120 && state.steps == ["lasso Lung_L z4", "lasso Lung_L z5"])
        _ = try state.run("contour")
        for corner in [(40.0, 30.0), (45, 30), (45, 34), (40, 34), (40, 30)] { _ = state.drag([corner]) }
        #expect(reduce(&state, .moveSlices(1)).names == ["mark", "mark", "saveProgress"])
        #expect(reduce(&state, .repeatEdit).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(count(state) == 120, "the newest alone")
        _ = try state.run("nudge")
        _ = state.drag([(9.5, 15), (6.5, 15)])
        #expect(state.slice[7, 15])
        #expect(reduce(&state, .moveSlices(-1)).names == ["mark", "mark", "saveProgress"])
        #expect(reduce(&state, .repeatEdit).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(state.slice[7, 15] && state.steps.count == 6)
    }

    @Test func contoursAreForSlicesAsTheyWereAcquired() throws {
        var state = try ContourFixture.state()
        #expect(reduce(&state, .choosePlane(.coronal)).names == [])
        _ = try state.run("contour")
        _ = state.drag([(30, 4)])
        #expect(state.contour.draft == nil && state.message?.kind == .warning)
        _ = try state.run("lasso add 30 1 35 1 35 3")
        #expect(state.steps.isEmpty && state.message?.kind == .warning)
    }

    @Test(arguments: [
        "contour add 1", "contour add x y", "contour add 1 2 3", "contour close now", "contour fly", "lasso 1 2",
        "lasso add 1 2 3 4", "lasso add 1 2 3 4 5 6 7", "lasso add 1 2 3 4 slice 3", "lasso add 1 2 3 4 5 6 slice x",
        "nudge 1 2 3", "vertex move 1 2", "vertex fly",
        "interpolate 1", "interpolate 1 x", "paste-contour 3", "livewire close", "contour add nan 3",
        "contour add inf 3",
    ])
    func wrongCommandsSaySo(text: String) {
        #expect(throws: CommandError.self) { try ReviewCommands.table.action(for: text) }
    }
}
