/// The structures that are usually contoured at a site, such as `thorax`.
public struct StructureTemplate: Hashable, Sendable {
    /// What it is called.
    public let name: String
    /// The structures, in the order in which they are added.
    public let structures: [StructureName]

    /// The templates of a file.
    /// - Throws: ``StructureCatalogueError`` naming the template and what is expected.
    static func templates(_ value: JSONValue?, place: String) throws(StructureCatalogueError) -> [StructureTemplate] {
        guard let value else { return [] }
        guard case .object(let templates) = value else {
            throw StructureCatalogueError(
                place, "\"templates\" must be lists of structures by name: {\"thorax\": [\"Lung_L\", …]}.")
        }
        var found: [StructureTemplate] = []
        for name in templates.keys.sorted() {
            guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }) else {
                throw StructureCatalogueError(
                    place, "“\(name)” is no name of a template. Write letters, digits and dashes.")
            }
            guard case .list(let list)? = templates[name], !list.isEmpty else {
                throw StructureCatalogueError(place, "template \(name) must be a list of structures, not empty.")
            }
            var structures: [StructureName] = []
            for value in list {
                guard case .text(let text) = value, !text.isEmpty,
                    !structures.contains(StructureName(rawValue: text))
                else {
                    throw StructureCatalogueError(
                        place, "template \(name) must have names of structures, each once.")
                }
                structures.append(StructureName(rawValue: text))
            }
            found.append(StructureTemplate(name: name, structures: structures))
        }
        return found
    }
}
