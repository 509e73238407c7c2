import Cases
import Commands
import Editing
import Review
import TestSupport
import Testing
import Volumes

/// What nothing that is done to the list of structures may lose: what is half drawn, what was kept, and what is on disk.
@Suite struct StructureKeepingTests {
    private static let ptv = StructureName(rawValue: "PTV")

    /// A case with an added structure that has one voxel.
    private func drawn() throws -> ReviewState {
        var state = try Fixture.state()
        setUp(&state, .structures(.add("PTV", nil)))
        setUp(&state, .dab(tool: .brush, x: 4, y: 1, z: 2))
        return state
    }

    private func names(_ state: ReviewState) -> [String] { state.structures.map(\.name.rawValue) }

    private func listings(_ effects: [ReviewEffect]) -> [StructureListing] {
        effects.compactMap { if case .keepStructures(let listing) = $0 { listing } else { nil } }
    }

    // MARK: What is half drawn

    @Test func aContourThatIsOpenKeepsItsStructure() throws {
        var state = try drawn()
        setUp(&state, .contour(.point(PlanePoint(x: 1, y: 1), tool: .contour)))
        for action in [StructureAction.delete(Self.ptv), .rename(Self.ptv, to: "CTV"), .delete(nil)] {
            send(&state, .structures(action))
            #expect(state.message?.text == "a contour of PTV is open on slice 3: Enter closes it, Esc drops it")
            #expect(names(state) == ["Lung_L", "Lung_R", "PTV"] && state.contour.draft?.structure == Self.ptv)
        }
        // Another structure's contour is no reason.
        setUp(&state, .structures(.add("CTV", nil)))
        send(&state, .structures(.delete(nil)), "keepStructures")
        setUp(&state, .contour(.drop))
        send(&state, .structures(.delete(Self.ptv)), .step, "keepStructures")
    }

