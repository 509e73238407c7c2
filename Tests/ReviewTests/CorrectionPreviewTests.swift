import Cases
import Editing
import Review
import TestSupport
import Testing
import Volumes

/// Interpolating what was corrected, on an organ that is another on every slice.
@Suite struct CorrectionPreviewTests {
    /// Slices 0 to 8 of 64 × 48 voxels: a disc whose radius goes from 8 to 16 and whose middle moves, so that shapes of
    /// slices far from one another say little of those between.
    private func state() throws -> ReviewState {
        let grid = try GridGeometry(size: GridSize(x: 64, y: 48, z: 9), spacing: Spacing(x: 1, y: 1, z: 3))
        let organ = Mask(geometry: grid) {
            let (x, y, r) = (20 + Double($0.z) * 2, 24.0, 16 - abs(Double($0.z) - 4) * 2)
            return (Double($0.x) - x) * (Double($0.x) - x) + (Double($0.y) - y) * (Double($0.y) - y) <= r * r
        }
        var state = ReviewState(caseID: CaseID(rawValue: "1.2.5"), title: "case 1.2.5")
        send(&state, .resizeView(columns: 64, rows: 24))
        let volume = Volume(geometry: grid, filledWith: -700)
        send(&state, .imageArrived(PartialVolume(volume), bodyBox: grid.size.bounds))
        let structure = StructureState(
            name: .lungLeft, mask: organ, prediction: organ, reference: organ, tolerance: 2)
        send(
            &state, .opened(OpenedReview(model: .baseline, referenceSource: .prediction, structures: [structure])),
            "measureAll", "mark")
        send(&state, .setBrushRadius(3))
        send(&state, .goToSlice(4))
        return state
    }

    private func differing(_ one: MaskSlice, _ other: MaskSlice) -> [(x: Int, y: Int)] {
        (0..<one.height).flatMap { y in (0..<one.width).filter { one[$0, y] != other[$0, y] }.map { (x: $0, y: y) } }
    }

    /// The case that was reported: a dab on two slices, and the slice half way was replaced by a shape of theirs.
    @Test func twoDabsLeaveTheContourBetweenThem() throws {
        var state = try state()
        // Beside the left edges, at x 12 and 28 on row 24.
        send(&state, .dab(tool: .brush, x: 9, y: 24, z: 1), "mark", "saveProgress", .step)
        send(&state, .dab(tool: .brush, x: 22, y: 24, z: 7), "mark", "saveProgress", .step)
        let before = state.structures[0].mask
        send(&state, .goToSlice(4), "mark", "saveProgress")
        try state.run("interpolate", "tryOut")
        #expect(state.structures[0].mask == before, "nothing changes before it is taken")
        let preview = try #require(state.preview)
        for z in 2...6 {
            let changed = differing(preview.mask.slices[z], before.slices[z])
            #expect(changed.count <= 40, "slice \(z): \(changed.count)")
            for voxel in changed {
                #expect(preview.mask.slices[z][voxel.x, voxel.y], "dabs only add")
                #expect(abs(voxel.y - 24) <= 8 && voxel.x <= 30, "slice \(z): \(voxel)")
            }
        }
        // Whole shapes would have taken a third of the middle slice.
        try state.run("interpolate shape", "tryOut")
        let shape = try #require(state.preview)
        #expect(shape.change.removed > 0.5 && preview.change.removed == 0)
        #expect(differing(shape.mask.slices[4], before.slices[4]).count > 200)
    }

    @Test func takingItIsOneStepAndUndoIsExact() throws {
        var state = try state()
        for z in [1, 7] { send(&state, .dab(tool: .erase, x: 20 + z * 2, y: 16, z: z), "mark", "saveProgress", .step) }
        let before = state.structures[0].mask
        send(&state, .goToSlice(4), "mark", "saveProgress")
        try state.run("interpolate", "tryOut")
        let preview = try #require(state.preview)
        let steps = state.history.done.count
        send(&state, .confirm, .step)
        #expect(state.structures[0].mask == preview.mask && state.history.done.count == steps + 1)
        #expect(state.preview == nil)
        send(&state, .undo, "mark", "saveProgress", .step)
        #expect(state.structures[0].mask == before)
        send(&state, .redo, .step)
        // Asked for once more it has nothing left to do: the slices have the correction already.
        send(&state, .goToSlice(4), "mark", "saveProgress")
        try state.run("interpolate")
        #expect(state.preview == nil && state.message?.text == "interpolation changes nothing here")
    }

