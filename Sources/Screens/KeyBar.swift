import Review
import TerminalKit

/// The last line: the keys that are worth knowing, from the keymap in force.
enum KeyBar {
    /// Which commands, in order; what does not fit is left out from the end. So the narrowest screen still says how a
    /// review is ended and where the rest is explained.
    private static func groups(for state: ReviewState) -> [(commands: [String], label: String)] {
        switch state.phase {
        case .readOnly where state.isReplay: return groups
        case .readOnly, .failed: return [(["retry"], "try again")] + groups
        case .filed where state.approval?.isAwaiting == true:
            return [(["accept"], "approve"), (["return"], "send back")] + groups.filter { $0.label != "accept" }
        case .filed: return [(["reopen"], "reopen"), (["case next"], "next case")] + groups
        case .loading: return [(["cancel"], "stop")] + groups
        case .open, .filing: return groups
        }
    }

    private static let groups: [(commands: [String], label: String)] = [
        (["slice +1", "slice -1"], "slice"), (["brush"], "brush"), (["eraser"], "erase"), (["undo"], "undo"),
        (["accept"], "accept"), (["help"], "help"), (["reject"], "reject"), (["quit"], "quit"),
        (["brush smaller", "brush bigger"], "size"), (["grow tool"], "grow"), (["structure next"], "structure"),
        (["next worst"], "worst"),
        (["plane next"], "plane"), (["ghost"], "ghost"), (["compare"], "compare"), (["command"], "command"),
        (["pointer"], "pointer"), (["zoom in", "zoom out"], "zoom"), (["measure"], "measure"),
        (["layout"], "layout"), (["warnings"], "warnings"),
    ]

    static func draw(_ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect) {
        if let hint = state.hints?.current, state.mode == .normal || state.mode == .pointer {
            draw(hint, options, &grid, rect)
            return
        }
        let keys = groups(for: state).map { commands, label in
            (commands.compactMap { options.keymaps.normal.chords(for: $0).first }.joined(separator: " "), label)
        }
        draw(keys, options, &grid, rect)
    }

    /// Keys with what they do; what does not fit is left out from the end.
    static func draw(
        _ keys: [(chords: String, label: String)], _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        grid.fill(rect, with: Cell(" ", style: options.bar))
        let bold = CellStyle(
            foreground: options.theme.text, background: options.theme.barBackground, attributes: .bold)
        var x = rect.x + 1
        for (chords, label) in keys {
            let width = chords.columns + 1 + label.columns
            guard !chords.isEmpty, x + width < rect.x + rect.width else { continue }
            x = grid.write(chords, x: x, y: rect.y, style: bold)
            x = grid.write(" \(label)", x: x, y: rect.y, style: options.bar) + 2
        }
    }

    /// What a new user is taught now.
    private static func draw(
        _ hint: Hint, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        grid.fill(rect, with: Cell(" ", style: options.bar))
        let keys = hint.commands.compactMap { options.keymaps.normal.chords(for: $0).first }.joined(separator: " ")
        let number = (Hint.allCases.firstIndex(of: hint) ?? 0) + 1
        let accent = options.barStyle(options.theme.accent)
        let bold = CellStyle(
            foreground: options.theme.text, background: options.theme.barBackground, attributes: .bold)
        var x = grid.write("New here? ", x: rect.x + 1, y: rect.y, style: accent)
        x = grid.write("\(keys) ", x: x, y: rect.y, style: bold)
        let help = options.keymaps.normal.chords(for: "help").first.map { "   \($0) help" } ?? ""
        let count = "  \(number)/\(Hint.allCases.count)"
        let room = rect.x + rect.width - x - 1
        // What is taught is said in whole words; the rest gives way to it.
        let (text, end) = fitting(hint.texts, beside: [count + help, count, ""], in: room)
        x = grid.write(text, x: x, y: rect.y, style: options.bar, maximumWidth: max(0, room))
        grid.write(end, x: x, y: rect.y, style: options.barStyle(options.theme.dim), maximumWidth: max(0, room))
    }

    /// The longest text that has room beside the longest of what stands behind it; the shortest of both where none has.
    private static func fitting(
        _ texts: [String], beside ends: [String], in room: Int
    ) -> (text: String, end: String) {
        for end in ends {
            if let text = texts.first(where: { $0.columns + end.columns <= room }) { return (text, end) }
        }
        return (texts.last ?? "", ends.last ?? "")
    }
}
