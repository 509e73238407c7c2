import Cases
import Commands
import Editing
import Volumes

/// What undo takes back next. The screen says it and the key does it, so both ask the same function.
public enum NextUndo: Hashable, Sendable {
    /// The newest point of the open contour, on this slice.
    case point(slice: Int)
    /// The newest scribble.
    case scribble
    /// A change of the list of structures, of this name.
    case list(String)
    /// A change that is only shown, of this name.
    case preview(String)
    /// An edit: its name, the structures, the slice it was made on, and how many other slices it changed.
    case edit(name: String, structures: [StructureName], slice: Int, otherSlices: Int = 0)

    /// The same for people, where there is little room for it.
    public var shortText: String {
        guard case .edit(let name, let structures, let slice, let others) = self else { return text }
        let more = others > 0 ? " +\(others)" : ""
        return "undoes \(name) \(structures.map(\.rawValue).joined(separator: " and ")) #\(slice + 1)\(more)"
    }

    /// The same for people.
    public var text: String {
        switch self {
        case .point(let slice): "takes back a point of the contour on slice \(slice + 1)"
        case .scribble: "takes back a scribble"
        case .list(let name): "takes back: \(name)"
        case .preview(let name): "drops the preview of \(name)"
        case .edit(let name, let structures, let slice, let others):
            "undoes \(name) \(structures.map(\.rawValue).joined(separator: " and ")), "
                + EditPlace.text(slice: slice, otherSlices: others)
        }
    }
}

/// Something that undo takes back and that is no edit, with how many edits stood when it was made: what was done last
/// is taken back first.
struct UndoMark: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case point, scribble, list }
    let kind: Kind
    let edits: Int
}

extension ReviewState {
    /// What undo takes back next; `nil` for nothing. Whatever tool is in hand, it is what was done last.
    public var nextUndo: NextUndo? {
        // A preview of scribbles goes with the newest of them.
        if let shown = region.preview, region.scribbles == nil || !shown.job.isOfScribbles {
            return .preview(shown.job.name)
        }
        if let preview { return .preview(preview.name) }
        let steps = history.nextUndo
        if let mark = keys.undoMarks.last, history.count <= mark.edits || steps.isEmpty {
            switch mark.kind {
            case .scribble: return .scribble
            case .list: return structureChanges.last.map { .list($0.name) }
            case .point: return contour.draft.map { .point(slice: $0.slice) }
            }
        }
        guard let first = steps.first else { return nil }
        return .edit(
            name: first.name, structures: steps.map(\.structure), slice: first.slice,
            otherSlices: EditPlace.otherSlices(steps))
    }

    /// Takes back what ``nextUndo`` says.
    mutating func undo() -> [ReviewEffect] {
        let ended = endStroke()
        markForUndo()
        switch nextUndo {
        case .point: return ended + takeBackPoint()
        case .scribble: return ended + undoScribble()
        case .list: return ended + takeBackStructureChange()
        case .preview(let name):
            region.preview = nil
            preview = nil
            message = StatusMessage("dropped the preview of \(name)")
            return ended
        case .edit, nil: return ended + step(.undo)
        }
    }

    /// Keeps up which points and scribbles are pending, and when they were made.
    mutating func markForUndo() {
        // A list that has become what it was before a change, by redoing an edit, holds nothing to take back. While
        // edits stand that came behind the change, it may be another again once they are undone.
        let marked = keys.undoMarks.filter { $0.kind == .list }.map(\.edits)
        while let last = structureChanges.last, last.before == listing {
            let place = structureChanges.count - 1
            if marked.indices.contains(place), marked[place] < history.count, !history.done.isEmpty { break }
            structureChanges.removeLast()
        }
        let pending: [(UndoMark.Kind, Int)] = [
            (.scribble, region.scribbles?.count ?? 0), (.point, contour.draft?.points.count ?? 0),
            (.list, structureChanges.count),
        ]
        for (kind, count) in pending {
            var known = keys.undoMarks.filter { $0.kind == kind }.count
            while known > count, let last = keys.undoMarks.lastIndex(where: { $0.kind == kind }) {
                keys.undoMarks.remove(at: last)
                known -= 1
            }
            for _ in known..<max(known, count) {
                keys.undoMarks.append(UndoMark(kind: kind, edits: history.count))
            }
        }
    }
}
