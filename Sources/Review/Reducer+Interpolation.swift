import Cases
import Editing
import Volumes

extension ReviewState {
    /// Works out the slices between known ones and shows them as a preview.
    mutating func interpolate(_ scope: InterpolationScope) -> [ReviewEffect] {
        let ended = endStroke()
        if let obstacle = obstacle(to: activeIndex) { return ended + warn(obstacle) }
        guard let active, let image else { return ended }
        let gaps: [ClosedRange<Int>]
        switch interpolationGaps(scope, of: active) {
        case .failure(let problem): return ended + warn(problem.description)
        case .success(let found): gaps = found
        }
        var mask = active.mask
        for gap in gaps { mask = mask.interpolated(between: [gap.lowerBound, gap.upperBound]) }
        do {
            try mask.confine(
                to: limitsInForce, since: active.mask, image: image, protected: protectedMasks(for: activeIndex))
            let slices = try MaskPatch(from: active.mask, to: mask).touchedSlices
            guard !slices.isEmpty else { return ended + warn("interpolation changes nothing here") }
            preview = EditPreview(
                structure: active.name, edit: active.edit, name: "interpolate", mask: mask, slices: slices)
            let between = gaps.map { "\($0.lowerBound + 1)–\($0.upperBound + 1)" }.joined(separator: ", ")
            message = StatusMessage(
                "\(slices.count) \(slices.count == 1 ? "slice" : "slices") between \(between): "
                    + "Enter takes them, Esc drops them")
            return ended
        } catch {
            return ended + warn(error.description)
        }
    }

    /// The gaps to fill, by the slices they lie between.
    private func interpolationGaps(
        _ scope: InterpolationScope, of structure: StructureState
    ) -> Result<[ClosedRange<Int>], CommandError> {
        let mask = structure.mask
        let edited = drawnSlices(of: structure).filter { !mask.slices[$0].isEmpty }.sorted()
        let betweenEdited = zip(edited, edited.dropFirst()).filter { $1 - $0 > 1 }.map { $0...$1 }
        let z = view.slice
        switch scope {
        case .between(let one, let other):
            let (low, high) = (min(one, other), max(one, other))
            guard mask.slices.indices.contains(low), mask.slices.indices.contains(high) else {
                return .failure(CommandError("there are slices 1 to \(mask.slices.count)"))
            }
            guard high - low > 1 else { return .failure(CommandError("there is no slice between these")) }
            for known in [low, high] where mask.slices[known].isEmpty {
                return .failure(CommandError("\(structure.name) is not on slice \(known + 1)"))
            }
            return .success([low...high])
        case .here:
            if mask.slices[z].isEmpty, let gap = mask.emptyGaps.first(where: { $0.contains(z) }) {
                return .success([gap])
            }
            let gaps = betweenEdited.filter { $0.contains(z) }
            guard !gaps.isEmpty else {
                return .failure(
                    CommandError("edit a slice on either side of the gap first, or name two: :interpolate FROM TO"))
            }
            return .success(gaps)
        case .all:
            let empty = mask.emptyGaps.filter { gap in !betweenEdited.contains { $0.overlaps(gap) && $0 != gap } }
            let gaps = Set(betweenEdited + empty).sorted { $0.lowerBound < $1.lowerBound }
            guard !gaps.isEmpty else {
                return .failure(CommandError("there is no gap between edited slices, and no slice is left out"))
            }
            return .success(gaps)
        }
    }

    /// The slices that the user has drawn: those that were painted, and those that a step changed alone. What went
    /// through the volume at once (a margin, smoothing, the largest piece) drew none of them, and those that were
    /// interpolated are no more than a guess.
    private func drawnSlices(of structure: StructureState) -> Set<Int> {
        let painted = [Tool.brush.rawValue, Tool.erase.rawValue]
        return history.done.reduce(into: []) { slices, step in
            guard step.structure == structure.name, step.name != "interpolate" else { return }
            let touched = step.patch.touchedSlices
            if touched.count == 1 || painted.contains(step.name) { slices.formUnion(touched) }
        }
    }

    /// Makes the preview a step.
    mutating func takePreview() -> [ReviewEffect] {
        let ended = endStroke()
        guard let preview else { return ended + warn("there is no preview to take") }
        guard let index = structures.firstIndex(where: { $0.name == preview.structure }) else {
            self.preview = nil
            return ended
        }
        if let obstacle = obstacle(to: index) { return ended + warn(obstacle) }
        self.preview = nil
        guard structures[index].edit == preview.edit else {
            return ended + warn("\(preview.structure) has changed since the preview; ask for it once more")
        }
        contour.again = .interpolate(.here)
        let middle = preview.slices[preview.slices.count / 2]
        return ended + change(index, to: preview.mask, named: preview.name, on: middle)
    }
}
