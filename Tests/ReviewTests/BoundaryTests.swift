import Cases
import Commands
import Editing
import PatientView
import Review
import TestSupport
import Testing
import Volumes

@Suite struct LiveWireReducerTests {
    @Test func fourClicksRoundADiscGiveTheDisc() throws {
        var state = try ContourFixture.state()
        #expect(reduce(&state, .setWindow(WindowPreset.soft.window)).names == [])
        _ = try state.run("livewire")
        // Clicks near the rim snap to it; the last is on the first and closes.
        for click in [(40.0, 11.0), (53, 24), (40, 37), (27, 24), (40, 11)] { _ = state.drag([click]) }
        #expect(state.contour.draft == nil && state.steps == ["livewire Lung_L z4"])
        var wrong = 0
        for y in 0..<48 {
            for x in 0..<64 where !(10..<20).contains(x) || !(10..<20).contains(y) {
                if state.slice[x, y] != ((x - 40) * (x - 40) + (y - 24) * (y - 24) <= 144) { wrong += 1 }
            }
        }
        #expect(wrong <= 2, "\(wrong)")
    }

    /// The contour closes as it was shown: along the edge, and along no other when the window has changed since.
    @Test func theWireClosesAsItWasShown() throws {
        var state = try ContourFixture.state()
        #expect(reduce(&state, .setWindow(WindowPreset.soft.window)).names == [])
        _ = try state.run("livewire")
        for click in [(40.0, 11.0), (53, 24), (40, 37)] { _ = state.drag([click]) }
        let draft = try #require(state.contour.draft)
        #expect(draft.closing.last == draft.start && draft.closing.count >= 15)
        for corner in draft.closing {
            let (dx, dy) = (corner.x - 40, corner.y - 24)
            #expect(abs((dx * dx + dy * dy).squareRoot() - 12.3) < 1.5, "\(corner)")
        }
        #expect(reduce(&state, .setWindow(WindowPreset.bone.window)).names == [])
        _ = try state.run("contour close")
        #expect(state.contour.last == Array((draft.path + draft.closing).dropLast()))
        // Without a point there is nothing to close, and other tools close straight.
        #expect(reduce(&state, .undo).names == ["progressWithStep", "journal", "measure", "mark"])
        _ = state.drag([(40, 11)])
        #expect(state.contour.draft?.closing == [])
        #expect(reduce(&state, .cancel).names == [])
        _ = try state.run("contour")
        for click in [(40.0, 11.0), (53, 24), (40, 37)] { _ = state.drag([click]) }
        #expect(state.contour.draft?.closing == [])
    }

    @Test func theWireFollowsTheCursorAndIsKeptByAPoint() throws {
        var state = try ContourFixture.state()
        #expect(reduce(&state, .setWindow(WindowPreset.soft.window)).names == [])
        _ = try state.run("livewire")
        #expect(reduce(&state, .point(ContourFixture.point(40, 12))).names == [])
        #expect(reduce(&state, .dabAtCursor(tool: nil)).names == [])
        #expect(reduce(&state, .moveCursor(columns: 8, halfRows: 4)).names == [])
        let wire = try #require(state.contour.draft?.wire)
        #expect(wire.count >= 10)
        for corner in wire {
            let (dx, dy) = (corner.x - 40, corner.y - 24)
            #expect(abs((dx * dx + dy * dy).squareRoot() - 12.3) < 1.2, "\(corner)")
        }
        #expect(reduce(&state, .dabAtCursor(tool: nil)).names == [])
        #expect(state.contour.draft?.wire == [] && state.contour.draft?.stretches == [wire])
        #expect(reduce(&state, .dabAtCursor(tool: .erase)).names == [])
        #expect(state.contour.draft?.stretches == [], "the wire goes with its point")
        // With the mouse the wire follows the drag and stays where the button goes up.
        #expect(reduce(&state, .beginStroke(at: ContourFixture.point(46, 13), tool: nil)).names == [])
        #expect(reduce(&state, .continueStroke(to: ContourFixture.point(52, 22))).names == [])
        #expect(state.contour.draft?.stretches.isEmpty == true && state.contour.draft?.wire.isEmpty == false)
        #expect(reduce(&state, .endStroke).names == [])
        #expect(state.contour.draft?.stretches.count == 1)
    }
}

@Suite struct NudgeReducerTests {
    /// The last marked column of a row.
    private func edge(_ state: ReviewState, _ row: Int) -> Int? { (0..<64).last { state.slice[$0, row] } }

