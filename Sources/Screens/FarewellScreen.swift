import TerminalKit

/// What is on the screen while the program waits for the end of its background work.
public enum FarewellScreen {
    /// Draws the screen.
    /// - Parameter what: what is waited for, e.g. "the prediction".
    public static func render(
        waitingFor what: String, options: RenderOptions, columns: Int, rows: Int
    ) -> CellGrid {
        var grid = CellGrid(width: columns, height: rows, filledWith: Cell(" ", style: options.text))
        let lines = ["stopping \(what)…", "What you did is saved. Ctrl-C leaves at once."]
        for (i, line) in lines.enumerated() {
            grid.write(
                line, x: max(0, (columns - line.count) / 2), y: max(0, rows / 2 - 1) + i,
                style: i == 0 ? options.style(options.theme.accent) : options.dim, maximumWidth: columns)
        }
        return options.finished(grid)
    }
}
