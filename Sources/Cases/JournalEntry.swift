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
    /// Which part of an edit it is; `nil` for a whole edit. In entries that were written before parts
    /// were kept, ``name`` ends in it instead: see ``nameAndPart``.
    public let part: EditPart?

    /// An entry from its parts.
    public init(
        kind: Kind, structure: StructureName, name: String, slice: Int, patch: MaskPatch, digestAfter: UInt64,
        part: EditPart? = nil
    ) {
        self.kind = kind
        self.structure = structure
        self.name = name
        self.slice = slice
        self.patch = patch
        self.digestAfter = digestAfter
        self.part = part
    }

    /// The step's name without its part, and its part, wherever that is kept.
    public var nameAndPart: (name: String, part: EditPart?) {
        guard part == nil, let old = EditPart.named(in: name) else { return (name, part) }
        return old
    }
}

extension EditPart {
    /// The name and the part of a step that was written before parts were kept: `split` and 1 of 2 for `split [1/2]`.
    /// `nil` where the name tells of no part.
    public static func named(in name: String) -> (name: String, part: EditPart)? {
        guard name.hasSuffix("]"), let bracket = name.lastIndex(of: "["), name[..<bracket].hasSuffix(" ") else {
            return nil
        }
        let numbers = name[bracket...].dropFirst().dropLast().split(separator: "/")
        guard numbers.count == 2, let number = Int(numbers[0]), let count = Int(numbers[1]),
            let part = EditPart(number, of: count)
        else { return nil }
        return (String(name[..<bracket].dropLast()), part)
    }
}
