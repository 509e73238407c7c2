import Anatomy
import Cases
import Foundation
import PatientView
import Review
import Volumes

/// What a user sets once, in `$XDG_CONFIG_HOME/pleura/config.toml`. Everything has a default; a file is not needed.
public struct UserSettings: Hashable, Sendable {
    /// Who reviews: goes into every correction. By default the login name.
    public var reviewer: String?
    /// What the department calls the place that cases come from whose site nobody names; `nil` for no name.
    public var site: String?
    /// The theme's name or path.
    public var theme = "dark"
    /// The keymap's name or path.
    public var keymap = "default"
    /// How slices are shown: windows of the user's own, how masks are drawn.
    public var preferences = ViewPreferences()
    /// `8`, `256` or `direct`; `nil` to ask the terminal.
    public var colour: String?
    /// `half`, `quadrant`, `sextant` or `ascii`.
    public var cells: String?
    /// Whether a correction needs the approval of a second person before it counts.
    public var needsTwoPersons = false
    /// The tolerance of surface Dice for structures without one of their own, mm.
    public var tolerance: Millimetres = 2
    /// Tolerances by structure, mm.
    public var tolerances: [StructureName: Millimetres] = [:]
    /// The DICOM nodes that `pull` and `push` know, by name.
    public var nodes: [String: PacsNode] = [:]
    /// How others may send to us.
    public var listen = ListenSettings()
    /// Where corrections go by themselves.
    public var deliver = DeliverySettings()

    /// After how many new corrections a fine-tuning is queued by itself; 0 never does.
    public var trainsAfterCorrections = 10
    /// At what time of day one is queued if there is any new correction, minutes after midnight; `nil` for never.
    public var trainsAt: Int?

    /// How many of all patients judge models and are never trained on, 0…1.
    public var holdOutShare = 0.2

    /// The defaults.
    public init() {}

    /// The tolerance of a structure: the user's for it, then the catalogue's, then the user's for all.
    public func tolerance(of structure: StructureName, in catalogue: StructureCatalogue = .current) -> Millimetres {
        tolerances[structure] ?? catalogue[structure]?.toleranceMillimetres.map { Millimetres($0) } ?? tolerance
    }

    /// Reads the settings; a file that is not there gives the defaults.
    /// - Throws: ``SettingsError`` naming the file and the key.
    public static func load(from url: URL) throws(SettingsError) -> UserSettings {
        guard FileManager.default.fileExists(atPath: url.path) else { return UserSettings() }
        guard let data = FileManager.default.contents(atPath: url.path), data.count < 1 << 20,
            let text = String(data: data, encoding: .utf8)
        else { throw SettingsError(url.path, "cannot be read") }
        return try parse(text, place: url.path)
    }

