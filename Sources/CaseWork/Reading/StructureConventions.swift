import Cases
import ImageValues

/// How other programs name structures, and the colours that structures have in files: read when a file needs them, so
/// that a damaged table spoils nothing else.
package struct StructureConventions: Sendable {
    /// The names that other programs use, read for files with foreign names only.
    package let aliases: @Sendable () throws -> StructureAliases
    /// The colours of structures, read for files that state colours only.
    package let colours: @Sendable () throws -> @Sendable (StructureName) -> RTColour

    /// Conventions as they are read when they are needed.
    package init(
        aliases: @escaping @Sendable () throws -> StructureAliases,
        colours: @escaping @Sendable () throws -> @Sendable (StructureName) -> RTColour
    ) {
        self.aliases = aliases
        self.colours = colours
    }

    /// The same with the colours that somebody gave to the structures of a case.
    package func coloured(by listing: StructureListing?) -> StructureConventions {
        let own = Dictionary(
            (listing?.entries ?? []).compactMap { entry in
                entry.colour.map { (entry.name, RTColour(red: $0.red, green: $0.green, blue: $0.blue)) }
            }
        ) { first, _ in first }
        guard !own.isEmpty else { return self }
        return StructureConventions(aliases: aliases) { [colours] in
            let usual = try colours()
            return { own[$0] ?? usual($0) }
        }
    }
}
