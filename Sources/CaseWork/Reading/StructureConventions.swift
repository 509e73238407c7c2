import Cases
import ImageValues

/// How other programs name structures, and the colours that structures have in files: read when a file needs them, so
/// that a damaged table spoils nothing else.
package struct StructureConventions: Sendable {
    /// The names that other programs use, read for files with foreign names only.
    package let aliases: @Sendable () throws -> StructureAliases
    /// The colours of structures, read for files that state colours only.
    package let colours: @Sendable () throws -> @Sendable (StructureName) -> RTColour
    /// The colours that structures have where nobody has chosen others.
    private let shipped: @Sendable () throws -> @Sendable (StructureName) -> RTColour

    /// Conventions as they are read when they are needed.
    /// - Parameter shipped: the colours where nobody has chosen others; `nil` where those of `colours` are.
    package init(
        aliases: @escaping @Sendable () throws -> StructureAliases,
        colours: @escaping @Sendable () throws -> @Sendable (StructureName) -> RTColour,
        shipped: (@Sendable () throws -> @Sendable (StructureName) -> RTColour)? = nil
    ) {
        self.aliases = aliases
        self.colours = colours
        self.shipped = shipped ?? colours
    }

    /// The same with the colours that somebody gave to the structures of a case.
    package func coloured(by listing: StructureListing?) -> StructureConventions {
        let own = Dictionary(
            (listing?.entries ?? []).compactMap { entry in
                entry.colour.map { (entry.name, RTColour(red: $0.red, green: $0.green, blue: $0.blue)) }
            }
        ) { first, _ in first }
        guard !own.isEmpty else { return self }
        return StructureConventions(
            aliases: aliases,
            colours: { [colours] in
                let usual = try colours()
                return { own[$0] ?? usual($0) }
            }, shipped: shipped)
    }

    /// The colours of structures that somebody has chosen, for the case or for a department, in words; empty where nobody
    /// has. Other colours make another object: an archive never gets two with one name.
    func ownColours(of names: some Sequence<StructureName>) throws -> String {
        let (colours, shipped) = (try colours(), try shipped())
        return names.filter { colours($0) != shipped($0) }.map { name in
            let colour = colours(name)
            return "\(name) \(colour.red) \(colour.green) \(colour.blue)"
        }.sorted().joined(separator: ", ")
    }
}
