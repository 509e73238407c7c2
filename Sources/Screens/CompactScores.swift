import Cases
import Review
import TerminalKit

/// Scores and structures in two lines, where there is no room for the panel.
enum CompactScores {
    static func draw(_ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect) {
        grid.fill(rect, with: Cell(" ", style: options.text))
        let theme = options.theme
        var x = grid.write("sDice ", x: rect.x + 1, y: rect.y, style: options.dim)
        for structure in state.structures {
            let style = options.style(theme.structure(structure.name.rawValue))
            let score = structure.score.map { TextFormat.score($0.surfaceDice) } ?? "…"
            x = grid.write("\(structure.name) \(score)", x: x, y: rect.y, style: style)
            let change = ScoreText.change(structure, theme)
            if structure.score != nil, !change.text.isEmpty {
                x = grid.write(" " + change.text, x: x, y: rect.y, style: options.style(change.colour))
            }
            x += 2
        }
        x = grid.write("slice", x: x, y: rect.y, style: options.dim)
        for structure in state.structures {
            let style = options.style(theme.structure(structure.name.rawValue))
            x = grid.write(
                ScoreText.slice(state.view.slice, of: structure), x: x + 1, y: rect.y, style: style)
        }
        guard rect.height > 1 else { return }
        x = rect.x + 1
        for (i, structure) in state.structures.enumerated() {
            let colour = theme.structure(structure.name.rawValue)
            x = grid.write(structure.isVisible ? "●" : "○", x: x, y: rect.y + 1, style: options.style(colour))
            let name = structure.name.rawValue + (structure.isLocked ? " locked" : "")
            let style = i == state.activeIndex ? options.text : options.dim
            x = grid.write(i == state.activeIndex ? "[\(name)]" : " \(name) ", x: x, y: rect.y + 1, style: style) + 1
        }
        let verb = ToolText.verb(state.tool)
        let shape = state.brush.shape == .disc ? "" : " 3D"
        let toolText =
            state.tool.isContour || state.tool == .measure
            ? ContourText.tool(state).replacing("  ", with: " ")
            : "\(verb) r \(TextFormat.fixed(state.brush.radius.value, 1)) mm\(shape)"
        x = grid.write(toolText, x: x + 1, y: rect.y + 1, style: options.text)
        // What scores are against is always said, and that edits are confined; how they are, and the count of warnings,
        // make room for it.
        let count = state.warnings.count
        let short = count == 0 ? "" : " !\(count) "
        let reference = "  vs \(ScoreText.reference(state))"
        let room = rect.maxX - short.unicodeScalars.count - x - reference.unicodeScalars.count
        let clauses = LimitText.clauses(state).joined(separator: ", ")
        if !clauses.isEmpty {
            let text = clauses.unicodeScalars.count + 2 <= room ? clauses : "limited"
            x = grid.write("  " + text, x: x, y: rect.y + 1, style: options.style(theme.warning))
        }
        x = grid.write(reference, x: x, y: rect.y + 1, style: options.dim)
        guard count > 0 else { return }
        let long = " ! \(count) \(count == 1 ? "warning" : "warnings") "
        let text = x + long.unicodeScalars.count <= rect.maxX ? long : short
        let column = rect.maxX - text.unicodeScalars.count
        grid.write(text, x: column, y: rect.y + 1, style: options.style(theme.warning))
    }
}
