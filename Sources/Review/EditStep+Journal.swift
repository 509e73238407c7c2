import Cases
import Editing

// A journal entry changes one structure. An edit of several takes an entry each, written to the store in one go; that
// they belong together is told by their names: `split [1/2]`, `split [2/2]`.
extension EditStep where Structure == StructureName {
    /// The name that the journal knows the step by.
    public var journalName: String { part.map { "\(name) [\($0.number)/\($0.count)]" } ?? name }

    /// The step that a journal entry tells of.
    public init(_ entry: JournalEntry) {
        let (name, part) = Self.split(entry.name)
        self.init(structure: entry.structure, name: name, slice: entry.slice, patch: entry.patch, part: part)
    }

    private static func split(_ journalName: String) -> (name: String, part: EditPart?) {
        guard journalName.hasSuffix("]"), let bracket = journalName.lastIndex(of: "["),
            journalName[..<bracket].hasSuffix(" ")
        else { return (journalName, nil) }
        let numbers = journalName[bracket...].dropFirst().dropLast().split(separator: "/")
        guard numbers.count == 2, let number = Int(numbers[0]), let count = Int(numbers[1]),
            let part = EditPart(number, of: count)
        else { return (journalName, nil) }
        return (String(journalName[..<bracket].dropLast()), part)
    }
}
