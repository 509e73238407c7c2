import Cases
import MaskChecks
import Volumes

/// What a check of one structure found.
public struct SanityReport: Hashable, Sendable {
    /// The edit count of the mask that was checked; older than the structure's means stale.
    public var edit: Int
    /// What is suspicious, the most serious first.
    public var warnings: [SanityWarning]

    /// A report from its parts.
    public init(edit: Int, warnings: [SanityWarning]) {
        self.edit = edit
        self.warnings = warnings
    }
}

extension ReviewState {
    /// All warnings with their structures, in the order of the structures.
    public var warnings: [(structure: StructureName, warning: SanityWarning)] {
        structures.flatMap { structure in structure.warnings.map { (structure.name, $0) } }
    }

    /// What is found at once of structures whose check has not arrived yet, and is not known from an older one: nobody
    /// accepts an empty organ or two organs in one place because they were quick.
    var uncheckedWarnings: [(structure: StructureName, warning: SanityWarning)] {
        let check = SanityCheck()
        let known = Set(warnings.map { [$0.structure.rawValue, $0.warning.text].joined(separator: " ") })
        var found: [(structure: StructureName, warning: SanityWarning)] = []
        for (i, structure) in structures.enumerated() where !structure.isChecked {
            if let warning = check.emptiness(structure.name, structure.mask, structure.prediction) {
                found.append((structure.name, warning))
            }
            for (j, other) in structures.enumerated() where j != i && (other.isChecked || j > i) {
                if let warning = try? check.overlap(structure.name, structure.mask, (other.name, other.mask)) {
                    found.append((structure.name, warning))
                }
            }
        }
        return found.filter { !known.contains("\($0.structure.rawValue) \($0.warning.text)") }
    }

    /// Takes in a check; one that is older than what is known is dropped.
    mutating func receive(_ report: SanityReport, for name: StructureName) {
        guard let i = structures.firstIndex(where: { $0.name == name }), report.edit <= structures[i].edit,
            report.edit >= structures[i].sanity?.edit ?? 0
        else { return }
        structures[i].sanity = report
        // What two structures have to do with one another is said once, as the newest check of either found it.
        for j in structures.indices where j != i {
            structures[j].sanity?.warnings.removeAll { $0.concerns(name) }
        }
    }
}
