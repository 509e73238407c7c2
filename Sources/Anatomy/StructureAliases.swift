/// Other names of structures, as departments and planning systems write them: `Left Lung` for `Lung_L`.
///
/// Names are compared without case and without anything but letters and digits, so that `LUNG-LEFT`, `lung left` and
/// `Lung_Left` are one. An alias belongs to one structure only: left and right can never be mixed up by it.
public struct StructureAliases: Hashable, Sendable {
    /// Why a list of aliases is not usable.
    public struct Conflict: Error, Hashable, Sendable, CustomStringConvertible {
        /// The alias as it was written.
        public let alias: String
        /// The structures that claim it.
        public let structures: [StructureName]

        /// One sentence for the user.
        public var description: String {
            "“\(alias)” is an alias of \(structures.map(\.rawValue).joined(separator: " and of "))"
        }
    }

    private let names: [String: StructureName]

    /// No aliases: every name stands for itself.
    public init() { names = [:] }

    /// Aliases by structure; a structure's own name is one of its aliases.
    /// - Throws: ``Conflict`` if two structures claim one alias.
    public init(_ aliases: [StructureName: [String]]) throws(Conflict) {
        var names: [String: StructureName] = [:]
        for structure in aliases.keys.sorted() {
            for alias in [structure.rawValue] + (aliases[structure] ?? []) {
                let key = Self.key(alias)
                guard !key.isEmpty else { continue }
                if let other = names[key], other != structure {
                    throw Conflict(alias: alias, structures: [other, structure])
                }
                names[key] = structure
            }
        }
        self.names = names
    }

    /// These aliases and another list's, which goes before them where both claim a name.
    public func adding(_ others: StructureAliases) -> StructureAliases {
        StructureAliases(names: names.merging(others.names) { $1 })
    }

    /// Names of which each is one structure's only.
    init(claims: [(structure: StructureName, names: [String])]) {
        names = claims.reduce(into: [:]) { all, claim in
            for name in claim.names { all[Self.key(name)] = claim.structure }
        }
    }

    private init(names: [String: StructureName]) { self.names = names }

    /// The TG-263 name of a structure that a file calls `name`; the name itself where it is nobody's alias.
    public func structure(named name: String) -> StructureName {
        names[Self.key(name)] ?? StructureName(rawValue: name)
    }

    /// The names of a file's structures. Where two would get one name, the first that is written as in TG-263 gets it,
    /// otherwise the first of all, and the others keep their own: two contours are never made one.
    /// - Returns: as many names as were given, in their order.
    public func structures(named given: [String]) -> [StructureName] {
        let wanted = given.map(structure(named:))
        var owner: [StructureName: Int] = [:]
        for (index, name) in wanted.enumerated() {
            if owner[name] == nil || (given[index] == name.rawValue && given[owner[name] ?? 0] != name.rawValue) {
                owner[name] = index
            }
        }
        return wanted.enumerated().map { index, name in
            owner[name] == index ? name : StructureName(rawValue: given[index])
        }
    }

    /// Small letters and digits: what is compared of a name.
    static func key(_ name: String) -> String {
        String(name.lowercased().unicodeScalars.filter { $0.properties.isAlphabetic || ("0"..."9").contains($0) })
    }
}
