import Cases
import Commands
import Editing
import Review
import TestSupport
import Testing
import Volumes

@Suite struct EditingReducerTests {
    /// Applies an action that makes a step of the left lung on the slice on screen, which was seen alone, and asserts the
    /// step, its effects and everything else that it changes.
    private func expectEdit(
        _ state: inout ReviewState, _ action: ReviewAction, named name: String, from before: Mask? = nil,
        to after: Mask, sourceLocation: SourceLocation = #_sourceLocation,
        changes expected: (inout ReviewState) -> Void
    ) throws {
        let (slice, edit, sequence) = (state.view.slice, state.structures[0].edit + 1, state.sequence + 1)
        let patch = try MaskPatch(from: before ?? state.structures[0].mask, to: after)
        let entry = JournalEntry(
            kind: .edit, structure: .lungLeft, name: name, slice: slice, patch: patch,
            digestAfter: after.digest(ofSlicesTouchedBy: patch))
        expect(
            &state, action,
            effects: [
                .progressWithStep(ReviewProgress(slice: slice, seenSlices: [slice], activeSeconds: 0)),
                .journal(entry, sequence: sequence), .measure(.lungLeft, patch: patch, edit: edit),
                .mark(.lungLeft, z: slice, edit: edit),
            ], sourceLocation: sourceLocation
        ) {
            $0.structures[0].mask = after
            $0.structures[0].recount()
            $0.structures[0].edit = edit
            $0.structures[0].editedSlices = [slice]
            $0.history.record(EditStep(structure: .lungLeft, name: name, slice: slice, patch: patch))
            $0.sequence = sequence
            $0.save = .saving(sequence)
            expected(&$0)
        }
    }

    private func mask(_ mask: Mask, with voxels: [(x: Int, y: Int)], on slice: Int = 2) -> Mask {
        var mask = mask
        for voxel in voxels { mask[VoxelIndex(x: voxel.x, y: voxel.y, z: slice)] = true }
        return mask
    }

    @Test func aDabIsOneJournalledMeasuredUndoableStep() throws {
        var state = try Fixture.state()
        let before = state.structures[0].mask
        var after = before
        after[VoxelIndex(x: 3, y: 3, z: 2)] = true
        let patch = try MaskPatch(from: before, to: after)
        let entry = JournalEntry(
            kind: .edit, structure: .lungLeft, name: "brush", slice: 2, patch: patch,
            digestAfter: after.digest(ofSlicesTouchedBy: patch))
        expect(
            &state, .dab(tool: .brush, x: 3, y: 3, z: nil),
            effects: [
                .progressWithStep(ReviewProgress(slice: 2, seenSlices: [2], activeSeconds: 0)),
                .journal(entry, sequence: 1), .measure(.lungLeft, patch: patch, edit: 1),
                .mark(.lungLeft, z: 2, edit: 1),
            ]
        ) {
            $0.structures[0].mask = after
            $0.structures[0].recount()
            $0.structures[0].edit = 1
            $0.structures[0].editedSlices = [2]
            $0.history.record(EditStep(structure: .lungLeft, name: "brush", slice: 2, patch: patch))
            $0.sequence = 1
            $0.save = .saving(1)
            $0.cursor = PlanePoint(x: 3, y: 3)
            $0.message = StatusMessage("brush Lung_L, slice 3: +<0.01 ml")
        }
        // A square of 2×2 voxels on three slices, 2 mm³ each, and one voxel more.
        #expect(state.structures[0].millilitres == 0.026)
        expect(&state, .journalled(through: 1)) { $0.save = .saved }

        // Undo from another slice goes back to where the step was made.
        send(&state, .goToSlice(0), .slice)
        let undo = JournalEntry(
            kind: .undo, structure: .lungLeft, name: "brush", slice: 2, patch: patch,
            digestAfter: before.digest(ofSlicesTouchedBy: patch))
        let progress = ReviewProgress(slice: 2, seenSlices: [2], activeSeconds: 0)
        expect(
            &state, .undo,
            effects: [
                .mark(.lungLeft, z: 2, edit: 1), .mark(.lungRight, z: 2, edit: 0), .saveProgress(progress),
                .progressWithStep(progress), .journal(undo, sequence: 2), .measure(.lungLeft, patch: patch, edit: 2),
                .mark(.lungLeft, z: 2, edit: 2),
            ]
        ) {
            $0.view.slice = 2
            $0.structures[0].mask = before
            $0.structures[0].recount()
            $0.structures[0].edit = 2
            $0.structures[0].editedSlices = []
            _ = $0.history.undo()
            $0.sequence = 2
            $0.save = .saving(1)
            $0.message = StatusMessage("undo brush Lung_L, slice 3")
        }
        #expect(state.structures[0].millilitres == 0.024)
        let redo = JournalEntry(
            kind: .redo, structure: .lungLeft, name: "brush", slice: 2, patch: patch,
            digestAfter: after.digest(ofSlicesTouchedBy: patch))
        expect(
            &state, .redo,
            effects: [
                .progressWithStep(progress), .journal(redo, sequence: 3), .measure(.lungLeft, patch: patch, edit: 3),
                .mark(.lungLeft, z: 2, edit: 3),
            ]
        ) {
            $0.structures[0].mask = after
            $0.structures[0].recount()
            $0.structures[0].edit = 3
            $0.structures[0].editedSlices = [2]
            _ = $0.history.redo()
            $0.sequence = 3
            $0.save = .saving(2)
            $0.message = StatusMessage("redo brush Lung_L, slice 3")
        }
    }

