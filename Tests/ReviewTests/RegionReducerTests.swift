import Cases
import Commands
import Editing
import Review
import TestSupport
import Testing
import Volumes

@Suite struct RegionReducerTests {
    /// Has the effects' work done as the runner does, and the answers taken in; asserts which effects that has.
    @discardableResult
    private func work(
        _ state: inout ReviewState, _ asked: [ReviewEffect], _ effects: EffectNames...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [ReviewEffect] {
        var found: [ReviewEffect] = []
        for case .workOut(let id, let task) in asked {
            found += reduce(&state, .worked(.done(id: id, try task.perform())))
        }
        found.expect(effects, sourceLocation)
        return found
    }

    private func rows(_ state: ReviewState, _ structure: Int = 0, slice: Int = 2) -> [String] {
        asciiRows(state.structures[structure].mask.slices[slice])
    }

    @Test func onASliceItIsDoneAtOnceAsOneNamedStep() throws {
        var state = try Fixture.state()
        let before = state.structures[0].mask
        let grown = try before.alone(2).dilated(by: 1, in: .slice)
        let after = before.replacing(2, with: grown.slices[0])
        let patch = try MaskPatch(from: before, to: after)
        let entry = JournalEntry(
            kind: .edit, structure: .lungLeft, name: "margin +1mm", slice: 2, patch: patch,
            digestAfter: after.digest(ofSlicesTouchedBy: patch))
        let effects = reduce(&state, .region(.margin(1, .slice)))
        #expect(
            effects == [
                .progressWithStep(ReviewProgress(slice: 2, seenSlices: [2], activeSeconds: 0)),
                .journal(entry, sequence: 1), .measure(.lungLeft, patch: patch, edit: 1),
                .mark(.lungLeft, z: 2, edit: 1),
            ])
        #expect(rows(state) == ["........", ".....##.", "....####", "....####", ".....##.", "........"])
        #expect(state.structures[0].mask == after)
        // Eight voxels of 2 mm³.
        #expect(state.message == StatusMessage("margin +1mm Lung_L: +0.02 ml on 1 slice"))
        send(&state, .undo, .step)
        #expect(state.structures[0].mask == before)
        #expect(state.message?.text == "undo margin +1mm Lung_L, slice 3")
    }

    @Test(arguments: [
        (8, 0, "+0.02 ml on 3 slices"), (0, 400, "−0.8 ml on 3 slices"), (155, 160, "+0.31 −0.32 ml on 3 slices"),
        (1, 2, "+<0.01 −<0.01 ml on 3 slices"),
    ]) func whatWasAddedAndRemovedIsSaidApart(added: Int, removed: Int, text: String) {
        #expect(ReviewState.summary(added: added, removed: removed, slices: 3, voxelVolume: 2) == text)
    }

