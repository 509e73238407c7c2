import Cases

/// What is done to the list of structures.
public enum StructureAction: Hashable, Sendable {
    /// Adds an empty structure: one of the catalogue by any of its names, or a free name.
    case add(String, StructureColour?)
    /// Deletes a structure that was added; `nil` for the active one.
    case delete(StructureName?)
    /// Gives a structure that was added another name; `nil` for the active one.
    case rename(StructureName?, to: String)
    /// Shows a structure in a colour of its own, or without one in the theme's; `nil` for the active structure.
    case colour(StructureName?, StructureColour?)
    /// Moves the active structure within the list.
    case move(StructureMove)
}

/// Where a structure goes in the list.
public enum StructureMove: String, Hashable, Sendable, CaseIterable {
    /// One place towards the top.
    case up
    /// One place towards the bottom.
    case down
    /// To the top.
    case first
    /// To the bottom.
    case last
}

/// A change of the list of structures that changed no voxel, as undo takes it back.
struct StructureChange: Hashable, Sendable {
    /// What was done.
    let name: String
    /// The list before it.
    let before: StructureListing
    /// Which structure was edited before it.
    let active: StructureName?
}

/// Why a name is none for a structure that is added.
enum StructureNameRule {
    /// Words that commands have a meaning of their own for.
    private static let words: Set<String> = ["next", "previous", "here", "slice", "slices", "3d", "default"]

    /// What is wrong with a name; `nil` for a good one.
    /// - Parameter taken: the names of the other structures and masks of the case.
    static func objection(to name: StructureName, taken: some Sequence<StructureName>) -> String? {
        let text = name.rawValue
        if let other = taken.first(where: { key($0.rawValue) == key(text) }) {
            return other == name
                ? "\(name) is there already" : "\(name) is too much like \(other), which is there already"
        }
        // Names become file names, labels in DICOM, and words of commands.
        let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-+~^.".contains($0)) }
        guard isPlain, let first = text.first, first.isLetter || first.isNumber || "_~".contains(first) else {
            return "“\(text)” is no name: begin with a letter, and use letters, digits, _ - + ~ ^ and . alone"
        }
        guard text.count <= 64, !key(text).isEmpty else { return "a name has 1 to 64 letters and digits" }
        if words.contains(text.lowercased()) || RegionReach(text) != nil {
            return "“\(text)” is a word of commands; choose another name"
        }
        return nil
    }

    /// What is compared of names: nobody should have to tell PTV_1 from ptv1.
    private static func key(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
}