    @Test func draggingTheBoundaryIsOneStepAndTheMaskFollows() throws {
        var state = try ContourFixture.state()
        let before = state.structures[0].mask
        _ = try state.run("nudge")
        _ = try state.run("brush radius 4mm")
        #expect(reduce(&state, .beginStroke(at: ContourFixture.point(20, 15), tool: nil)).names == [])
        #expect(reduce(&state, .continueStroke(to: ContourFixture.point(22, 15))).names == [])
        #expect(edge(state, 15) == 21, "while it is dragged")
        #expect(reduce(&state, .continueStroke(to: ContourFixture.point(25, 15))).names == [])
        #expect(edge(state, 15) == 24 && (0..<10).allSatisfy { !state.slice[$0, 15] } && state.slice[10, 15])
        #expect(state.steps.isEmpty)
        let effects = reduce(&state, .endStroke)
        #expect(effects.count == 4 && state.steps == ["nudge Lung_L z4"])
        #expect(reduce(&state, .undo).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(state.structures[0].mask == before)
        // By command, to the same effect; escape takes a drag back, and a drag that goes nowhere leaves no step.
        _ = try state.run("nudge 20 15 25 15")
        #expect(edge(state, 15) == 24 && state.steps == ["nudge Lung_L z4"])
        #expect(reduce(&state, .undo).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(reduce(&state, .beginStroke(at: ContourFixture.point(20, 15), tool: nil)).names == [])
        #expect(reduce(&state, .continueStroke(to: ContourFixture.point(30, 15))).names == [])
        #expect(reduce(&state, .cancel).names == [])
        #expect(state.structures[0].mask == before && state.contour.grab == nil)
        _ = state.drag([(20, 15), (30, 15), (20, 15)])
        #expect(state.structures[0].mask == before && state.steps.isEmpty)
        _ = state.drag([(40, 40)])
        #expect(state.message == StatusMessage("there is no boundary of Lung_L here to drag", kind: .warning))
    }

    @Test func spaceTakesHoldAndLetsGo() throws {
        var state = try ContourFixture.state()
        _ = try state.run("nudge")
        #expect(reduce(&state, .point(ContourFixture.point(20, 15))).names == [])
        #expect(reduce(&state, .dabAtCursor(tool: nil)).names == [])
        #expect(state.contour.grab != nil)
        for _ in 0..<3 { _ = reduce(&state, .moveCursor(columns: 1, halfRows: 0)) }
        #expect(reduce(&state, .dabAtCursor(tool: nil)).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(state.contour.grab == nil && edge(state, 15) == 22 && state.steps.count == 1)
        // Enter lets go as well; leaving the slice keeps what was done.
        #expect(reduce(&state, .dabAtCursor(tool: nil)).names == [])
        #expect(reduce(&state, .moveCursor(columns: 2, halfRows: 0)).names == [])
        #expect(reduce(&state, .confirm).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(state.steps.count == 2)
        #expect(reduce(&state, .dabAtCursor(tool: nil)).names == [])
        #expect(reduce(&state, .moveCursor(columns: 2, halfRows: 0)).names == [])
        #expect(
            reduce(&state, .moveSlices(1)).names == [
                "progressWithStep", "journal", "measure", "mark", "mark", "mark", "saveProgress",
            ])
        #expect(
            state.steps.count == 3 && state.structures[0].mask.slices[5] == state.structures[0].prediction.slices[5])
    }

    @Test func lockedNeighboursAreNotPushedInto() throws {
        var state = try ContourFixture.state()
        _ = try state.run("lock Lung_R")
        _ = try state.run("nudge 20 15 56 15")
        #expect((50..<60).allSatisfy { !state.slice[$0, 15] } && state.slice[49, 15])
    }
}

@Suite struct VertexReducerTests {
    private func edge(_ state: ReviewState, _ row: Int) -> Int? { (0..<64).last { state.slice[$0, row] } }

