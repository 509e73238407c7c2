import Cases

extension ResourceFolder {
    /// The other names of structures, from `recipes/structures.toml`.
    /// - Throws: ``SettingsError`` naming the file, and the alias that two structures claim.
    public func structureAliases() throws(SettingsError) -> StructureAliases {
        let (text, place) = try text(of: "structures", kind: "recipes")
        var aliases: [StructureName: [String]] = [:]
        for (section, values) in try TomlText.sections(text, place: place) {
            guard section.isEmpty else {
                throw SettingsError(place, "[\(section)] is not known; write Lung_L = \"left lung; lung left\"")
            }
            for (structure, list) in values {
                aliases[StructureName(rawValue: structure)] = list.split(separator: ";").map(String.init)
            }
        }
        do {
            return try StructureAliases(aliases)
        } catch {
            throw SettingsError(place, error.description)
        }
    }
}
