import Review
import TerminalKit

/// Turns keys and mouse into actions of the worklist.
public enum WorklistInput {
    /// What an event means on a screen of so many rows.
    public static func action(for event: InputEvent, rows: Int, in state: WorklistState) -> WorklistAction? {
        let room = max(1, rows - 5)
        switch event {
        case .key(.character("j"), []), .key(.special(.down), _): return .move(1)
        case .key(.character("k"), []), .key(.special(.up), _): return .move(-1)
        case .key(.special(.pageDown), _): return .move(room)
        case .key(.special(.pageUp), _): return .move(-room)
        case .key(.special(.home), _), .key(.character("g"), []): return .moveToEnd(last: false)
        case .key(.special(.end), _), .key(.character("G"), []): return .moveToEnd(last: true)
        case .key(.special(.enter), _), .key(.character("o"), []), .key(.special(.right), _): return .open
        case .key(.character("q"), []), .key(.character("c"), .control): return .quit
        case .mouse(let mouse): return action(for: mouse, room: room, in: state)
        default: return nil
        }
    }

    private static func action(for mouse: MouseEvent, room: Int, in state: WorklistState) -> WorklistAction? {
        switch mouse.kind {
        case .scroll(let direction): return .move(direction)
        case .press(.left):
            let row = mouse.y - 2
            guard row >= 0, row < room else { return nil }
            let index = WorklistScreen.firstRow(state, room: room) + row
            guard state.entries.indices.contains(index) else { return nil }
            return index == state.selected ? .open : .select(index)
        default: return nil
        }
    }
}
