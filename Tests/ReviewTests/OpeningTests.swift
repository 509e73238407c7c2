import Cases
import Commands
import Editing
import PatientView
import Review
import TestSupport
import Testing
import Volumes

@Suite struct OpeningTests {
    @Test func anImageAndItsMasksOpenTheCase() throws {
        var state = ReviewState(caseID: CaseID(rawValue: "1"), title: "t")
        let volume = PartialVolume(Volume(geometry: try Fixture.geometry(), filledWith: -800))
        let box = VoxelBox(x: 0..<8, y: 0..<6, z: 0..<5)
        expect(&state, .progress("reading", 0.5)) { $0.phase = .loading("reading", 0.5) }
        expect(&state, .imageArrived(volume, bodyBox: box)) {
            $0.image = volume
            $0.bodyBox = box
            $0.view.slice = 2
            $0.firstSlice = 2
            $0.cursor = PlanePoint(x: 4, y: 3)
        }
        let opened = try Fixture.opened()
        let names: [StructureName] = [.lungLeft, .lungRight]
        expect(
            &state, .opened(opened),
            effects: opened.structures.map { .measureAll($0.name, mask: $0.mask, tolerance: 2, edit: 0) }
                + names.map { .mark($0, z: 2, edit: 0) }
        ) {
            $0.phase = .open
            $0.structures = opened.structures
            $0.model = .baseline
            $0.firstSlice = nil
        }
    }

    /// A case of nine slices with one structure, as it opens.
    /// - Parameter look: what the user does before the masks are there.
    private func first(
        _ name: StructureName, on slices: ClosedRange<Int>, _ look: (inout ReviewState) -> Void = { _ in }
    ) throws -> ReviewState {
        let grid = try GridGeometry(size: GridSize(x: 8, y: 6, z: 9), spacing: Spacing(x: 1, y: 1, z: 2))
        let mask = Mask(geometry: grid) { slices.contains($0.z) && $0.x > 3 }
        var state = ReviewState(caseID: CaseID(rawValue: "1"), title: "t")
        send(
            &state, .imageArrived(PartialVolume(Volume(geometry: grid, filledWith: 0)), bodyBox: grid.size.bounds))
        look(&state)
        let structure = StructureState(name: name, mask: mask, prediction: mask, reference: mask, tolerance: 2)
        let review = OpenedReview(model: .baseline, referenceSource: .prediction, structures: [structure])
        let effects = send(&state, .opened(review), "measureAll", "mark")
        #expect(effects.last == .mark(name, z: state.view.slice, edit: 0))
        return state
    }

    @Test(arguments: [
        ("Lung_L", WindowPreset.lung), ("Trachea", .lung), ("SpinalCord", .bone), ("Heart", .soft), ("PTV_60", .soft),
    ])
    func aStructureIsFirstShownInItsWindow(_ name: String, _ window: WindowPreset) throws {
        #expect(try first(StructureName(rawValue: name), on: 2...6).view.window == window.window)
    }

    @Test func aStructureIsFirstShownOnItsMiddleSlice() throws {
        #expect(try first(.heart, on: 6...8).view.slice == 7)
        #expect(try first(.heart, on: 0...1).view.slice == 1)
        // In the middle of the volume one is near the end of it.
        #expect(try first(.heart, on: 4...8).view.slice == 6)
        // Well inside it, nothing jumps.
        #expect(try first(.lungLeft, on: 1...8).view.slice == 4)
        #expect(try first(.lungLeft, on: 3...7).view.slice == 4)
    }

    @Test func whoHasGoneElsewhereMeanwhileStaysThere() throws {
        let moved = try first(.heart, on: 6...8) { send(&$0, .goToSlice(2)) }
        #expect(moved.view.slice == 2 && moved.view.window == WindowPreset.soft.window)
        let window = WindowLevel(width: 900, level: 10)
        let windowed = try first(.heart, on: 6...8) { send(&$0, .setWindow(window)) }
        #expect(windowed.view.slice == 7 && windowed.view.window == window)
    }