    @Test func aGestureThatChangesNothingLeavesNoStep() throws {
        var state = try Fixture.state()
        expect(&state, .dab(tool: .brush, x: 5, y: 2, z: 2)) { $0.cursor = PlanePoint(x: 5, y: 2) }
        #expect(state.history.done.isEmpty && state.sequence == 0)
        expect(&state, .dab(tool: .erase, x: 0, y: 0, z: 2)) {
            $0.cursor = PlanePoint(x: 0, y: 0)
            $0.message = StatusMessage(
                "there is nothing of Lung_L to erase here; :structure here chooses what is", kind: .warning)
        }
    }

    @Test func markingTheNeighbourIsToldAtOnce() throws {
        var state = try Fixture.state()
        send(&state, .setBrushRadius(1))
        // A cross of five voxels, of which (1, 3), (2, 3) and (2, 2) are the right lung.
        let cross = mask(state.structures[0].mask, with: [(2, 2), (1, 3), (2, 3), (3, 3), (2, 4)])
        try expectEdit(&state, .dab(tool: .brush, x: 2, y: 3, z: 2), named: "brush", to: cross) {
            $0.cursor = PlanePoint(x: 2, y: 3)
            $0.message = StatusMessage(
                "brush Lung_L, slice 3: +0.01 ml · 3 of these voxels also belong to Lung_R; undo, or :lock Lung_R first",
                kind: .warning)
        }
        let edge = mask(cross, with: [(3, 0), (4, 0), (5, 0), (4, 1)])
        try expectEdit(&state, .dab(tool: .brush, x: 4, y: 0, z: 2), named: "brush", to: edge) {
            $0.cursor = PlanePoint(x: 4, y: 0)
            $0.message = StatusMessage("brush Lung_L, slice 3: +0.01 ml")
        }
    }

    @Test func editsStayInsideOrOutsideAnotherStructure() throws {
        var state = try Fixture.state()
        expect(&state, .limitInside(.lungRight)) {
            $0.limitInside = .lungRight
            $0.message = StatusMessage("edits are limited to the inside of Lung_R; :limit off removes that")
        }
        expect(&state, .dab(tool: .brush, x: 3, y: 3, z: 2)) {
            $0.cursor = PlanePoint(x: 3, y: 3)
            $0.message = StatusMessage(
                "nothing was changed: it is in the mask already, or limits and locked structures exclude it",
                kind: .warning)
        }
        let inside = mask(state.structures[0].mask, with: [(2, 3)])
        try expectEdit(&state, .dab(tool: .brush, x: 2, y: 3, z: 2), named: "brush", to: inside) {
            $0.cursor = PlanePoint(x: 2, y: 3)
            $0.message = StatusMessage(
                "brush Lung_L, slice 3: +<0.01 ml · 1 of these voxels also belong to Lung_R; undo, or :lock Lung_R first",
                kind: .warning)
        }
        expect(&state, .limitOutside(.heart)) {
            $0.message = StatusMessage("no structure Heart; there are: Lung_L, Lung_R", kind: .warning)
        }
        expect(&state, .liftLimits) {
            $0.limitInside = nil
            $0.message = StatusMessage("edits are no longer limited")
        }
        expect(&state, .limitRange(-1000...(-300))) {
            $0.limits.range = -1000...(-300)
            $0.message = StatusMessage("edits are limited to HU -1000 to -300; :limit off removes that")
        }
        send(&state, .liftLimits)
        expect(&state, .limitOutside(.lungRight)) {
            $0.limitOutside = .lungRight
            $0.message = StatusMessage("edits are limited to the outside of Lung_R; :limit off removes that")
        }
        // What lies in it cannot be cleared either.
        expect(&state, .dab(tool: .erase, x: 2, y: 3, z: 2)) {
            $0.message = StatusMessage(
                "there is nothing of Lung_L to erase here; :structure here chooses what is", kind: .warning)
        }
        let outside = mask(inside, with: [(3, 3)])
        try expectEdit(&state, .dab(tool: .brush, x: 3, y: 3, z: 2), named: "brush", to: outside) {
            $0.cursor = PlanePoint(x: 3, y: 3)
            $0.message = StatusMessage("brush Lung_L, slice 3: +<0.01 ml")
        }
    }

