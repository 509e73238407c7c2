import TerminalKit
import Testing

@Suite struct KeyChordTests {
    @Test func everyChordReadsBack() {
        var keys: [Key] = SpecialKey.allCases.map(Key.special)
        keys += "abzABZ019-+/?.,;:[]()é€ß".map(Key.character) + [.character(" ")]
        for key in keys {
            for bits in UInt8(0)..<8 {
                let chord = KeyChord(key: key, modifiers: InputModifiers(rawValue: bits))
                #expect(KeyChord(parsing: chord.description) == chord, "\(chord)")
                #expect(KeyChord(key: chord.key, modifiers: chord.modifiers) == chord)
            }
        }
    }

    private static let readable: [(String, Key, InputModifiers)] = [
        ("j", .character("j"), []), ("J", .character("J"), []), ("ctrl-r", .character("r"), .control),
        ("Ctrl-R", .character("r"), .control), ("shift-up", .special(.up), .shift), ("pageup", .special(.pageUp), []),
        ("PgUp", .special(.pageUp), []), ("space", .character(" "), []), ("ctrl-space", .character(" "), .control),
        ("f1", .special(.f1), []), ("F12", .special(.f12), []), ("alt-x", .character("x"), .alt),
        ("alt-X", .character("X"), .alt), ("esc", .special(.escape), []), ("escape", .special(.escape), []),
        ("-", .character("-"), []), ("ctrl--", .character("-"), .control),
        ("alt-ctrl-left", .special(.left), [.alt, .control]),
        ("shift-tab", .special(.backTab), []), ("backtab", .special(.backTab), []), ("shift-a", .character("A"), []),
        ("ctrl-i", .special(.tab), []), ("ctrl-m", .special(.enter), []), ("ctrl-[", .special(.escape), []),
        ("del", .special(.delete), []), ("s", .character("s"), []), ("C-r", .character("r"), .control),
    ]

    @Test(arguments: readable) func reads(text: String, key: Key, modifiers: InputModifiers) throws {
        let chord = try #require(KeyChord(parsing: text))
        #expect(chord.key == key && chord.modifiers == modifiers)
    }

    @Test(arguments: [
        "", " ", "jj", "ctrl-", "ctrl", "ctrl-ctrl-a", "hyper-x", "f13", "ctrl_r", "\t", "\u{1b}", "漢", "\u{301}",
        "shift-",
    ]) func refuses(text: String) {
        #expect(KeyChord(parsing: text) == nil)
    }

    @Test(arguments: [
        ("ctrl-alt-shift-up", "ctrl-alt-shift-up"), ("shift-alt-pgdn", "alt-shift-pagedown"), ("Escape", "esc"),
        ("ctrl-A", "ctrl-a"), ("return", "enter"), ("ctrl-H", "backspace"),
    ]) func prints(text: String, printed: String) {
        #expect(KeyChord(parsing: text)?.description == printed)
    }
}
