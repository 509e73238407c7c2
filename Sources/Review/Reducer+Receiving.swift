import Anatomy
import Cases
import Commands
import Editing
import PatientView
import Volumes

extension ReviewState {
    /// Takes in what the program reports; see `reduce`.
    mutating func receive(_ news: ReviewNews) -> [ReviewEffect] {
        switch news {
        case .progress(let what, let share):
            if case .loading = phase { phase = .loading(what, share) }
        case .previewArrived(let image):
            guard self.image == nil else { return [] }
            self.image = image
            centreCursor()
        case .imageArrived(let image, let bodyBox): receive(image, bodyBox)
        case .opened(let review): return open(review)
        case .openFailed(let reason): phase = .failed(reason)
        case .pointedTo(let name, let slice):
            let selected = selectStructure(name)
            guard let slice else { return selected }
            return selected + goThrough(to: slice)
        case .introduced(let name, let tolerance, let reference):
            return receive(introduced: name, tolerance: tolerance, reference: reference)
        case .structuresLoaded(let loaded): return receive(loaded)
        case .journalled(let last):
            if last >= sequence { save = .saved } else { save = .saving(sequence - last) }
        case .journalFailed(let reason):
            save = .failed(reason)
            messages.add(StatusMessage("NOT SAVED: \(reason)", kind: .warning), replacing: nil, slice: view.slice)
        case .structuresKept(let number):
            listKeeping.kept = max(listKeeping.kept, number)
            listKeeping.problem = nil
        case .structuresNotKept(let reason):
            listKeeping.problem = reason
            messages.add(StatusMessage("NOT SAVED: \(reason)", kind: .warning), replacing: nil, slice: view.slice)
        case .leaseLost(let reason): return loseLease(reason)
        case .sessionsListed(let list): receive(list)
        case .scored(let name, let score): receive(score, for: name)
        case .tried(let name, let patch, let edit, let surfaceDice, let slices):
            receive(tried: name, edit: edit, patch: patch, TriedScore(surfaceDice: surfaceDice, slices: slices))
        case .drawn(let slice, let milliseconds): return note(drawn: slice, for: milliseconds)
        case .measured(let name, let measures): receive(measures, for: name)
        case .marked(let name, let marks):
            guard let i = structures.firstIndex(where: { $0.name == name }), marks.z == view.slice,
                structures[i].hasReference
            else { return [] }
            structures[i].beyondTolerance = marks
        case .markedVolume(let name, let marks):
            guard let i = structures.firstIndex(where: { $0.name == name }), structures[i].hasReference,
                marks.edit <= structures[i].edit,
                marks.edit >= structures[i].beyondToleranceVolume?.edit ?? 0
            else { return [] }
            structures[i].beyondToleranceVolume = marks
        case .checked(let name, let report): receive(report, for: name)
        case .described(let news): receive(news)
        case .worked(let news): return receive(news)
        case .answererComing:
            promptAnswerer = nil
            isAnswererComing = true
        case .answererReady(let name):
            promptAnswerer = name
            isAnswererComing = false
        case .answererMissing: isAnswererComing = false
        case .filed(let status, let revision): return receive(status, revision)
        case .filingFailed(let reason):
            phase = .open
            message = StatusMessage("not filed: \(reason)", kind: .warning)
        case .approvalChanged(let state): return receive(state)
        case .flagged(let comment): receive(flag: comment)
        case .show(let message): self.message = message
        case .questionShown: noteQuestionShown()
        case .tick(let seconds):
            pass(seconds: seconds)
            return play(after: seconds)
        case .hangUp: return endStroke() + keepsProgress
        }
        return []
    }

    private mutating func loseLease(_ reason: String) -> [ReviewEffect] {
        // A stroke that can no longer be journalled is taken back: the screen shows what is on disk.
        cancelStroke()
        contour = ContourState()
        preview = nil
        let stopped = dropStaleRegions()
        phase = .readOnly(reason)
        var text = reason
        if saveState != .saved { text += " What is on screen beyond that was not saved." }
        message = StatusMessage(text, kind: .warning)
        return stopped
    }

    private mutating func pass(seconds: Double) {
        guard seconds.isFinite, seconds > 0 else { return }
        if case .open = phase, idleSeconds < Self.pauseAfter { activeSeconds += seconds }
        idleSeconds += seconds
        blink(after: seconds)
    }

    /// After so many seconds without a key the reviewer is taken to be away.
    static let pauseAfter = 60.0

