import Cases
import Commands
import Editing
import Volumes

extension ReviewState {
    /// Has an operation done: on a slice at once, on the volume by an effect. Afterwards the step is made, or shown.
    /// - Parameter indices: the structures that change; the active one if none are named.
    mutating func operate(
        _ operation: RegionOperation, _ name: String, _ reach: RegionReach, on indices: [Int]? = nil,
        slice: Int? = nil, isPreviewed: Bool = false
    ) -> [ReviewEffect] {
        let ended = endStroke()
        let indices = indices ?? [activeIndex]
        for index in indices { if let obstacle = obstacle(to: index) { return ended + warn(obstacle) } }
        if let running = region.running {
            return ended + warn("\(running.name) is still being computed; wait, or Esc stops it")
        }
        var slice = slice ?? view.slice
        let scope: RegionScope
        switch reach {
        case .slice: scope = .slice(slice)
        case .slices: scope = .slices
        case .volume: scope = .volume
        case .range(let range):
            let count = geometry?.size.z ?? 0
            guard range.upperBound < count else { return ended + warn("there are slices 1 to \(count)") }
            if !range.contains(slice) { slice = range.lowerBound }
            scope = .range(range)
        }
        guard let task = task(operation, scope, on: indices) else { return ended + warn("there is no image yet") }
        region.count += 1
        let job = RegionJob(
            id: region.count, name: name, structures: indices.map { structures[$0].name }, slice: slice,
            isPreviewed: isPreviewed, task: task)
        // What prompts came to stays on show while more of them are answered.
        if !job.answersPrompts || region.preview?.job.answersPrompts != true { region.preview = nil }
        guard scope.slice != nil else {
            region.running = job
            region.share = 0
            return ended + [.workOut(id: job.id, task)]
        }
        do {
            return ended + present(try task.perform(), of: job)
        } catch {
            return ended + warn(error.description)
        }
    }

    /// An operation with all that it hangs on as things stand.
    private func task(_ operation: RegionOperation, _ scope: RegionScope, on indices: [Int]) -> RegionTask? {
        guard let image else { return nil }
        return RegionTask(
            operation: operation, scope: scope,
            targets: indices.map { RegionTask.Target(mask: structures[$0].mask, protected: protectedMasks(for: $0)) },
            image: image, limits: limitsInForce)
    }

    /// The places of a job's structures, if masks, locks and limits are what they were when it was asked for.
    func places(of job: RegionJob) -> [Int]? {
        let places = job.structures.compactMap { name in structures.firstIndex { $0.name == name } }
        guard places.count == job.structures.count,
            task(job.task.operation, job.task.scope, on: places) == job.task
        else { return nil }
        return places
    }

    /// Takes in what an effect worked out.
    mutating func receive(_ news: RegionNews) -> [ReviewEffect] {
        guard let job = region.running else { return [] }
        switch news {
        case .progress(let id, let share):
            if id == job.id { region.share = share }
            return []
        case .done(let id, let outcome):
            guard id == job.id else { return [] }
            // What was said before has nothing to do with it.
            message = nil
            // The next mark is not cut short by the answer to the one before.
            let ended = stroke?.tool == .scribble || stroke?.tool == .scribbleOutside ? [] : endStroke()
            // What the stroke has changed stops what was worked out for the masks before it.
            guard region.running?.id == job.id else { return ended }
            region.running = nil
            return ended + present(outcome, of: job)
        case .failed(let id, let error):
            guard id == job.id else { return [] }
            region.running = nil
            let reason = error == .cancelled ? "\(job.name) was stopped" : error.description
            return warn(reason + (job.answersPrompts ? " · the marks stay: Enter has them answered" : ""))
        }
    }

