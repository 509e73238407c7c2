import Cases
import Editing
import Volumes

extension ReviewState {
    /// Takes in what effects found out.
    mutating func hear(_ action: ReviewAction) -> [ReviewEffect] {
        switch action {
        case .progress(let what, let share):
            if case .loading = phase { phase = .loading(what, share) }
        case .previewArrived(let image):
            guard self.image == nil else { return [] }
            self.image = image
            centreCursor()
        case .imageArrived(let image, let bodyBox): take(image, bodyBox)
        case .opened(let review): return open(review)
        case .openFailed(let reason): phase = .failed(reason)
        case .journalled(let last):
            if last >= sequence { save = .saved } else { save = .saving(sequence - last) }
        case .journalFailed(let reason): save = .failed(reason)
        case .leaseLost(let reason):
            // A stroke that can no longer be journalled is taken back: the screen shows what is on disk.
            cancelStroke()
            phase = .readOnly(reason)
            var text = reason
            if save != .saved { text += " What is on screen beyond that was not saved." }
            message = StatusMessage(text, kind: .warning)
        case .scored(let name, let score): take(score, for: name)
        case .measured(let name, let measures): take(measures, for: name)
        case .marked(let name, let marks):
            guard let i = structures.firstIndex(where: { $0.name == name }), marks.z == view.slice else { return [] }
            structures[i].beyondTolerance = marks
        case .filed(let status, let revision):
            phase = .filed(status, revision: revision)
            let unseen = (geometry?.size.z ?? 0) - seenSlices.count
            let rest = unseen > 0 && status != .rejected ? " · \(unseen) slices were not seen" : ""
            message = StatusMessage("filed as \(status.rawValue), revision \(revision)\(rest) · :reopen to go on")
        case .filingFailed(let reason):
            phase = .open
            message = StatusMessage("not filed: \(reason)", kind: .warning)
        case .tick(let seconds):
            guard seconds.isFinite, seconds > 0 else { return [] }
            if case .open = phase, idleSeconds < Self.pauseAfter { activeSeconds += seconds }
            idleSeconds += seconds
        default: break
        }
        return []
    }

    /// After so many seconds without a key the reviewer is taken to be away.
    static let pauseAfter = 60.0

    private mutating func take(_ image: PartialVolume, _ box: VoxelBox) {
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
        centreCursor()
    }

    private mutating func centreCursor() {
        guard let size = geometry?.size else { return }
        let box = bodyBox ?? size.bounds
        cursor = PlanePoint(
            x: Double((box.x.lowerBound + box.x.upperBound) / 2), y: Double((box.y.lowerBound + box.y.upperBound) / 2))
    }

    private mutating func open(_ review: OpenedReview) -> [ReviewEffect] {
        model = review.model
        referenceSource = review.referenceSource
        structures = review.structures
        uncertainty = review.uncertainty
        for i in structures.indices { structures[i].recount() }
        activeIndex = min(activeIndex, max(0, structures.count - 1))
        history = EditHistory()
        stroke = nil
        sequence = 0
        save = .saved
        left = review.left
        phase =
            review.readOnly.map { .readOnly($0) }
            ?? review.filed.map { .filed($0.status, revision: $0.revision) } ?? .open
        message = review.warning.map { StatusMessage($0, kind: .warning) }
        if let left {
            mode = .question(.resume(edits: left.history.done.count))
            return []
        }
        noteSeen()
        return measureEverything()
    }

    private mutating func take(_ score: StructureScore, for name: StructureName) {
        guard let i = structures.firstIndex(where: { $0.name == name }), score.edit <= structures[i].edit,
            score.edit >= structures[i].score?.edit ?? 0
        else { return }
        structures[i].score = score
    }

    private mutating func take(_ measures: StructureMeasures, for name: StructureName) {
        guard let i = structures.firstIndex(where: { $0.name == name }), measures.edit <= structures[i].edit,
            measures.edit >= structures[i].measures?.edit ?? 0
        else { return }
        structures[i].measures = measures
    }
}
