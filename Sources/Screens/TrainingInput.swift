import Lists
import Review
import TerminalKit

/// Turns keys and mouse into actions of the queue and the models.
public enum TrainingInput {
    /// What an event means on a screen of this size.
    public static func action(
        for event: InputEvent, columns: Int, rows: Int, in state: TrainingState, keymaps: Keymaps
    ) -> TrainingAction? {
        switch event {
        case .key(let key, let modifiers):
            return action(for: key, modifiers, columns: columns, rows: rows, in: state, keymaps)
        case .paste(let text): return state.typed == nil ? nil : .type(text)
        case .mouse(let mouse): return action(for: mouse, columns: columns, rows: rows, in: state)
        case .resize: return nil
        }
    }

    private static func action(
        for key: Key, _ modifiers: InputModifiers, columns: Int, rows: Int, in state: TrainingState, _ keymaps: Keymaps
    ) -> TrainingAction? {
        switch state.mode {
        case .list:
            let action = ListInput.action(
                for: KeyChord(key: key, modifiers: modifiers), behind: state.keys, keymaps.training)
            return action.map(asking)
        case .command, .reason: return PromptKey(key, modifiers)?.action()
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
            return HelpKey(key)?.action()
        case .messages: return ListInput.action(forMessages: key, in: state, columns: columns, rows: rows)
        case .help: return HelpKey.inHelp(key, modifiers, state.palette)?.action()
        }
    }

    /// A letter may have been meant for a shell, so putting a version in use is asked about, whatever number stands
    /// before it; a command that was typed was not.
    private static func asking(_ action: TrainingAction) -> TrainingAction {
        switch action {
        case .promote(reason: nil), .counted(_, .promote(reason: nil)): .askToPromote
        default: action
        }
    }

    private static func action(
        for mouse: MouseEvent, columns: Int, rows: Int, in state: TrainingState
    ) -> TrainingAction? {
        switch (mouse.kind, state.mode) {
        case (.scroll(let lines), .help), (.scroll(let lines), .plan): return .scroll(lines * 3)
        case (.scroll(let lines), .messages):
            return ListInput.reading(lines * 3, in: state, columns: columns, rows: rows)
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
