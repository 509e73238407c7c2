import TOMLKit

/// TOML as plain Swift values; errors name the file and the line.
enum TomlText {
    /// A file as TOML.
    static func table(_ text: String, place: String) throws(SettingsError) -> TOMLTable {
        do throws(TomlGrammar.Fault) {
            try TomlGrammar.check(text)
        } catch {
            throw SettingsError(place, "line \(error.line) is not TOML: \(error.reason)")
        }
        do {
            return try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw SettingsError(
                place, "line \(error.source.begin.line) is not TOML: \(error.description)")
        } catch {
            throw SettingsError(place, "is not TOML: \(error)")
        }
    }

    /// A file's entries by section; the entries above the first section are in section "", those of `[a.b]` in "a.b".
    /// - Parameter pairs: the section in which two whole numbers in brackets are one value, with a space between them.
    static func sections(
        _ text: String, place: String, pairs: String? = nil
    ) throws(SettingsError) -> [String: [String: String]] {
        let table = try table(text, place: place)
        var sections: [String: [String: String]] = [:]
        for (key, value) in table.entries {
            if let inner = value.table {
                for (name, entry) in inner.entries {
                    if let deeper = entry.table {
                        for (last, entry) in deeper.entries {
                            guard let scalar = scalar(entry) else {
                                throw SettingsError(
                                    place, "[\(key).\(name)] \(last) must be a text, a number, or true or false")
                            }
                            sections["\(key).\(name)", default: [:]][last] = scalar
                        }
                        continue
                    }
                    guard let scalar = scalar(entry) ?? (key == pairs ? pair(entry) : nil) else {
                        throw SettingsError(place, "[\(key)] \(name) must be a text, a number, or true or false")
                    }
                    sections[key, default: [:]][name] = scalar
                }
            } else if let scalar = scalar(value) {
                sections["", default: [:]][key] = scalar
            } else {
                throw SettingsError(place, "\(key) must be a text, a number, or true or false")
            }
        }
        return sections
    }

    private static func scalar(_ value: any TOMLValueConvertible) -> String? {
        if let text = value.string { return text }
        if let number = value.int { return String(number) }
        if let number = value.double { return String(number) }
        if let flag = value.bool { return String(flag) }
        return nil
    }

    private static func pair(_ value: any TOMLValueConvertible) -> String? {
        guard let list = value.array, list.count == 2, let one = list[0].int, let other = list[1].int else {
            return nil
        }
        return "\(one) \(other)"
    }
}

extension TOMLTable {
    /// Names and values. TOMLKit's own iteration lists all names again for each of them, and keeps every list for good.
    var entries: [(key: String, value: any TOMLValueConvertible)] {
        keys.compactMap { key in self[key].map { (key, $0) } }
    }
}