    @Test func verticesMoveAppearAndGo() throws {
        var state = try ContourFixture.state()
        _ = try state.run("vertex")
        #expect(
            Set(state.shownVertices)
                == Set([(9.5, 9.5), (19.5, 9.5), (19.5, 19.5), (9.5, 19.5)].map { ContourFixture.point($0.0, $0.1) }))
        // A press on the boundary between two puts one there and drags it.
        _ = state.drag([(19.5, 14.5), (22, 14.5), (25.5, 14.5)])
        // The tent's top is a corner; half a voxel off it the boundary has lost 0.6 of its 6 voxels.
        #expect(edge(state, 14) == 24 && edge(state, 10) == 19 && state.steps == ["vertex Lung_L z4"])
        #expect(state.shownVertices.count == 5)
        _ = try state.run("vertex move 25.5 14.5 22.5 14.5")
        #expect((20...22).contains(edge(state, 14) ?? 0) && state.shownVertices.count == 5)
        // The right button takes it out again.
        let there = state.shownVertices.max { $0.x < $1.x } ?? ContourFixture.point(0, 0)
        _ = state.drag([(there.x, there.y)], tool: .erase)
        #expect(edge(state, 14) == 19 && state.shownVertices.count == 4 && state.steps.count == 3)
        #expect(state.structures[0].mask == state.structures[0].prediction)
        // One that is only put there changes nothing and leaves no step.
        _ = try state.run("vertex insert 14.5 9.5")
        #expect(state.shownVertices.count == 5 && state.steps.count == 3)
        #expect(reduce(&state, .moveSlices(1)).names == ["mark", "mark", "saveProgress"])
        #expect(state.shownVertices.count == 4)
    }

    @Test func keysGoFromVertexToVertex() throws {
        var state = try ContourFixture.state()
        _ = try state.run("vertex")
        #expect(reduce(&state, .point(ContourFixture.point(10, 10))).names == [])
        _ = try state.run("vertex next")
        #expect(state.cursor == ContourFixture.point(9.5, 9.5), "the nearest comes first")
        _ = try state.run("vertex next")
        #expect(state.cursor == ContourFixture.point(19.5, 9.5), "then clockwise")
        _ = try state.run("vertex previous")
        #expect(state.cursor == ContourFixture.point(9.5, 9.5))
        #expect(reduce(&state, .dabAtCursor(tool: .erase)).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(
            state.steps == ["vertex Lung_L z4"] && (45...55).contains(state.slice.count),
            "half the square, with its diagonal or not")
        #expect(reduce(&state, .point(ContourFixture.point(9.5, 19.5))).names == [])
        #expect(reduce(&state, .dabAtCursor(tool: .erase)).names == [])
        #expect(state.message?.kind == .warning && state.steps.count == 1, "three vertices are kept")
        #expect(reduce(&state, .dabAtCursor(tool: nil)).names == [])
        for _ in 0..<4 { _ = reduce(&state, .moveCursor(columns: -1, halfRows: 0)) }
        #expect(reduce(&state, .dabAtCursor(tool: nil)).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(state.steps.count == 2 && state.slice[7, 19] && !state.slice[5, 19])
        #expect(reduce(&state, .point(ContourFixture.point(40, 40))).names == [])
        #expect(reduce(&state, .dabAtCursor(tool: nil)).names == [])
        #expect(state.message?.kind == .warning && state.steps.count == 2)
    }
}

@Suite struct InterpolationReducerTests {
    /// The structure with columns 10 up to `end` on a slice.
    private func widen(_ state: inout ReviewState, slice: Int, to end: Int) throws {
        _ = reduce(&state, .goToSlice(slice))
        _ = try state.run("lasso add 10 10 \(end) 10 \(end) 20 10 20")
    }

    private func edge(_ state: ReviewState, _ z: Int) -> Int? {
        (0..<64).last { state.structures[0].mask.slices[z][$0, 15] }
    }

    @Test func gapsThatAreNotFilledAreNamedUntilTheyAre() throws {
        var state = try ContourFixture.state()
        for (slice, end) in [(0, 24), (2, 28), (4, 32)] { try widen(&state, slice: slice, to: end) }
        _ = try state.run("interpolate 3 5")
        #expect(state.preview?.slices == [3])
        #expect(reduce(&state, .cancel).names == [])
        #expect(reduce(&state, .goToSlice(4)).names == [])
        _ = try state.run("interpolate")
        #expect(state.preview?.slices == [3])
        #expect(state.message?.text.hasPrefix("1 slice between 3–5, ") == true)
        #expect(state.message?.text.hasSuffix("; :interpolate all also fills 1–3") == true)
        #expect(reduce(&state, .confirm).names == ["progressWithStep", "journal", "measure", "mark"])
        // What is filled already is not named again.
        _ = try state.run("interpolate all")
        #expect(state.preview?.slices == [1])
        #expect(state.message?.text.hasPrefix("1 slice between 1–3, ") == true)
        #expect(state.message?.text.hasSuffix("Esc drops them") == true)
    }

