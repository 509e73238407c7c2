/// A key with what is held, as keymaps name it: `j`, `J`, `ctrl-r`, `alt-x`, `shift-up`, `pageup`, `space`, `f1`.
///
/// Terminals send one code for several keys, so some chords are one: `ctrl-i` is `tab`, `ctrl-m` is `enter`, `ctrl-[`
/// is `esc`, `ctrl-h` is `backspace`, `shift-tab` is `backtab`; `shift-a` is `A`, and with Control letters have no
/// case. Making a chord settles this, so that a keymap's chord equals the one made from the event.
public struct KeyChord: Hashable, Sendable, CustomStringConvertible {
    /// The key.
    public let key: Key
    /// What is held.
    public let modifiers: InputModifiers

    /// A chord in its settled form.
    public init(key: Key, modifiers: InputModifiers = []) {
        var (key, modifiers) = (key, modifiers)
        if case .character(let character) = key {
            if modifiers.contains(.shift) {
                modifiers.remove(.shift)
                if !modifiers.contains(.control), let upper = Self.single(character.uppercased()) {
                    key = .character(upper)
                }
            }
            if modifiers.contains(.control), let lower = Self.single(character.lowercased()) {
                key = .character(lower)
                let same: [Character: SpecialKey] = ["i": .tab, "m": .enter, "[": .escape, "h": .backspace]
                if let special = same[lower] {
                    key = .special(special)
                    modifiers.remove(.control)
                }
            }
        }
        if key == .special(.tab), modifiers.contains(.shift) { key = .special(.backTab) }
        if key == .special(.backTab) { modifiers.remove(.shift) }
        self.key = key
        self.modifiers = modifiers
    }

    /// Reads a chord; `nil` for text that names none. Names of keys and modifiers may be in any case, characters mean
    /// what they are: `J` is not `j`.
    public init?(parsing text: String) {
        var rest = Substring(text)
        var modifiers: InputModifiers = []
        while let dash = rest.dropFirst().firstIndex(of: "-"), rest.index(after: dash) < rest.endIndex,
            let modifier = Self.modifierNames[rest[..<dash].lowercased()]
        {
            if modifiers.contains(modifier) { return nil }
            modifiers.insert(modifier)
            rest = rest[rest.index(after: dash)...]
        }
        if let character = Self.single(rest), character.unicodeScalars.first?.isOneColumnWide == true,
            !character.isWhitespace
        {
            self.init(key: .character(character), modifiers: modifiers)
        } else if rest.lowercased() == "space" {
            self.init(key: .character(" "), modifiers: modifiers)
        } else if let special = Self.specialKey(rest.lowercased()) {
            self.init(key: .special(special), modifiers: modifiers)
        } else {
            return nil
        }
    }

    /// The chord as ``init(parsing:)`` reads it; modifiers in the order ctrl, alt, shift.
    public var description: String {
        var text = ""
        if modifiers.contains(.control) { text += "ctrl-" }
        if modifiers.contains(.alt) { text += "alt-" }
        if modifiers.contains(.shift) { text += "shift-" }
        switch key {
        case .character(" "): return text + "space"
        case .character(let character): return text + String(character)
        case .special(.escape): return text + "esc"
        case .special(let special): return text + special.rawValue
        }
    }

    private static let modifierNames: [String: InputModifiers] = [
        "ctrl": .control, "control": .control, "c": .control, "alt": .alt, "meta": .alt, "m": .alt,
        "shift": .shift, "s": .shift,
    ]

    private static func specialKey(_ name: String) -> SpecialKey? {
        let others: [String: SpecialKey] = [
            "esc": .escape, "return": .enter, "ret": .enter, "del": .delete, "ins": .insert, "pgup": .pageUp,
            "pgdn": .pageDown, "pgdown": .pageDown,
        ]
        return SpecialKey(rawValue: name) ?? others[name]
    }

    private static func single(_ text: some StringProtocol) -> Character? { text.count == 1 ? text.first : nil }
}

extension InputEvent {
    /// The chord of a key press, else `nil`.
    public var chord: KeyChord? {
        if case .key(let key, let modifiers) = self { return KeyChord(key: key, modifiers: modifiers) }
        return nil
    }
}
