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
        send(&state, .setWindow(WindowPreset.soft.window))
        try state.run("livewire")
        // Clicks near the rim snap to it; the last is on the first and closes.
        for click in [(40.0, 11.0), (53, 24), (40, 37), (27, 24)] { state.drag([click]) }
        state.drag([(40, 11)], .step)
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
        send(&state, .setWindow(WindowPreset.soft.window))
        try state.run("livewire")
        for click in [(40.0, 11.0), (53, 24), (40, 37)] { state.drag([click]) }
        let draft = try #require(state.contour.draft)
        #expect(draft.closing.last == draft.start && draft.closing.count >= 15)
        for corner in draft.closing {
            let (dx, dy) = (corner.x - 40, corner.y - 24)
            #expect(abs((dx * dx + dy * dy).squareRoot() - 12.3) < 1.5, "\(corner)")
        }
        send(&state, .setWindow(WindowPreset.bone.window))
        try state.run("contour close", .step)
        #expect(state.contour.last == Array((draft.path + draft.closing).dropLast()))
        // Without a point there is nothing to close, and other tools close straight.
        send(&state, .undo, .step)
        state.drag([(40, 11)])
        #expect(state.contour.draft?.closing == [])
        send(&state, .cancel)
        try state.run("contour")
        for click in [(40.0, 11.0), (53, 24), (40, 37)] { state.drag([click]) }
        #expect(state.contour.draft?.closing == [])
    }

    @Test func theWireFollowsTheCursorAndIsKeptByAPoint() throws {
        var state = try ContourFixture.state()
        send(&state, .setWindow(WindowPreset.soft.window))
        try state.run("livewire")
        send(&state, .point(ContourFixture.point(40, 12)))
        send(&state, .dabAtCursor(tool: nil))
        send(&state, .moveCursor(columns: 8, halfRows: 4))
        let wire = try #require(state.contour.draft?.wire)
        #expect(wire.count >= 10)
        for corner in wire {
            let (dx, dy) = (corner.x - 40, corner.y - 24)
            #expect(abs((dx * dx + dy * dy).squareRoot() - 12.3) < 1.2, "\(corner)")
        }
        send(&state, .dabAtCursor(tool: nil))
        #expect(state.contour.draft?.wire == [] && state.contour.draft?.stretches == [wire])
        send(&state, .dabAtCursor(tool: .erase))
        #expect(state.contour.draft?.stretches == [], "the wire goes with its point")
        // With the mouse the wire follows the drag and stays where the button goes up.
        send(&state, .beginStroke(at: ContourFixture.point(46, 13), tool: nil))
        send(&state, .continueStroke(to: ContourFixture.point(52, 22)))
        #expect(state.contour.draft?.stretches.isEmpty == true && state.contour.draft?.wire.isEmpty == false)
        send(&state, .endStroke)
        #expect(state.contour.draft?.stretches.count == 1)
    }
}

@Suite struct NudgeReducerTests {
    /// The last marked column of a row.
    private func edge(_ state: ReviewState, _ row: Int) -> Int? { (0..<64).last { state.slice[$0, row] } }

