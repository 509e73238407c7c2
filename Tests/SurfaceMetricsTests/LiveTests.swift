import SurfaceMetrics
import TestSupport
import Testing
import Volumes

@Suite("Live surface Dice")
struct LiveTests {
    static let sizes = [
        GridSize(x: 14, y: 12, z: 7), GridSize(x: 70, y: 5, z: 4), GridSize(x: 64, y: 6, z: 3),
        GridSize(x: 63, y: 4, z: 3), GridSize(x: 1, y: 9, z: 8), GridSize(x: 129, y: 3, z: 2),
        GridSize(x: 12, y: 45, z: 1), GridSize(x: 1, y: 1, z: 1),
    ]

    @Test("Random edits: every score equals a full recomputation bit for bit", arguments: 0..<40)
    func edits(seed: UInt64) throws {
        var random = RandomMasks(seed: seed &+ 1000)
        let geometry = try GridGeometry(
            size: Self.sizes[Int(seed) % Self.sizes.count], spacing: random.spacing())
        let tolerances: [Millimetres] =
            seed % 4 == 3
            ? [Millimetres(.infinity), 500, -1, 2, 0, Millimetres(.nan), 500]
            : [2, 0.7, Millimetres(random.double(0...9))]
        var reference = random.mask(geometry)
        var test = random.neighbour(of: reference)
        var live = try LiveSurfaceDice(reference: reference, test: test, tolerances: tolerances)
        var undo: [MaskPatch] = []
        for step in 0..<60 {
            if random.chance(0.2), let patch = undo.popLast() {
                try test.apply(patch)
                try live.apply(patch)
            } else if random.chance(0.05) {
                let edited = random.edited(reference)
                try live.apply(MaskPatch(from: reference, to: edited), to: .reference)
                reference = edited
            } else {
                let edited = random.edited(test)
                let patch = try MaskPatch(from: test, to: edited)
                test = edited
                try live.apply(patch)
                undo.append(patch)
            }
            try expectFull(live, reference, test, "seed \(seed) step \(step) \(geometry)", random.chance(0.15))
        }
        #expect(live.mask(.test) == test)
        #expect(live.mask(.reference) == reference)
    }

    /// Compares with a full computation; slices only now and then, so that stale ones pile up.
    private func expectFull(
        _ live: LiveSurfaceDice, _ reference: Mask, _ test: Mask, _ name: Comment, _ slices: Bool
    ) throws {
        let full = try SurfaceMeasurement.measure(
            reference: reference, test: test, tolerances: live.tolerances, contents: .scores)
        for (index, agreement) in full.agreements.enumerated() {
            #expect(live.volumeScore(tolerance: index) == agreement.score, name)
            #expect(live.overlap(.reference, tolerance: index) == agreement.overlapReference, name)
            #expect(live.overlap(.test, tolerance: index) == agreement.overlapTest, name)
        }
        guard slices else { return }
        for z in reference.slices.indices {
            let slice = try SurfaceMeasurement.measureSlice(
                z, reference: reference, test: test, tolerances: live.tolerances, contents: .scores)
            for (index, agreement) in slice.agreements.enumerated() {
                #expect(live.sliceScore(z, tolerance: index) == agreement.score, name)
            }
        }
    }

    @Test("DeepMind's numbers after each of two runs of edits", arguments: ["seq_0", "seq_1"])
    func sequence(name: String) throws {
        let golden = try #require(
            try Golden.decode([String: GoldenSequence].self, from: "edit_sequences.json")[name])
        let spacing = Golden.spacing(golden.spacing_mm)
        var (reference, test) = try Golden.masks(golden.gt, golden.pred, spacing: spacing)
        var live = try LiveSurfaceDice(
            reference: reference, test: test, tolerances: golden.tolerances_mm.map { Millimetres($0) })
        expect(live, golden.before, test, "before")
        for (number, edit) in golden.edits.enumerated() {
            var edited = test
            for z in edit.lo[2]...edit.hi[2] {
                for y in edit.lo[1]...edit.hi[1] {
                    edited[slice: z].set(edit.value == 1, row: y, columns: edit.lo[0]..<edit.hi[0] + 1)
                }
            }
            try live.apply(MaskPatch(from: test, to: edited))
            test = edited
            expect(live, edit.after, test, "edit \(number)")
        }
        reference = test
        try live.replaceReference(reference)
        #expect(live.volumeScore().value == 1)
    }

    private func expect(_ live: LiveSurfaceDice, _ golden: GoldenSequence.State, _ test: Mask, _ name: Comment) {
        #expect(test.count == golden.voxels_pred, name)
        for (index, expected) in golden.tolerances.enumerated() {
            #expect(agrees(live.volumeScore(tolerance: index).value, expected.surface_dice, within: 1e-12), name)
            #expect(agrees(live.overlap(.reference, tolerance: index), expected.overlap_gt, within: 1e-12), name)
            #expect(agrees(live.overlap(.test, tolerance: index), expected.overlap_pred, within: 1e-12), name)
        }
    }

    @Test("A copy keeps its scores while the original is edited, and the other way round")
    func copies() throws {
        var random = RandomMasks(seed: 77)
        let geometry = try GridGeometry(size: GridSize(x: 40, y: 30, z: 8), spacing: Spacing(x: 1, y: 1, z: 2))
        let reference = random.mask(geometry)
        var masks = [reference, reference]
        var lives = [try LiveSurfaceDice(reference: reference, test: reference, tolerances: [1, 3])]
        lives.append(lives[0])
        for step in 0..<40 {
            let which = step % 2
            let edited = random.edited(masks[which])
            try lives[which].apply(MaskPatch(from: masks[which], to: edited))
            masks[which] = edited
            for i in 0..<2 { try expectFull(lives[i], reference, masks[i], "copy \(i) step \(step)", true) }
            if step == 20 { (lives[1], masks[1]) = (lives[0], masks[0]) }
        }
    }

    @Test("A patch for another grid is refused and changes nothing")
    func mismatch() throws {
        let mask = try asciiMask([["##.", ".##"]])
        let other = try asciiMask([["##", "#."]])
        var live = try LiveSurfaceDice(reference: mask, test: mask, tolerances: [1])
        let patch = try MaskPatch(from: other, to: other.inverted())
        #expect(throws: VolumesError.self) { try live.apply(patch) }
        #expect(live.volumeScore().value == 1)
        #expect(throws: VolumesError.self) { try LiveSurfaceDice(reference: mask, test: other, tolerances: [1]) }
    }
}
