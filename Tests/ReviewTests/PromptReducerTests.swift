import Cases
import Commands
import Editing
import Review
import TestSupport
import Testing
import Volumes

/// Marks that are answered at once by somebody who answers prompts.
@Suite struct PromptReducerTests {
    /// The case of ``Fixture`` with somebody to answer, and the scribbles in hand.
    func state(answered: Bool = true) throws -> ReviewState {
        var state = try Fixture.state()
        if answered { expect(&state, .answererReady("refine@1")) { $0.promptAnswerer = "refine@1" } }
        send(&state, .chooseTool(.scribble))
        return state
    }

    /// What is asked for last.
    func asked(_ effects: [ReviewEffect]) throws -> (id: Int, task: RegionTask) {
        let found = effects.compactMap { effect -> (Int, RegionTask)? in
            if case .workOut(let id, let task) = effect { (id, task) } else { nil }
        }
        return try #require(found.last)
    }

    /// Has it worked out as the runner does, and takes the answer in; asserts which effects that has.
    @discardableResult
    func work(
        _ state: inout ReviewState, _ effects: [ReviewEffect], by answerer: FakeAnswerer = FakeAnswerer(),
        _ names: EffectNames..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [ReviewEffect] {
        let (id, task) = try asked(effects)
        let found = reduce(&state, .worked(.done(id: id, try task.perform(answering: answerer))))
        found.expect(names, sourceLocation)
        return found
    }

    func mark(_ x: Int, _ y: Int, inside: Bool = true, z: Int? = nil) -> ReviewAction {
        .region(.scribble(inside: inside, at: VoxelTarget(x: x, y: y, z: z)))
    }

    func preview(_ state: ReviewState, slice: Int = 2) throws -> [String] {
        asciiRows(try #require(state.region.preview).outcome.masks[0].slices[slice])
    }

    @Test func everyMarkIsAnsweredAtOnceAndEnterTakesAllAsOneStep() throws {
        var state = try state()
        let before = state.structures[0].mask
        // A stroke of the left button, then one of the right.
        send(&state, .beginStroke(at: PlanePoint(x: 4, y: 2), tool: nil))
        send(&state, .continueStroke(to: PlanePoint(x: 3, y: 2)))
        var effects = send(&state, .endStroke, "workOut")
        #expect(state.region.running?.name == "refine by 1 mark (refine@1)")
        let tried = try work(&state, effects, "tryOut")
        #expect(try preview(state) == ["........", "........", "...####.", ".....##.", "........", "........"])
        #expect(state.structures[0].mask == before && state.sequence == 0)
        #expect(
            state.message
                == StatusMessage(
                    "refine by 1 mark (refine@1): Enter accepts, Esc drops · Lung_L +<0.01 ml on 1 slice"))
        let patch = try #require(state.region.preview?.outcome.patches.first)
        #expect(tried == [.tryOut(.lungLeft, patch: patch, edit: 0)])

        effects = send(&state, .beginStroke(at: PlanePoint(x: 6, y: 2), tool: .scribbleOutside))
        #expect(state.region.preview != nil, "what is corrected stays on show")
        effects = send(&state, .endStroke, "workOut")
        let answerer = FakeAnswerer()
        try work(&state, effects, by: answerer, "tryOut")
        // The second is asked alone, of what the first came to.
        #expect(answerer.questions.count == 1)
        #expect(asciiRows(try #require(answerer.questions.first).mask)[2] == "...####.")
        #expect(try preview(state)[2] == "...###..")

        let after = try #require(state.region.preview).outcome.masks[0]
        let entry = JournalEntry(
            kind: .edit, structure: .lungLeft, name: "refine by 2 marks (refine@1)", slice: 2,
            patch: try MaskPatch(from: before, to: after),
            digestAfter: after.digest(ofSlicesTouchedBy: try MaskPatch(from: before, to: after)))
        let made = send(&state, .confirm, .step)
        #expect(made.contains(.journal(entry, sequence: 1)))
        #expect(state.structures[0].mask == after && state.region.scribbles == nil && state.region.preview == nil)
        #expect(state.nextUndo?.text == "undoes refine by 2 marks (refine@1) Lung_L, slice 3")
        // Nothing is left of the marks: Enter does nothing more.
        send(&state, .confirm)
        send(&state, .undo, .step)
        #expect(state.structures[0].mask == before)
    }

    @Test func keysMarkAsTheMouseDoes() throws {
        var state = try state()
        send(&state, .point(PlanePoint(x: 4, y: 3)))
        try work(&state, send(&state, .dabAtCursor(tool: nil), "workOut"), "tryOut")
        send(&state, .point(PlanePoint(x: 6, y: 3)))
        try work(&state, send(&state, .dabAtCursor(tool: .erase), "workOut"), "tryOut")
        #expect(try preview(state)[3] == "....##..")
    }

    @Test func aFurtherMarkTakesThePlaceOfTheQuestionAndNoneIsLost() throws {
        var state = try state()
        let first = send(&state, mark(4, 2), "workOut")
        let second = send(&state, mark(3, 2), "workOut")
        let (staleID, staleTask) = try asked(first)
        let (id, task) = try asked(second)
        #expect(id != staleID && state.region.running?.id == id)
        // The answer to the first comes all the same: it is nobody's.
        send(&state, .worked(.done(id: staleID, try staleTask.perform(answering: FakeAnswerer()))))
        #expect(state.region.preview == nil && state.region.running?.id == id)
        send(&state, .worked(.failed(id: staleID, .cancelled)))
        #expect(state.region.running?.id == id && state.message == nil)
        let answerer = FakeAnswerer()
        send(&state, .worked(.done(id: id, try task.perform(answering: answerer))), "tryOut")
        #expect(answerer.questions.count == 2, "both marks are asked about")
        #expect(try preview(state)[2] == "...####.")
        send(&state, .confirm, .step)
        #expect(state.history.done.map(\.name) == ["refine by 2 marks (refine@1)"])
    }

    @Test func theAnswerDoesNotCutTheNextMarkShort() throws {
        var state = try state()
        let first = send(&state, mark(4, 2), "workOut")
        send(&state, .beginStroke(at: PlanePoint(x: 4, y: 3), tool: nil))
        try work(&state, first, "tryOut")
        #expect(state.stroke != nil && state.region.preview != nil)
        send(&state, .continueStroke(to: PlanePoint(x: 3, y: 3)))
        let answerer = FakeAnswerer()
        try work(&state, send(&state, .endStroke, "workOut"), by: answerer, "tryOut")
        #expect(asciiRows(answerer.questions[0].newest)[3] == "...##...")
        #expect(try preview(state)[2...3] == ["....###.", "...####."])
    }

    @Test func enterWaitsForTheAnswer() throws {
        var state = try state()
        try work(&state, send(&state, mark(4, 2), "workOut"), "tryOut")
        let second = send(&state, mark(3, 2), "workOut")
        send(&state, .confirm)
        #expect(
            state.message
                == StatusMessage(
                    "refine by 2 marks (refine@1) is still being worked out; wait, or Esc stops it", kind: .warning))
        #expect(state.history.done.isEmpty)
        send(&state, .region(.acceptPreview))
        #expect(state.history.done.isEmpty && state.message?.kind == .warning)
        // Stopped, the newest mark has no answer yet: Enter asks for it and does not take what is there without it.
        let (id, _) = try asked(second)
        #expect(send(&state, .cancel, "stopWork") == [.stopWork(id: id)])
        let again = send(&state, .confirm, "workOut")
        #expect(state.history.done.isEmpty)
        try work(&state, again, "tryOut")
        send(&state, .confirm, .step)
        #expect(asciiRows(state.structures[0].mask.slices[2])[2] == "...####.")
    }

