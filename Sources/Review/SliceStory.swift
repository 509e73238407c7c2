import Cases
import Editing
import Volumes

/// What the steps that stand have made of the slices of one structure.
struct SliceStory {
    private let steps: [EditStep<StructureName>]
    private let mask: Mask
    /// The steps that touched each slice, oldest first, by their place in the history.
    private var touches: [Int: [Int]] = [:]
    /// The steps that drew slices.
    private var drawing: Set<Int> = []

    init(_ structure: StructureState, _ history: EditHistory<StructureName>) {
        steps = history.done
        mask = structure.mask
        for (i, step) in steps.enumerated() where step.structure == structure.name {
            let touched = step.patch.touchedSlices
            for z in touched { touches[z, default: []].append(i) }
            if Self.draws(step, touched.count) { drawing.insert(i) }
        }
    }

    /// Whether a step drew the slices it touched: it painted or marked them, or it changed one alone. What went through
    /// the volume at once (a margin, smoothing, the largest piece) drew none of them, and those that were interpolated or
    /// carried on to are no more than a guess.
    private static func draws(_ step: EditStep<StructureName>, _ count: Int) -> Bool {
        !StepName.isGuess(step.name) && (count == 1 || StepName.draws(step.name))
    }

    /// The slices that the user has drawn.
    var drawnSlices: Set<Int> {
        Set(touches.filter { $0.value.contains(where: drawing.contains) }.keys)
    }

    /// A slice as it was before it was last interpolated or carried on to, and since which step that has counted: what was drawn on
    /// other slices before is in it already.
    func base(of z: Int) -> (slice: MaskSlice, since: Int) {
        var slice = mask.slices[z]
        var rest = (touches[z] ?? [])[...]
        while let last = rest.last, StepName.isGuess(steps[last].name) {
            slice.flip(steps[last].patch, on: z)
            rest.removeLast()
        }
        let earlier = rest.last { StepName.isGuess(steps[$0].name) }
        return (slice, earlier.map { $0 + 1 } ?? 0)
    }

    /// A slice as it was before any step that stands.
    func original(of z: Int) -> MaskSlice {
        var slice = mask.slices[z]
        for i in touches[z] ?? [] { slice.flip(steps[i].patch, on: z) }
        return slice
    }

    /// A slice as it would be without those corrections that a neighbour does not have yet: what was drawn on it or
    /// guessed since the neighbour was guessed last. What went through the volume stays, since the neighbour has had it
    /// as well.
    func slice(_ z: Int, withoutWhatIsNewTo neighbour: Int) -> MaskSlice {
        let since = (touches[neighbour] ?? []).last { StepName.isGuess(steps[$0].name) }.map { $0 + 1 } ?? 0
        let nothing = MaskSlice(width: mask.slices[z].width, height: mask.slices[z].height)
        var slice = mask.slices[z]
        // What a later step that stays has changed is as that step left it, whatever was drawn there before.
        var settled = nothing
        for i in (touches[z] ?? []).reversed() where i >= since {
            var flips = nothing
            flips.flip(steps[i].patch, on: z)
            if drawing.contains(i) || StepName.isGuess(steps[i].name) {
                flips.subtract(settled)
                slice = slice.symmetricDifference(flips)
            } else {
                settled.formUnion(flips)
            }
        }
        return slice
    }

    /// What was drawn on a slice from a step on, or interpolated and drawn upon, oldest first. What went through the
    /// volume is left out: the slices beside have had it as well.
    func edits(of z: Int, since first: Int) -> [SliceEdit] {
        var slice = mask.slices[z]
        var edits: [SliceEdit] = []
        for i in (touches[z] ?? []).reversed() where i >= first {
            let after = slice
            slice.flip(steps[i].patch, on: z)
            if drawing.contains(i) || StepName.isGuess(steps[i].name) {
                edits.append(SliceEdit(before: slice, after: after))
            }
        }
        return edits.reversed()
    }
}

extension MaskSlice {
    /// Flips what a patch says of a slice.
    fileprivate mutating func flip(_ patch: MaskPatch, on z: Int) {
        guard let part = patch.slices.first(where: { $0.z == z }) else { return }
        let stride = wordsPerRow
        withMutableWords { words in
            var i = 0
            for y in part.rows {
                for word in part.words {
                    words[y * stride + word] ^= part.flips[i]
                    i += 1
                }
            }
        }
    }
}
