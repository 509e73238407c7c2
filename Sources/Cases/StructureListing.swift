/// Which structures somebody added to a case, in which order all of them stand, and which have colours of their own. What
/// the masks are is the prediction's and the journal's business; a structure that has a voxel is shown whether it is
/// listed or not.
public struct StructureListing: Hashable, Sendable, Codable {
    /// One structure.
    public struct Entry: Hashable, Sendable, Codable {
        /// Its name.
        public var name: StructureName
        /// Whether it was added: no prediction made it.
        public var isAdded: Bool
        /// Its own colour; `nil` for the theme's.
        public var colour: StructureColour?

        /// An entry from its parts.
        public init(name: StructureName, isAdded: Bool = false, colour: StructureColour? = nil) {
            self.name = name
            self.isAdded = isAdded
            self.colour = colour
        }

        private enum CodingKeys: String, CodingKey {
            case name
            case isAdded = "added"
            case colour
        }
    }

    /// In the order in which they stand.
    public var entries: [Entry]

    /// A listing from its entries.
    public init(_ entries: [Entry]) { self.entries = entries }

    /// The structures that were added.
    public var added: Set<StructureName> { Set(entries.filter(\.isAdded).map(\.name)) }

    /// What is listed of a structure.
    public subscript(name: StructureName) -> Entry? { entries.first { $0.name == name } }

    /// Names in the order of the listing; those that it lacks behind it, in the order of structures.
    public func sorted(_ names: some Sequence<StructureName>) -> [StructureName] {
        let places = Dictionary(entries.enumerated().map { ($1.name, $0) }) { first, _ in first }
        return names.sorted { one, other in
            switch (places[one], places[other]) {
            case (let one?, let other?): one < other
            case (.some, nil): true
            case (nil, .some): false
            case (nil, nil): one < other
            }
        }
    }
}