    @Test func draggingTheBoundaryIsOneStepAndTheMaskFollows() throws {
        var state = try ContourFixture.state()
        let before = state.structures[0].mask
        try state.run("nudge")
        try state.run("brush radius 4mm")
        send(&state, .beginStroke(at: ContourFixture.point(20, 15), tool: nil))
        send(&state, .continueStroke(to: ContourFixture.point(22, 15)))
        #expect(edge(state, 15) == 21, "while it is dragged")
        send(&state, .continueStroke(to: ContourFixture.point(25, 15)))
        #expect(edge(state, 15) == 24 && (0..<10).allSatisfy { !state.slice[$0, 15] } && state.slice[10, 15])
        #expect(state.steps.isEmpty)
        send(&state, .endStroke, .step)
        #expect(state.steps == ["nudge Lung_L z4"])
        send(&state, .undo, .step)
        #expect(state.structures[0].mask == before)
        // By command, to the same effect; escape takes a drag back, and a drag that goes nowhere leaves no step.
        try state.run("nudge 20 15 25 15", .step)
        #expect(edge(state, 15) == 24 && state.steps == ["nudge Lung_L z4"])
        send(&state, .undo, .step)
        send(&state, .beginStroke(at: ContourFixture.point(20, 15), tool: nil))
        send(&state, .continueStroke(to: ContourFixture.point(30, 15)))
        send(&state, .cancel)
        #expect(state.structures[0].mask == before && state.contour.grab == nil)
        state.drag([(20, 15), (30, 15), (20, 15)])
        #expect(state.structures[0].mask == before && state.steps.isEmpty)
        state.drag([(40, 40)])
        #expect(state.message == StatusMessage("there is no boundary of Lung_L here to drag", kind: .warning))
    }

    @Test func spaceTakesHoldAndLetsGo() throws {
        var state = try ContourFixture.state()
        try state.run("nudge")
        send(&state, .point(ContourFixture.point(20, 15)))
        send(&state, .dabAtCursor(tool: nil))
        #expect(state.contour.grab != nil)
        for _ in 0..<3 { send(&state, .moveCursor(columns: 1, halfRows: 0)) }
        send(&state, .dabAtCursor(tool: nil), .step)
        #expect(state.contour.grab == nil && edge(state, 15) == 22 && state.steps.count == 1)
        // Enter lets go as well; leaving the slice keeps what was done.
        send(&state, .dabAtCursor(tool: nil))
        send(&state, .moveCursor(columns: 2, halfRows: 0))
        send(&state, .confirm, .step)
        #expect(state.steps.count == 2)
        send(&state, .dabAtCursor(tool: nil))
        send(&state, .moveCursor(columns: 2, halfRows: 0))
        send(&state, .moveSlices(1), .step, .slice)
        #expect(
            state.steps.count == 3 && state.structures[0].mask.slices[5] == state.structures[0].prediction.slices[5])
    }

    @Test func lockedNeighboursAreNotPushedInto() throws {
        var state = try ContourFixture.state()
        try state.run("lock Lung_R")
        try state.run("nudge 20 15 56 15", .step)
        #expect((50..<60).allSatisfy { !state.slice[$0, 15] } && state.slice[49, 15])
    }
}

@Suite struct VertexReducerTests {
    private func edge(_ state: ReviewState, _ row: Int) -> Int? { (0..<64).last { state.slice[$0, row] } }

