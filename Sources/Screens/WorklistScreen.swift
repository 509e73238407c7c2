import Cases
import Review
import TerminalKit

/// The list of cases as a grid of cells.
public enum WorklistScreen {
    /// Draws the list; the chosen case is always in view.
    public static func render(_ state: WorklistState, options: RenderOptions, columns: Int, rows: Int) -> CellGrid {
        var grid = CellGrid(width: columns, height: rows, filledWith: Cell(" ", style: options.text))
        let theme = options.theme
        grid.fill(CellRect(x: 0, y: 0, width: columns, height: 1), with: Cell(" ", style: options.bar))
        grid.write("Pleura  worklist", x: 1, y: 0, style: options.bar)
        let count = "\(state.entries.count) \(state.entries.count == 1 ? "case" : "cases")"
        grid.write(count, x: columns - count.count - 1, y: 0, style: options.bar)
        let room = max(0, rows - 5)
        if state.entries.isEmpty {
            grid.write("No cases yet. Register some with: pleura import PATH", x: 2, y: 2, style: options.text)
        } else {
            grid.write(row("", "case", "status", "image", "model", "reviewer"), x: 1, y: 1, style: options.dim)
        }
        let first = firstRow(state, room: room)
        for (i, entry) in state.entries.enumerated().dropFirst(first).prefix(room) {
            let y = 2 + i - first
            let isSelected = i == state.selected
            let background = isSelected ? theme.selection : theme.background
            grid.fill(
                CellRect(x: 0, y: y, width: columns, height: 1),
                with: Cell(" ", style: CellStyle(foreground: theme.text, background: background)))
            let who = entry.holder.map { "open: \($0)" } ?? entry.reviewer ?? ""
            let text = row(
                isSelected ? "›" : "", entry.title, entry.status.rawValue, entry.image, entry.model ?? "–", who)
            grid.write(
                text, x: 1, y: y, style: CellStyle(foreground: colour(entry.status, theme), background: background),
                maximumWidth: columns - 2)
        }
        if let message = state.message {
            let colour = message.kind == .warning ? theme.warning : theme.accent
            grid.write(message.text, x: 1, y: rows - 2, style: options.style(colour), maximumWidth: columns - 2)
        }
        grid.fill(CellRect(x: 0, y: rows - 1, width: columns, height: 1), with: Cell(" ", style: options.bar))
        grid.write("j k choose   Enter open   q quit", x: 1, y: rows - 1, style: options.bar)
        return options.finished(grid)
    }

    /// The first case that is shown.
    static func firstRow(_ state: WorklistState, room: Int) -> Int {
        max(0, min(state.selected - room / 2, state.entries.count - room))
    }

    private static func row(
        _ mark: String, _ title: String, _ status: String, _ image: String, _ model: String, _ who: String
    ) -> String {
        [(mark, 1), (title, 26), (status, 11), (image, 34), (model, 20), (who, 0)]
            .map { TextFormat.padded($0.1 > 1 ? String($0.0.prefix($0.1)) : $0.0, $0.1) }
            .joined(separator: " ")
    }

    private static func colour(_ status: CaseStatus, _ theme: Theme) -> Colour {
        switch status {
        case .new: theme.text
        case .inProgress: theme.warning
        case .accepted, .corrected: theme.good
        case .rejected: theme.bad
        }
    }
}