    @Test func theSlicesBetweenEditedOnesAreShownAndThenTaken() throws {
        var state = try ContourFixture.state()
        try widen(&state, slice: 2, to: 24)
        try widen(&state, slice: 6, to: 32)
        let before = state.structures[0].mask
        let shown = try state.run("interpolate")
        #expect(shown.count == 1 && shown.allSatisfy { if case .tryOut = $0 { true } else { false } })
        #expect(state.structures[0].mask == before, "nothing is changed yet")
        let preview = try #require(state.preview)
        #expect(preview.slices == [3, 4, 5] && preview.structure == .lungLeft)
        #expect(state.message?.text == "3 slices between 3–7, +0.62 ml: Enter takes them, Esc drops them")
        #expect(reduce(&state, .cancel).names == [])
        #expect(state.preview == nil)
        _ = try state.run("interpolate")
        let effects = reduce(&state, .confirm)
        #expect(effects.contains { if case .journal(let entry, _) = $0 { entry.name == "interpolate" } else { false } })
        // On row 15, five voxels above the end of the square, x is in where (1 − t)(x − 23) ≤ t · min(32 − x, 5).
        #expect((2...6).map { edge(state, $0) } == [23, 24, 27, 29, 31])
        #expect(state.steps.last == "interpolate Lung_L z4")
        // Better by hand in the middle, and once more: the edited slice counts, the interpolated ones do not.
        try widen(&state, slice: 4, to: 40)
        _ = try state.run("interpolate")
        #expect(state.preview?.slices == [3, 5])
        _ = try state.run("interpolate accept")
        #expect((2...6).map { edge(state, $0) } == [23, 28, 39, 35, 31])
        #expect(
            reduce(&state, .undo).names == [
                "mark", "mark", "saveProgress", "progressWithStep", "journal", "measure", "mark",
            ])
        #expect(
            reduce(&state, .undo).names == [
                "mark", "mark", "saveProgress", "progressWithStep", "journal", "measure", "mark",
            ])
        #expect(reduce(&state, .undo).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(state.structures[0].mask == before)
    }

    @Test func whatWentThroughTheWholeVolumeIsNoDrawingOfASlice() throws {
        var state = try ContourFixture.state()
        try widen(&state, slice: 2, to: 24)
        try widen(&state, slice: 6, to: 32)
        let effects = try state.run("margin +1mm")
        for case .workOut(let id, let task) in effects {
            _ = reduce(&state, .worked(.done(id: id, try task.perform { _ in true })))
        }
        #expect(state.steps.last?.hasPrefix("margin") == true)
        _ = try state.run("interpolate")
        #expect(state.preview?.slices == [3, 4, 5])
    }

    @Test func emptySlicesBetweenOthersAreFilled() throws {
        var state = try ContourFixture.state()
        for z in [3, 4] {
            _ = reduce(&state, .goToSlice(z))
            _ = try state.run("lasso subtract 0 0 63 0 63 47 0 47")
        }
        #expect(state.structures[0].mask.slices[3].isEmpty)
        _ = try state.run("interpolate")
        #expect(reduce(&state, .confirm).names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(state.structures[0].mask == state.structures[0].prediction)
    }

    @Test func rangesAndAllGaps() throws {
        var state = try ContourFixture.state()
        try widen(&state, slice: 2, to: 24)
        try widen(&state, slice: 4, to: 28)
        try widen(&state, slice: 6, to: 32)
        _ = try state.run("interpolate all")
        #expect(state.preview?.slices == [3, 5])
        _ = try state.run("interpolate 3 7")
        #expect(state.preview?.slices == [3, 4, 5] || state.preview?.slices == [3, 5])
        for (command, reason) in [
            ("interpolate 3 4", "there is no slice between these"), ("interpolate 1 7", "Lung_L is not on slice 1"),
            ("interpolate 3 99", "there are slices 1 to 9"),
        ] {
            _ = try state.run(command)
            #expect(state.message == StatusMessage(reason, kind: .warning))
        }
    }

    @Test func aPreviewOfWhatHasChangedIsNotTaken() throws {
        var state = try ContourFixture.state()
        try widen(&state, slice: 2, to: 24)
        try widen(&state, slice: 6, to: 32)
        _ = try state.run("interpolate")
        let steps = state.steps
        #expect(reduce(&state, .accept).isEmpty && state.phase == .open, "accepting waits for the answer")
        try widen(&state, slice: 4, to: 40)
        #expect(reduce(&state, .confirm).names == [])
        #expect(state.preview == nil && state.steps.count == steps.count + 1 && state.message?.kind == .warning)
    }

    @Test func withoutEditsThereIsNothingToInterpolate() throws {
        var state = try ContourFixture.state()
        _ = try state.run("interpolate")
        #expect(state.preview == nil && state.message?.kind == .warning)
        _ = try state.run("interpolate all")
        #expect(state.preview == nil && state.message?.kind == .warning)
        _ = try state.run("interpolate accept")
        #expect(state.message?.kind == .warning)
        #expect(try state.run("confirm").isEmpty)
    }
}
