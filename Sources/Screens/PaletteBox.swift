import Commands
import Review
import TerminalKit

/// What a typed command may become, above the line it is typed in.
enum PaletteBox {
    static let most = 8

    /// - Parameters:
    ///   - chosen: which candidate Tab has put into the line.
    ///   - bottom: the row of the line that is typed in; the box ends above it.
    static func draw(
        _ candidates: [Completion], chosen: Int? = nil, for command: (any CommandDescription)?,
        _ options: RenderOptions, _ grid: inout CellGrid, above bottom: Int
    ) {
        typealias Line = (label: String, summary: String, isChosen: Bool)
        let window = ListWindow(count: candidates.count, selected: chosen ?? 0, room: most)
        var lines: [Line] = []
        if window.above > 0 { lines.append(("… \(window.above) before", "", false)) }
        for i in window.shown {
            lines.append((candidates[i].label, command == nil ? candidates[i].summary : "", i == chosen))
        }
        if window.below > 0 { lines.append(("… \(window.below) more", "", false)) }
        // The command itself, with its arguments, once its name stands.
        if let command { lines.append((":" + command.usage, command.summary, false)) }
        guard !lines.isEmpty, bottom - lines.count > 0 else { return }
        let labels = lines.reduce(0) { max($0, $1.label.columns) }
        let longest = lines.reduce(0) { max($0, labels + 3 + $1.summary.columns) }
        let width = min(grid.width - 2, longest + 2)
        for (i, line) in lines.enumerated() {
            let y = bottom - lines.count + i
            let isCommand = command != nil && i == lines.count - 1
            let style =
                line.isChosen
                ? CellStyle(
                    foreground: options.theme.accent, background: options.theme.selection,
                    attributes: options.depth == .none || options.depth == .eight ? .reverse : .bold)
                : isCommand ? options.barStyle(options.theme.accent) : options.bar
            let behind = line.isChosen ? style : options.bar
            grid.fill(CellRect(x: 1, y: y, width: width, height: 1), with: Cell(" ", style: behind))
            let x = grid.write(
                TextFormat.padded(line.label, min(labels, 44)), x: 2, y: y, style: style, maximumWidth: width - 2)
            grid.write(
                TextFormat.cut(line.summary, to: max(0, width - (x + 2))), x: x + 2, y: y,
                style: line.isChosen ? style : options.barStyle(options.theme.dim))
        }
    }
}
