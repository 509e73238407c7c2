import Anatomy
import Foundation

extension ResourceFolder {
    /// The other names of structures: the catalogue's, and before them those of `recipes/structures.toml`, where a
    /// department keeps one.
    /// - Throws: ``SettingsError`` naming the file, and the alias that two structures claim.
    public func structureAliases(
        of catalogue: StructureCatalogue = .current
    ) throws(SettingsError) -> StructureAliases {
        let file = url.appendingPathComponent("recipes/structures.toml")
        guard FileManager.default.fileExists(atPath: file.path) else { return catalogue.aliases }
        let (text, place) = try text(of: "structures", kind: "recipes")
        var aliases: [StructureName: [String]] = [:]
        for (section, values) in try TomlText.sections(text, place: place) {
            guard section.isEmpty else {
                throw SettingsError(place, "[\(section)] is not known; write Lung_L = \"left lung; lung left\"")
            }
            for (structure, list) in values {
                let (name, texts) = (StructureName(rawValue: structure), list.split(separator: ";").map(String.init))
                for text in texts {
                    if let why = catalogue.objection(toAlias: text, of: name) { throw SettingsError(place, why) }
                }
                aliases[name] = texts
            }
        }
        do {
            return catalogue.aliases.adding(try StructureAliases(aliases))
        } catch {
            throw SettingsError(place, error.description)
        }
    }

    /// The department's own structures, where it has any.
    public var structures: URL { url.appendingPathComponent("structures.json") }
}

extension StructureCatalogue {
    /// The built-in catalogue with the structures of files, each on top of those before it. A file that is not there
    /// adds nothing.
    /// - Throws: ``SettingsError`` naming the file, the entry and how to mend it.
    public static func reading(_ files: [URL]) throws(SettingsError) -> StructureCatalogue {
        var catalogue = builtIn
        for file in files where FileManager.default.fileExists(atPath: file.path) {
            guard let data = FileManager.default.contents(atPath: file.path), data.count < 1 << 20 else {
                throw SettingsError(file.path, "cannot be read")
            }
            do {
                catalogue = try catalogue.adding(data, place: file.path)
            } catch {
                throw SettingsError(error.place, error.what)
            }
        }
        return catalogue
    }
}
