import Volumes

/// One step of a review as it is written to the journal before anything else happens.
public struct JournalEntry: Hashable, Sendable {
    /// What kind of step.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// A new edit; drops whatever could be redone.
        case edit
        /// Takes back the newest edit that stands.
        case undo
        /// Does again what was taken back last.
        case redo
    }

    /// What kind of step.
    public let kind: Kind
    /// The structure it changes.
    public let structure: StructureName
    /// What the step is called in the history, e.g. `brush`.
    public let name: String
    /// The slice on which it was made.
    public let slice: Int
    /// The voxels it flips. Empty for nothing: such a step is never written.
    public let patch: MaskPatch
    /// ``Volumes/Mask/digest(ofSlicesTouchedBy:)`` after the step: what a replay must arrive at.
    public let digestAfter: UInt64

    /// An entry from its parts.
    public init(
        kind: Kind, structure: StructureName, name: String, slice: Int, patch: MaskPatch, digestAfter: UInt64
    ) {
        self.kind = kind
        self.structure = structure
        self.name = name
        self.slice = slice
        self.patch = patch
        self.digestAfter = digestAfter
    }
}