    @Test func undoTakesTheNewestMarkBackAndShowsWhatTheOthersCameTo() throws {
        var state = try state()
        try work(&state, send(&state, mark(4, 2), "workOut"), "tryOut")
        let one = try preview(state)
        try work(&state, send(&state, mark(3, 2), "workOut"), "tryOut")
        #expect(state.nextUndo == .scribble)
        send(&state, .undo, "tryOut")
        #expect(try preview(state) == one && state.region.scribbles?.count == 1)
        #expect(state.message?.text.hasPrefix("took back a scribble · refine by 1 mark (refine@1): Enter") == true)
        // While the next is being answered, it is stopped, and nothing is asked that is known.
        let effects = send(&state, mark(3, 3), "workOut")
        let (id, _) = try asked(effects)
        #expect(send(&state, .undo, "stopWork", "tryOut").first == .stopWork(id: id))
        #expect(try preview(state) == one && state.region.running == nil)
        send(&state, .undo)
        #expect(state.region.preview == nil && state.region.scribbles == nil)
        send(&state, .undo)
        #expect(state.message == StatusMessage("nothing to undo", kind: .warning))
    }

    @Test func undoAsksAgainWhereTheOthersWereNotAnswered() throws {
        var state = try state()
        send(&state, mark(4, 2), "workOut")
        send(&state, mark(3, 2), "workOut")
        let again = send(&state, .undo, "stopWork", "workOut")
        #expect(state.region.running?.name == "refine by 1 mark (refine@1)")
        try work(&state, again, "tryOut")
        #expect(try preview(state)[2] == "....###.")
    }

