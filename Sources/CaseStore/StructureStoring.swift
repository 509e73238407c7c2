import Cases
import Foundation

/// What was added to the structures of cases, and how they are listed. Nothing of it is ever changed or deleted: the
/// newest listing counts, and the log has them all.
public protocol StructureStoring: Sendable {
    /// Keeps a listing as its case's newest. A second reader's reading has one of its own.
    /// - Throws: ``CaseStoreError/leaseLost(_:takenBy:)``; ``CaseStoreError/invalid(what:reason:)`` for a structure that
    ///   is listed twice or has no name.
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
            guard names.insert(entry.name.rawValue.lowercased()).inserted else {
                throw .invalid(what: "list of structures", reason: "\(entry.name) is there twice")
            }
        }
    }

    /// What the log says of it.
    package var logged: [String: String] {
        [
            "structures": entries.map(\.name.rawValue).joined(separator: " "),
            "added": entries.filter(\.isAdded).map(\.name.rawValue).joined(separator: " "),
        ]
    }
}
