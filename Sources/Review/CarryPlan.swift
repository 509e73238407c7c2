import Cases
import Commands
import Editing
import Volumes

/// Where corrections can be carried on to: from the slice on screen either way, and from those corrected slices that are
/// met on the way back towards it, so that both go half of the way.
struct CarryPlan {
    private let structure: StructureState
    private let story: SliceStory
    private let drawn: Set<Int>

    init(_ structure: StructureState, _ history: EditHistory<StructureName>) {
        self.structure = structure
        story = SliceStory(structure, history)
        drawn = story.drawnSlices
    }

    /// Whether a slice was corrected by hand, in this sitting or in one before.
    private func isCorrected(_ z: Int) -> Bool {
        drawn.contains(z) || story.original(of: z) != structure.prediction.slices[z]
    }

    /// A slice without and with the correction that the neighbour on one side lacks; `nil` where that lacks none.
    private func correction(of z: Int, upward: Bool) -> PromptGuide? {
        let neighbour = upward ? z + 1 : z - 1
        guard structure.mask.slices.indices.contains(neighbour) else { return nil }
        let after = structure.mask.slices[z]
        var before = story.slice(z, withoutWhatIsNewTo: neighbour)
        // Of what was corrected in an earlier sitting, only the difference from the prediction is known.
        if before == after, !drawn.contains(z), story.original(of: z) == after {
            before = structure.prediction.slices[z]
        }
        return before == after ? nil : PromptGuide(slice: z, before: before, after: after)
    }

    /// Whether something of a slice can be carried on to either side.
    func canCarry(from z: Int) -> Bool {
        [true, false].contains { upward in
            guard correction(of: z, upward: upward) != nil else { return false }
            let neighbour = upward ? z + 1 : z - 1
            return !isCorrected(neighbour)
        }
    }

    /// What is carried on from a slice.
    func runs(from z: Int, _ reach: CarryReach) -> Result<[CarryRun], CommandError> {
        let count = structure.mask.slices.count
        let asked: ClosedRange<Int>
        switch reach {
        case .usual:
            let length = Int(CarryReach.usualLength.value / structure.mask.geometry.spacing.z)
            let slices = max(1, min(CarryReach.usualSlices, length))
            asked = z - slices...z + slices
        case .all: asked = 0...count - 1
        case .slices(let slices): asked = z - min(slices, count)...z + min(slices, count)
        case .range(let range):
            guard range.upperBound < count else { return .failure(CommandError("there are slices 1 to \(count)")) }
            asked = min(z, range.lowerBound)...max(z, range.upperBound)
        }
        let guides = [true, false].map { ($0, correction(of: z, upward: $0)) }
        guard guides.contains(where: { $0.1 != nil }) else {
            return .failure(
                CommandError(
                    drawn.contains(z)
                        ? "what was corrected on slice \(z + 1) is carried on already"
                        : "nothing of \(structure.name) was corrected on slice \(z + 1): correct it, then carry it on"))
        }
        let runs = guides.flatMap { upward, guide in guide.map { self.runs($0, upward, within: asked) } ?? [] }
            .filter { !$0.slices.isEmpty || $0.limit != .asked }
        guard runs.contains(where: { !$0.slices.isEmpty }) else {
            return .failure(
                CommandError("there is no slice beside slice \(z + 1) that was not corrected by hand as well"))
        }
        return .success(runs)
    }

    /// What is carried on one way, and what comes to meet it.
    private func runs(_ guide: PromptGuide, _ upward: Bool, within asked: ClosedRange<Int>) -> [CarryRun] {
        let z = guide.slice
        let step = upward ? 1 : -1
        let edge = upward ? structure.mask.slices.count - 1 : 0
        let end = upward ? min(edge, asked.upperBound) : max(edge, asked.lowerBound)
        func run(_ guide: PromptGuide, _ through: Int, _ upward: Bool, _ limit: CarryRun.Limit) -> CarryRun {
            CarryRun(from: guide, through: through, isUpward: upward, limit: limit)
        }
        let met = stride(from: z + step, through: end, by: step).first(where: isCorrected)
        guard let met else { return [run(guide, end, upward, end == edge ? .edge : .asked)] }
        let between = abs(met - z) - 1
        guard let other = correction(of: met, upward: !upward), between > 1 else {
            return [run(guide, met - step, upward, .corrected(met))]
        }
        let middle = z + step * ((between + 1) / 2)
        return [
            run(guide, middle, upward, .meets(met)), run(other, middle + step, !upward, .meets(z)),
        ]
    }
}