    @Test func escapeDropsMarksAndPreview() throws {
        var state = try state()
        let before = state
        try work(&state, send(&state, mark(4, 2), "workOut"), "tryOut")
        #expect(reduce(&state, .accept).isEmpty, "first say what becomes of it")
        #expect(state.message?.text == "refine by 1 mark (refine@1) is a preview: Enter accepts it, Esc drops it")
        send(&state, .cancel)
        #expect(state.region.preview == nil && state.region.scribbles == nil)
        #expect(state.message == StatusMessage("dropped 1 mark"))
        #expect(state.structures == before.structures && state.sequence == 0)
        // Marks without a preview as well.
        send(&state, mark(5, 2), "workOut")
        send(&state, .cancel, "stopWork")
        send(&state, .cancel)
        #expect(state.region.scribbles == nil && state.message == StatusMessage("dropped 1 mark"))
        // A mark under way is given up by itself.
        try work(&state, send(&state, mark(4, 2), "workOut"), "tryOut")
        send(&state, .beginStroke(at: PlanePoint(x: 3, y: 3), tool: nil))
        send(&state, .cancel)
        #expect(state.region.scribbles?.count == 1 && state.region.preview != nil)
    }

    @Test func whatChangesNothingIsNoRefusalAndTheNextMarkGoesOn() throws {
        var state = try state()
        try work(&state, send(&state, mark(5, 2), "workOut"))
        #expect(
            state.message
                == StatusMessage("refine by 1 mark (refine@1) changes nothing of Lung_L", kind: .caution))
        #expect(state.region.preview == nil && state.region.scribbles?.count == 1)
        send(&state, .confirm)
        #expect(state.message?.kind == .caution, "known already, so nobody is asked")
        try work(&state, send(&state, mark(4, 2), "workOut"), "tryOut")
        try work(&state, send(&state, mark(6, 2), "workOut"), "tryOut")
        #expect(state.message?.text.hasSuffix("· the newest mark changes nothing") == true)
        #expect(state.message?.kind == .caution)
        send(&state, .confirm, .step)
        #expect(state.history.done.map(\.name) == ["refine by 3 marks (refine@1)"])
    }

    @Test func anEmptyStructureIsBegunByMarks() throws {
        var state = try state()
        let empty = Mask(geometry: try Fixture.geometry())
        var opened = try Fixture.opened()
        opened.structures[0] = StructureState(
            name: .lungLeft, mask: empty, prediction: empty, reference: empty, tolerance: 2)
        send(&state, .opened(opened), .opening)
        try work(&state, send(&state, mark(4, 2), "workOut"), by: FakeAnswerer(reach: 2), "tryOut")
        send(&state, .confirm, .step)
        #expect(asciiRows(state.structures[0].mask.slices[2])[2] == "....###.")
    }

    @Test func marksOnSeveralSlicesAreOneStep() throws {
        var state = try state()
        try work(&state, send(&state, mark(4, 2), "workOut"), "tryOut")
        let there = send(&state, mark(3, 2, z: 1), .slice, "workOut")
        let (_, task) = try asked(there)
        #expect(task.scope == .range(1...2))
        try work(&state, there, "tryOut")
        send(&state, .confirm, .step)
        #expect(state.history.done.map(\.patch.touchedSlices) == [[1, 2]] && state.history.done[0].slice == 1)
    }

    @Test func marksAreOfOneStructure() throws {
        var state = try state()
        try work(&state, send(&state, mark(4, 2), "workOut"), "tryOut")
        setUp(&state, .selectStructure(.lungRight))
        send(&state, mark(0, 0))
        #expect(
            state.message
                == StatusMessage(
                    "what the marks of Lung_L came to is a preview: Enter accepts it, Esc drops it", kind: .warning))
        #expect(state.region.scribbles?.count == 1 && state.stroke == nil)
        send(&state, .confirm, .step)
        #expect(state.history.done.map(\.structure) == [.lungLeft])
        let effects = send(&state, mark(0, 2), "workOut")
        #expect(try asked(effects).task.targets[0].mask == state.structures[1].mask)
        send(&state, .region(.reach(.volume)))
        #expect(state.message == StatusMessage("growing works in 3D; refine@1 answers marks slice by slice"))
    }

    @Test func anEditMeanwhileMakesItAskAnewForTheMaskOfNow() throws {
        var state = try state()
        try work(&state, send(&state, mark(4, 2), "workOut"), "tryOut")
        send(&state, .dab(tool: .brush, x: 0, y: 0, z: 2), .step)
        #expect(state.region.preview == nil && state.region.scribbles?.count == 1)
        #expect(
            state.message
                == StatusMessage(
                    "brush Lung_L, slice 3: +<0.01 ml · the preview of refine by 1 mark (refine@1) was dropped because a "
                        + "mask changed; Enter has the marks answered anew", kind: .caution))
        let answerer = FakeAnswerer()
        try work(&state, send(&state, mark(3, 2), "workOut"), by: answerer, "tryOut")
        #expect(answerer.questions.count == 2 && answerer.questions[0].mask == state.structures[0].mask.slices[2])
        // An answer for other limits is dropped, and Enter asks once more.
        let late = send(&state, mark(2, 2), "workOut")
        send(&state, .limitRange(-1000...0))
        try work(&state, late)
        #expect(state.message?.text.contains("discarded") == true)
        let again = send(&state, .confirm, "workOut")
        #expect(try asked(again).task.limits.range == -1000...0)
        let all = FakeAnswerer()
        try work(&state, again, by: all, "tryOut")
        #expect(all.questions.count == 3, "what was answered without the limit does not count")
    }

    @Test func whatCannotBeAnsweredNowIsKept() throws {
        var state = try state()
        let margin = send(&state, .region(.margin(2, .volume)), "workOut")
        send(&state, mark(3, 2))
        #expect(state.message?.kind == .warning && state.region.scribbles?.count == 1)
        #expect(state.region.running?.name == "margin +2mm")
        try work(&state, margin, .step)
        #expect(state.region.scribbles?.count == 1)
        try work(&state, send(&state, .confirm, "workOut"))
        #expect(state.message?.text.contains("changes nothing") == true)
        // A failure leaves the marks, too.
        let (id, _) = try asked(send(&state, mark(0, 0), "workOut"))
        send(&state, .worked(.failed(id: id, .refused("the network is gone"))))
        #expect(
            state.message
                == StatusMessage("the network is gone · the marks stay: Enter has them answered", kind: .warning))
        #expect(state.region.scribbles?.count == 2)
    }

    @Test func imageEdgesAreThereByName() throws {
        var state = try state()
        try work(&state, send(&state, mark(4, 2), "workOut"), "tryOut")
        send(&state, .region(.applyScribbles(.slice, byEdges: true)))
        let preview = try #require(state.region.preview)
        #expect(preview.job.name == "redraw" && state.message?.text.hasSuffix("· by image edges") == true)
        send(&state, .confirm, .step)
        #expect(state.history.done.map(\.name) == ["redraw"] && state.region.scribbles == nil)
        // The volume is left to them, whatever is there.
        send(&state, mark(0, 0), "workOut")
        let effects = send(&state, .region(.applyScribbles(.volume)), "stopWork", "workOut")
        guard case .redraw = try asked(effects).task.operation else {
            Issue.record("\(effects)")
            return
        }
        send(&state, .cancel, "stopWork")
        // And `apply` alone is the answerer's.
        let applied = send(&state, .region(.applyScribbles(nil)), "workOut")
        guard case .refine = try asked(applied).task.operation else {
            Issue.record("\(applied)")
            return
        }
    }

    @Test func withoutAnybodyEnterRedrawsAlongEdgesAndSaysWhy() throws {
        var state = try state(answered: false)
        send(&state, mark(4, 2))
        #expect(
            state.message
                == StatusMessage("Enter works out the region by image edges, u takes back a scribble"))
        send(&state, .confirm)
        #expect(state.message?.text.hasSuffix("· by image edges: no refine model is installed") == true)
        // Dropped, the marks are still there, and who is ready by then answers them.
        send(&state, .cancel)
        #expect(state.region.preview == nil && state.region.scribbles?.count == 1)
        send(&state, .answererReady("refine@1"))
        try work(&state, send(&state, .confirm, "workOut"), "tryOut")
        send(&state, .confirm, .step)
        #expect(state.history.done.map(\.name) == ["refine by 1 mark (refine@1)"])
    }

    @Test func whoIsStillBeingPreparedIsNotCalledMissing() throws {
        var state = try state(answered: false)
        expect(&state, .answererComing) { $0.isAnswererComing = true }
        send(&state, mark(4, 2))
        send(&state, .confirm)
        #expect(state.message?.text.hasSuffix("· by image edges: the refine model is still being loaded") == true)
        send(&state, .region(.carry(.usual)))
        #expect(
            state.message
                == StatusMessage("the refine model is still being loaded; wait a moment", kind: .warning))
        var other = state
        expect(&other, .answererMissing) { $0.isAnswererComing = false }
        send(&other, .region(.carry(.usual)))
        #expect(other.message == StatusMessage(CarryRun.needsAnswerer, kind: .warning))
        expect(&state, .answererReady("refine@1")) {
            $0.promptAnswerer = "refine@1"
            $0.isAnswererComing = false
        }
    }

    @Test func theScoreOfThePreviewArrivesAndAnotherOnesDoesNot() throws {
        var state = try state()
        let tried = try work(&state, send(&state, mark(4, 2), "workOut"), "tryOut")
        guard case .tryOut(let name, let patch, let edit)? = tried.last else { return }
        send(&state, .tried(name, patch: patch, edit: edit + 1, surfaceDice: 0.1, slices: []))
        send(&state, .tried(.lungRight, patch: patch, edit: edit, surfaceDice: 0.1, slices: []))
        #expect(state.region.preview?.tried == nil)
        send(&state, .tried(name, patch: patch, edit: edit, surfaceDice: 0.9, slices: [nil, 1, 0.5, 1, nil]))
        #expect(state.region.preview?.tried == TriedScore(surfaceDice: 0.9, slices: [nil, 1, 0.5, 1, nil]))
        try work(&state, send(&state, mark(3, 2), "workOut"), "tryOut")
        #expect(state.region.preview?.tried == nil, "another preview has another score")
    }
}
