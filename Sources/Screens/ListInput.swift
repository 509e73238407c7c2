import Commands
import Lists
import TerminalKit

/// What keys do in a list, on every screen that has one.
enum ListInput {
    /// What a chord means where keys are commands: a command, a part of a number, or a part of a longer chord.
    static func action<Action: ListScreenAction>(
        for chord: KeyChord, behind keys: PendingKeys, _ keymap: Keymap<Action>
    ) -> Action? {
        let text = keys.chord(chord.description)
        if let binding = keymap.binding(for: text) {
            return keys.count.map { .counted($0, binding.action) } ?? binding.action
        }
        if keymap.isPrefix(text) { return .keyPrefix(text) }
        if keys.prefix != nil { return .keyPrefix(nil) }
        if chord.modifiers.isEmpty, case .character(let character) = chord.key, let digit = character.wholeNumberValue,
            character.isASCII
        {
            return .digit(digit)
        }
        return nil
    }

    /// Where a list shows what it has said until now.
    static func messageArea(columns: Int, rows: Int) -> CellRect {
        CellRect(x: 0, y: 1, width: columns, height: max(0, rows - 3))
    }

    /// What scrolling does in that: it goes on in a message that is longer than the screen, or to another.
    static func reading<Action: ListScreenAction>(
        _ lines: Int, in screen: some ListScreen, columns: Int, rows: Int
    ) -> Action {
        let within = screen.mode.selectedMessage.flatMap { number, line in
            MessagesOverlay.reading(
                lines, screen.messages, number, line, in: messageArea(columns: columns, rows: rows), isOfCase: false)
        }
        return within.map { .readOn($0) } ?? .scroll(lines)
    }

    /// What a key does there.
    static func action<Action: ListScreenAction>(
        forMessages key: Key, in screen: some ListScreen, columns: Int, rows: Int
    ) -> Action? {
        guard case .scroll(let lines) = HelpKey(key) else { return HelpKey(key)?.action() }
        return reading(lines, in: screen, columns: columns, rows: rows)
    }
}

/// What keys do in a line of text, in every prompt.
enum PromptKey {
    case confirm, cancel
    case line(LineEdit)

    init?(_ key: Key, _ modifiers: InputModifiers) {
        switch key {
        case .special(.enter): self = .confirm
        case .special(.escape): self = .cancel
        case .special(.backspace): self = .line(.deleteBackwards)
        case .special(.up): self = .line(.recall(older: true))
        case .special(.down): self = .line(.recall(older: false))
        case .special(.tab): self = .line(.complete(backwards: false))
        case .special(.backTab): self = .line(.complete(backwards: true))
        case .character(let character) where modifiers.contains(.control):
            // As in every shell.
            switch character {
            case "c", "g": self = .cancel
            case "h": self = .line(.deleteBackwards)
            case "i": self = .line(.complete(backwards: false))
            case "w": self = .line(.deleteWord(all: false))
            case "u": self = .line(.deleteWord(all: true))
            case "p": self = .line(.recall(older: true))
            case "n": self = .line(.recall(older: false))
            default: return nil
            }
        case .character(let character):
            guard !modifiers.contains(.alt) else { return nil }
            self = .line(.type(String(character)))
        default: return nil
        }
    }

    /// The same as an action of a screen.
    func action<Action: LineAction>() -> Action {
        switch self {
        case .confirm: .confirm
        case .cancel: .cancel
        case .line(let edit): .line(edit)
        }
    }
}

/// What keys do in the help.
enum HelpKey {
    case scroll(Int)
    case close
    case search(LineEdit)

    /// What a key does in the help, which is searched by what is typed once it was asked for.
    static func inHelp(_ key: Key, _ modifiers: InputModifiers, _ palette: PaletteState) -> HelpKey? {
        guard palette.helpSearch != nil else { return key == .character("/") ? .search(.type("")) : HelpKey(key) }
        switch key {
        case .special(.up), .special(.down), .special(.pageUp), .special(.pageDown): return HelpKey(key)
        default: break
        }
        switch PromptKey(key, modifiers) {
        case .line(.recall), .line(.complete), .confirm, nil: return nil
        case .cancel: return .close
        case .line(let edit): return .search(edit)
        }
    }

    init?(_ key: Key) {
        switch key {
        case .character("j"), .special(.down): self = .scroll(1)
        case .character("k"), .special(.up): self = .scroll(-1)
        case .special(.pageDown), .character(" "): self = .scroll(10)
        case .special(.pageUp): self = .scroll(-10)
        case .special(.escape), .character("q"), .character("?"), .special(.enter), .special(.f1): self = .close
        default: return nil
        }
    }
    /// The same as an action of a list.
    func action<Action: ListScreenAction>() -> Action {
        switch self {
        case .scroll(let lines): .scroll(lines)
        case .close: .cancel
        case .search(let edit): .line(edit)
        }
    }
}
