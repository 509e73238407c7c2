import Cases
import Review
import TerminalKit

/// The structures of a case with many, in the panel: one list with marks and scores, of which the part around the
/// active structure is shown, and what matters of that one below it.
enum StructureList {
    /// Columns of a name.
    private static let nameWidth = 12

    /// Whether a panel of so many rows has no room for the lists that few structures have.
    static func isNeeded(_ count: Int, rows: Int) -> Bool { 3 * count + 20 > rows }

    static func draw(_ state: ReviewState, _ look: StructureLook, _ pen: inout PanelPen, _ grid: inout CellGrid) {
        let theme = pen.options.theme
        let count = state.structures.count
        pen.heading("surface Dice at \(ReviewPanel.tolerance(state)) mm", &grid)
        pen.line([(TextFormat.padded("    structure", 16) + "score edit  slice", theme.dim)], &grid)
        // Two lines tell what is not in view.
        let room = max(8, pen.rect.height - 2 - rest(state))
        let isWhole = count <= room
        let window = ListWindow(count: count, selected: state.activeIndex, room: isWhole ? count : room - 2)
        let names = NameFit.shortened(look.names, to: nameWidth - 1)
        if !isWhole { pen.line([("  ↑ \(window.above == 0 ? "no" : "\(window.above)") more above", theme.dim)], &grid) }
        for i in window.shown { row(i, state, look, names[i], &pen, &grid) }
        if !isWhole { pen.line([("  ↓ \(window.below == 0 ? "no" : "\(window.below)") more below", theme.dim)], &grid) }
        if !state.context.isEmpty {
            let shown = state.context.indices.filter { state.context[$0].isVisible }
            let names = shown.map { look.names[count + $0] }.joined(separator: ", ")
            let text = shown.isEmpty ? "\(state.context.count) hidden" : names
            pen.line([("context ", theme.dim), (TextFormat.cut(text, to: pen.rect.width - 11), theme.text)], &grid)
        }
        guard let active = state.active else { return }
        pen.gap()
        let place = " \(state.activeIndex + 1)/\(count)"
        let name = NameFit.shortened(active.name.rawValue, to: pen.rect.width - 3 - "editing ".count - place.columns)
        pen.line([("editing ", theme.dim), (name, look.colours[state.activeIndex]), (place, theme.dim)], &grid)
        var volume = [(TextFormat.volume(active.millilitres), theme.text)]
        let change = ScoreText.changeSinceOpening(active, theme)
        if !change.text.isEmpty { volume += [("   score ", theme.dim), (change.text, change.colour)] }
        if !change.text.isEmpty { volume.append((" since opening", theme.dim)) }
        pen.line(volume, &grid)
    }

    /// Rows that what stands below the list takes.
    private static func rest(_ state: ReviewState) -> Int {
        let warnings = min(4, state.warnings.count)
        let steps = min(4, state.history.done.count) + min(1, state.history.undone.count)
        // The active structure, the brush, the checks with some warnings on two lines, the boundary.
        let context = state.context.isEmpty ? 0 : 1
        return context + 9 + 3 + 5 + warnings + (warnings + 1) / 2 + (steps == 0 ? 0 : 2 + steps) + 4
    }

    private static func row(
        _ i: Int, _ state: ReviewState, _ look: StructureLook, _ name: String, _ pen: inout PanelPen,
        _ grid: inout CellGrid
    ) {
        let theme = pen.options.theme
        let structure = state.structures[i]
        let isActive = i == state.activeIndex
        let edit = structure.isLocked ? (text: "lock", colour: theme.dim) : ScoreText.change(structure, theme)
        let score = structure.score.map { TextFormat.score($0.surfaceDice) } ?? "…"
        pen.line(
            [
                (isActive ? "› " : "  ", theme.accent),
                (look.mark(i, isVisible: structure.isVisible) + " ", look.colours[i]),
                (TextFormat.padded(name, nameWidth), isActive ? theme.text : theme.dim),
                (TextFormat.right(score, 5), look.colours[i]), (" " + TextFormat.padded(edit.text, 5), edit.colour),
                (TextFormat.right(ScoreText.slice(state.view.slice, of: structure), 6), theme.text),
            ], &grid)
    }
}
