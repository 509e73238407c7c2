import Anatomy
import Commands
import Review
import TerminalKit

extension ResourceFolder {
    /// Reads a theme by name or path. It has to have colours for the lungs; of other structures it goes before the
    /// catalogue.
    /// - Throws: ``SettingsError`` naming the file and every key that is wrong.
    public func theme(
        _ name: String, catalogue: StructureCatalogue = .current
    ) throws(SettingsError) -> Theme {
        let (text, place) = try text(of: name, kind: "themes")
        var entries: [String: String] = [:]
        for (section, values) in try TomlText.sections(text, place: place) {
            for (key, value) in values { entries[section.isEmpty ? key : "\(section).\(key)"] = value }
        }
        do {
            return try Theme(
                name: name, entries: entries,
                requiring: [catalogue.lungs.left.rawValue, catalogue.lungs.right.rawValue],
                others: Dictionary(
                    catalogue.structures.compactMap { facts in
                        facts.colour.flatMap { Colour(hex: $0) }.map { (facts.name.rawValue, $0) }
                    }, uniquingKeysWith: { first, _ in first }))
        } catch {
            throw SettingsError(place, error.description)
        }
    }

    /// Reads a keymap by name or path. Chords may be written in any order of modifiers and in any case; several chords
    /// with spaces between them are pressed one after the other. `base = "default"` above the sections takes over what
    /// that keymap has and this one does not bind itself; an empty command unbinds.
    /// - Throws: ``SettingsError`` naming the file, the mode and the chord.
    public func keymap(_ name: String) throws(SettingsError) -> Keymaps {
        let (entries, place) = try keymapEntries(name, depth: 0)
        do {
            let keymaps = try Keymaps(entries.mapValues { $0.filter { !$0.command.isEmpty } })
            guard let hidden = keymaps.hiddenChords.first else { return keymaps }
            throw SettingsError(place, "[\(hidden)] does nothing, because longer chords begin with it")
        } catch let error as CommandError {
            throw SettingsError(place, error.description)
        } catch let error as SettingsError {
            throw error
        } catch {
            throw SettingsError(place, "\(error)")
        }
    }

    private typealias Entries = [Keymaps.Mode: [(chord: String, command: String)]]

    private func keymapEntries(
        _ name: String, depth: Int
    ) throws(SettingsError) -> (entries: Entries, place: String) {
        let (text, place) = try text(of: name, kind: "keymaps")
        var entries: Entries = [:]
        var base: String?
        for (section, values) in try TomlText.sections(text, place: place) {
            if section.isEmpty {
                base = values["base"]
                if let other = values.keys.sorted().first(where: { $0 != "base" }) {
                    throw SettingsError(place, "\(other) is above the sections, where only base may be")
                }
                continue
            }
            guard let mode = Keymaps.Mode(rawValue: section) else {
                let known = Keymaps.Mode.allCases.map { "[\($0.rawValue)]" }.joined(separator: ", ")
                throw SettingsError(place, "[\(section)] is not a mode; there are \(known)")
            }
            for (text, command) in values {
                let chords = text.split(separator: " ").map { KeyChord(parsing: String($0))?.description }
                guard !chords.isEmpty, !chords.contains(nil) else {
                    throw SettingsError(place, "[\(section)] \(text) is not a key, such as j, ctrl-r or shift-up")
                }
                entries[mode, default: []].append((chords.compactMap { $0 }.joined(separator: " "), command))
            }
        }
        guard let base else { return (entries, place) }
        guard depth < 4 else { throw SettingsError(place, "its base refers back to itself") }
        var all = try keymapEntries(base, depth: depth + 1).entries
        for (mode, pairs) in entries {
            let own = Set(pairs.map(\.chord))
            // A chord of its own also frees the longer chords that the base begins with it, and the other way round.
            all[mode] = (all[mode] ?? []).filter { pair in
                !own.contains(pair.chord)
                    && !own.contains { $0.hasPrefix(pair.chord + " ") || pair.chord.hasPrefix($0 + " ") }
            }
            all[mode, default: []] += pairs
        }
        return (all, place)
    }
}
