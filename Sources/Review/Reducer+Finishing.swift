import Cases
import Commands
import Volumes

extension ReviewState {
    /// Rejects the case for a reason.
    mutating func reject(_ reason: String) -> [ReviewEffect] {
        let words = reason.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !words.isEmpty else { return warn("a rejection needs a reason: :reject REASON") }
        return file(.rejected, reason: words)
    }

    /// Takes up a filed case again.
    mutating func reopen() -> [ReviewEffect] {
        guard case .filed = phase else { return warn("only a filed review can be reopened") }
        phase = .loading("reopening", 0)
        message = StatusMessage("reopened: what is filed next becomes a revision of its own")
        return [.reopen]
    }

    /// Writes the masks to a file.
    mutating func export(_ format: String, to path: String) -> [ReviewEffect] {
        guard !structures.isEmpty else { return warn("there are no masks to export yet") }
        let ended = endStroke()
        message = StatusMessage("exporting…")
        return ended + [.export(format: format, path: path, masks: masks)]
    }

    /// Makes sure that everything is on disk, and says so.
    mutating func write() -> [ReviewEffect] {
        let ended = endStroke()
        switch saveState {
        case .failed(let reason): return ended + warn(reason)
        case .saved where ended.isEmpty:
            message = StatusMessage("everything is saved: \(Plural.count(sequence, "step"))")
        case .saved, .saving: message = StatusMessage("writing…")
        }
        return ended + keepsProgress
    }

    /// Leaves; asks first where something is being worked out or is not on disk.
    mutating func quit() -> [ReviewEffect] {
        let ended = endStroke()
        if let running = region.running {
            mode = .question(.quitWorking(running.name))
            return ended
        }
        if case .failed = saveState {
            mode = .question(.quitUnsaved)
            return ended
        }
        return ended + keepsProgress + [.quit]
    }

    /// The masks as they stand.
    var masks: [StructureName: Mask] {
        Dictionary(structures.map { ($0.name, $0.mask) }) { first, _ in first }
    }

    /// The masks that are filed. A structure that was added and is empty says nothing: whoever added it may not have come
    /// to it yet, and a model that knows it must not learn that it is not there.
    private var filedMasks: [StructureName: Mask] {
        masks.filter { name, mask in
            !mask.isEmpty || !structures.contains { $0.name == name && $0.isAdded }
        }
    }

    /// The slices that differ from the prediction in a structure that was proposed. What was drawn of others does not mean
    /// that somebody has looked at these there.
    private var touchedSlices: Set<Int> {
        structures.filter { !$0.isAdded }.reduce(into: []) { $0.formUnion($1.editedSlices) }
    }

    mutating func leave(_ effect: ReviewEffect) -> [ReviewEffect] {
        let ended = endStroke()
        if case .failed(let reason) = saveState {
            return ended + warn("some edits are not saved yet (\(reason)); resolve that first, or :quit! to lose them")
        }
        return ended + keepsProgress + [effect]
    }

    mutating func file(_ status: CorrectionStatus, reason: String?, comment: String? = nil) -> [ReviewEffect] {
        let ended = endStroke()
        if let obstacle { return ended + warn(obstacle) }
        guard let model, !structures.isEmpty else { return ended + warn("there are no masks to judge yet") }
        if case .failed(let reason) = saveState {
            return ended + warn("some edits are not saved (\(reason)); nothing can be filed until they are")
        }
        // A stroke that was still under way may have made the first difference.
        let final = status == .accepted && !editedSlices.isEmpty ? .corrected : status
        phase = .filing(final)
        var draft = FilingRequest(
            status: final, reason: reason, masks: filedMasks,
            predictions: Dictionary(structures.filter { !$0.isAdded }.map { ($0.name, $0.prediction) }) { first, _ in
                first
            },
            tolerances: Dictionary(structures.map { ($0.name, $0.tolerance) }) { first, _ in first },
            slicesTouched: touchedSlices.sorted(), progress: progress, model: model, sequence: sequence)
        draft.comment = comment
        return ended + [.file(draft)]
    }
}
