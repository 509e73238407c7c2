import Cases
import Commands
import Editing
import Volumes

/// A correction is carried on to the slices beside it.
extension ReviewState {
    /// Whether what was corrected on the slice on screen can be carried on.
    var canCarry: Bool { active.map { CarryPlan($0, history).canCarry(from: view.slice) } ?? false }

    /// Whether `i` would carry on what was corrected last, for the screen to say so: only just after it, and never where
    /// there is a gap to fill.
    public var offersCarry: Bool {
        guard promptAnswerer != nil, obstacle(to: activeIndex) == nil, region.preview == nil, region.running == nil,
            let active,
            let newest = history.done.last, newest.structure == active.name,
            newest.patch.touchedSlices == [view.slice], !StepName.isGuess(newest.name), canCarry
        else { return false }
        if case .success = InterpolationPlan(active, history).gaps(.here, .correction, at: view.slice) { return false }
        return true
    }

    /// Shows what becomes of the slices around if what was corrected on the slice on screen is carried on.
    mutating func carry(_ reach: CarryReach) -> [ReviewEffect] {
        let ended = endStroke()
        guard let answerer = promptAnswerer else {
            return ended + warn(isAnswererComing ? "\(whyNobodyAnswers); wait a moment" : CarryRun.needsAnswerer)
        }
        if let obstacle = obstacle(to: activeIndex) { return ended + warn(obstacle) }
        guard let active else { return ended }
        if let shown = region.preview, shown.job.answersPrompts {
            return ended + warn("\(shown.job.name) is a preview: Enter accepts it, Esc drops it")
        }
        switch CarryPlan(active, history).runs(from: view.slice, reach) {
        case .failure(let problem): return ended + warn(problem.description)
        case .success(let runs):
            let slices = runs.flatMap(\.slices) + [view.slice]
            preview = nil
            return ended
                + operate(
                    .carry(runs), StepName.carry(by: answerer), .range((slices.min() ?? 0)...(slices.max() ?? 0)),
                    isPreviewed: true)
        }
    }

    /// Takes of what is carried on only the part between the corrected slice and another; the rest is dropped.
    mutating func takeCarry(to slice: Int?) -> [ReviewEffect] {
        let ended = endStroke()
        guard let shown = region.preview, shown.job.carries else {
            return ended + warn("nothing is being carried on; correct a slice, then :carry")
        }
        let (from, to) = (shown.job.slice, slice ?? view.slice)
        let count = geometry?.size.z ?? 0
        guard (0..<count).contains(to) else { return ended + warn("there are slices 1 to \(count)") }
        guard to != from else {
            return ended + warn("this is the corrected slice: go to the last one that is right; Enter takes all")
        }
        do {
            let part = try shown.job.task.outcome(
                shown.outcome, on: min(from, to)...max(from, to), notes: ["as far as slice \(to + 1), the rest dropped"]
            )
            guard part.patches.contains(where: { !$0.isEmpty }) else {
                return ended + warn("nothing changes between slice \(from + 1) and slice \(to + 1)")
            }
            region.preview = RegionPreview(job: shown.job, outcome: part)
            return ended + acceptPreview()
        } catch {
            return ended + warn(error.description)
        }
    }
}
