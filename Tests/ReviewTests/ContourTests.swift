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
        for corner in ["30 10", "35 10", "35 14"] { try state.run("contour add \(corner)") }
        #expect(state.contour.draft?.points.count == 3 && state.steps.isEmpty)
        try state.run("contour back")
        #expect(state.contour.draft?.points == [ContourFixture.point(30, 10), ContourFixture.point(35, 10)])
        try state.run("contour close")
        #expect(state.message == StatusMessage("a contour needs three points", kind: .warning))
        #expect(state.contour.draft != nil, "what could not be closed is not lost")
        try state.run("contour add 35 14")
        try state.run("contour add 30 14")
        let effects = try state.run("contour close", .step)
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
        send(&state, .undo, .step)
        #expect(state.structures[0].mask == before)
        #expect(state.message?.text == "undo contour Lung_L, slice 5")
    }

    @Test func clicksAndDragsDrawOneContour() throws {
        var state = try ContourFixture.state()
        try state.run("contour")
        state.drag([(30, 10)])
        // A freehand stretch with more positions than it needs, and a click.
        state.drag([(35, 10), (35, 11), (35, 12), (35, 13), (35, 14)])
        state.drag([(30, 14)])
        #expect(
            state.contour.draft?.path
                == [(30, 10), (35, 10), (35, 14), (30, 14)].map { ContourFixture.point($0.0, $0.1) })
        #expect(count(state) == 100)
        // A click on the first point closes.
        state.drag([(30, 10)], .step)
        #expect(state.contour.draft == nil && count(state) == 120)
    }

    @Test func theSamePlaceTwiceAndTheRightButtonClose() throws {
        for closing in [((30.0, 14.0), Tool?.none), ((5, 40), Tool.erase)] {
            var state = try ContourFixture.state()
            try state.run("contour")
            for corner in [(30.0, 10.0), (35, 10), (35, 14), (30, 14)] { state.drag([corner]) }
            state.drag([closing.0], tool: closing.1, .step)
            #expect(state.contour.draft == nil && count(state) == 120)
        }
    }

    @Test func byKeyOnlyTheSamePixelCloses() throws {
        var state = try ContourFixture.state()
        try state.run("contour")
        func space(_ columns: Int, _ halfRows: Int) {
            send(&state, .moveCursor(columns: columns, halfRows: halfRows))
            send(&state, .dabAtCursor(tool: nil))
        }
        send(&state, .point(ContourFixture.point(30, 10)))
        space(0, 0)
        space(5, 0)
        // Two pixels of one cell are two points.
        space(0, 4)
        space(0, 1)
        #expect(state.contour.draft?.points.count == 4)
        send(&state, .dabAtCursor(tool: nil), .step)
        #expect(state.contour.draft == nil && count(state) > 100)
    }

    @Test func theRightButtonBeginsAContourThatSubtracts() throws {
        var state = try ContourFixture.state()
        try state.run("contour")
        state.drag([(10, 10)], tool: .erase)
        #expect(state.contour.draft?.operation == .subtract)
        for corner in [(15.0, 10.0), (15, 20), (10, 20)] { state.drag([corner]) }
        send(&state, .confirm, .step)
        #expect(count(state) == 50 && state.steps == ["contour Lung_L z4"])
        try state.run("contour add 40 40")
        #expect(state.contour.draft?.operation == .add, "the next one adds again")
    }

    @Test func contoursReplaceSubtractAndAreDroppedByCommand() throws {
        var state = try ContourFixture.state()
        for corner in ["30 10", "35 10", "35 14", "30 14"] { try state.run("contour add \(corner)") }
        try state.run("contour close replace", .step)
        #expect(count(state) == 20)
        for corner in ["30 10", "32 10", "32 14", "30 14"] { try state.run("contour add \(corner)") }
        try state.run("contour subtract", .step)
        #expect(count(state) == 12 && state.contour.operation == .subtract)
        try state.run("contour add")
        try state.run("contour add 5 5")
        try state.run("contour drop")
        #expect(state.contour.draft == nil && state.steps.count == 2)
    }

    @Test func keysAloneDrawAContour() throws {
        var state = try ContourFixture.state()
        try state.run("contour")
        send(&state, .togglePointer)
        send(&state, .point(ContourFixture.point(30, 10)))
        func space() { send(&state, .dabAtCursor(tool: nil)) }
        space()
        send(&state, .moveCursor(columns: 5, halfRows: 0))
        space()
        send(&state, .moveCursor(columns: 0, halfRows: 4))
        space()
        send(&state, .moveCursor(columns: 9, halfRows: 9))
        space()
        send(&state, .dabAtCursor(tool: .erase))
        #expect(state.contour.draft?.points.count == 3, "Backspace takes one back")
        send(&state, .point(ContourFixture.point(30, 14)))
        space()
        #expect(state.mode == .pointer)
        send(&state, .confirm, .step)
        #expect(count(state) == 120 && state.mode == .pointer)
        send(&state, .dabAtCursor(tool: .erase))
        #expect(state.message?.kind == .warning && count(state) == 120, "one Backspace too many erases nothing")
        // Esc drops the next one first, and leaves the mode only then.
        space()
        send(&state, .cancel)
        #expect(state.contour.draft == nil && state.mode == .pointer)
        send(&state, .cancel)
        #expect(state.mode == .normal)
    }

    @Test func aPenDrawsALassoByKey() throws {
        var state = try ContourFixture.state()
        try state.run("lasso")
        send(&state, .point(ContourFixture.point(30, 10)))
        send(&state, .togglePen)
        for step in [(5, 0), (0, 4), (-5, 0)] { send(&state, .moveCursor(columns: step.0, halfRows: step.1)) }
        send(&state, .togglePen, .step)
        #expect(count(state) == 120 && state.steps == ["lasso Lung_L z4"])
    }

    @Test func aLassoAddsWithTheLeftAndSubtractsWithTheRight() throws {
        var state = try ContourFixture.state()
        try state.run("lasso")
        state.drag([(30, 10), (35, 10), (35, 14), (30, 14)], .step)
        #expect(count(state) == 120 && state.contour.draft == nil)
        state.drag([(30, 10), (32, 10), (32, 14), (30, 14)], tool: .erase, .step)
        #expect(count(state) == 112)
        try state.run("lasso add 40 40 44 40 44 42 40 42", .step)
        #expect(count(state) == 120)
        try state.run("lasso subtract 40 40 44 40 44 42 40 42", .step)
        #expect(count(state) == 112)
        #expect(state.steps == Array(repeating: "lasso Lung_L z4", count: 4))
        // What changes nothing leaves no step and says so.
        try state.run("lasso subtract 40 40 44 40 44 42 40 42")
        #expect(state.message == StatusMessage("there is nothing of Lung_L in it", kind: .warning))
        try state.run("lasso add 11 11 14 11 14 14 11 14")
        #expect(state.message == StatusMessage("Lung_L already contains all of it", kind: .warning))
        #expect(state.steps.count == 4)
    }

    @Test func aLassoSaysWhatItChangedAndTakesASlice() throws {
        var state = try ContourFixture.state()
        #expect(state.view.slice == 4 && count(state) == 100)
        try state.run("lasso add 30 10 35 10 35 14 30 14", .step)
        // 20 voxels of 3 mm³.
        #expect(state.message == StatusMessage("lasso Lung_L, slice 5: +0.06 ml"))
        let others = state.structures[0].mask.slices
        try state.run("lasso add 40 40 44 40 44 42 40 42 slice 3", .slice, .step)
        #expect(state.view.slice == 2 && state.steps == ["lasso Lung_L z4", "lasso Lung_L z2"])
        #expect(
            state.structures[0].mask.slices.indices.filter { state.structures[0].mask.slices[$0] != others[$0] } == [2])
        try state.run("lasso replace 40 40 44 40 44 42 40 42 slice 5", .slice, .step)
        #expect(state.message?.text.hasPrefix("lasso Lung_L, slice 5: +") == true)
        #expect(state.message?.text.contains(" −") == true && state.view.slice == 4)
        let before = state
        for slice in [0, 1000] {
            try state.run("lasso add 1 1 4 1 4 4 slice \(slice)")
            #expect(state.message == StatusMessage("there are slices 1 to 9", kind: .warning))
        }
        try state.run("lock")
        try state.run("lasso add 1 1 4 1 4 4 slice 2")
        #expect(state.view.slice == 4 && state.steps == before.steps, "what is refused leads nowhere")
    }

    @Test func aContourStaysWhereItWasBegun() throws {
        var state = try ContourFixture.state()
        try state.run("contour")
        state.drag([(30, 10)])
        // The slice changes in the middle of a drag, and so do the window's size and the zoom.
        send(&state, .beginStroke(at: ContourFixture.point(35, 10), tool: nil))
        send(&state, .continueStroke(to: ContourFixture.point(35, 14)))
        send(&state, .moveSlices(2), .slice)
        send(&state, .resizeView(columns: 120, rows: 50))
        send(&state, .zoom(3))
        #expect(state.stroke == nil && state.view.slice == 6)
        let path = [(30.0, 10.0), (35, 10), (35, 14)].map { ContourFixture.point($0.0, $0.1) }
        #expect(state.contour.draft?.path == path)
        // Points do not get onto another slice, or into another structure.
        state.drag([(40, 30)])
        #expect(state.contour.draft?.path == path)
        #expect(
            state.message?.text == "a contour of Lung_L is open on slice 5: Enter closes it, Esc drops it")
        send(&state, .goToSlice(4), .slice)
        send(&state, .nextStructure(backwards: false))
        state.drag([(40, 30)])
        #expect(state.contour.draft?.path == path)
        // A file without it would not be what is on screen.
        send(&state, .export(format: "nifti", path: "/x"))
        #expect(state.message?.text.hasPrefix("a contour of Lung_L is open on slice 5") == true)
        // Closed from elsewhere it is closed where it belongs.
        send(&state, .goToSlice(0), .slice)
        send(&state, .confirm, .slice, .step)
        #expect(state.view.slice == 4 && state.steps == ["contour Lung_L z4"])
        #expect(
            state.structures[0].mask.slices[4].count > 100 && state.structures[1].mask == state.structures[1].prediction
        )
    }

    @Test func aLassoThatIsInterruptedIsNotAppliedHalf() throws {
        var state = try ContourFixture.state()
        try state.run("lasso")
        send(&state, .beginStroke(at: ContourFixture.point(30, 10), tool: nil))
        for point in [(35.0, 10.0), (35, 14)] {
            send(&state, .continueStroke(to: ContourFixture.point(point.0, point.1)))
        }
        send(&state, .moveSlices(1), .slice)
        #expect(state.steps.isEmpty && state.contour.draft?.slice == 4)
        send(&state, .endStroke)
        #expect(state.steps.isEmpty)
        send(&state, .confirm, .slice, .step)
        #expect(state.steps == ["lasso Lung_L z4"])
    }

    @Test func escapeTakesBackAPressOnly() throws {
        var state = try ContourFixture.state()
        try state.run("contour")
        state.drag([(30, 10)])
        state.drag([(35, 10)])
        let draft = state.contour.draft?.path
        send(&state, .beginStroke(at: ContourFixture.point(35, 14), tool: nil))
        send(&state, .continueStroke(to: ContourFixture.point(30, 14)))
        send(&state, .cancel)
        #expect(state.contour.draft?.path == draft && state.stroke == nil)
        var fresh = try ContourFixture.state()
        try fresh.run("contour")
        send(&fresh, .beginStroke(at: ContourFixture.point(35, 14), tool: nil))
        send(&fresh, .cancel)
        #expect(fresh.contour.draft == nil)
    }

    @Test func undoTakesBackPointsBeforeSteps() throws {
        var state = try ContourFixture.state()
        try state.run("lasso add 30 10 35 10 35 14 30 14", .step)
        try state.run("contour add 40 10")
        try state.run("contour add 45 10")
        send(&state, .undo)
        #expect(state.contour.draft?.points.count == 1 && state.steps.count == 1)
        send(&state, .undo)
        #expect(state.contour.draft == nil && state.steps.count == 1)
        send(&state, .undo, .step)
        #expect(state.steps.isEmpty)
    }

    @Test func nothingIsLeftWithAContourOpen() throws {
        for action in [ReviewAction.accept, .quit, .showWorklist, .openNeighbour(1), .reject(reason: "x")] {
            var state = try ContourFixture.state()
            try state.run("contour add 30 10")
            #expect(reduce(&state, action).isEmpty, "\(action)")
            #expect(state.phase == .open && state.message?.kind == .warning)
        }
        var state = try ContourFixture.state()
        try state.run("contour add 30 10")
        send(&state, .forceQuit, "saveProgress", "quit")
    }

    @Test func anotherToolSaysThatItGoesOnWithAnOpenContour() throws {
        var state = try ContourFixture.state()
        try state.run("lasso")
        send(&state, .beginStroke(at: ContourFixture.point(35, 10), tool: nil))
        send(&state, .continueStroke(to: ContourFixture.point(35, 14)))
        // A slice flipped in the middle of the drag leaves the lasso open.
        send(&state, .moveSlices(1), .slice)
        send(&state, .moveSlices(-1), .slice)
        #expect(state.contour.draft != nil)
        try state.run("contour")
        #expect(
            state.message
                == StatusMessage("goes on with the open lasso of Lung_L on slice 5; Esc drops it", kind: .warning))
        send(&state, .cancel)
        #expect(state.contour.draft == nil)
        try state.run("lasso")
        #expect(state.message?.kind != .warning)
    }

    @Test func locksAndLimitsHold() throws {
        var state = try ContourFixture.state()
        try state.run("lock Lung_R")
        try state.run("lasso add 45 10 55 10 55 14 45 14", .step)
        #expect(count(state) == 120, "the half that is the right lung's stays his")
        try state.run("limit -100 100")
        try state.run("lasso add 20 30 30 30 30 34 20 34")
        #expect(
            state.message
                == StatusMessage("nothing was changed: limits or locked structures exclude all of it", kind: .warning))
        try state.run("limit off")
        for corner in ["30 10", "35 10", "35 14"] { try state.run("contour add \(corner)") }
        try state.run("lock Lung_L")
        send(&state, .confirm)
        #expect(state.contour.draft != nil && state.message?.kind == .warning, "a refused contour stays open")
        try state.run("lock Lung_L")
        send(&state, .confirm, .step)
        #expect(state.contour.draft == nil && state.steps.count == 2)
    }

    @Test func theLastContourIsPastedOnTheNextSlice() throws {
        var state = try ContourFixture.state()
        try state.run("paste-contour")
        #expect(state.message?.kind == .warning)
        try state.run("lasso subtract 10 10 15 10 15 20 10 20", .step)
        send(&state, .moveSlices(1), .slice)
        try state.run("paste-contour", .step)
        #expect(count(state) == 50 && state.structures[0].mask.slices[4] == state.slice)
        #expect(state.steps == ["lasso Lung_L z4", "paste-contour Lung_L z5"])
    }

    @Test func theNewestEditIsRepeatedOnAnotherSlice() throws {
        var state = try ContourFixture.state()
        try state.run("lasso")
        state.drag([(30, 10), (35, 10), (35, 14), (30, 14)], .step)
        send(&state, .moveSlices(1), .slice)
        send(&state, .repeatEdit, .step)
        #expect(count(state) == 120 && state.steps == ["lasso Lung_L z4", "lasso Lung_L z5"])
        try state.run("contour")
        for corner in [(40.0, 30.0), (45, 30), (45, 34), (40, 34)] { state.drag([corner]) }
        state.drag([(40, 30)], .step)
        send(&state, .moveSlices(1), .slice)
        send(&state, .repeatEdit, .step)
        #expect(count(state) == 120, "the newest alone")
        try state.run("nudge")
        state.drag([(9.5, 15), (6.5, 15)], .step)
        #expect(state.slice[7, 15])
        send(&state, .moveSlices(-1), .slice)
        send(&state, .repeatEdit, .step)
        #expect(state.slice[7, 15] && state.steps.count == 6)
    }

    @Test func contoursAreForSlicesAsTheyWereAcquired() throws {
        var state = try ContourFixture.state()
        send(&state, .choosePlane(.coronal))
        try state.run("contour")
        state.drag([(30, 4)])
        #expect(state.contour.draft == nil && state.message?.kind == .warning)
        try state.run("lasso add 30 1 35 1 35 3")
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
