import Cases
import Editing

// A journal entry changes one structure. An edit of several takes an entry each, written to the store in one go, and
// each says which part of the edit it is.
extension EditStep where Structure == StructureName {
    /// The step that a journal entry tells of.
    public init(_ entry: JournalEntry) {
        let (name, part) = entry.nameAndPart
        self.init(structure: entry.structure, name: name, slice: entry.slice, patch: entry.patch, part: part)
    }
}
