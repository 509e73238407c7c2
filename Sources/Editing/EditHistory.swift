import Volumes

/// One undoable step.
public struct EditStep<Structure: Hashable & Sendable>: Hashable, Sendable {
    /// Which structure it changed.
    public let structure: Structure
    /// What the step is called, e.g. `brush`.
    public let name: String
    /// The slice it was made on, where undoing it goes.
    public let slice: Int
    /// The voxels it flipped.
    public let patch: MaskPatch
    /// Which part of an edit of several structures it is; `nil` for a whole edit.
    public let part: EditPart?

    /// A step from its parts.
    public init(structure: Structure, name: String, slice: Int, patch: MaskPatch, part: EditPart? = nil) {
        self.structure = structure
        self.name = name
        self.slice = slice
        self.patch = patch
        self.part = part
    }

    /// Whether undoing this step undoes the one before it too.
    var continuesEarlier: Bool { part.map { $0.number > 1 } ?? false }
    /// Whether redoing this step redoes the one behind it too.
    var continuesLater: Bool { part.map { $0.number < $0.count } ?? false }

    /// Roughly how much memory the step holds.
    var byteCount: Int { patch.slices.reduce(128) { $0 + $1.flips.count * 8 + 64 } }
}

/// What can be undone and redone, newest last. Depth is bounded by memory alone; the journal keeps what falls out.
public struct EditHistory<Structure: Hashable & Sendable>: Hashable, Sendable {
    /// The steps that stand, oldest first.
    public private(set) var done: [EditStep<Structure>] = []
    /// The steps taken back, the next to be redone last.
    public private(set) var undone: [EditStep<Structure>] = []
    /// How many bytes of patches are kept before the oldest are dropped.
    public let byteLimit: Int
    private var byteCount = 0
    /// How many of the oldest steps were dropped.
    private var trimmed = 0

    /// How many steps stand, those that were dropped among them: unlike the number of those that are kept, it does not
    /// fall when room is made for new ones.
    public var count: Int { trimmed + done.count }

    /// An empty history.
    public init(byteLimit: Int = 256 << 20) { self.byteLimit = byteLimit }

    /// Takes in a new step and forgets what could be redone. A step that flips nothing is ignored.
    public mutating func record(_ step: EditStep<Structure>) {
        guard !step.patch.isEmpty else { return }
        byteCount -= undone.reduce(0) { $0 + $1.byteCount }
        undone.removeAll()
        done.append(step)
        byteCount += step.byteCount
        while byteCount > byteLimit, done.count > 1 { dropOldest() }
        // Of an edit that lost its beginning nothing can be undone.
        while let first = done.first, first.continuesEarlier { dropOldest() }
    }

    private mutating func dropOldest() {
        byteCount -= done.removeFirst().byteCount
        trimmed += 1
    }

    /// The steps that are undone next, in the order they are taken back: one, or all parts of an edit.
    public var nextUndo: [EditStep<Structure>] {
        var steps: [EditStep<Structure>] = []
        for step in done.reversed() {
            steps.append(step)
            if !step.continuesEarlier { break }
        }
        return steps
    }

    /// The steps that are redone next, in the order they are done again: one, or all parts of an edit.
    public var nextRedo: [EditStep<Structure>] {
        var steps: [EditStep<Structure>] = []
        for step in undone.reversed() {
            steps.append(step)
            if !step.continuesLater { break }
        }
        return steps
    }

    /// Takes back the newest step: the caller applies its patch once more.
    public mutating func undo() -> EditStep<Structure>? {
        guard let step = done.popLast() else { return nil }
        undone.append(step)
        return step
    }

    /// Does again what was taken back last: the caller applies its patch once more.
    public mutating func redo() -> EditStep<Structure>? {
        guard let step = undone.popLast() else { return nil }
        done.append(step)
        return step
    }
}
