import Foundation

/// A file of structures, read and not yet checked against others: `{"structures": [{"name": "Aorta", …}, …]}`.
///
/// An entry of a structure that is listed before changes the facts that it gives, and `null` forgets one; any other adds
/// a structure.
struct StructureFile {
    /// Where it comes from, for errors.
    let place: String
    private let families: [StructureFamily]
    private let entries: [StructureEntry]
    private let templates: [StructureTemplate]

    /// Reads a file's content.
    /// - Throws: ``StructureCatalogueError`` naming the entry and the key that cannot be read, and what is expected.
    init(_ data: Data, place: String) throws(StructureCatalogueError) {
        self.place = place
        let root: JSONValue
        do {
            root = try JSONDecoder().decode(JSONValue.self, from: data)
        } catch {
            throw StructureCatalogueError(place, "it is not JSON. \(Self.reason(error))")
        }
        guard case .object(let keys) = root, case .list(let list) = keys["structures"] else {
            throw StructureCatalogueError(
                place, "it has no list of structures. Write {\"structures\": [{\"name\": …}]}.")
        }
        if let other = keys.keys.sorted().first(where: {
            !["comment", "families", "structures", "templates"].contains($0)
        }) {
            throw StructureCatalogueError(
                place,
                "“\(other)” is not known beside \"structures\" and \"templates\". Take it out, or write \"comment\".")
        }
        var entries: [StructureEntry] = []
        for (index, value) in list.enumerated() {
            let entry = try StructureEntry(value, number: index + 1, place: place)
            guard !entries.contains(where: { $0.name == entry.name }) else {
                throw StructureCatalogueError(place, "\(entry.name) is listed twice. Make one entry of the two.")
            }
            entries.append(entry)
        }
        self.entries = entries
        families = try Self.families(keys["families"], place: place)
        templates = try StructureTemplate.templates(keys["templates"], place: place)
    }

    /// A catalogue of this file's structures, on top of those of another one.
    /// - Throws: ``StructureCatalogueError`` naming the entry that cannot be.
    func catalogue(on base: StructureCatalogue? = nil) throws(StructureCatalogueError) -> StructureCatalogue {
        guard base == nil || families.isEmpty else {
            throw StructureCatalogueError(place, "\"families\" are the program's own. Take them out.")
        }
        var facts = base?.structures ?? []
        for entry in entries {
            if let index = facts.firstIndex(where: { $0.name == entry.name }) {
                facts[index] = try entry.applied(to: facts[index])
            } else {
                facts.append(try entry.applied(to: StructureFacts(name: entry.name)))
            }
        }
        let known = base?.templates.filter { old in !templates.contains { $0.name == old.name } } ?? []
        return try StructureCatalogue(
            facts, families: base?.families ?? families,
            templates: (known + templates).sorted { $0.name < $1.name }, place: place)
    }

    private static func reason(_ error: any Error) -> String {
        guard case DecodingError.dataCorrupted(let context) = error else { return "Check its brackets and commas." }
        let cause = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"] as? String
        return (cause ?? context.debugDescription) + " Check the brackets, commas and quotes there."
    }

    private static func families(
        _ value: JSONValue?, place: String
    ) throws(StructureCatalogueError) -> [StructureFamily] {
        guard let value else { return [] }
        guard case .list(let list) = value else {
            throw StructureCatalogueError(place, "\"families\" must be a list.")
        }
        var families: [StructureFamily] = []
        for (index, value) in list.enumerated() {
            let entry = "family \(index + 1)"
            guard case .object(let keys) = value, case .text(let type) = keys["interpreted_type"] else {
                throw StructureCatalogueError(place, "\(entry) has no \"interpreted_type\".")
            }
            let code = try keys["neoplasm"].map { value throws(StructureCatalogueError) in
                try StructureEntry.code(value, "\(entry): neoplasm", place)
            }
            switch (keys["prefix"], keys["name"]) {
            case (.text(let text), nil):
                families.append(
                    StructureFamily(
                        text: text.uppercased(), isWholeName: false, interpretedType: type, neoplasm: code))
            case (nil, .text(let text)):
                families.append(
                    StructureFamily(text: text.uppercased(), isWholeName: true, interpretedType: type, neoplasm: code))
            default: throw StructureCatalogueError(place, "\(entry) must have a \"prefix\" or a \"name\".")
            }
        }
        return families
    }
}

extension StructureCatalogue {
    /// This catalogue with the structures of a file.
    /// - Parameters:
    ///   - file: JSON as USAGE.md describes it.
    ///   - place: what errors call it.
    /// - Throws: ``StructureCatalogueError`` naming the file, the entry, and how to mend it.
    public func adding(_ file: Data, place: String) throws(StructureCatalogueError) -> StructureCatalogue {
        try StructureFile(file, place: place).catalogue(on: self)
    }
}