    @Test func limitsAndLocksHold() throws {
        var state = try state()
        for z in [1, 7] { send(&state, .dab(tool: .brush, x: 20 + z * 2, y: 40, z: z), "mark", "saveProgress", .step) }
        try state.run("limit -100 200")
        try state.run("interpolate 2 8")
        #expect(state.preview == nil && state.message?.text == "interpolation changes nothing here")
        try state.run("limit off")
        send(&state, .toggleLock(nil))
        try state.run("interpolate 2 8")
        #expect(state.preview == nil && state.message?.text.contains("locked") == true)
    }

    @Test func whatWasDrawnBetweenStays() throws {
        var state = try state()
        for z in [1, 4, 7] {
            send(&state, .dab(tool: .erase, x: 20 + z * 2, y: 24, z: z), "mark", "saveProgress", .step)
        }
        let drawn = state.structures[0].mask.slices[4]
        for command in ["interpolate 2 8", "interpolate all"] {
            try state.run(command, "tryOut")
            let preview = try #require(state.preview)
            #expect(preview.mask.slices[4] == drawn && preview.slices == [2, 3, 5, 6], "\(command)")
        }
        try state.run("interpolate shape 2 8", "tryOut")
        #expect(state.preview?.slices.contains(4) == true, "asked for by name, shapes replace what is there")
    }

    @Test func anOrganTakenOffTwoSlicesGoesBetweenThem() throws {
        var state = try state()
        for z in [2, 6] {
            send(&state, .goToSlice(z), "mark", "saveProgress")
            try state.run("lasso subtract 0 0 63 0 63 47 0 47", .step)
        }
        send(&state, .goToSlice(4), "mark", "saveProgress")
        try state.run("interpolate", "tryOut")
        let preview = try #require(state.preview)
        #expect(preview.change.added == 0)
        // On both ends all of it went; between them more than half goes, and nothing elsewhere.
        #expect(preview.mask.slices[4].count < state.structures[0].mask.slices[4].count / 2)
        for z in [0, 1, 7, 8] { #expect(preview.mask.slices[z] == state.structures[0].mask.slices[z]) }
    }

    @Test func whatHasNoMaskIsFilledFromTheShapesAround() throws {
        var state = try state()
        let slices = state.structures[0].mask.slices
        for z in [3, 4] {
            send(&state, .goToSlice(z), "mark", "saveProgress")
            try state.run("lasso subtract 0 0 63 0 63 47 0 47", .step)
        }
        try state.run("interpolate", "tryOut")
        let preview = try #require(state.preview)
        #expect(preview.slices == [3, 4] && preview.change.removed == 0)
        #expect(preview.mask.slices[2] == slices[2] && preview.mask.slices[5] == slices[5])
    }

    @Test func aMarginOfTheVolumeIsNotDoneTwice() throws {
        var state = try state()
        for z in [1, 7] { send(&state, .dab(tool: .brush, x: 20 + z * 2, y: 40, z: z), "mark", "saveProgress", .step) }
        for case .workOut(let id, let task) in try state.run("margin +2mm", "workOut") {
            send(&state, .worked(.done(id: id, try task.perform { _ in true })), .step)
        }
        let before = state.structures[0].mask
        send(&state, .goToSlice(4), "mark", "saveProgress")
        try state.run("interpolate", "tryOut")
        let preview = try #require(state.preview)
        for voxel in differing(preview.mask.slices[4], before.slices[4]) {
            #expect(voxel.y >= 34, "only beside what was drawn: \(voxel)")
        }
    }

    @Test func theScoreOfThePreviewArrivesAndAnOlderOneDoesNot() throws {
        var state = try state()
        for z in [1, 7] { send(&state, .dab(tool: .brush, x: 20 + z * 2, y: 40, z: z), "mark", "saveProgress", .step) }
        send(&state, .goToSlice(4), "mark", "saveProgress")
        let effects = try state.run("interpolate", "tryOut")
        guard case .tryOut(let name, let patch, let edit)? = effects.last else {
            Issue.record("the score is asked for: \(effects)")
            return
        }
        send(&state, .tried(name, patch: patch, edit: edit - 1, surfaceDice: 0.1))
        let other = MaskPatch(
            replacing: 4, of: state.structures[0].mask, with: state.structures[0].mask.slices[3])
        send(&state, .tried(name, patch: other, edit: edit, surfaceDice: 0.2))
        #expect(state.preview?.surfaceDice == nil)
        send(&state, .tried(name, patch: patch, edit: edit, surfaceDice: 0.97))
        #expect(state.preview?.surfaceDice == 0.97)
        send(&state, .cancel)
        #expect(state.preview == nil)
    }
}