    @Test func aCaseThatIsTakenUpAgainStaysWhereItIs() throws {
        var state = try first(.heart, on: 6...8)
        send(&state, .goToSlice(0), "mark", "saveProgress")
        send(&state, .setWindow(WindowPreset.lung.window))
        send(
            &state,
            .opened(OpenedReview(model: .baseline, referenceSource: .prediction, structures: state.structures)),
            "measureAll", "mark")
        #expect(state.view.slice == 0 && state.view.window == WindowPreset.lung.window)
    }

    @Test func theSliceShownAheadStaysOnScreen() throws {
        var state = ReviewState(caseID: CaseID(rawValue: "1"), title: "t")
        let grid = try Fixture.geometry()
        let one = try GridGeometry(
            size: GridSize(x: 8, y: 6, z: 1), spacing: grid.spacing,
            origin: grid.point(at: VoxelIndex(x: 0, y: 0, z: 4)))
        send(&state, .previewArrived(PartialVolume(Volume(geometry: one, filledWith: 0))))
        send(
            &state, .imageArrived(PartialVolume(Volume(geometry: grid, filledWith: 0)), bodyBox: grid.size.bounds))
        #expect(state.view.slice == 4)
    }

    @Test func aLeftReviewIsResumedOnlyWhenTheUserSaysSo() throws {
        let base = try Fixture.opened()
        var edited = base.structures[0].mask
        edited[VoxelIndex(x: 0, y: 0, z: 1)] = true
        var history = EditHistory<StructureName>()
        history.record(
            EditStep(
                structure: .lungLeft, name: "brush", slice: 1,
                patch: try MaskPatch(from: base.structures[0].mask, to: edited)))
        let left = LeftReview(
            masks: [.lungLeft: edited, .lungRight: base.structures[1].mask], history: history, sequence: 1, slice: 1,
            seenSlices: [0, 1], activeSeconds: 12)
        for resume in [true, false] {
            var state = ReviewState(caseID: CaseID(rawValue: "1"), title: "t")
            let volume = Volume(geometry: try Fixture.geometry(), filledWith: -800)
            send(&state, .imageArrived(PartialVolume(volume), bodyBox: volume.geometry.size.bounds))
            send(&state, .opened(try Fixture.opened(left: left)))
            #expect(state.mode == .question(.resume(edits: 1)))
            // Nothing can be edited, filed or dismissed before the answer.
            send(&state, .dab(tool: .brush, x: 3, y: 3, z: 2))
            send(&state, .cancel)
            send(&state, .accept)
            #expect(state.mode == .question(.resume(edits: 1)))
            let effects =
                resume
                ? answer(&state, true, "resolveLeftReview", .opening)
                : answer(&state, typing: "discard", "resolveLeftReview", .opening)
            #expect(effects.first == .resolveLeftReview(resume: resume))
            #expect(state.structures[0].mask == (resume ? edited : base.structures[0].mask))
            #expect(state.structures[0].millilitres == state.structures[0].mask.millilitres)
            #expect(state.sequence == (resume ? 1 : 0))
            #expect(state.structures[0].editedSlices == (resume ? [1] : []))
            #expect(state.history.done.count == (resume ? 1 : 0))
            #expect(state.view.slice == (resume ? 1 : 2))
        }
    }

    @Test func whatWasSeenOfAReopenedReviewStaysSeen() throws {
        var state = ReviewState(caseID: CaseID(rawValue: "1"), title: "t")
        let volume = Volume(geometry: try Fixture.geometry(), filledWith: -800)
        send(&state, .imageArrived(PartialVolume(volume), bodyBox: volume.geometry.size.bounds))
        var opened = try Fixture.opened()
        opened.seenSlices = [0, 1, 3]
        send(&state, .opened(opened), .opening)
        #expect(state.seenSlices == [0, 1, 3])
        #expect(state.concerns.first == "2 of 5 slices were not seen")
    }

