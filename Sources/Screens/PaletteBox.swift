import Review
import TerminalKit

/// What a typed command may become, above the line it is typed in.
enum PaletteBox {
    static let most = 8

    /// - Parameter bottom: the row of the line that is typed in; the box ends above it.
    static func draw(
        _ candidates: [Completion], for command: (any CommandDescription)?, _ options: RenderOptions,
        _ grid: inout CellGrid, above bottom: Int
    ) {
        var lines = candidates.prefix(most).map { (label: $0.label, summary: command == nil ? $0.summary : "") }
        if candidates.count > most { lines.append((label: "… \(candidates.count - most) more", summary: "")) }
        // The command itself, with its arguments, once its name stands.
        if let command { lines.append((label: ":" + command.usage, summary: command.summary)) }
        guard !lines.isEmpty, bottom - lines.count > 0 else { return }
        let labels = lines.reduce(0) { max($0, $1.label.unicodeScalars.count) }
        let longest = lines.reduce(0) { max($0, labels + 3 + $1.summary.unicodeScalars.count) }
        let width = min(grid.width - 2, longest + 2)
        for (i, line) in lines.enumerated() {
            let y = bottom - lines.count + i
            let isCommand = command != nil && i == lines.count - 1
            grid.fill(CellRect(x: 1, y: y, width: width, height: 1), with: Cell(" ", style: options.bar))
            let x = grid.write(
                TextFormat.padded(line.label, min(labels, 44)), x: 2, y: y,
                style: isCommand ? options.barStyle(options.theme.accent) : options.bar, maximumWidth: width - 2)
            grid.write(
                line.summary, x: x + 2, y: y, style: options.barStyle(options.theme.dim),
                maximumWidth: max(0, width - (x + 2)))
        }
    }
}