    /// Makes a step of an outcome, or shows it.
    mutating func present(_ outcome: RegionOutcome, of job: RegionJob) -> [ReviewEffect] {
        guard let places = places(of: job) else {
            return warn("\(job.name) was discarded because masks, locks or limits changed in the meantime; repeat it")
        }
        for place in places { if let obstacle = obstacle(to: place) { return warn(obstacle) } }
        let names = job.structures.map(\.rawValue).joined(separator: " and ")
        let before = region.answered.last { $0.job.promptCount < job.promptCount }
        if job.answersPrompts {
            region.answered.removeAll { $0.job.promptCount >= job.promptCount }
            region.answered.append(RegionPreview(job: job, outcome: outcome))
        }
        guard outcome.patches.contains(where: { !$0.isEmpty }) else {
            region.preview = nil
            let text = "\(job.name) changes nothing of \(names)\(Self.clauses(outcome.notes))"
            guard job.answersPrompts else { return warn(text) }
            // No refusal: the next mark may be what it takes.
            sayFirst(text, kind: .caution)
            return []
        }
        guard job.isPreviewed else { return make(outcome, of: job, at: places) }
        for place in places { showMasks(of: place) }
        preview = nil
        region.preview = RegionPreview(job: job, outcome: outcome)
        var notes = outcome.notes
        if let before, before.outcome.masks == outcome.masks { notes.append("the newest mark changes nothing") }
        if case .redraw = job.task.operation {
            notes.append("by image edges" + (promptAnswerer == nil ? ": \(whyNobodyAnswers)" : ""))
        }
        let isDoubtful = job.answersPrompts ? !notes.isEmpty : !job.carries && notes.count > 1
        sayFirst(
            "\(job.name): Enter accepts, Esc drops · \(names) \(summary(of: outcome, at: places))"
                + Self.clauses(notes), kind: isDoubtful ? .caution : .note)
        guard job.answersPrompts || job.carries, let place = places.first, let patch = outcome.patches.first else {
            return []
        }
        return [.tryOut(structures[place].name, patch: patch, edit: structures[place].edit)]
    }

    /// Makes the steps of an outcome that fits the masks as they stand: one a structure, undone together.
    private mutating func make(_ outcome: RegionOutcome, of job: RegionJob, at places: [Int]) -> [ReviewEffect] {
        let told =
            "\(job.name) \(job.structures.map(\.rawValue).joined(separator: " and ")): "
            + summary(of: outcome, at: places) + Self.clauses(outcome.notes)
        let changes = zip(places, zip(outcome.masks, outcome.patches)).filter { !$0.1.1.isEmpty }
        for (place, (mask, _)) in changes { structures[place].mask = mask }
        var effects: [ReviewEffect] = []
        if changes.count == 1, let (place, (_, patch)) = changes.first {
            effects = record(patch, named: job.name, slice: Self.slice(job.slice, of: patch), at: place)
        } else {
            for (i, (place, (_, patch))) in changes.enumerated() {
                let step = EditStep(
                    structure: structures[place].name, name: job.name, slice: Self.slice(job.slice, of: patch),
                    patch: patch, part: EditPart(i + 1, of: changes.count))
                history.record(step)
                effects += commit(step, as: .edit, at: place)
            }
            effects = Self.together(effects)
        }
        // Voxels that are a neighbour's too are told behind.
        sayFirst(told)
        return effects
    }

    /// Undoing goes to the slice on which the step was asked for, or to the nearest that it changed.
    private static func slice(_ slice: Int, of patch: MaskPatch) -> Int {
        patch.touchedSlices.min { abs($0 - slice) < abs($1 - slice) } ?? slice
    }

    /// Has the steps of one edit journalled in one go, and progress kept once, before them.
    static func together(_ effects: [ReviewEffect]) -> [ReviewEffect] {
        var entries: [JournalEntry] = []
        var last = 0
        var rest: [ReviewEffect] = []
        var progress: ReviewEffect?
        for effect in effects {
            if case .journal(let entry, let sequence) = effect {
                entries.append(entry)
                last = sequence
            } else if case .progressWithStep = effect {
                progress = effect
            } else {
                rest.append(effect)
            }
        }
        return [progress].compactMap { $0 } + [.journalTogether(entries, through: last)] + rest
    }

    private func summary(of outcome: RegionOutcome, at places: [Int]) -> String {
        zip(places, outcome.patches).filter { !$0.1.isEmpty }.map { place, patch in
            let mask = structures[place].mask
            return Self.summary(
                added: patch.flipCount - patch.count(flippedInto: mask, and: mask),
                removed: patch.count(flippedInto: mask, and: mask), slices: patch.touchedSlices.count,
                voxelVolume: mask.geometry.voxelVolume)
        }.joined(separator: " and ")
    }

    /// What an edit added and removed: a net of nothing would hide both.
    /// - Parameter voxelVolume: mm³.
    package static func summary(added: Int, removed: Int, slices: Int, voxelVolume: Double) -> String {
        let change = millilitres(added: added, removed: removed, voxelVolume: voxelVolume)
        return "\(change) on \(Plural.count(slices, "slice"))"
    }

    /// The same without where it was.
    static func millilitres(added: Int, removed: Int, voxelVolume: Double) -> String {
        let parts = [("+", added), ("−", removed)].filter { $0.1 > 0 }.map { sign, voxels in
            sign + hundredths(Double(voxels) * voxelVolume / 1000)
        }
        return "\(parts.joined(separator: " ")) ml"
    }

    /// To two digits behind the point; what is less than one of the last is not called nothing.
    private static func hundredths(_ millilitres: Double) -> String {
        millilitres < 0.005 ? "<0.01" : "\((millilitres * 100).rounded() / 100)"
    }

