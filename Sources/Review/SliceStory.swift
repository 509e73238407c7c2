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

    /// The name of the steps that interpolate.
    static let interpolation = "interpolate"

    /// Whether a step drew the slices it touched: it painted them, or it changed one alone. What went through the volume
    /// at once (a margin, smoothing, the largest piece) drew none of them, and those that were interpolated are no more
    /// than a guess.
    private static func draws(_ step: EditStep<StructureName>, _ count: Int) -> Bool {
        let painted = [Tool.brush.rawValue, Tool.erase.rawValue, Tool.restore.rawValue]
        return step.name != interpolation && (count == 1 || painted.contains(step.name))
    }

    /// The slices that the user has drawn.
    var drawnSlices: Set<Int> {
        Set(touches.filter { $0.value.contains(where: drawing.contains) }.keys)
    }

    /// A slice as it was before it was interpolated last, and since which step that has counted: what was drawn on
    /// other slices before is in it already.
    func base(of z: Int) -> (slice: MaskSlice, since: Int) {
        var slice = mask.slices[z]
        var rest = (touches[z] ?? [])[...]
        while let last = rest.last, steps[last].name == Self.interpolation {
            slice.flip(steps[last].patch, on: z)
            rest.removeLast()
        }
        let earlier = rest.last { steps[$0].name == Self.interpolation }
        return (slice, earlier.map { $0 + 1 } ?? 0)
    }

    /// What was drawn on a slice from a step on, or interpolated and drawn upon, oldest first. What went through the
    /// volume is left out: the slices beside have had it as well.
    func edits(of z: Int, since first: Int) -> [SliceEdit] {
        var slice = mask.slices[z]
        var edits: [SliceEdit] = []
        for i in (touches[z] ?? []).reversed() where i >= first {
            let after = slice
            slice.flip(steps[i].patch, on: z)
            if drawing.contains(i) || steps[i].name == Self.interpolation {
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
