import CNcurses
import TerminalKit

/// What the key codes of ncurses mean.
struct KeyCodes {
    /// Codes given here to sequences that start something.
    static let mouseStart: Int32 = 0x2001
    static let pasteStart: Int32 = 0x2002
    static let pasteEnd: Int32 = 0x2003

    /// Makes ncurses recognise the sequences, so that it does not wait for more after their Escape.
    static func define() {
        define_key("\u{1b}[<", mouseStart)
        define_key("\u{1b}[200~", pasteStart)
        define_key("\u{1b}[201~", pasteEnd)
        // Old mouse reports would be read by ncurses itself; nothing here asks for them.
        define_key(nil, KEY_MOUSE)
    }

    private var byCode: [Int32: EscapeSequenceParser.Token] = [:]

    init() {
        byCode = [
            Self.mouseStart: .mouseStart, Self.pasteStart: .pasteStart, Self.pasteEnd: .pasteEnd,
        ]
        let plain: [(Int32, SpecialKey, InputModifiers)] = [
            (KEY_UP, .up, []), (KEY_DOWN, .down, []), (KEY_LEFT, .left, []), (KEY_RIGHT, .right, []),
            (KEY_PPAGE, .pageUp, []), (KEY_NPAGE, .pageDown, []), (KEY_HOME, .home, []), (KEY_END, .end, []),
            (KEY_IC, .insert, []), (KEY_DC, .delete, []), (KEY_BACKSPACE, .backspace, []), (KEY_ENTER, .enter, []),
            (KEY_BTAB, .backTab, []), (KEY_FIND, .home, []), (KEY_SELECT, .end, []), (KEY_A1, .home, []),
            (KEY_A3, .pageUp, []), (KEY_C1, .end, []), (KEY_C3, .pageDown, []),
            (KEY_SR, .up, .shift), (KEY_SF, .down, .shift), (KEY_SLEFT, .left, .shift), (KEY_SRIGHT, .right, .shift),
            (KEY_SHOME, .home, .shift), (KEY_SEND, .end, .shift), (KEY_SPREVIOUS, .pageUp, .shift),
            (KEY_SNEXT, .pageDown, .shift), (KEY_SIC, .insert, .shift), (KEY_SDC, .delete, .shift),
        ]
        for (code, key, modifiers) in plain { byCode[code] = .key(.special(key), modifiers) }
        // xterm counts its function keys with modifiers on from the twelfth.
        let functions = SpecialKey.allCases.suffix(12)
        let held: [InputModifiers] = [[], .shift, .control, [.control, .shift], .alt]
        for (group, modifiers) in held.enumerated() {
            for (number, key) in functions.enumerated() {
                let code = nc_key_f(Int32(group * 12 + number + 1))
                byCode[code] = .key(.special(key), modifiers)
            }
        }
    }

    /// The token of a code; `nil` for keys this program does not know.
    mutating func token(_ code: Int32) -> EscapeSequenceParser.Token? {
        if let known = byCode[code] { return known }
        // ncurses numbers the keys with modifiers as it meets them in the database; their names are fixed.
        guard let name = keyname(code), let token = Self.token(extendedName: String(cString: name)) else { return nil }
        byCode[code] = token
        return token
    }

    /// `kUP5` is Control-Up: the name of a key and xterm's number of the modifiers.
    private static func token(extendedName name: String) -> EscapeSequenceParser.Token? {
        let keys: [String: SpecialKey] = [
            "kUP": .up, "kDN": .down, "kLFT": .left, "kRIT": .right, "kHOM": .home, "kEND": .end, "kPRV": .pageUp,
            "kNXT": .pageDown, "kIC": .insert, "kDC": .delete,
        ]
        var base = name
        var modifiers = 2  // the bare name is the one with Shift
        if let last = name.last, let digit = last.wholeNumberValue {
            base.removeLast()
            modifiers = digit
        }
        guard let key = keys[base], (2...8).contains(modifiers) else { return nil }
        var held: InputModifiers = []
        if (modifiers - 1) & 1 != 0 { held.insert(.shift) }
        if (modifiers - 1) & 2 != 0 { held.insert(.alt) }
        if (modifiers - 1) & 4 != 0 { held.insert(.control) }
        return .key(.special(key), held)
    }
}
