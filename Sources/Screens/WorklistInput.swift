import Lists
import Review
import TerminalKit

/// Turns keys and mouse into actions of the worklist.
public enum WorklistInput {
    /// What an event means on a screen of this size.
    public static func action(
        for event: InputEvent, columns: Int, rows: Int, in state: WorklistState, keymaps: Keymaps
    ) -> WorklistAction? {
        switch event {
        case .key(let key, let modifiers):
            switch state.mode {
            case .list:
                return ListInput.action(
                    for: KeyChord(key: key, modifiers: modifiers), behind: state.keys, keymaps.worklist)
            case .command, .filter: return PromptKey(key, modifiers)?.action()
            case .messages: return ListInput.action(forMessages: key, in: state, columns: columns, rows: rows)
            case .help: return HelpKey.inHelp(key, modifiers, state.palette)?.action()
            }
        case .paste(let text): return state.typed == nil ? nil : .type(text)
        case .mouse(let mouse): return action(for: mouse, columns: columns, rows: rows, in: state)
        case .resize: return nil
        }
    }

    private static func action(
        for mouse: MouseEvent, columns: Int, rows: Int, in state: WorklistState
    ) -> WorklistAction? {
        switch state.mode {
        case .help:
            if case .scroll(let lines) = mouse.kind { return .scroll(lines * 3) }
            return nil
        case .messages:
            guard case .scroll(let lines) = mouse.kind else { return nil }
            return ListInput.reading(lines * 3, in: state, columns: columns, rows: rows)
        case .list, .command, .filter: break
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
