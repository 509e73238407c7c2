/// The colours of the screens, by what they are for.
///
/// A theme file holds `key = "#rrggbb"` for each ``ThemeRole``, `tint_strength`, and a section `[structures]` with
/// colours by TG-263 name and `fallback_1`, `fallback_2`, … for all other names.
public struct Theme: Hashable, Sendable {
    /// The name it goes by.
    public let name: String
    /// How much of a structure's colour is mixed into the image inside its mask: 0 none, 1 nothing else. Used with
    /// direct colour only; with 256 colours a tint would flatten the image.
    public let tintStrength: Double
    /// Colours of structures by TG-263 name.
    public let structures: [String: Colour]
    /// Colours for structures without one of their own, at least one.
    public let fallback: [Colour]
    /// The structures that it has to have colours for and that every reader has to tell apart.
    let required: [String]
    private let roles: [ThemeRole: Colour]
    /// Colours of structures by those that are rather like them.
    private let likes: [Colour: Set<Colour>]

    /// A theme from the entries of its file. Keys inside a section are written `section.key`.
    ///
    /// Asked for are every role, `tint_strength`, the required structures and `structures.fallback_1`; the fallbacks are
    /// numbered without a gap.
    /// - Parameters:
    ///   - required: the structures that the theme has to have colours for.
    ///   - others: colours of structures that the theme itself need not know.
    /// - Throws: one error that names every key that is missing, unknown or not readable.
    public init(
        name: String, entries: [String: String], requiring required: [String], others: [String: Colour] = [:]
    ) throws(ThemeError) {
        var error = ThemeError(theme: name)
        var roles: [ThemeRole: Colour] = [:]
        var structures: [String: Colour] = [:]
        var fallback: [Int: Colour] = [:]
        var tint = 0.0

        for (key, value) in entries {
            if key == "tint_strength" {
                if let number = Double(value), (0...1).contains(number) {
                    tint = number
                } else {
                    error.malformed.append("\(key) = \(value)")
                }
                continue
            }
            let structure = key.hasPrefix("structures.") ? String(key.dropFirst("structures.".count)) : nil
            let role = ThemeRole(rawValue: key)
            guard role != nil || structure.map({ !$0.isEmpty && !$0.contains(".") }) == true else {
                error.unknown.append(key)
                continue
            }
            guard let colour = Colour(hex: value) else {
                error.malformed.append("\(key) = \(value)")
                continue
            }
            if let role {
                roles[role] = colour
            } else if let structure, structure.hasPrefix("fallback_") {
                if let number = Int(structure.dropFirst("fallback_".count)), number > 0 {
                    fallback[number] = colour
                } else {
                    error.unknown.append(key)
                }
            } else if let structure {
                structures[structure] = colour
            }
        }

        let keys =
            ThemeRole.allCases.map(\.rawValue) + ["tint_strength"]
            + required.map { "structures.\($0)" }
            + (1...max(1, fallback.keys.max() ?? 1)).prefix(100).map { "structures.fallback_\($0)" }
        error.missing = keys.filter { entries[$0] == nil }
        error.unknown.sort()
        error.malformed.sort()
        guard error.missing.isEmpty, error.unknown.isEmpty, error.malformed.isEmpty else { throw error }
        self.name = name
        self.roles = roles
        self.structures = others.merging(structures) { _, own in own }
        self.required = required
        self.fallback = fallback.keys.sorted().compactMap { fallback[$0] }
        tintStrength = tint
        let all = Set(self.structures.values).union(self.fallback)
        likes = Dictionary(
            uniqueKeysWithValues: all.map { one in
                (one, all.filter { $0 != one && $0.difference(from: one) ?? 0 < Self.clearDifference })
            })
    }

    /// From which difference on two structures of one case are told apart at a glance.
    static let clearDifference = 20.0

    /// The colour of a role.
    public subscript(role: ThemeRole) -> Colour { roles[role] ?? .standard }

    /// The colour of a structure by its TG-263 name. A name the theme does not know gets one of the fallback colours,
    /// the same on every run; two such names may share one (see ``colours(ofStructures:)``).
    public func structure(_ name: String) -> Colour {
        structures[name] ?? Self.fallback(for: name, among: fallback)
    }

    /// Which of some colours a name gets that has none of its own: the same on every run.
    package static func fallback(for name: String, among colours: [Colour]) -> Colour {
        colours.isEmpty ? .standard : colours[hash(name) % colours.count]
    }

    /// The colours of the structures of one case, in order. Names the theme does not know get fallback colours of their
    /// own, and then those of structures that the case does not have, as long as there are enough. Of these each takes
    /// the first that is clearly another than all that are taken, where there is one.
    public func colours(ofStructures names: [String]) -> [Colour] {
        var taken = Set(names.compactMap { structures[$0] })
        let spare = structures.sorted { $0.key < $1.key }.map(\.value)
        return names.map { name in
            if let own = structures[name] { return own }
            let start = Self.hash(name) % fallback.count
            let free = (fallback[start...] + fallback[..<start]).filter { !taken.contains($0) }
            let colour =
                free.first { likes[$0]?.isDisjoint(with: taken) ?? true } ?? free.first
                ?? spare.first { !taken.contains($0) } ?? fallback[start]
            taken.insert(colour)
            return colour
        }
    }

    /// FNV-1a: Swift's own hash differs from run to run.
    private static func hash(_ name: String) -> Int {
        var hash: UInt32 = 2_166_136_261
        for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return Int(hash)
    }
}

extension Theme {
    /// The screen behind everything.
    public var background: Colour { self[.background] }
    /// Plain text.
    public var text: Colour { self[.text] }
    /// Quiet text.
    public var dim: Colour { self[.dim] }
    /// Where the user is.
    public var accent: Colour { self[.accent] }
    /// Thin lines between sections.
    public var rule: Colour { self[.rule] }
    /// Behind the bars at the top and the bottom.
    public var barBackground: Colour { self[.barBackground] }
    /// Text on the bars.
    public var barText: Colour { self[.barText] }
    /// Look at this.
    public var warning: Colour { self[.warning] }
    /// Well.
    public var good: Colour { self[.good] }
    /// Wrong.
    public var bad: Colour { self[.bad] }
    /// Boundary further away than the tolerance.
    public var outOfTolerance: Colour { self[.outOfTolerance] }
    /// The prediction's outline.
    public var ghost: Colour { self[.ghost] }
    /// Brush and crosshair.
    public var cursor: Colour { self[.cursor] }
    /// Behind a selected line.
    public var selection: Colour { self[.selection] }
}
