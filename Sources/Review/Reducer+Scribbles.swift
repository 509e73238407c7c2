import Cases
import Commands
import Editing
import Volumes

/// What is marked as inside and outside. Where somebody answers prompts, each mark is one and is answered at once; else
/// they are scribbles, which Enter applies along image edges.
extension ReviewState {
    /// One touch of the brush as a scribble.
    mutating func scribble(inside: Bool, at target: VoxelTarget) -> [ReviewEffect] {
        guard let voxel = voxel(target) else { return warnOffGrid(target) }
        let moved = go(to: voxel.z)
        view.position = ContinuousIndex(x: Double(voxel.x), y: Double(voxel.y), z: Double(voxel.z))
        let begun = beginStroke(at: cursor, with: inside ? .scribble : .scribbleOutside)
        return moved + begun + endStroke()
    }

    /// Why no mark may begin, or `nil` if one may: marks that are to be answered are of one structure.
    mutating func refuseScribble() -> [ReviewEffect]? {
        guard promptAnswerer != nil || isAnswererComing, region.scribbles != nil, let name = region.scribbled,
            name != active?.name
        else {
            return nil
        }
        return warn(
            region.preview == nil
                ? "there are marks of \(name): select it and press Enter, or Esc drops them"
                : "what the marks of \(name) came to is a preview: Enter accepts it, Esc drops it")
    }

    /// Why there is nobody to answer prompts, for people.
    var whyNobodyAnswers: String {
        isAnswererComing ? "the refine model is still being loaded" : "no refine model is installed"
    }

    /// A mark begins.
    mutating func beginScribble() {
        if region.scribbles == nil {
            region.scribbles = geometry.map { Scribbles(geometry: $0) }
            region.scribbled = active?.name
        }
        region.scribbles?.begin()
        // What prompts came to is what the next of them is about.
        if region.preview?.job.answersPrompts != true { region.preview = nil }
    }

    /// A mark has ended.
    mutating func endScribble() -> [ReviewEffect] {
        guard promptAnswerer == nil else {
            // What lies beside the image marks nothing.
            if region.scribbles?.all.last?.voxels.isEmpty == true {
                cancelScribble()
                message = StatusMessage("nothing is marked there", kind: .warning)
                return []
            }
            return answerPrompts()
        }
        message = StatusMessage("Enter works out the region by image edges, u takes back a scribble")
        return []
    }

    /// The mark under way is given up.
    mutating func cancelScribble() {
        guard region.takeBackScribble() else { return }
        message = StatusMessage("took back a scribble")
    }

    /// Shows what the scribbles come to.
    /// - Parameter reach: what was typed. Who answers prompts does so slice by slice, so that the volume is left to image
    ///   edges.
    mutating func applyScribbles(_ reach: RegionReach?, byEdges: Bool = false) -> [ReviewEffect] {
        let ended = endStroke()
        guard let scribbles = region.scribbles, !scribbles.isEmpty else {
            return ended + warn("nothing is scribbled yet: :scribble, then draw inside and outside")
        }
        if promptAnswerer != nil, !byEdges, reach != .volume {
            // It may have been asked just now.
            return region.running?.answersPrompts == true ? ended : ended + answerPrompts()
        }
        // Marks are of the structure on which they were begun, whichever is chosen now.
        guard let index = structures.firstIndex(where: { $0.name == region.scribbled }) else { return ended }
        let reach = reach ?? region.reach
        let stopped = stopAnswering()
        region.answered = []
        return ended + stopped
            + operate(
                .redraw(scribbles, margin: RegionState.scribbleMargin), "redraw", reach == .slices ? .slice : reach,
                on: [index], isPreviewed: true)
    }

    /// Has those prompts answered that are not yet, and shows what all of them come to.
    mutating func answerPrompts() -> [ReviewEffect] {
        guard let scribbles = region.scribbles, !scribbles.isEmpty, let newest = scribbles.all.last,
            let answerer = promptAnswerer,
            let index = structures.firstIndex(where: { $0.name == region.scribbled })
        else { return [] }
        if let obstacle = obstacle(to: index) { return warn(obstacle) }
        if let running = region.running, !running.answersPrompts {
            return warn("\(running.name) is still being computed; the mark stays, and Enter has it answered afterwards")
        }
        let slices = scribbles.all.flatMap { $0.voxels.markedSlices }
        guard let first = slices.min(), let last = slices.max(), let own = newest.voxels.markedSlices.first else {
            return []
        }
        // What was answered for other masks, locks or limits is no answer any more.
        region.answered = region.answered.filter {
            $0.job.promptCount <= scribbles.count && places(of: $0.job) != nil
        }
        if let known = region.answered.last, known.job.promptCount == scribbles.count {
            return stopAnswering() + present(known.outcome, of: known.job)
        }
        // What is being answered lacks the newest prompt; who works it out gives it up for the new question.
        region.running = nil
        let refinement = Refinement(
            prompts: scribbles,
            answered: region.answered.last.flatMap { known in
                known.outcome.masks.first.map { Refinement.Answered(count: known.job.promptCount, mask: $0) }
            })
        return operate(
            .refine(refinement), StepName.refine(marks: scribbles.count, by: answerer), .range(first...last),
            on: [index], slice: newest.voxels.markedSlices.contains(view.slice) ? view.slice : own, isPreviewed: true)
    }

    /// Gives up what is being answered, without a word: something else takes its place.
    private mutating func stopAnswering() -> [ReviewEffect] {
        guard let running = region.running, running.answersPrompts else { return [] }
        region.running = nil
        return [.stopWork(id: running.id)]
    }

    /// Takes back the newest scribble.
    mutating func undoScribble() -> [ReviewEffect] {
        guard region.takeBackScribble() else { return [] }
        let stopped = stopAnswering()
        region.preview = nil
        message = nil
        let answered = promptAnswerer == nil ? [] : answerPrompts()
        sayFirst("took back a scribble")
        return stopped + answered
    }

    /// Drops all scribbles, and what they came to.
    mutating func clearScribbles() -> [ReviewEffect] {
        let ended = endStroke()
        let stopped = stopAnswering()
        if promptAnswerer != nil, let count = region.scribbles?.count {
            message = StatusMessage("dropped \(Plural.count(count, "mark"))")
        }
        region.forgetScribbles()
        region.preview = nil
        return ended + stopped
    }

    /// Drops the change that is shown, and the prompts that it answers.
    mutating func dropRegionPreview() -> [ReviewEffect] {
        if region.preview?.job.answersPrompts == true { return clearScribbles() }
        region.preview = nil
        return []
    }
}

extension Mask {
    /// The slices with a voxel, in order.
    fileprivate var markedSlices: [Int] { slices.indices.filter { !slices[$0].isEmpty } }
}
