import TerminalKit

/// Writes a panel from the top down; what does not fit any more is left out whole.
struct PanelPen {
    let rect: CellRect
    let options: RenderOptions
    private var y: Int

    init(rect: CellRect, options: RenderOptions) {
        self.rect = rect
        self.options = options
        y = rect.y
    }

    /// A heading with a thin rule.
    mutating func heading(_ text: String, _ grid: inout CellGrid) {
        if y > rect.y { y += 1 }
        guard y + 1 < rect.y + rect.height else {
            y = rect.y + rect.height
            return
        }
        let rule = options.style(options.theme.rule)
        let x = grid.write("─ ", x: rect.x + 1, y: y, style: rule)
        let end = grid.write(text, x: x, y: y, style: options.text, maximumWidth: rect.width - 5)
        for column in end + 1..<max(end + 1, rect.x + rect.width - 1) { grid[column, y] = Cell("─", style: rule) }
        y += 1
    }

    /// A line of coloured parts.
    mutating func line(_ parts: [(text: String, colour: Colour)], _ grid: inout CellGrid) {
        guard y < rect.y + rect.height else { return }
        var x = rect.x + 2
        for part in parts {
            x = grid.write(
                part.text, x: x, y: y, style: options.style(part.colour),
                maximumWidth: max(0, rect.x + rect.width - x))
        }
        y += 1
    }

    /// An empty line.
    mutating func gap() { y += 1 }
}
