import Models
import TOMLKit

extension ResourceFolder {
    /// Reads a recipe by name or path.
    /// - Throws: ``SettingsError`` naming the file and the key that is wrong.
    public func recipe(_ name: String) throws(SettingsError) -> Recipe {
        let (text, place) = try text(of: name, kind: "recipes")
        return try Self.recipe(text, place: place)
    }

    /// Reads a recipe from TOML.
    /// - Parameter place: what errors call it.
    /// - Throws: ``SettingsError`` naming the key that is wrong.
    public static func recipe(_ text: String, place: String) throws(SettingsError) -> Recipe {
        var entries: [String: [String: RecipeValue]] = [:]
        for (key, value) in try TomlText.table(text, place: place).entries {
            if let section = value.table {
                entries[key] = [:]
                for (name, entry) in section.entries {
                    entries[key]?[name] = try recipeValue(entry, "[\(key)] \(name)", place)
                }
            } else {
                entries["", default: [:]][key] = try recipeValue(value, key, place)
            }
        }
        do {
            return try Recipe(entries: entries)
        } catch {
            throw SettingsError(place, error.description)
        }
    }

    private static func recipeValue(
        _ value: any TOMLValueConvertible, _ name: String, _ place: String
    ) throws(SettingsError) -> RecipeValue {
        if let text = value.string { return .text(text) }
        if let flag = value.bool { return .flag(flag) }
        if let number = value.int { return .number(Double(number)) }
        if let number = value.double { return .number(number) }
        if let array = value.array {
            var values: [RecipeValue] = []
            for element in array { values.append(try recipeValue(element, name, place)) }
            return .list(values)
        }
        throw SettingsError(place, "\(name) must be a text, a number, true or false, or a list of them")
    }
}
