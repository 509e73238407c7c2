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
    /// Adds the structures of a site that the case has not.
    case template(String)
    /// Loads structures of a file, all or those that are named: as structures that were added, or for orientation alone.
    case load(path: String, [StructureName], asReference: Bool)
}

/// Structures that were read from a file for the case under review.
public struct LoadedStructures: Hashable, Sendable {
    /// The file's name.
    public let file: String
    /// The masks on the case's grid, in the order of structures.
    public let masks: [ContextMask]
    /// Whether they are for orientation alone.
    public let isReference: Bool
    /// What there is to know of them, one sentence each.
    public let notes: [String]

    /// Structures from their parts.
    public init(file: String, masks: [ContextMask], isReference: Bool, notes: [String]) {
        self.file = file
        self.masks = masks
        self.isReference = isReference
        self.notes = notes
    }
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

/// A structure that was taken out of the list, and where it stood.
struct RemovedStructure: Hashable, Sendable {
    var structure: StructureState
    let place: Int
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
    /// - Parameters:
    ///   - taken: the names of the other structures and masks of the case.
    ///   - isOfFile: whether a file has it, so that nobody chose it here: then it may be any that can be kept.
    static func objection(
        to name: StructureName, taken: some Sequence<StructureName>, isOfFile: Bool = false
    ) -> String? {
        let text = name.rawValue
        if let other = taken.first(where: { key($0.rawValue) == key(text) }) {
            return other == name
                ? "\(name) is there already" : "\(name) is too much like \(other), which is there already"
        }
        // Names become file names, labels in DICOM, and words of commands.
        if isOfFile {
            let isSafe = text.unicodeScalars.allSatisfy { $0.value >= 32 && $0 != "/" && $0 != "\\" && $0 != "\"" }
            return isSafe && !text.hasPrefix(".") && (1...64).contains(text.count) && !key(text).isEmpty
                ? nil : "“\(text)” cannot be a structure's name here"
        }
        let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-+~^.".contains($0)) }
        guard isPlain, let first = text.first, first.isLetter || first.isNumber || "_~".contains(first) else {
            return
                "“\(text)” is no name: begin with a letter, a digit, _ or ~, and use letters, digits, _ - + ~ ^ and . alone"
        }
        guard text.count <= 64, !key(text).isEmpty else { return "a name has 1 to 64 letters and digits" }
        if ExpressionText.isLength(text) { return "“\(text)” reads as a length in millimetres; choose another name" }
        if words.contains(text.lowercased()) || RegionReach(text) != nil {
            return "“\(text)” is a word of commands; choose another name"
        }
        return nil
    }

    /// What is compared of names: nobody should have to tell PTV_1 from ptv1.
    private static func key(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
}