    private static func clauses(_ notes: [String]) -> String { notes.map { " · " + $0 }.joined() }

    /// Makes the change that is shown.
    mutating func acceptPreview() -> [ReviewEffect] {
        let ended = endStroke()
        guard let preview = region.preview else { return ended + warn("there is no preview to accept") }
        if let running = region.running {
            return ended + warn("\(running.name) is still being worked out; wait, or Esc stops it")
        }
        region.preview = nil
        guard let places = places(of: preview.job) else {
            return ended + warn("the preview was discarded because masks, locks or limits changed; repeat it")
        }
        for place in places { if let obstacle = obstacle(to: place) { return ended + warn(obstacle) } }
        if preview.job.isOfScribbles { region.forgetScribbles() }
        return ended + make(preview.outcome, of: preview.job, at: places)
    }

    /// Stops what is being worked out.
    mutating func stopRegion(because reason: String) -> [ReviewEffect] {
        guard let job = region.running else { return [] }
        region.running = nil
        sayAlso("\(job.name): \(reason)", kind: .warning)
        return [.stopWork(id: job.id)]
    }

    /// A mask has changed: what is being worked out or shown is for the mask before.
    mutating func dropStaleRegions() -> [ReviewEffect] {
        if let shown = region.preview, shown.job.answersPrompts {
            sayAlso(
                "the preview of \(shown.job.name) was dropped because a mask changed; Enter has the marks answered anew",
                kind: .caution)
        }
        region.preview = nil
        region.answered = []
        return stopRegion(because: "stopped because a mask changed in the meantime; repeat it")
    }

    /// What has to be decided before the review can end, or `nil`. Who only wants to leave is asked about what is being
    /// computed.
    func undecidedRegion(isQuitting: Bool) -> String? {
        if let running = region.running {
            if isQuitting { return nil }
            return "\(running.name) is being computed: wait, or Esc stops it"
        }
        if let preview = region.preview { return "\(preview.job.name) is a preview: Enter accepts it, Esc drops it" }
        // What nobody answered is in no mask yet. Scribbles that wait for image edges are undone by leaving, as ever.
        return promptAnswerer == nil ? nil : pendingMarks
    }

    /// Marks that are in no mask yet, for people; `nil` if there are none.
    private var pendingMarks: String? {
        guard let count = region.scribbles?.count, count > 0, let name = region.scribbled else { return nil }
        let (what, done, drop) =
            promptAnswerer == nil ? ("scribble", "applied", ":scribble clear") : ("mark", "answered", "Esc")
        return
            "\(Plural.count(count, what)) of \(name) \(Plural.word(count, "is", "are")) not \(done): Enter has that "
            + "done, \(drop) drops them"
    }

    /// What is half drawn of a structure and would be lost with it, for people; `nil` if nothing is.
    func halfDrawn(of name: StructureName) -> String? {
        if contour.draft?.structure == name { return unfinishedContour }
        return region.scribbled == name ? pendingMarks : nil
    }
}

extension ReviewAction {
    /// Whether the masks are judged, left or written to a file by it, so that what is only shown or half done has to be
    /// decided first.
    var leavesReview: Bool {
        switch self {
        case .accept, .askToAccept, .acceptNoting, .reject, .deferCase, .quit, .openNeighbour, .showWorklist, .export:
            true
        case .showTraining, .suspend, .forceQuit, .write, .flag, .approve, .sendBack, .retry, .choose, .reopen,
            .listSessions, .restoreSession:
            false
        case .moveSlices, .goToSlice, .slide, .goToEnd, .goToNext, .moveCursor, .point, .togglePointer, .togglePen,
            .setWindow, .adjustWindow, .zoom, .fitBody, .pan, .resizeView, .choosePlane, .setLayout, .compare,
            .toggleMasks, .toggleGhost, .toggleContext, .toggleMeasuring, .clearRulers, .removeRuler, .selectStructure,
            .nextStructure, .selectStructureAtCursor, .toggleStructure, .toggleLock, .structures, .setTolerance,
            .chooseTool,
            .setBrushRadius, .adjustBrush, .setBrushShape, .limitRange, .limitInside, .limitOutside, .liftLimits,
            .overwrite, .beginStroke, .continueStroke, .endStroke, .cancelStroke, .dab, .dabAtCursor, .region,
            .contour, .undo, .redo, .repeatEdit, .stroke, .digit, .keyPrefix, .counted, .openPrompt, .line,
            .confirm, .cancel, .answer, .toggleHelp, .showWarnings, .scrollHelp, .see:
            false
        }
    }
}