    @Test func verticesMoveAppearAndGo() throws {
        var state = try ContourFixture.state()
        try state.run("vertex")
        #expect(
            Set(state.shownVertices)
                == Set([(9.5, 9.5), (19.5, 9.5), (19.5, 19.5), (9.5, 19.5)].map { ContourFixture.point($0.0, $0.1) }))
        // A press on the boundary between two puts one there and drags it.
        state.drag([(19.5, 14.5), (22, 14.5), (25.5, 14.5)], .step)
        // The tent's top is a corner; half a voxel off it the boundary has lost 0.6 of its 6 voxels.
        #expect(edge(state, 14) == 24 && edge(state, 10) == 19 && state.steps == ["vertex Lung_L z4"])
        #expect(state.shownVertices.count == 5)
        try state.run("vertex move 25.5 14.5 22.5 14.5", .step)
        #expect((20...22).contains(edge(state, 14) ?? 0) && state.shownVertices.count == 5)
        // The right button takes it out again.
        let there = state.shownVertices.max { $0.x < $1.x } ?? ContourFixture.point(0, 0)
        state.drag([(there.x, there.y)], tool: .erase, .step)
        #expect(edge(state, 14) == 19 && state.shownVertices.count == 4 && state.steps.count == 3)
        #expect(state.structures[0].mask == state.structures[0].prediction)
        // One that is only put there changes nothing and leaves no step.
        try state.run("vertex insert 14.5 9.5")
        #expect(state.shownVertices.count == 5 && state.steps.count == 3)
        send(&state, .moveSlices(1), .slice)
        #expect(state.shownVertices.count == 4)
    }

    @Test func keysGoFromVertexToVertex() throws {
        var state = try ContourFixture.state()
        try state.run("vertex")
        send(&state, .point(ContourFixture.point(10, 10)))
        try state.run("vertex next")
        #expect(state.cursor == ContourFixture.point(9.5, 9.5), "the nearest comes first")
        try state.run("vertex next")
        #expect(state.cursor == ContourFixture.point(19.5, 9.5), "then clockwise")
        try state.run("vertex previous")
        #expect(state.cursor == ContourFixture.point(9.5, 9.5))
        send(&state, .dabAtCursor(tool: .erase), .step)
        #expect(
            state.steps == ["vertex Lung_L z4"] && (45...55).contains(state.slice.count),
            "half the square, with its diagonal or not")
        send(&state, .point(ContourFixture.point(9.5, 19.5)))
        send(&state, .dabAtCursor(tool: .erase))
        #expect(state.message?.kind == .warning && state.steps.count == 1, "three vertices are kept")
        send(&state, .dabAtCursor(tool: nil))
        for _ in 0..<4 { send(&state, .moveCursor(columns: -1, halfRows: 0)) }
        send(&state, .dabAtCursor(tool: nil), .step)
        #expect(state.steps.count == 2 && state.slice[7, 19] && !state.slice[5, 19])
        send(&state, .point(ContourFixture.point(40, 40)))
        send(&state, .dabAtCursor(tool: nil))
        #expect(state.message?.kind == .warning && state.steps.count == 2)
    }
}

@Suite struct InterpolationReducerTests {
    /// The structure with columns 10 up to `end` on a slice.
    private func widen(_ state: inout ReviewState, slice: Int, to end: Int) throws {
        send(&state, .goToSlice(slice), .slice)
        try state.run("lasso add 10 10 \(end) 10 \(end) 20 10 20", .step)
    }

    private func edge(_ state: ReviewState, _ z: Int) -> Int? {
        (0..<64).last { state.structures[0].mask.slices[z][$0, 15] }
    }

    @Test func gapsThatAreNotFilledAreNamedUntilTheyAre() throws {
        var state = try ContourFixture.state()
        for (slice, end) in [(0, 24), (2, 28), (4, 32)] { try widen(&state, slice: slice, to: end) }
        try state.run("interpolate 3 5", "tryOut")
        #expect(state.preview?.slices == [3])
        send(&state, .cancel)
        send(&state, .goToSlice(4))
        try state.run("interpolate", "tryOut")
        #expect(state.preview?.slices == [3])
        #expect(state.message?.text.hasPrefix("1 slice between 3–5, ") == true)
        #expect(state.message?.text.hasSuffix("; :interpolate all also fills 1–3") == true)
        send(&state, .confirm, .step)
        // What is filled already is not named again.
        try state.run("interpolate all", "tryOut")
        #expect(state.preview?.slices == [1])
        #expect(state.message?.text.hasPrefix("1 slice between 1–3, ") == true)
        #expect(state.message?.text.hasSuffix("Esc drops them") == true)
    }

