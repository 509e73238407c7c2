import Review
import TerminalKit

extension ResourceFolder {
    /// Reads a theme by name or path.
    /// - Throws: ``SettingsError`` naming the file and every key that is wrong.
    public func theme(_ name: String) throws(SettingsError) -> Theme {
        let (text, place) = try text(of: name, kind: "themes")
        var entries: [String: String] = [:]
        for (section, values) in try TomlText.sections(text, place: place) {
            for (key, value) in values { entries[section.isEmpty ? key : "\(section).\(key)"] = value }
        }
        do {
            return try Theme(name: name, entries: entries)
        } catch {
            throw SettingsError(place, error.description)
        }
    }

    /// Reads a keymap by name or path. Chords may be written in any order of modifiers and in any case.
    /// - Throws: ``SettingsError`` naming the file, the mode and the chord.
    public func keymap(_ name: String) throws(SettingsError) -> Keymap {
        let (text, place) = try text(of: name, kind: "keymaps")
        var entries: [Keymap.Mode: [(chord: String, command: String)]] = [:]
        for (section, values) in try TomlText.sections(text, place: place) {
            guard let mode = Keymap.Mode(rawValue: section) else {
                let known = Keymap.Mode.allCases.map { "[\($0.rawValue)]" }.joined(separator: ", ")
                throw SettingsError(place, "[\(section)] is not a mode; there are \(known)")
            }
            for (text, command) in values {
                guard let chord = KeyChord(parsing: text) else {
                    throw SettingsError(place, "[\(section)] \(text) is not a key, such as j, ctrl-r or shift-up")
                }
                entries[mode, default: []].append((chord.description, command))
            }
        }
        do {
            return try Keymap(entries)
        } catch {
            throw SettingsError(place, error.description)
        }
    }
}
