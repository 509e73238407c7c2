/// Why a catalogue of structures is not usable.
public struct StructureCatalogueError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let place: String
    /// What is wrong and how to mend it, as sentences that name the entry.
    public let what: String

    /// An error from its parts.
    init(_ place: String, _ what: String) {
        self.place = place
        self.what = what
    }

    /// For the user.
    public var description: String { "\(place): \(what)" }
}
