import Review
import TerminalKit

/// Turns keys and mouse into actions of the worklist.
public enum WorklistInput {
    /// What an event means on a screen of so many rows.
    public static func action(
        for event: InputEvent, rows: Int, in state: WorklistState, keymap: Keymap
    ) -> WorklistAction? {
        switch event {
        case .key(let key, let modifiers):
            switch state.mode {
            case .list: return listAction(KeyChord(key: key, modifiers: modifiers), state, keymap, rows)
            case .command, .filter: return promptAction(key, modifiers)
            case .help: return helpAction(key)
            }
        case .paste(let text): return state.typed == nil ? nil : .type(text)
        case .mouse(let mouse): return action(for: mouse, rows: rows, in: state)
        case .resize: return nil
        }
    }

    private static func listAction(
        _ chord: KeyChord, _ state: WorklistState, _ keymap: Keymap, _ rows: Int
    ) -> WorklistAction? {
        let text = (state.prefix.map { $0 + " " } ?? "") + chord.description
        if let binding = keymap.listBinding(for: text) {
            return state.count.map { .counted($0, binding.action) } ?? binding.action
        }
        if keymap.isPrefix(text, in: .worklist) { return .keyPrefix(text) }
        if state.prefix != nil { return .keyPrefix(nil) }
        if chord.modifiers.isEmpty, case .character(let character) = chord.key, let digit = character.wholeNumberValue,
            character.isASCII
        {
            return .digit(digit)
        }
        return nil
    }

    private static func promptAction(_ key: Key, _ modifiers: InputModifiers) -> WorklistAction? {
        switch PromptKey(key, modifiers) {
        case .confirm: .confirm
        case .cancel: .cancel
        case .deleteBackwards: .deleteBackwards
        case .deleteWord(let all): .deleteWord(all: all)
        case .recall(let older): .recall(older: older)
        case .complete(let backwards): .complete(backwards: backwards)
        case .type(let text): .type(text)
        case nil: nil
        }
    }

    private static func helpAction(_ key: Key) -> WorklistAction? {
        switch HelpKey(key) {
        case .scroll(let lines): .scrollHelp(lines)
        case .close: .cancel
        case nil: nil
        }
    }

    private static func action(for mouse: MouseEvent, rows: Int, in state: WorklistState) -> WorklistAction? {
        if case .help = state.mode {
            if case .scroll(let lines) = mouse.kind { return .scrollHelp(lines * 3) }
            return nil
        }
        switch mouse.kind {
        case .scroll(let direction): return .move(direction)
        case .press(.left):
            let room = WorklistScreen.room(rows)
            let row = mouse.y - WorklistScreen.firstListRow
            guard row >= 0, row < room else { return nil }
            let index = WorklistScreen.firstRow(state, room: room) + row
            guard index < state.lineCount else { return nil }
            return index == state.selected ? .open : .select(index)
        default: return nil
        }
    }
}

/// What keys do in a line of text, in every prompt.
enum PromptKey {
    case confirm, cancel, deleteBackwards
    case deleteWord(all: Bool)
    case recall(older: Bool)
    case complete(backwards: Bool)
    case type(String)

    init?(_ key: Key, _ modifiers: InputModifiers) {
        switch key {
        case .special(.enter): self = .confirm
        case .special(.escape): self = .cancel
        case .special(.backspace): self = .deleteBackwards
        case .special(.up): self = .recall(older: true)
        case .special(.down): self = .recall(older: false)
        case .special(.tab): self = .complete(backwards: false)
        case .special(.backTab): self = .complete(backwards: true)
        case .character(let character) where modifiers.contains(.control):
            // As in every shell.
            switch character {
            case "c", "g": self = .cancel
            case "h": self = .deleteBackwards
            case "i": self = .complete(backwards: false)
            case "w": self = .deleteWord(all: false)
            case "u": self = .deleteWord(all: true)
            case "p": self = .recall(older: true)
            case "n": self = .recall(older: false)
            default: return nil
            }
        case .character(let character):
            guard !modifiers.contains(.alt) else { return nil }
            self = .type(String(character))
        default: return nil
        }
    }
}

/// What keys do in the help.
enum HelpKey {
    case scroll(Int)
    case close

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
}