    @Test func whatChangesSeveralSlicesSaysSoWhereUndoIsNamed() throws {
        var state = try Fixture.state()
        let done = try work(&state, send(&state, .region(.margin(1, .slices)), "workOut"), .step)
        guard case .progressWithStep? = done.first, case .journal(let entry, _)? = done.dropFirst().first else {
            Issue.record("\(done)")
            return
        }
        let touched = Set(entry.patch.touchedSlices)
        let others = touched.subtracting([2]).count
        #expect(others > 0)
        #expect(
            state.nextUndo == .edit(name: "margin +1mm", structures: [.lungLeft], slice: 2, otherSlices: others))
        #expect(state.nextUndo?.text == "undoes margin +1mm Lung_L, slice 3 and \(others) more")
        #expect(state.nextUndo?.shortText == "undoes margin +1mm Lung_L #3 +\(others)")
        #expect(state.history.done.last?.text == "margin +1mm Lung_L, slice 3 and \(others) more")
        send(&state, .undo, .step)
        #expect(state.message?.text == "undo margin +1mm Lung_L, slice 3 and \(others) more")
    }

    @Test func aRangeOfSlicesHasToBeThere() throws {
        var state = try Fixture.state()
        send(&state, .region(.margin(1, .range(3...5))))
        #expect(state.message == StatusMessage("there are slices 1 to 5", kind: .warning))
        let before = state.structures[0].mask
        try work(&state, send(&state, .region(.margin(1, .range(1...1))), "workOut"), .step)
        #expect(state.history.done.last?.patch.touchedSlices == [1] && state.history.done.last?.slice == 1)
        #expect(state.structures[0].mask.slices[2] == before.slices[2])
    }

    @Test func onTheVolumeItIsWorkedOutElsewhere() throws {
        var state = try Fixture.state()
        let before = state.structures[0].mask
        let effects = send(&state, .region(.margin(2, .volume)), "workOut")
        guard case .workOut(let id, let task)? = effects.first else {
            Issue.record("\(effects.count) effects")
            return
        }
        #expect(state.structures[0].mask == before && state.region.running?.id == id)
        send(&state, .worked(.progress(id: id, 0.5)))
        #expect(state.region.share == 0.5)
        // Scrolling goes on meanwhile; another operation has to wait, and so has the end.
        send(&state, .goToSlice(0), .slice)
        for action in [
            ReviewAction.region(.largest(.volume)), .accept, .openNeighbour(1), .reject(reason: "no"),
        ] {
            send(&state, action)
            #expect(state.message?.kind == .warning, "\(action)")
        }
        // An answer to another question is nothing to it.
        let outcome = try task.perform()
        send(&state, .worked(.done(id: id + 1, outcome)))
        send(&state, .worked(.done(id: id, outcome)), .step)
        #expect(state.structures[0].mask == (try before.dilated(by: 2)))
        #expect(state.region.running == nil && state.history.done.map(\.name) == ["margin +2mm"])
        #expect(state.history.done[0].slice == 2, "where it was asked for")
        // Once more the same answer is stale.
        send(&state, .worked(.done(id: id, outcome)))
    }

    /// The work that a reducer asks for first.
    private static func work(asked effects: [ReviewEffect]) -> (id: Int, task: RegionTask)? {
        guard case .workOut(let id, let task)? = effects.first else { return nil }
        return (id, task)
    }

    @Test func anEditMeanwhileStopsIt() throws {
        var state = try Fixture.state()
        let effects = send(&state, .region(.margin(2, .volume)), "workOut")
        let (id, task) = try #require(Self.work(asked: effects))
        let edited = send(&state, .dab(tool: .brush, x: 4, y: 3, z: 2), .step, "stopWork")
        #expect(edited.contains(.stopWork(id: id)))
        #expect(state.region.running == nil && state.message?.kind == .warning)
        let mask = state.structures[0].mask
        send(&state, .worked(.done(id: id, try task.perform())))
        #expect(state.structures[0].mask == mask)
    }

    /// The stroke that is under way ends when the answer comes, and the answer is for the masks before it.
    @Test func aStrokeUnderWayStopsItAsWell() throws {
        var state = try Fixture.state()
        let effects = send(&state, .region(.margin(2, .volume)), "workOut")
        send(&state, .beginStroke(at: PlanePoint(x: 0, y: 0), tool: nil))
        let mask = state.structures[0].mask
        try work(&state, effects, .step, "stopWork")
        #expect(state.structures[0].mask == mask && state.history.done.map(\.name) == ["brush"])
        #expect(state.region.running == nil && state.message?.kind == .warning)
    }

    @Test func anAnswerForMasksOfBeforeIsNotTakenForAnother() throws {
        var state = try Fixture.state()
        let before = send(&state, .region(.margin(2, .volume)), "workOut")
        // Another review of the case is gone on with meanwhile.
        send(&state, .opened(try Fixture.opened()), "stopWork", .opening)
        #expect(state.region.running == nil)
        send(&state, .region(.margin(-1, .volume)), "workOut")
        try work(&state, before)
        #expect(state.region.running?.name == "margin −1mm" && state.history.done.isEmpty)
    }

    @Test func anAnswerForOtherLimitsOrLocksIsDropped() throws {
        for change in [ReviewAction.limitRange(-1000...0), .toggleLock(.lungRight), .limitOutside(.lungRight)] {
            var state = try Fixture.state()
            let before = state.structures[0].mask
            let effects = send(&state, .region(.margin(2, .volume)), "workOut")
            send(&state, change)
            try work(&state, effects)
            #expect(state.structures[0].mask == before && state.history.done.isEmpty)
            #expect(state.message?.text.contains("discarded") == true)
        }
    }

    @Test func escapeStopsIt() throws {
        var state = try Fixture.state()
        let effects = send(&state, .region(.smooth(.gaussian, 2, keepingVolume: false, .volume)), "workOut")
        let (id, _) = try #require(Self.work(asked: effects))
        expect(&state, .cancel, effects: [.stopWork(id: id)]) {
            $0.region.running = nil
            $0.message = StatusMessage("smooth 2mm: stopped", kind: .warning)
        }
    }

    @Test func whatChangesNothingLeavesNoStepAndSaysSo() throws {
        var state = try Fixture.state()
        for action in [RegionAction.fillHoles(.slice), .largest(.slice), .restore(.slice), .copySlice(.above)] {
            send(&state, .region(action))
            #expect(state.message?.kind == .warning && state.message?.text.contains("changes nothing") == true)
        }
        #expect(state.history.done.isEmpty && state.sequence == 0)
        send(&state, .toggleLock(nil))
        send(&state, .region(.margin(1, .slice)))
        #expect(state.message?.text == "Lung_L is locked; \"lock\" unlocks it")
    }

    @Test func growingIsShownAndThenAcceptedOrDropped() throws {
        var state = try Fixture.state()
        // All of the slice is at −800 HU, so the region is the disc of the radius.
        send(&state, .region(.guardLeaks(radius: 1, millilitres: nil, neck: 0)))
        let before = state.structures[0].mask
        send(&state, .region(.grow(from: VoxelTarget(x: 3, y: 3), nil, .slice)))
        let preview = try #require(state.region.preview)
        #expect(asciiRows(preview.outcome.masks[0].slices[2])[3] == "..#####.")
        #expect(state.structures[0].mask == before && state.history.done.isEmpty)
        #expect(state.message?.text.contains("stopped 1 mm from the seed") == true)
        #expect(reduce(&state, .accept).isEmpty, "first say what becomes of it")
        expect(&state, .cancel) { $0.region.preview = nil }

        send(&state, .region(.grow(from: VoxelTarget(x: 3, y: 3), nil, .slice)))
        send(&state, .confirm, .step)
        #expect(rows(state) == ["........", "........", "...#.##.", "..#####.", "...#....", "........"])
        #expect(state.history.done.map(\.name) == ["grow"] && state.region.preview == nil)
        // What was done last is the preview, then the edit.
        send(&state, .region(.grow(from: VoxelTarget(x: 0, y: 0), nil, .slice)))
        #expect(state.region.preview != nil)
        send(&state, .undo)
        #expect(state.region.preview == nil && state.history.done.count == 1)
        send(&state, .undo, .step)
        #expect(state.region.preview == nil && state.structures[0].mask == before)
        // The tool grows from where it touches.
        send(&state, .chooseTool(.grow))
        send(&state, .beginStroke(at: PlanePoint(x: 3, y: 3), tool: nil))
        #expect(state.stroke == nil && state.region.preview?.job.slice == 2)
    }

    @Test func scribblesAreNoEditUntilTheirPreviewIsAccepted() throws {
        var state = try Fixture.state()
        let before = state.structures[0].mask
        send(&state, .chooseTool(.scribble))
        send(&state, .confirm)
        send(&state, .dabAtCursor(tool: nil))
        #expect(state.region.scribbles?.inside.count == 1)
        send(&state, .region(.scribble(inside: false, at: VoxelTarget(x: 6, y: 2))))
        send(&state, .region(.scribble(inside: false, at: VoxelTarget(x: 0, y: 0))))
        #expect(state.region.scribbles?.outside.count == 2)
        send(&state, .undo)
        #expect(state.region.scribbles?.outside.count == 1, "undo takes a scribble back first")
        #expect(state.structures[0].mask == before && state.sequence == 0)
        send(&state, .confirm)
        let preview = try #require(state.region.preview)
        // The box reaches the grid's edges, so the two scribbles share the slice between them.
        #expect(preview.outcome.masks[0][VoxelIndex(x: 4, y: 3, z: 2)])
        #expect(!preview.outcome.masks[0][VoxelIndex(x: 6, y: 2, z: 2)])
        send(&state, .confirm, .step)
        #expect(state.history.done.map(\.name) == ["redraw"] && state.region.scribbles == nil)
        #expect(state.structures[0].mask.slices[2] == preview.outcome.masks[0].slices[2])
        #expect(state.structures[0].mask.slices[1] == before.slices[1])
    }

    @Test func theRestoringBrushTakesVoxelsBackToThePrediction() throws {
        var state = try Fixture.state()
        let before = state.structures[0].mask
        send(&state, .dab(tool: .erase, x: 5, y: 2, z: 2), .step)
        send(&state, .dab(tool: .brush, x: 4, y: 2, z: 2), .step)
        send(&state, .dab(tool: .brush, x: 0, y: 0, z: 2), .step)
        send(&state, .chooseTool(.restore))
        send(&state, .beginStroke(at: PlanePoint(x: 4, y: 2), tool: nil))
        send(&state, .continueStroke(to: PlanePoint(x: 5, y: 2)))
        send(&state, .endStroke, .step)
        #expect(state.history.done.last?.name == "restore")
        var expected = before
        expected[VoxelIndex(x: 0, y: 0, z: 2)] = true
        #expect(state.structures[0].mask == expected)
        send(&state, .region(.restore(.slice)), .step)
        #expect(state.structures[0].mask == before && state.editedSlices.isEmpty)
    }

    @Test func anEditOfTwoStructuresIsJournalledAndUndoneTogether() throws {
        var state = try Fixture.state()
        let (left, right) = (state.structures[0].mask, state.structures[1].mask)
        let done = try work(
            &state, send(&state, .region(.merge(nil)), "workOut"), "progressWithStep", "journalTogether", "measure",
            "mark", "measure", "mark")
        let both = try left.union(right)
        #expect(state.structures[0].mask == both && state.structures[1].mask.isEmpty)
        guard case .journalTogether(let entries, through: 2)? = done.dropFirst().first else {
            Issue.record("\(done)")
            return
        }
        #expect(entries.map(\.name) == ["merge", "merge"])
        #expect(entries.map(\.part) == [EditPart(1, of: 2), EditPart(2, of: 2)])
        #expect(entries.map(\.structure) == [.lungLeft, .lungRight])
        #expect(!done.contains { if case .journal = $0 { true } else { false } })
        #expect(state.save == .saving(2))

        // A replay of the journal knows what belongs together.
        var replay = try ReplayedSession(geometry: Fixture.geometry(), base: [.lungLeft: left, .lungRight: right])
        #expect(replay.apply(entries) == nil)
        #expect(replay.masks == [.lungLeft: both, .lungRight: Mask(geometry: try Fixture.geometry())])
        #expect(replay.standing.map { EditStep($0) } == state.history.done)

        let undone = send(&state, .undo, "progressWithStep", "journalTogether", "measure", "mark", "measure", "mark")
        #expect(state.structures[0].mask == left && state.structures[1].mask == right)
        #expect(state.message?.text == "undo merge Lung_R and Lung_L, slice 3 and 2 more")
        guard case .journalTogether(let back, through: 4)? = undone.dropFirst().first else {
            Issue.record("\(undone)")
            return
        }
        #expect(replay.apply(back) == nil && replay.masks == [.lungLeft: left, .lungRight: right])
        let redone = send(&state, .redo, "progressWithStep", "journalTogether", "measure", "mark", "measure", "mark")
        #expect(state.structures[0].mask == both && state.structures[1].mask.isEmpty)
        guard case .journalTogether(let again, through: 6)? = redone.dropFirst().first else {
            Issue.record("\(redone)")
            return
        }
        #expect(replay.apply(again) == nil && replay.masks[.lungLeft] == both)
        // Resumed, the structure that was merged into is the active one, not the one that was emptied.
        var resumed = try Fixture.state()
        let unfinished = LeftReview(
            masks: replay.masks, history: state.history, sequence: 6, slice: 2, seenSlices: [], activeSeconds: 0)
        send(&resumed, .opened(try Fixture.opened(left: unfinished)))
        send(&resumed, .questionShown)
        send(&resumed, .confirm, "resolveLeftReview", .opening)
        #expect(resumed.structures[resumed.activeIndex].name == .lungLeft)

        // A lock on either holds both.
        send(&state, .toggleLock(.lungRight))
        send(&state, .undo)
        #expect(state.structures[0].mask == both)
        // Split again: the voxels go back to their side.
        send(&state, .toggleLock(.lungRight))
        try work(
            &state, send(&state, .region(.split(left: nil, right: nil)), "workOut"), "progressWithStep",
            "journalTogether", "measure", "mark", "measure", "mark")
        #expect(state.structures[0].mask == left && state.structures[1].mask == right)
        #expect(state.history.nextUndo.count == 2)
    }

    @Test func namesOfStepsAreReadBack() throws {
        let empty = Mask(geometry: try Fixture.geometry())
        let patch = try MaskPatch(from: empty, to: try Fixture.square(1..<2))
        for (name, part) in [("brush", nil), ("split", EditPart(2, of: 2)), ("odd [a/b]", nil), ("[1/2]", nil)] {
            let step = EditStep<StructureName>(structure: .heart, name: name, slice: 1, patch: patch, part: part)
            let entry = JournalEntry(
                kind: .edit, structure: .heart, name: name, slice: 1, patch: patch, digestAfter: 0,
                part: step.part)
            #expect(EditStep(entry) == step)
        }
        // Journals of before have the part in the name, and are never rewritten.
        let old = JournalEntry(
            kind: .edit, structure: .heart, name: "split [2/2]", slice: 1, patch: patch, digestAfter: 0)
        #expect(EditStep(old).name == "split" && EditStep(old).part == EditPart(2, of: 2))
    }

    @Test func otherStructuresAreNamedOrRefused() throws {
        var state = try Fixture.state()
        for action in [
            RegionAction.combine(.union, .heart, .volume), .combine(.copy, .lungLeft, .volume), .merge(.heart),
            .merge(.lungLeft), .split(left: .heart, right: nil), .fill(at: VoxelTarget(x: 99, y: 0), .slice),
            .margin(0, .volume), .margin(51, .volume), .smooth(.median, 0, keepingVolume: false, .volume),
            .removeIslands(millilitres: 0, .volume), .fill(at: VoxelTarget(x: 0, y: 0), .slice),
        ] {
            #expect(reduce(&state, .region(action)).isEmpty, "\(action)")
            #expect(state.message?.kind == .warning)
        }
        try work(&state, send(&state, .region(.combine(.union, .lungRight, .volume)), "workOut"), .step)
        #expect(rows(state)[2] == ".##..##.")
        #expect(state.history.done.last?.name == "union Lung_R")
        #expect(state.message?.text.contains("belong to Lung_R") == true, "the overlap is told")
    }

    @Test func aboveIsTowardsTheHead() throws {
        var state = try Fixture.state()
        send(&state, .goToSlice(4), .slice)
        send(&state, .region(.copySlice(.below)), .step)
        #expect(rows(state, slice: 4)[2] == ".....##." && state.history.done.last?.name == "copy slice 4")
        send(&state, .region(.copySlice(.above)))
        #expect(state.message?.text == "there is no slice above this one")
    }
}