    private mutating func receive(_ image: PartialVolume, _ box: VoxelBox) {
        let first = geometry?.size.z != image.geometry.size.z
        let preview = self.image
        self.image = image
        bodyBox = box
        guard first else { return }
        // The slice that was shown ahead stays on screen: the same position in the patient.
        if let preview, preview.geometry.size.z == 1 {
            let point = preview.geometry.point(at: VoxelIndex(x: 0, y: 0, z: 0))
            let z = image.geometry.index(of: point).z.rounded()
            view.slice = Int(min(max(0, z), Double(image.geometry.size.z - 1)))
        } else {
            view.slice = image.geometry.size.z / 2
        }
        firstSlice = view.slice
        centreCursor()
    }

    /// Shows the structure that is edited, in its window, unless the user has gone elsewhere meanwhile.
    private mutating func showActiveFirst() {
        defer { firstSlice = nil }
        guard let firstSlice, let active else { return }
        if view.window == ViewState().window { view.window = windowOfActive }
        let own = active.mask.slices.indices.filter { !active.mask.slices[$0].isEmpty }
        guard view.slice == firstSlice, !own.isEmpty else { return }
        // Nothing jumps where the slice on screen is well inside the structure.
        let inside = own[own.count / 4]...own[(own.count - 1) * 3 / 4]
        if !inside.contains(view.slice) { view.slice = own[own.count / 2] }
    }

    /// The window in which the structure that is edited is contoured.
    var windowOfActive: WindowLevel {
        let known = active.flatMap { StructureCatalogue.current[$0.name]?.window }
        return (known.flatMap { WindowPreset(rawValue: $0.rawValue) } ?? .soft).window
    }

    private mutating func centreCursor() {
        guard let geometry else { return }
        view.plane = .ofSlices(geometry.direction)
        let box = bodyBox ?? geometry.size.bounds
        view.position.x = Double((box.x.lowerBound + box.x.upperBound) / 2)
        view.position.y = Double((box.y.lowerBound + box.y.upperBound) / 2)
    }

    private mutating func open(_ review: OpenedReview) -> [ReviewEffect] {
        model = review.model
        referenceSource = review.referenceSource
        structures = review.structures
        (removed, structureChanges) = ([], [])
        if !review.context.isEmpty { context = review.context }
        uncertainty = review.uncertainty
        for i in structures.indices { structures[i].recount() }
        activeIndex = min(activeIndex, max(0, structures.count - 1))
        history = EditHistory()
        forgetStatistics()
        let stopped = forgetRegions()
        stroke = nil
        contour = ContourState()
        preview = nil
        if mode.asks { mode = .normal }
        sequence = 0
        save = .saved
        left = review.left
        approval = review.filed?.approval
        flag = review.flag
        adjudication = review.adjudication
        isBlinded = review.isBlinded
        isReplay = review.isReplay
        showActiveFirst()
        notes = review.notes
        seenSlices.formUnion(review.seenSlices)
        phase =
            review.readOnly.map { .readOnly($0) }
            ?? review.filed.map { .filed($0.status, revision: $0.revision) } ?? .open
        // Without a warning, what became of the case before stays until the next key.
        if let warning = review.warning {
            message = StatusMessage(warning, kind: .warning)
        } else if let approval, let text = approval.text {
            addWarning(text)
        } else if let flag {
            addWarning(flag.isEmpty ? "flagged" : "flagged: \(flag)")
        }
        if let left {
            if review.resumesAtOnce { return stopped + resolveLeft(resume: true) }
            mode = .question(.resume(edits: left.history.done.count))
            return stopped
        }
        return stopped + measureEverything()
    }

    /// Begins anew with regions. What is being worked out is for masks that are gone, and its number is not given
    /// again: its answer would be taken for another's.
    private mutating func forgetRegions() -> [ReviewEffect] {
        let stopped: [ReviewEffect] = region.running.map { [.stopWork(id: $0.id)] } ?? []
        let count = region.count
        region = RegionState()
        region.count = count
        return stopped
    }

    /// Says what to know of the case that opens behind what became of the one before.
    private mutating func addWarning(_ text: String) {
        sayAlso(text, kind: .warning)
    }

    private mutating func receive(_ score: StructureScore, for name: StructureName) {
        guard let i = structures.firstIndex(where: { $0.name == name }), score.edit <= structures[i].edit,
            score.edit >= structures[i].score?.edit ?? 0
        else { return }
        structures[i].take(structures[i].hasReference ? score : score.withoutAgreement)
    }

    private mutating func receive(_ measures: StructureMeasures, for name: StructureName) {
        guard let i = structures.firstIndex(where: { $0.name == name }), measures.edit <= structures[i].edit,
            measures.edit >= structures[i].measures?.edit ?? 0
        else { return }
        structures[i].measures = measures
    }
}