    @Test func scribblesThatWaitKeepTheirStructure() throws {
        var state = try drawn()
        setUp(&state, .region(.scribble(inside: true, at: VoxelTarget(x: 5, y: 1))))
        setUp(&state, .region(.scribble(inside: false, at: VoxelTarget(x: 1, y: 1))))
        send(&state, .structures(.rename(nil, to: "CTV")))
        #expect(
            state.message?.text == "2 scribbles of PTV are not applied: Enter has that done, :scribble clear drops them"
        )
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV"] && state.region.scribbles?.count == 2)
        var dropped = state
        setUp(&dropped, try ReviewCommands.table.action(for: "scribble clear"))
        send(&dropped, .structures(.delete(nil)), .step, "keepStructures")
        setUp(&state, .answererReady("refine@1"))
        send(&state, .structures(.delete(nil)))
        #expect(state.message?.text == "2 marks of PTV are not answered: Enter has that done, Esc drops them")
        setUp(&state, .cancel)
        send(&state, .structures(.delete(nil)), .step, "keepStructures")
    }

    /// Redoing a deletion deletes as well.
    @Test func whatIsDoneAgainTakesNothingHalfDrawnWithIt() throws {
        var state = try drawn()
        setUp(&state, .structures(.delete(nil)))
        setUp(&state, .undo)
        setUp(&state, .selectStructure(Self.ptv))
        setUp(&state, .region(.scribble(inside: true, at: VoxelTarget(x: 5, y: 1))))
        send(&state, .redo)
        #expect(
            state.message?.text == "1 scribble of PTV is not applied: Enter has that done, :scribble clear drops them")
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV"] && state.structures[2].mask.count == 1)
    }

    // MARK: The list and its steps

    /// In between, a structure has its old name and its new one, and the list may be one that cannot be stored.
    @Test func anEditKeepsTheListOnceAsItIsBehindIt() throws {
        var state = try drawn()
        setUp(&state, .structures(.rename(nil, to: "ptv")))
        let undone = send(
            &state, .undo, "introduce", "progressWithStep", "journalTogether", "measure", "mark", "measure", "mark",
            "keepStructures")
        #expect(listings(undone).map(\.added) == [[Self.ptv]])
        let redone = send(
            &state, .redo, "introduce", "progressWithStep", "journalTogether", "measure", "mark", "measure", "mark",
            "keepStructures")
        #expect(listings(redone).map(\.added) == [[StructureName(rawValue: "ptv")]])
    }

    // MARK: What is saved

    @Test func theListCountsAsSavedOnceItIs() throws {
        var state = try Fixture.state()
        #expect(state.saveState == .saved)
        setUp(&state, .structures(.move(.down)))
        #expect(state.saveState == .saving(1) && state.save == .saved)
        send(&state, .write, "saveProgress")
        #expect(state.message?.text == "writing…")
        setUp(&state, .structures(.move(.up)))
        // An earlier one is not the newest.
        send(&state, .structuresKept(through: 1))
        #expect(state.saveState == .saving(1))
        setUp(&state, .dab(tool: .brush, x: 4, y: 1, z: 2))
        #expect(state.saveState == .saving(2))
        send(&state, .structuresKept(through: 2))
        send(&state, .journalled(through: 1))
        #expect(state.saveState == .saved)
        send(&state, .write, "saveProgress")
        #expect(state.message?.text == "everything is saved: 1 step")
    }

    @Test func nothingIsFiledOrLeftWhileTheListCannotBeWritten() throws {
        var state = try Fixture.state()
        setUp(&state, .structures(.move(.down)))
        send(&state, .structuresNotKept("the disk is full"))
        #expect(state.saveState == .failed("the disk is full"))
        send(&state, .write)
        #expect(state.message == StatusMessage("the disk is full", kind: .warning))
        send(&state, .acceptNoting(comment: "", asks: false))
        #expect(state.phase == .open)
        send(&state, .openNeighbour(1))
        send(&state, .quit)
        #expect(state.mode == .question(.quitUnsaved))
        answer(&state, false)
        send(&state, .structuresKept(through: 1))
        #expect(state.saveState == .saved)
        send(&state, .quit, "saveProgress", "quit")
    }

    // MARK: What it is measured against

    /// A reader or a file may have drawn what no model proposed.
    @Test func whatWasAddedIsMeasuredAgainstAReferenceThatThereIs() throws {
        var opened = try Fixture.opened()
        opened.structures[1].isAdded = true
        var state = try Fixture.state()
        setUp(&state, .opened(opened))
        let score = StructureScore(edit: 0, surfaceDice: 0.5, slices: [nil, 1, 0.25, 1, nil])
        send(&state, .scored(.lungRight, score))
        #expect(state.structures[1].score == score && state.disagreement(on: 2) == 0.75)
        let marks = BoundaryMarks(z: 2, edit: 0, voxels: state.structures[1].mask.slices[2])
        send(&state, .marked(.lungRight, marks))
        let volume = BoundaryVolume(edit: 0, voxels: state.structures[1].mask)
        send(&state, .markedVolume(.lungRight, volume))
        #expect(state.structures[1].beyondTolerance == marks && state.structures[1].beyondToleranceVolume == volume)
    }

    /// The file that masks are measured against may have what is added.
    @Test func whatIsAddedIsMeasuredAgainstTheFileThatHasIt() throws {
        var opened = try Fixture.opened()
        opened.referenceSource = .file("reader.nii.gz")
        var state = try Fixture.state()
        setUp(&state, .opened(opened))
        send(&state, .structures(.add("PTV", nil)), "keepStructures", "introduce")
        #expect(
            state.message?.text
                == "PTV added, empty · nothing was proposed for it, so it has no score unless reader.nii.gz has it")
        #expect(!state.structures[2].hasReference)
        let target = try Fixture.square(3..<5)
        let effects = reduce(&state, .introduced(Self.ptv, tolerance: 3, reference: target))
        #expect(
            effects == [
                .measureAll(Self.ptv, mask: state.structures[2].mask, tolerance: 3, edit: 0),
                .mark(Self.ptv, z: 2, edit: 0),
            ])
        #expect(state.structures[2].reference == target && state.structures[2].hasReference)
        let score = StructureScore(edit: 0, surfaceDice: 0, slices: [nil, 0, 0, 0, nil])
        send(&state, .scored(Self.ptv, score))
        #expect(state.structures[2].score == score)
    }

    // MARK: Going on with a review that was left

    /// A correction with a target, which was deleted since.
    private func left(listed: Set<StructureName>?) throws -> OpenedReview {
        let (target, empty) = (try Fixture.square(3..<5), Mask(geometry: try Fixture.geometry()))
        var history = EditHistory<StructureName>()
        history.record(
            EditStep(
                structure: Self.ptv, name: "delete", slice: 2, patch: try MaskPatch(from: target, to: empty)))
        var left = LeftReview(
            masks: [Self.ptv: empty], history: history, sequence: 1, slice: 2, seenSlices: [], activeSeconds: 0)
        left.listed = listed
        var opened = try Fixture.opened(left: left)
        var added = StructureState(name: Self.ptv, mask: target, prediction: empty, reference: empty, tolerance: 2)
        (added.isAdded, added.hasReference) = (true, false)
        opened.structures.append(added)
        return opened
    }

    @Test func whatWasDeletedStaysAwayUntilItIsBroughtBack() throws {
        var state = try Fixture.state()
        send(&state, .opened(try left(listed: [.lungLeft, .lungRight])))
        answer(&state, true, "resolveLeftReview", .opening)
        #expect(names(state) == ["Lung_L", "Lung_R"])
        setUp(&state, .undo)
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV"])
        #expect(state.structures[2].mask == (try Fixture.square(3..<5)))
    }

    /// Who starts over begins with the correction; what is listed is there, empty or not; without a list nothing is known.
    @Test func whatWasNotDeletedIsThere() throws {
        var state = try Fixture.state()
        send(&state, .opened(try left(listed: [.lungLeft, .lungRight])))
        answer(
            &state, typing: "discard", "resolveLeftReview", "measureAll", "measureAll", "measureAll", "mark", "mark",
            "mark")
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV"])
        #expect(state.structures[2].mask == (try Fixture.square(3..<5)))
        for listed in [nil, [Self.ptv]] as [Set<StructureName>?] {
            var state = try Fixture.state()
            send(&state, .opened(try left(listed: listed)))
            answer(
                &state, true, "resolveLeftReview", "measureAll", "measureAll", "measureAll", "mark", "mark", "mark")
            #expect(names(state) == ["Lung_L", "Lung_R", "PTV"] && state.structures[2].mask.isEmpty)
        }
    }
}
