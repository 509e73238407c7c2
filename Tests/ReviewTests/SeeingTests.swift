import Cases
import Commands
import Editing
import Review
import TestSupport
import Testing
import Volumes

/// A slice is seen when it has stood on screen with its masks, and what is changed is on screen.
@Suite struct SeeingTests {
    private func fresh() throws -> ReviewState {
        var state = try Fixture.state()
        state.seenSlices = []
        return state
    }

    @Test func scrollingThroughIsNotSeeing() throws {
        var state = try fresh()
        for z in [3, 4, 0, 1] { send(&state, .goToSlice(z), .slice) }
        for _ in 0..<3 { send(&state, .moveSlices(1), .slice) }
        for _ in 0..<300 { send(&state, .moveSlices(1)) }
        #expect(state.seenSlices.isEmpty)
        // A key that is held down repeats every 33 ms.
        for z in 0..<5 {
            send(&state, .goToSlice(z), .slice)
            send(&state, .drawn(slice: z, milliseconds: 33))
        }
        #expect(state.seenSlices.isEmpty)
        #expect(state.concerns.first == "5 of 5 slices were not seen")
    }

    @Test func whatHasStoodLongEnoughIsSeenAndKept() throws {
        var state = try fresh()
        send(&state, .drawn(slice: 2, milliseconds: ReviewState.seenAfter - 1))
        expect(
            &state, .drawn(slice: 2, milliseconds: ReviewState.seenAfter),
            effects: [.saveProgress(ReviewProgress(slice: 2, seenSlices: [2], activeSeconds: 0))]
        ) { $0.seenSlices = [2] }
        #expect(reduce(&state, .drawn(slice: 2, milliseconds: 9000)).isEmpty, "once is enough")
        #expect(reduce(&state, .drawn(slice: 3, milliseconds: 9000)).isEmpty, "another slice is on screen by now")
        #expect(state.seenSlices == [2])
        expect(
            &state, .goToNext(.unseen, backwards: false),
            effects: [
                .mark(.lungLeft, z: 3, edit: 0), .mark(.lungRight, z: 3, edit: 0),
                .saveProgress(ReviewProgress(slice: 3, seenSlices: [2], activeSeconds: 0)),
            ]
        ) { $0.view.slice = 3 }
    }

    /// A margin on every slice, made while one of them was looked at.
    @Test func whatChangesOffScreenIsNotSeenAnyMore() throws {
        var state = try fresh()
        state.seenSlices = [0, 1, 2, 3, 4]
        var effects: [ReviewEffect] = []
        for case .workOut(let id, let task) in reduce(&state, .region(.margin(1, .slices))) {
            effects = reduce(&state, .worked(.done(id: id, try task.perform())))
        }
        let touched = Set(state.history.done.flatMap(\.patch.touchedSlices))
        // On disk no later than the step, or a review that is killed in between counts as seen what nobody saw.
        let kept = ReviewProgress(
            slice: 2, seenSlices: Set(0..<5).subtracting(touched).union([2]).sorted(), activeSeconds: 0)
        #expect(effects.first == .progressWithStep(kept))
        #expect(effects.dropFirst().first.map { if case .journal = $0 { true } else { false } } == true)
        #expect(touched.contains(2) && touched.count > 1, "the slice on screen and others")
        #expect(state.seenSlices == Set(0..<5).subtracting(touched).union([2]))
        #expect(state.concerns.first?.contains("not seen") == true)
        // Undone they are what was seen once, but nobody has looked at that either.
        state.seenSlices = [0, 1, 2, 3, 4]
        send(&state, .undo, .step)
        #expect(state.seenSlices == Set(0..<5).subtracting(touched).union([state.view.slice]))
        // On another plane no slice is on screen as a whole.
        state.seenSlices = [0, 1, 2, 3, 4]
        send(&state, .choosePlane(.coronal))
        send(&state, .redo, .step)
        #expect(state.seenSlices.isDisjoint(with: touched))
    }