    /// Whoever painted the right lung last and comes back does not paint the left one.
    @Test func resumingGoesOnWithTheStructureEditedLast() throws {
        let base = try Fixture.opened()
        var edited = base.structures[1].mask
        edited[VoxelIndex(x: 0, y: 0, z: 1)] = true
        var history = EditHistory<StructureName>()
        history.record(
            EditStep(
                structure: .lungRight, name: "brush", slice: 1,
                patch: try MaskPatch(from: base.structures[1].mask, to: edited)))
        let left = LeftReview(
            masks: [.lungLeft: base.structures[0].mask, .lungRight: edited], history: history, sequence: 1, slice: 1,
            seenSlices: [1], activeSeconds: 12)
        var state = ReviewState(caseID: CaseID(rawValue: "1"), title: "t")
        let volume = Volume(geometry: try Fixture.geometry(), filledWith: -800)
        send(&state, .imageArrived(PartialVolume(volume), bodyBox: volume.geometry.size.bounds))
        send(&state, .opened(try Fixture.opened(left: left)))
        answer(&state, true, "resolveLeftReview", .opening)
        #expect(state.active?.name == .lungRight)
    }

    @Test func aReadOnlyCaseCanBeLookedAtButNotChanged() throws {
        var state = try Fixture.state()
        send(&state, .opened(try Fixture.opened(readOnly: "open elsewhere")), .opening)
        let masks = state.structures.map(\.mask)
        for action in [
            ReviewAction.dab(tool: .brush, x: 3, y: 3, z: 2), .accept, .reject(reason: "x"), .undo,
        ] {
            send(&state, action)
            #expect(state.message?.text == "read only: open elsewhere; :retry opens it again")
        }
        #expect(state.structures.map(\.mask) == masks)
        send(&state, .moveSlices(1), .slice)
    }
}

@Suite struct FiledCaseTests {
    @Test func aFiledCaseOpensClosedAndGoesOnOnlyOnRequest() throws {
        var state = try Fixture.state()
        var opened = try Fixture.opened()
        opened.filed = FiledReview(status: .corrected, revision: 2)
        send(&state, .opened(opened), .opening)
        #expect(state.phase == .filed(.corrected, revision: 2))
        send(&state, .accept)
        send(&state, .dab(tool: .brush, x: 1, y: 1, z: 2))
        #expect(reduce(&state, .reopen) == [.reopen])
        #expect(state.phase == .loading("reopening", 0))
    }

    @Test func theLeastCertainSlicesComeFirst() throws {
        var state = try Fixture.state()
        send(&state, .goToNext(.uncertain, backwards: false))
        #expect(state.message?.text == "the model was sure of every slice, or stated no uncertainty")
        var opened = try Fixture.opened()
        opened.uncertainty = [0.02, 0.1, 0, 0.3, 0.2]
        send(&state, .opened(opened), .opening)
        #expect(state.uncertainty == [0.02, 0.1, 0, 0.3, 0.2])
        var seen: [Int] = []
        for _ in 0..<4 {
            send(&state, .goToNext(.uncertain, backwards: false), .slice)
            seen.append(state.view.slice)
        }
        #expect(seen == [3, 4, 1, 3])
    }
}

@Suite struct NewsTests {
    @Test func aReplayBeginsWithWhatItWasOpenedFor() throws {
        var state = try Fixture.state()
        expect(&state, .pointedTo(.lungRight, slice: nil)) { $0.activeIndex = 1 }
        expect(
            &state, .pointedTo(.lungRight, slice: 4),
            effects: [
                .mark(.lungLeft, z: 4, edit: 0), .mark(.lungRight, z: 4, edit: 0),
                .saveProgress(ReviewProgress(slice: 4, seenSlices: [2], activeSeconds: 0)),
            ]
        ) { $0.view.slice = 4 }
    }

    @Test func newsIsNoKey() throws {
        var state = try Fixture.state()
        send(&state, .show(StatusMessage("exported")))
        send(&state, .digit(3, meaning: nil))
        send(&state, .show(StatusMessage("exported")))
        send(&state, .tick(seconds: 7))
        // What was said stays, the number waits for its command, and nobody has come back.
        expect(&state, .journalled(through: 0)) { $0.save = .saved }
        #expect(state.message?.text == "exported" && state.keys.pending.count == 3 && state.idleSeconds == 7)
    }
}
