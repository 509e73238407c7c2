import Cases
import Foundation

/// What was added to the structures of cases, and how they are listed. Nothing of it is ever changed or deleted: the
/// newest listing counts, and the log tells of them all.
public protocol StructureStoring: Sendable {
    /// Keeps a listing as its case's newest. A second reader's reading has one of its own.
    /// - Throws: ``CaseStoreError/leaseLost(_:takenBy:)``; ``CaseStoreError/invalid(what:reason:)`` for a structure that
    ///   is listed twice, letter for letter, or has no name.
    func keep(_ listing: StructureListing, lease: CaseLease, now: Date) throws(CaseStoreError)

    /// The newest listing of a case; `nil` where nothing was ever added, ordered or coloured.
    func structureListing(of id: CaseID) throws(CaseStoreError) -> StructureListing?
}

extension StructureListing {
    /// - Throws: ``CaseStoreError/invalid(what:reason:)``.
    package func requireValid() throws(CaseStoreError) {
        var names: Set<String> = []
        for entry in entries {
            guard !entry.name.rawValue.isEmpty else {
                throw .invalid(what: "list of structures", reason: "a structure has no name")
            }
            // Names that differ in a capital alone are two: a model or a file may have both.
            guard names.insert(entry.name.rawValue).inserted else {
                throw .invalid(what: "list of structures", reason: "\(entry.name) is there twice")
            }
        }
    }

    /// What the log says of it: how many there are, and not their names, which may be those of a file and hold anything.
    /// Logs of before have the names.
    package var logged: [String: String] {
        [
            "structures": String(entries.count), "added": String(added.count),
            "coloured": String(entries.count { $0.colour != nil }),
        ]
    }
}
