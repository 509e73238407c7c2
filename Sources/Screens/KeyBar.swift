import Review
import TerminalKit

/// The last line: the keys that are worth knowing, from the keymap in force.
enum KeyBar {
    /// Which commands, in order; what does not fit is left out from the end. So the narrowest screen still says how a
    /// review is ended and where the rest is explained.
    private static let groups: [(commands: [String], label: String)] = [
        (["slice +1", "slice -1"], "slice"), (["brush"], "brush"), (["eraser"], "erase"), (["undo"], "undo"),
        (["accept"], "accept"), (["help"], "help"), (["reject"], "reject"), (["quit"], "quit"),
        (["brush smaller", "brush bigger"], "size"), (["structure next"], "structure"), (["next worst"], "worst"),
        (["plane next"], "plane"), (["ghost"], "ghost"), (["compare"], "compare"), (["command"], "command"),
        (["pointer"], "pointer"), (["zoom in", "zoom out"], "zoom"), (["measure"], "measure"),
        (["layout"], "layout"), (["warnings"], "warnings"),
    ]

    static func draw(_ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect) {
        grid.fill(rect, with: Cell(" ", style: options.bar))
        let bold = CellStyle(
            foreground: options.theme.text, background: options.theme.barBackground, attributes: .bold)
        var x = rect.x + 1
        for (commands, label) in groups {
            let chords = commands.compactMap { options.keymap.chords(for: $0).first }.joined(separator: " ")
            let width = chords.unicodeScalars.count + 1 + label.count
            guard !chords.isEmpty, x + width < rect.x + rect.width else { continue }
            x = grid.write(chords, x: x, y: rect.y, style: bold)
            x = grid.write(" \(label)", x: x, y: rect.y, style: options.bar) + 2
        }
    }
}
