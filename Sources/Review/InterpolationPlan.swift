import Cases
import Commands
import Editing
import Volumes

/// Slices between known ones, worked out from what was corrected on those, or from their shapes.
struct InterpolationPlan {
    /// Slices to fill, by the known ones they lie between.
    enum Gap: Hashable {
        /// Slices that have a mask take over the correction; those without one are filled from the shapes around.
        case correction(ClosedRange<Int>)
        /// All are worked out from the two shapes alone.
        case shape(ClosedRange<Int>)

        var ends: ClosedRange<Int> {
            switch self {
            case .correction(let ends), .shape(let ends): ends
            }
        }
    }

    private let structure: StructureState
    private let story: SliceStory
    private let drawn: Set<Int>

    init(_ structure: StructureState, _ history: EditHistory<StructureName>) {
        self.structure = structure
        story = SliceStory(structure, history)
        drawn = story.drawnSlices
    }

    // MARK: Which slices

    /// The gaps to fill.
    /// - Parameter z: the slice on screen.
    func gaps(_ scope: InterpolationScope, _ kind: InterpolationKind, at z: Int) -> Result<[Gap], CommandError> {
        func failure(_ text: String) -> Result<[Gap], CommandError> { .failure(CommandError(text)) }
        let mask = structure.mask
        let known = drawn.filter { isKnown($0, kind) }.sorted()
        let between = zip(known, known.dropFirst()).filter { $1 - $0 > 1 }.map { $0...$1 }
        func gap(_ ends: ClosedRange<Int>) -> Gap { kind == .shape ? .shape(ends) : .correction(ends) }
        switch scope {
        case .between(let one, let other):
            let (low, high) = (min(one, other), max(one, other))
            guard mask.slices.indices.contains(low), mask.slices.indices.contains(high) else {
                return failure("there are slices 1 to \(mask.slices.count)")
            }
            guard high - low > 1 else { return failure("there is no slice between these") }
            for end in [low, high] where !isKnown(end, kind) {
                return failure("\(structure.name) is not on slice \(end + 1)")
            }
            if kind == .shape { return .success([.shape(low...high)]) }
            // What was drawn in between is known as well, and stays.
            let keys = [low] + known.filter { low < $0 && $0 < high } + [high]
            return .success(zip(keys, keys.dropFirst()).filter { $1 - $0 > 1 }.map { .correction($0...$1) })
        case .here:
            if mask.slices[z].isEmpty, let empty = mask.emptyGaps.first(where: { $0.contains(z) }) {
                return .success([.shape(empty)])
            }
            let gaps = between.filter { $0.contains(z) }
            guard !gaps.isEmpty else {
                return failure("edit a slice on either side of the gap first, or name two: :interpolate FROM TO")
            }
            return .success(gaps.map(gap))
        case .all:
            let empty = mask.emptyGaps.filter { gap in !between.contains { $0.overlaps(gap) && $0 != gap } }
            let gaps = between.map(gap) + empty.filter { !between.contains($0) }.map { .shape($0) }
            guard !gaps.isEmpty else {
                return failure("there is no gap between edited slices, and no slice is left out")
            }
            return .success(gaps.sorted { $0.ends.lowerBound < $1.ends.lowerBound })
        }
    }

    /// Other gaps between edited slices that filling would change, so that nobody believes them filled. Only near ones
    /// are tried: this runs between a key and the screen.
    /// - Parameter z: the slice on screen.
    func gapsLeft(beside gaps: [Gap], _ kind: InterpolationKind, at z: Int) -> [Gap] {
        guard case .success(let all) = self.gaps(.all, kind, at: z) else { return [] }
        let near = all.filter { gap in
            guard case .correction = gap, !gaps.contains(gap) else { return false }
            return gap.ends.count <= 10 && abs(gap.ends.lowerBound - z) <= 30
        }
        return near.prefix(4).filter { gap in
            let filled = mask(filling: [gap])
            return gap.ends.contains { filled.slices[$0] != structure.mask.slices[$0] }
        }
    }

    /// Whether a slice says something of its neighbours: it has the structure, or the structure was taken off it.
    private func isKnown(_ z: Int, _ kind: InterpolationKind) -> Bool {
        if !structure.mask.slices[z].isEmpty { return true }
        return kind == .correction && !structure.prediction.slices[z].isEmpty
    }

    // MARK: What becomes of them

    /// The mask with the gaps filled.
    func mask(filling gaps: [Gap]) -> Mask {
        var mask = structure.mask
        for gap in gaps {
            switch gap {
            case .shape(let ends): mask = mask.interpolated(between: [ends.lowerBound, ends.upperBound])
            case .correction(let ends): correct(&mask, between: ends)
            }
        }
        return mask
    }

    private func correct(_ mask: inout Mask, between ends: ClosedRange<Int>) {
        let (low, high) = (ends.lowerBound, ends.upperBound)
        var corrections: [Reach: CorrectionInterpolation?] = [:]
        var known = [low]
        for z in low + 1..<high {
            let (base, since) = story.base(of: z)
            // Nothing to correct: what is to be there comes from the shapes around.
            guard !base.isEmpty else { continue }
            known.append(z)
            let isPredicted = base == structure.prediction.slices[z]
            let key = Reach(since: since, isPredicted: isPredicted)
            let correction: CorrectionInterpolation?
            if let worked = corrections[key] {
                correction = worked
            } else {
                correction = CorrectionInterpolation(
                    low: edits(of: low, key), high: edits(of: high, key), spacing: mask.geometry.spacing)
                corrections[key] = correction
            }
            let share = Double(z - low) / Double(high - low)
            let slice = correction?.applied(to: base, at: share) ?? base
            if slice != mask.slices[z] { mask[slice: z] = slice }
        }
        known.append(high)
        for (one, other) in zip(known, known.dropFirst()) where other - one > 1 {
            mask = mask.interpolated(between: [one, other])
        }
    }

    /// Which part of what was drawn on the ends a slice between them does not have yet.
    private struct Reach: Hashable {
        let since: Int
        let isPredicted: Bool
    }

    /// What was drawn on an end. Of one that was drawn in an earlier sitting only the difference from the prediction is
    /// known, which a slice that is as predicted lacks for sure.
    private func edits(of end: Int, _ key: Reach) -> [SliceEdit] {
        if drawn.contains(end) { return story.edits(of: end, since: key.since) }
        let (before, after) = (structure.prediction.slices[end], structure.mask.slices[end])
        return key.isPredicted && before != after ? [SliceEdit(before: before, after: after)] : []
    }
}