    @Test("without the masks, or with the reference in their place, nothing is seen") func whatHidesMasks() throws {
        let hiding: [(String, ReviewAction, EffectNames)] = [
            ("all masks hidden", .toggleMasks, .nothing), ("a structure hidden", .toggleStructure(.lungRight), "mark"),
            ("the reference instead", .compare(.reference), .nothing),
            ("its turn while blinking", .compare(.blink), .nothing), ("help over the image", .toggleHelp, .nothing),
            ("another plane", .choosePlane(.coronal), .nothing),
        ]
        for (what, action, effects) in hiding {
            var state = try fresh()
            send(&state, action, effects)
            state.look()
            #expect(state.seenSlices.isEmpty && state.sliceOnShow == nil, "\(what)")
        }
        // Where a hidden structure has nothing on the slice, nothing is missed.
        var state = try fresh()
        send(&state, .toggleStructure(.lungRight), "mark")
        send(&state, .goToSlice(4), "mark", "saveProgress")
        state.look()
        #expect(state.seenSlices == [4])
        // While blinking, the correction's turn counts.
        send(&state, .toggleStructure(.lungRight), "mark", "mark")
        send(&state, .goToSlice(2), .slice)
        send(&state, .compare(.blink))
        send(&state, .tick(seconds: 0.5))
        state.look()
        #expect(state.seenSlices == [2, 4])
    }

    @Test func aReviewThatWaitsForAnAnswerIsNotSeen() throws {
        var state = ReviewState(caseID: CaseID(rawValue: "1"), title: "t")
        let volume = Volume(geometry: try Fixture.geometry(), filledWith: -800)
        send(&state, .imageArrived(PartialVolume(volume), bodyBox: volume.geometry.size.bounds))
        state.look()
        #expect(state.seenSlices.isEmpty, "there are no masks yet")
        let left = LeftReview(
            masks: [:], history: EditHistory(), sequence: 1, slice: 1, seenSlices: [], activeSeconds: 0)
        send(&state, .opened(try Fixture.opened(left: left)))
        state.look()
        #expect(state.seenSlices.isEmpty)
    }

    // MARK: What is changed is on screen

    private static let edits: [(String, [ReviewAction])] = [
        ("brush", [.beginStroke(at: PlanePoint(x: 3, y: 3), tool: .brush)]),
        ("eraser", [.beginStroke(at: PlanePoint(x: 5, y: 3), tool: .erase)]),
        ("restore", [.beginStroke(at: PlanePoint(x: 5, y: 3), tool: .restore)]),
        (":paint", [.dab(tool: .brush, x: 3, y: 3, z: 1)]), ("space", [.dabAtCursor(tool: .brush)]),
        ("pen", [.togglePen]),
        ("scribble", [.region(.scribble(inside: true, at: VoxelTarget(x: 3, y: 3)))]),
        ("lasso", [.chooseTool(.lasso), .beginStroke(at: PlanePoint(x: 3, y: 3), tool: nil)]),
        ("contour", [.contour(.point(PlanePoint(x: 3, y: 3), tool: .contour))]),
        ("live-wire", [.contour(.point(PlanePoint(x: 3, y: 3), tool: .livewire))]),
        (
            "outline",
            [.contour(.outline([(0, 0), (4, 0), (4, 4), (0, 4)].map { PlanePoint(x: $0.0, y: $0.1) }, .add))]
        ),
        ("nudge", [.contour(.nudge(from: PlanePoint(x: 5, y: 2), to: PlanePoint(x: 4, y: 1)))]),
        ("margin", [.region(.margin(1, .slice))]),
        ("grow", [.region(.grow(from: VoxelTarget(x: 3, y: 3), -900 ... -700, .slice))]),
        ("undo", [.dab(tool: .brush, x: 3, y: 3, z: 1), .toggleMasks, .undo]),
    ]

    @Test("whatever changes a mask shows it first", arguments: 0..<edits.count)
    func editsShowWhatTheyEdit(_ i: Int) throws {
        let (name, actions) = Self.edits[i]
        let hiding: [(ReviewAction, EffectNames)] = [(.toggleMasks, .nothing), (.toggleStructure(nil), "mark")]
        for (hide, effects) in hiding {
            var state = try Fixture.state()
            send(&state, .setBrushRadius(1))
            send(&state, .point(PlanePoint(x: 3, y: 3)))
            send(&state, hide, effects)
            #expect(state.hidingMasks(of: 0) != nil)
            for action in actions { setUp(&state, action) }
            #expect(state.hidingMasks(of: 0) == nil, "\(name)")
        }
    }

    @Test func aHiddenNeighbourStaysHidden() throws {
        var state = try Fixture.state()
        send(&state, .toggleStructure(.lungRight), "mark")
        send(&state, .dab(tool: .brush, x: 3, y: 3, z: 1), "mark", "saveProgress", .step)
        #expect(state.structures.map(\.isVisible) == [true, false])
        send(&state, .toggleMasks)
        send(&state, .beginStroke(at: PlanePoint(x: 3, y: 3), tool: nil))
        #expect(state.message == StatusMessage("masks were hidden; shown again to be edited", kind: .warning))
        #expect(state.structures.map(\.isVisible) == [true, false])
    }
}
