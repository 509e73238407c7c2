import Volumes

/// Why a journal cannot be replayed past a step.
public struct ReplayFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with the step.
    public enum Reason: Hashable, Sendable {
        /// The step flips voxels of a grid of another size.
        case wrongGrid(expected: GridSize, found: GridSize)
        /// The voxels after the step are not those that were there when it was written.
        case digestMismatch
        /// An undo where no edit stands.
        case nothingToUndo
        /// A redo where nothing was taken back.
        case nothingToRedo
        /// An undo or redo that is not of the edit whose turn it is.
        case notTheEditInTurn
    }

    /// The step's number in the journal, from 1. The steps before it are sound.
    public let sequence: Int
    /// What is wrong with it.
    public let reason: Reason

    /// A failure from its parts.
    public init(sequence: Int, reason: Reason) {
        self.sequence = sequence
        self.reason = reason
    }

    /// One sentence for the user.
    public var description: String {
        let what =
            switch reason {
            case .wrongGrid(let expected, let found):
                "is for a grid of \(found.x)×\(found.y)×\(found.z), not \(expected.x)×\(expected.y)×\(expected.z)"
            case .digestMismatch: "does not lead to the voxels that were there when it was written"
            case .nothingToUndo: "undoes an edit, but there is none to undo"
            case .nothingToRedo: "redoes an edit, but none was undone"
            case .notTheEditInTurn: "is not of the edit whose turn it is"
            }
        return "Step \(sequence) of the review \(what); the steps before it are intact."
    }
}

/// A review as its journal tells it: the masks after every step so far, and what can be undone and redone.
///
/// Pure: the same base and steps always give the same value. An edit pushes itself and drops what could be redone;
/// an undo flips the newest standing edit's voxels back; a redo flips those of the edit that was taken back last.
/// Every step is checked against the digest that was written with it.
public struct ReplayedSession: Hashable, Sendable {
    /// The case's grid.
    public let geometry: GridGeometry
    /// The masks as they are now. A structure that was not there at the start begins empty.
    public private(set) var masks: [StructureName: Mask]
    /// The edits that stand, oldest first; the last is undone next.
    public private(set) var standing: [JournalEntry] = []
    /// The edits that were taken back; the last is redone next.
    public private(set) var redoable: [JournalEntry] = []
    /// How many steps were replayed.
    public private(set) var length = 0

    /// A review of which no step was made.
    /// - Throws: ``Volumes/VolumesError/gridsDiffer(_:)`` if a mask is not on the case's grid.
    public init(geometry: GridGeometry, base: [StructureName: Mask]) throws(VolumesError) {
        for mask in base.values { try geometry.requireSame(as: mask.geometry) }
        self.geometry = geometry
        self.masks = base
    }

    /// Takes one step, or throws and stays as it was.
    /// - Complexity: O(words of the touched slices).
    public mutating func apply(_ entry: JournalEntry) throws(ReplayFailure) {
        let sequence = length + 1
        func fail(_ reason: ReplayFailure.Reason) -> ReplayFailure { ReplayFailure(sequence: sequence, reason: reason) }
        switch entry.kind {
        case .edit: break
        case .undo:
            guard let edit = standing.last else { throw fail(.nothingToUndo) }
            guard edit.isOfSameVoxels(as: entry) else { throw fail(.notTheEditInTurn) }
        case .redo:
            guard let edit = redoable.last else { throw fail(.nothingToRedo) }
            guard edit.isOfSameVoxels(as: entry) else { throw fail(.notTheEditInTurn) }
        }
        var mask = masks[entry.structure] ?? Mask(geometry: geometry)
        do { try mask.apply(entry.patch) } catch {
            throw fail(.wrongGrid(expected: geometry.size, found: entry.patch.size))
        }
        guard mask.digest(ofSlicesTouchedBy: entry.patch) == entry.digestAfter else { throw fail(.digestMismatch) }
        masks[entry.structure] = mask
        length = sequence
        switch entry.kind {
        case .edit:
            standing.append(entry)
            redoable = []
        case .undo: redoable.append(standing.removeLast())
        case .redo: standing.append(redoable.removeLast())
        }
    }

    /// Takes steps in order, up to the first that fails; what was taken stays.
    /// - Returns: why it stopped, or `nil` if every step was taken.
    public mutating func apply(_ entries: some Sequence<JournalEntry>) -> ReplayFailure? {
        for entry in entries {
            do throws(ReplayFailure) { try apply(entry) } catch { return error }
        }
        return nil
    }
}

extension JournalEntry {
    /// Whether an undo or redo is of this edit: flipping is its own inverse, so the patches are equal.
    fileprivate func isOfSameVoxels(as other: JournalEntry) -> Bool {
        structure == other.structure && patch == other.patch
    }
}
