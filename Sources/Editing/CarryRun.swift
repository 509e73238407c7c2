import Volumes

/// A correction that is carried on in one direction, slice by slice: each slice is asked with the one before it as its
/// guide.
public struct CarryRun: Hashable, Sendable {
    /// Why a run goes no further than ``through``.
    public enum Limit: Hashable, Sendable {
        /// No more was asked for.
        case asked
        /// The next slice, this one, was corrected by hand.
        case corrected(Int)
        /// The correction of this slice comes the other way.
        case meets(Int)
        /// There are no more slices.
        case edge
    }

    /// The corrected slice that it begins beside.
    public let from: PromptGuide
    /// The last slice that it may change, above or below ``from``; ``from`` itself for none.
    public let through: Int
    /// Whether it goes to higher indices.
    public let isUpward: Bool
    /// Why it goes no further.
    public let limit: Limit

    /// A run from its parts.
    /// - Parameter through: on the side that `isUpward` says, or the corrected slice itself.
    public init(from: PromptGuide, through: Int, isUpward: Bool, limit: Limit) {
        self.from = from
        self.through = isUpward ? max(from.slice, through) : min(from.slice, through)
        self.isUpward = isUpward
        self.limit = limit
    }

    /// The slices that it may change, in order.
    public var slices: [Int] {
        let count = abs(through - from.slice)
        return (0..<count).map { from.slice + (isUpward ? $0 + 1 : -$0 - 1) }
    }
}

extension RegionTask {
    /// What corrections that are carried on make of a mask. Each run ends at the first of two slices in a row that the
    /// answerer would leave as they are, at one of which it is not sure enough (``PromptAnswer/sureFrom``), at one where it
    /// would change other tissue than was corrected (``CorrectedTissue``), or at one that limits and locks leave as it is;
    /// that slice and all behind it stay. An error often misses one slice on its way.
    func carried(
        _ mask: Mask, _ runs: [CarryRun], _ progress: WorkProgress, _ answerer: (any PromptAnswering)?
    ) throws(RegionError) -> (mask: Mask, notes: [String]) {
        guard let answerer else { throw .refused(CarryRun.needsAnswerer) }
        let image = try volume()
        let all = runs.reduce(0) { $0 + $1.slices.count }
        var asked = 0
        var result = mask
        var notes: [String] = []
        for run in runs {
            var guide = run.from
            let tissue = CorrectedTissue(of: guide, in: image)
            var stopped: String?
            // A slice that needs no change, behind the last one that was changed.
            var unchanged: Int?
            for z in run.slices {
                guard progress(Double(asked) / Double(max(1, all))) else { throw .cancelled }
                asked += 1
                let before = result.slices[z]
                let nothing = MaskSlice(width: before.width, height: before.height)
                let answer = try answerer.checkedAnswer(
                    PromptQuestion(
                        slice: z, image: image, mask: before, inside: nothing, outside: nothing, newest: nothing,
                        guide: guide))
                if answer.mask == before {
                    if unchanged != nil { break }
                    unchanged = z
                    continue
                }
                guard answer.certainty >= PromptAnswer.sureFrom else {
                    stopped = "unsure of \(z + 1), \(answer.percent)"
                    break
                }
                let next = try confined(result.replacing(z, with: answer.mask), 0)
                guard next.slices[z] != before else {
                    stopped = "limits or locks forbid \(z + 1)"
                    break
                }
                // Of what limits and locks leave of the answer.
                guard tissue.isLike(slice: z, from: before, to: next.slices[z], in: image) else {
                    stopped = "other tissue on \(z + 1)"
                    break
                }
                result = next
                guide = PromptGuide(slice: z, before: before, after: result.slices[z])
                unchanged = nil
            }
            if stopped == nil, let unchanged { stopped = "\(unchanged + 1) needs no change" }
            let way = run.text(reached: guide.slice, because: stopped)
            // Most runs are from the slice on screen; one that comes to meet these is from its own.
            notes.append(run.from.slice == runs[0].from.slice ? way : "from slice \(run.from.slice + 1) \(way)")
        }
        return (result, [notes.joined(separator: ", ")])
    }
}

extension CarryRun {
    /// Why nothing is carried on without a model, for people.
    public static let needsAnswerer =
        "carrying a correction on needs a refine model, and none is installed; :interpolate fills between edited slices"

    /// How far it went and why no further, for people.
    func text(reached last: Int, because stopped: String?) -> String {
        let way = last == from.slice ? (isUpward ? "not up" : "not down") : "to slice \(last + 1)"
        return "\(way) (\(stopped ?? limit.text))"
    }
}

extension CarryRun.Limit {
    /// Why a run goes no further, for people.
    fileprivate var text: String {
        switch self {
        case .asked: "as far as asked"
        case .corrected(let z): "\(z + 1) was corrected by hand"
        case .meets(let z): "meets the correction of \(z + 1)"
        case .edge: "the last"
        }
    }
}

extension RegionTask {
    /// An outcome of this task on some slices alone: the others stay as the targets have them.
    /// - Throws: ``RegionError/volumes(_:)`` if it is of another task.
    public func outcome(
        _ outcome: RegionOutcome, on slices: ClosedRange<Int>, notes: [String]
    ) throws(RegionError) -> RegionOutcome {
        let masks = zip(targets, outcome.masks).map { target, mask in
            var limited = target.mask
            for z in mask.slices.indices where slices.contains(z) { limited[slice: z] = mask.slices[z] }
            return limited
        }
        return try RegionOutcome(from: targets.map(\.mask), to: masks, notes: notes)
    }
}
