import Cases
import Commands
import Editing
import Volumes

extension ReviewState {
    /// Works out the slices between known ones and shows them as a preview.
    mutating func interpolate(_ scope: InterpolationScope, _ kind: InterpolationKind) -> [ReviewEffect] {
        let ended = endStroke()
        if let obstacle = obstacle(to: activeIndex) { return ended + warn(obstacle) }
        guard let active, let image else { return ended }
        let plan = InterpolationPlan(active, history)
        let gaps: [InterpolationPlan.Gap]
        switch plan.gaps(scope, kind, at: view.slice) {
        case .failure(let problem):
            // Where there is no gap to fill, what was corrected here can be carried on.
            if scope == .here, kind == .correction, promptAnswerer != nil, canCarry { return ended + carry(.usual) }
            return ended + warn(problem.description)
        case .success(let found): gaps = found
        }
        var mask = plan.mask(filling: gaps)
        do {
            try mask.confine(
                to: limitsInForce, since: active.mask, image: image, protected: protectedMasks(for: activeIndex))
            let patch = try MaskPatch(from: active.mask, to: mask)
            guard !patch.isEmpty else { return ended + warn("interpolation changes nothing here") }
            showMasks(of: activeIndex)
            // One change at a time is shown, or Enter would mean another than the one that was looked at.
            region.preview = nil
            let shown = EditPreview(
                structure: active.name, edit: active.edit, name: StepName.interpolation, mask: mask,
                change: VoxelChange(patch, from: active.mask))
            preview = shown
            let changing = gaps.filter { gap in shown.slices.contains { gap.ends.contains($0) } }
            let count = shown.slices.count
            let left = scope == .here ? plan.gapsLeft(beside: gaps, kind, at: view.slice) : []
            sayFirst(
                "\(count) \(count == 1 ? "slice" : "slices") between \(Self.text(changing)), \(shown.change.text): "
                    + "Enter takes them, Esc drops them"
                    + (left.isEmpty ? "" : "; :interpolate all also fills \(Self.text(left))"))
            return ended + [.tryOut(active.name, patch: patch, edit: active.edit)]
        } catch {
            return ended + warn(error.description)
        }
    }

    /// Gaps by the slices they lie between, which count from 1.
    private static func text(_ gaps: [InterpolationPlan.Gap]) -> String {
        gaps.map { "\($0.ends.lowerBound + 1)–\($0.ends.upperBound + 1)" }.joined(separator: ", ")
    }

    /// Takes in what the preview would do to the score.
    mutating func receive(tried name: StructureName, edit: Int, patch: MaskPatch, _ score: TriedScore) {
        if structures.contains(where: { $0.name == name && !$0.hasReference }) { return }
        if let shown = region.preview, shown.job.structures == [name], shown.outcome.patches == [patch],
            structures.first(where: { $0.name == name })?.edit == edit
        {
            region.preview?.tried = score
        }
        guard let preview, preview.structure == name, preview.edit == edit,
            let active = structures.first(where: { $0.name == name }),
            (try? MaskPatch(from: active.mask, to: preview.mask)) == patch
        else { return }
        self.preview?.surfaceDice = score.surfaceDice
    }

    /// Makes the preview a step.
    mutating func takePreview() -> [ReviewEffect] {
        let ended = endStroke()
        // What was carried on is taken by the same word as what was interpolated: one key shows both.
        if preview == nil, region.preview?.job.carries == true { return ended + acceptPreview() }
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
        contour.again = .interpolate(.here, .correction)
        let middle = preview.slices[preview.slices.count / 2]
        return ended + change(index, to: preview.mask, named: preview.name, on: middle)
    }
}