    @Test func theSlicesBetweenEditedOnesAreShownAndThenTaken() throws {
        var state = try ContourFixture.state()
        try widen(&state, slice: 2, to: 24)
        try widen(&state, slice: 6, to: 32)
        let before = state.structures[0].mask
        try state.run("interpolate", "tryOut")
        #expect(state.structures[0].mask == before, "nothing is changed yet")
        let preview = try #require(state.preview)
        #expect(preview.slices == [3, 4, 5] && preview.structure == .lungLeft)
        #expect(state.message?.text == "3 slices between 3–7, +0.62 ml: Enter takes them, Esc drops them")
        send(&state, .cancel)
        #expect(state.preview == nil)
        try state.run("interpolate", "tryOut")
        let effects = send(&state, .confirm, .step)
        #expect(effects.contains { if case .journal(let entry, _) = $0 { entry.name == "interpolate" } else { false } })
        // On row 15, five voxels above the end of the square, x is in where (1 − t)(x − 23) ≤ t · min(32 − x, 5).
        #expect((2...6).map { edge(state, $0) } == [23, 24, 27, 29, 31])
        #expect(state.steps.last == "interpolate Lung_L z4")
        // Better by hand in the middle, and once more: the edited slice counts, the interpolated ones do not.
        try widen(&state, slice: 4, to: 40)
        try state.run("interpolate", "tryOut")
        #expect(state.preview?.slices == [3, 5])
        try state.run("interpolate accept", .step)
        #expect((2...6).map { edge(state, $0) } == [23, 28, 39, 35, 31])
        send(&state, .undo, .slice, .step)
        send(&state, .undo, .slice, .step)
        send(&state, .undo, .step)
        #expect(state.structures[0].mask == before)
    }

    @Test func whatWentThroughTheWholeVolumeIsNoDrawingOfASlice() throws {
        var state = try ContourFixture.state()
        try widen(&state, slice: 2, to: 24)
        try widen(&state, slice: 6, to: 32)
        let effects = try state.run("margin +1mm", "workOut")
        for case .workOut(let id, let task) in effects {
            send(&state, .worked(.done(id: id, try task.perform { _ in true })), .step)
        }
        #expect(state.steps.last?.hasPrefix("margin") == true)
        try state.run("interpolate", "tryOut")
        #expect(state.preview?.slices == [3, 4, 5])
    }

    @Test func emptySlicesBetweenOthersAreFilled() throws {
        var state = try ContourFixture.state()
        for z in [3, 4] {
            send(&state, .goToSlice(z), .slice)
            try state.run("lasso subtract 0 0 63 0 63 47 0 47", .step)
        }
        #expect(state.structures[0].mask.slices[3].isEmpty)
        try state.run("interpolate", "tryOut")
        send(&state, .confirm, .step)
        #expect(state.structures[0].mask == state.structures[0].prediction)
    }

    @Test func rangesAndAllGaps() throws {
        var state = try ContourFixture.state()
        try widen(&state, slice: 2, to: 24)
        try widen(&state, slice: 4, to: 28)
        try widen(&state, slice: 6, to: 32)
        try state.run("interpolate all", "tryOut")
        #expect(state.preview?.slices == [3, 5])
        try state.run("interpolate 3 7", "tryOut")
        #expect(state.preview?.slices == [3, 4, 5] || state.preview?.slices == [3, 5])
        for (command, reason) in [
            ("interpolate 3 4", "there is no slice between these"), ("interpolate 1 7", "Lung_L is not on slice 1"),
            ("interpolate 3 99", "there are slices 1 to 9"),
        ] {
            try state.run(command)
            #expect(state.message == StatusMessage(reason, kind: .warning))
        }
    }

    @Test func aPreviewOfWhatHasChangedIsNotTaken() throws {
        var state = try ContourFixture.state()
        try widen(&state, slice: 2, to: 24)
        try widen(&state, slice: 6, to: 32)
        try state.run("interpolate", "tryOut")
        let steps = state.steps
        send(&state, .accept)
        #expect(state.phase == .open, "accepting waits for the answer")
        try widen(&state, slice: 4, to: 40)
        send(&state, .confirm)
        #expect(state.preview == nil && state.steps.count == steps.count + 1 && state.message?.kind == .warning)
    }

    @Test func withoutEditsThereIsNothingToInterpolate() throws {
        var state = try ContourFixture.state()
        try state.run("interpolate")
        #expect(state.preview == nil && state.message?.kind == .warning)
        try state.run("interpolate all")
        #expect(state.preview == nil && state.message?.kind == .warning)
        try state.run("interpolate accept")
        #expect(state.message?.kind == .warning)
        try state.run("confirm")
    }
}
