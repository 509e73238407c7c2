import Review
import TerminalKit

/// Turns keys and mouse into actions of the queue and the models.
public enum TrainingInput {
    /// What an event means on a screen of this size.
    public static func action(
        for event: InputEvent, columns: Int, rows: Int, in state: TrainingState, keymap: Keymap
    ) -> TrainingAction? {
        switch event {
        case .key(let key, let modifiers): return action(for: key, modifiers, in: state, keymap)
        case .paste(let text): return state.typed == nil ? nil : .type(text)
        case .mouse(let mouse): return action(for: mouse, columns: columns, rows: rows, in: state)
        case .resize: return nil
        }
    }

    private static func action(
        for key: Key, _ modifiers: InputModifiers, in state: TrainingState, _ keymap: Keymap
    ) -> TrainingAction? {
        switch state.mode {
        case .list: return listAction(KeyChord(key: key, modifiers: modifiers), state, keymap)
        case .command, .reason:
            switch PromptKey(key, modifiers) {
            case .confirm: return .confirm
            case .cancel: return .cancel
            case .deleteBackwards: return .deleteBackwards
            case .deleteWord(let all): return .deleteWord(all: all)
            case .recall(let older): return .recall(older: older)
            case .complete(let backwards): return .complete(backwards: backwards)
            case .type(let text): return .type(text)
            case nil: return nil
            }
        case .question:
            // Enter ends every line that was meant for a shell; any key but the one that says yes is a no.
            if modifiers.contains(.control) || modifiers.contains(.alt) { return .answer(false) }
            switch key {
            case .character("y"), .character("Y"): return .answer(true)
            case .special(.enter): return nil
            default: return .answer(false)
            }
        case .plan:
            if key == .special(.enter) || key == .character("y") { return .confirm }
            if key == .character("n") { return .cancel }
            return scrolling(key)
        case .help: return scrolling(key)
        }
    }

    private static func scrolling(_ key: Key) -> TrainingAction? {
        switch HelpKey(key) {
        case .scroll(let lines): .scroll(lines)
        case .close: .cancel
        case nil: nil
        }
    }

    private static func listAction(_ chord: KeyChord, _ state: TrainingState, _ keymap: Keymap) -> TrainingAction? {
        let text = (state.prefix.map { $0 + " " } ?? "") + chord.description
        if let binding = keymap.trainingBinding(for: text) {
            // A letter may have been meant for a shell; a command that was typed was not.
            if case .promote(reason: nil) = binding.action { return .askToPromote }
            return state.count.map { .counted($0, binding.action) } ?? binding.action
        }
        if keymap.isPrefix(text, in: .training) { return .keyPrefix(text) }
        if state.prefix != nil { return .keyPrefix(nil) }
        if chord.modifiers.isEmpty, case .character(let character) = chord.key, let digit = character.wholeNumberValue,
            character.isASCII
        {
            return .digit(digit)
        }
        return nil
    }

    private static func action(
        for mouse: MouseEvent, columns: Int, rows: Int, in state: TrainingState
    ) -> TrainingAction? {
        switch (mouse.kind, state.mode) {
        case (.scroll(let lines), .help), (.scroll(let lines), .plan): return .scroll(lines * 3)
        case (.scroll(let direction), .list): return .move(direction)
        case (.press(.left), .list):
            let list = TrainingLayout(columns: columns, rows: rows, lines: state.lineCount).list
            let row = mouse.y - list.y - 1
            guard list.contains(x: mouse.x, y: mouse.y), row >= 0 else { return nil }
            let index = TrainingLayout.firstRow(state, room: list.height - 1) + row
            guard index < state.lineCount else { return nil }
            return index == state.selected ? .open : .select(index)
        default: return nil
        }
    }
}