    /// Reads settings from text.
    /// - Throws: ``SettingsError`` naming the key.
    public static func parse(_ text: String, place: String) throws(SettingsError) -> UserSettings {
        var settings = UserSettings()
        for (section, values) in try TomlText.sections(text, place: place, pairs: "windows") {
            if section.hasPrefix("nodes.") {
                let name = String(section.dropFirst("nodes.".count))
                var node = PacsNode()
                for (key, value) in values { try node.set(key, value, name: name, place: place) }
                try node.check(name: name, place: place)
                settings.nodes[name] = node
                continue
            }
            for (key, value) in values {
                switch (section, key) {
                case ("", "reviewer"): settings.reviewer = value
                case ("", "site"): settings.site = try siteName(value, place)
                case ("", "theme"): settings.theme = value
                case ("", "keymap"): settings.keymap = value
                case ("", "colour"): settings.colour = value
                case ("", "cells"): settings.cells = value
                case ("", "two_person"):
                    guard ["true", "false"].contains(value) else {
                        throw SettingsError(place, "two_person is true or false")
                    }
                    settings.needsTwoPersons = value == "true"
                case ("", "tolerance_mm"): settings.tolerance = try length(value, key, place)
                case ("queue", "after_corrections"):
                    guard let count = Int(value), (0...100_000).contains(count) else {
                        throw SettingsError(place, "[queue] after_corrections is a number from 0 (never) to 100000")
                    }
                    settings.trainsAfterCorrections = count
                case ("queue", "hold_out_share"):
                    guard let share = Double(value), (0...0.9).contains(share) else {
                        throw SettingsError(place, "[queue] hold_out_share is a number from 0 to 0.9")
                    }
                    settings.holdOutShare = share
                case ("queue", "at"): settings.trainsAt = try timeOfDay(value, place)
                case ("listen", _): try settings.listen.set(key, value, place: place)
                case ("deliver", _): try settings.deliver.set(key, value, place: place)
                case ("", "opacity_percent"):
                    guard let percent = Int(value), (0...100).contains(percent) else {
                        throw SettingsError(place, "opacity_percent is a whole number from 0 to 100")
                    }
                    settings.preferences.opacity = Double(percent) / 100
                case ("", "outline_width"):
                    guard let width = Int(value), ViewPreferences.outlineWidths.contains(width) else {
                        throw SettingsError(place, "outline_width is 1, 2 or 3, in pixels of the screen")
                    }
                    settings.preferences.outlineWidth = width
                case ("windows", _): settings.preferences.windows[key] = try window(value, key, place)
                case ("tolerances_mm", _):
                    settings.tolerances[StructureName(rawValue: key)] = try length(value, key, place)
                default:
                    let name = section.isEmpty ? key : "[\(section)] \(key)"
                    throw SettingsError(
                        place,
                        "\(name) is not a setting. There are reviewer, site, theme, keymap, colour, cells, two_person, "
                            + "tolerance_mm, opacity_percent, outline_width, [queue] after_corrections, at and "
                            + "hold_out_share, by structure [tolerances_mm], by name [windows] and [nodes.NAME], [listen] and [deliver]"
                    )
                }
            }
        }
        try settings.listen.check(place: place)
        try settings.deliver.check(place: place, nodes: settings.nodes)
        return settings
    }

    private static func siteName(_ text: String, _ place: String) throws(SettingsError) -> String? {
        if text.isEmpty { return nil }
        guard let name = Acquisition.siteName(text) else {
            throw SettingsError(
                place,
                "site is called by at most \(Acquisition.longestSite) characters on one line, and not "
                    + "\"\(CaseGroup.unknown)\"")
        }
        return name
    }

    /// A window of the user's own, which is typed by its name.
    private static func window(
        _ text: String, _ name: String, _ place: String
    ) throws(SettingsError) -> WindowLevel {
        if WindowPreset(rawValue: name) != nil {
            throw SettingsError(place, "[windows] \(name) is there already; give it another name")
        }
        guard Int(name) == nil, !name.contains(where: \.isWhitespace) else {
            throw SettingsError(place, "[windows] \(name) cannot be typed: a name is a word")
        }
        let numbers = text.split(separator: " ").map { Int($0) }
        guard numbers.count == 2, let width = numbers[0], let level = numbers[1], (1...65_536).contains(width),
            (-32_768...32_767).contains(level)
        else { throw SettingsError(place, "[windows] \(name) is [width, level] in HU, such as [350, 50]") }
        return WindowLevel(width: width, level: level)
    }

    private static func timeOfDay(_ text: String, _ place: String) throws(SettingsError) -> Int? {
        if text.isEmpty { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0...23).contains(hour),
            (0...59).contains(minute)
        else { throw SettingsError(place, "[queue] at is a time of day such as \"02:30\"") }
        return hour * 60 + minute
    }

    private static func length(
        _ text: String, _ key: String, _ place: String
    ) throws(SettingsError) -> Millimetres {
        guard let value = Double(text), value >= 0, value <= 50 else {
            throw SettingsError(place, "\(key) must be a length from 0 to 50 mm")
        }
        return Millimetres(value)
    }
}