    @Test func aStrokeIsOneStepAndEscapeTakesItBack() throws {
        var state = try Fixture.state()
        let before = state.structures[0].mask
        send(&state, .beginStroke(at: PlanePoint(x: 0, y: 0), tool: nil))
        send(&state, .continueStroke(to: PlanePoint(x: 4, y: 0)))
        #expect(asciiRows(state.structures[0].mask.slices[2])[0] == "#####...")
        #expect(state.sequence == 0)
        expect(&state, .cancel) {
            $0.structures[0].mask = before
            $0.stroke = nil
        }
        send(&state, .beginStroke(at: PlanePoint(x: 0, y: 0), tool: nil))
        send(&state, .continueStroke(to: PlanePoint(x: 4, y: 0)))
        let after = mask(before, with: (0...4).map { ($0, 0) })
        try expectEdit(&state, .endStroke, named: "brush", from: before, to: after) { $0.stroke = nil }
        // Going to another slice ends a stroke: it belongs to its slice.
        send(&state, .beginStroke(at: PlanePoint(x: 0, y: 5), tool: nil))
        send(&state, .moveSlices(1), .step, .slice)
        #expect(state.stroke == nil && state.history.done.count == 2 && state.history.done[1].slice == 2)
    }

    @Test func lockedStructuresAreProtected() throws {
        var state = try Fixture.state()
        send(&state, .toggleLock(.lungRight))
        send(&state, .setBrushRadius(3))
        send(&state, .dab(tool: .brush, x: 3, y: 3, z: 2), .step)
        let overlap = try state.structures[0].mask.intersection(state.structures[1].mask)
        #expect(overlap.isEmpty)
        #expect(state.structures[0].mask[VoxelIndex(x: 3, y: 3, z: 2)])
        send(&state, .selectStructure(.lungRight))
        send(&state, .dab(tool: .brush, x: 0, y: 0, z: 2))
        #expect(state.message?.kind == .warning)
    }

    @Test func staleScoresNeverReplaceNewerOnes() throws {
        var state = try Fixture.state()
        func score(_ edit: Int, _ value: Double) -> StructureScore {
            StructureScore(
                edit: edit, surfaceDice: value, slices: [])
        }
        send(&state, .dab(tool: .brush, x: 3, y: 3, z: 2), .step)
        send(&state, .dab(tool: .brush, x: 3, y: 4, z: 2), .step)
        send(&state, .scored(.lungLeft, score(1, 0.9)))
        #expect(state.structures[0].score?.surfaceDice == 0.9 && !state.structures[0].isScoreCurrent)
        send(&state, .scored(.lungLeft, score(2, 0.8)))
        #expect(state.structures[0].isScoreCurrent)
        send(&state, .scored(.lungLeft, score(1, 0.5)))
        send(&state, .scored(.lungLeft, score(3, 0.4)))
        #expect(state.structures[0].score?.surfaceDice == 0.8)
    }

    @Test func randomActionsKeepTheHistoryTrue() throws {
        // Whatever is done, undoing every step arrives at the prediction, and the journal replays to the masks.
        var generator = SeededGenerator(seed: 77)
        for _ in 0..<20 {
            var state = try Fixture.state()
            var replayed = Dictionary(uniqueKeysWithValues: state.structures.map { ($0.name, $0.mask) })
            var sequence = 0
            for _ in 0..<60 {
                let x = Int.random(in: 0..<8, using: &generator)
                let y = Int.random(in: 0..<6, using: &generator)
                let actions: [ReviewAction] = [
                    .dab(tool: .brush, x: x, y: y, z: Int.random(in: 0..<5, using: &generator)),
                    .dab(tool: .erase, x: x, y: y, z: nil), .undo, .redo, .nextStructure(backwards: false),
                    .beginStroke(at: PlanePoint(x: Double(x), y: Double(y)), tool: nil),
                    .continueStroke(to: PlanePoint(x: Double(y), y: Double(x))), .endStroke, .cancel,
                    .moveSlices(1), .adjustBrush(x - 3), .toggleLock(nil), .setBrushShape(x > 4 ? .ball : .disc),
                ]
                for effect in reduce(&state, actions.randomElement(using: &generator)!) {
                    guard case .journal(let entry, let number) = effect else { continue }
                    sequence += 1
                    #expect(number == sequence)
                    try replayed[entry.structure]!.apply(entry.patch)
                    #expect(replayed[entry.structure]!.digest(ofSlicesTouchedBy: entry.patch) == entry.digestAfter)
                }
            }
            for effect in reduce(&state, .endStroke) {
                if case .journal(let entry, _) = effect { try replayed[entry.structure]!.apply(entry.patch) }
            }
            for structure in state.structures { #expect(replayed[structure.name] == structure.mask) }
            for i in state.structures.indices where state.structures[i].isLocked {
                send(&state, .toggleLock(state.structures[i].name))
            }
            for _ in 0..<state.history.done.count {
                #expect(reduce(&state, .undo).names.filter { $0 == "journal" }.count == 1)
            }
            for structure in state.structures { #expect(structure.mask == structure.prediction) }
            #expect(state.editedSlices.isEmpty)
        }
    }
}
