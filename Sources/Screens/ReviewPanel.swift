import Cases
import Review
import TerminalKit
import Volumes

/// The panel on the right: the numbers a clinician watches first, then structures, brush and history.
enum ReviewPanel {
    static func draw(_ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect) {
        grid.fill(rect, with: Cell(" ", style: options.text))
        var pen = PanelPen(rect: rect, options: options)
        scores(state, &pen, &grid)
        structures(state, &pen, &grid)
        tool(state, &pen, &grid)
        checks(state, &pen, &grid)
        history(state, &pen, &grid)
        legend(state, &pen, &grid)
    }

    private static func scores(_ state: ReviewState, _ pen: inout PanelPen, _ grid: inout CellGrid) {
        let theme = pen.options.theme
        let tolerance =
            state.active.map {
                TextFormat.fixed($0.tolerance.value, $0.tolerance.value == $0.tolerance.value.rounded() ? 0 : 1)
            } ?? "2"
        pen.heading("surface Dice at \(tolerance) mm", &grid)
        pen.line([(ScoreText.heading, theme.dim)], &grid)
        for structure in state.structures {
            pen.line(ScoreText.parts(structure, slice: state.view.slice, theme), &grid)
        }
        if let active = state.active {
            pen.gap()
            pen.line([("against ", theme.dim), (ScoreText.reference(state), theme.text)], &grid)
            if let measures = active.measures {
                let stale = active.areMeasuresCurrent ? "" : " …"
                let dice = TextFormat.score(measures.volumetricDice)
                // Two empty masks have no distance, whatever the definition says of it.
                let isEmpty = measures.volumetricDice == nil
                let distance = isEmpty ? "n/a" : TextFormat.fixed(measures.hausdorff95, 1) + " mm"
                pen.line([("Dice \(dice)  HD95 \(distance)\(stale)", theme.text)], &grid)
                let path = TextFormat.fixed(measures.addedPathLength, 0)
                pen.line([("added path \(path) mm\(stale)", theme.text)], &grid)
            }
            if let line = Sparkline.text(active.trend, width: 20) {
                pen.line([(line, theme.accent), ("  this session", theme.dim)], &grid)
            }
        }
        if state.uncertainty.indices.contains(state.view.slice) {
            let score = TextFormat.fixed(state.uncertainty[state.view.slice], 2)
            pen.line([("model unsure on slice ", theme.dim), (score, theme.ghost)], &grid)
        }
        for structure in state.structures {
            let name = TextFormat.padded(structure.name.rawValue, 12)
            pen.line([(name, theme.dim), (TextFormat.volume(structure.millilitres), theme.dim)], &grid)
        }
    }

    private static func structures(_ state: ReviewState, _ pen: inout PanelPen, _ grid: inout CellGrid) {
        let theme = pen.options.theme
        pen.heading("structures", &grid)
        for (i, structure) in state.structures.enumerated() {
            let mark = structure.isVisible ? "● " : "○ "
            let name = TextFormat.padded(structure.name.rawValue, 13)
            let note = structure.isLocked ? "locked" : i == state.activeIndex ? "editing" : ""
            pen.line(
                [
                    (mark, theme.structure(structure.name.rawValue)),
                    (name, i == state.activeIndex ? theme.text : theme.dim),
                    (note, i == state.activeIndex ? theme.text : theme.dim),
                ], &grid)
        }
    }

    private static func tool(_ state: ReviewState, _ pen: inout PanelPen, _ grid: inout CellGrid) {
        let theme = pen.options.theme
        if state.tool == .measure {
            pen.heading("ruler", &grid)
            let count = state.rulers.count
            pen.line([("\(count) \(count == 1 ? "length" : "lengths") measured", theme.text)], &grid)
            return
        }
        pen.heading(state.tool.isContour ? "contour" : "brush", &grid)
        pen.line([(ContourText.tool(state), theme.text)], &grid)
        for clause in LimitText.clauses(state) { pen.line([(clause, theme.text)], &grid) }
        let locked = state.structures.enumerated().filter { $0.offset != state.activeIndex && $0.element.isLocked }
        if !locked.isEmpty {
            pen.line([("not over " + locked.map(\.element.name.rawValue).joined(separator: ", "), theme.text)], &grid)
        }
    }

    private static func checks(_ state: ReviewState, _ pen: inout PanelPen, _ grid: inout CellGrid) {
        let theme = pen.options.theme
        guard let count = state.geometry?.size.z else { return }
        pen.heading("checks", &grid)
        let seen = state.seenSlices.count
        let edited = state.editedSlices.count
        pen.line(
            seen == count
                ? [("✓ all \(count) slices seen", theme.good)]
                : [("! \(count - seen) of \(count) not seen", theme.warning)], &grid)
        let warnings = state.warnings
        let shown = warnings.count > 4 ? 3 : warnings.count
        for (structure, warning) in warnings.prefix(shown) {
            let lines = TextWrap.lines("\(structure): \(warning.text)", width: pen.rect.width - 5)
            for (i, line) in lines.enumerated() { pen.line([((i == 0 ? "! " : "  ") + line, theme.warning)], &grid) }
        }
        if warnings.count > shown {
            pen.line([("! \(warnings.count - shown) more, see :warnings", theme.warning)], &grid)
        }
        let isChecked = state.structures.allSatisfy(\.isChecked)
        if warnings.isEmpty, isChecked { pen.line([("✓ no warnings", theme.good)], &grid) }
        if !isChecked, !state.structures.isEmpty { pen.line([("checking…", theme.dim)], &grid) }
        let changed = "\(edited) \(edited == 1 ? "slice" : "slices") changed"
        pen.line([("\(changed) · \(TextFormat.duration(state.activeSeconds))", theme.dim)], &grid)
    }

    private static func history(_ state: ReviewState, _ pen: inout PanelPen, _ grid: inout CellGrid) {
        let theme = pen.options.theme
        guard !state.history.done.isEmpty || !state.history.undone.isEmpty else { return }
        pen.heading("history", &grid)
        for step in state.history.undone.suffix(1) {
            pen.line([("\(step.name) \(step.structure) z\(step.slice) undone", theme.dim)], &grid)
        }
        for (i, step) in state.history.done.suffix(4).reversed().enumerated() {
            pen.line([("\(step.name) \(step.structure) z\(step.slice)", i == 0 ? theme.text : theme.dim)], &grid)
        }
    }

    private static func legend(_ state: ReviewState, _ pen: inout PanelPen, _ grid: inout CellGrid) {
        let theme = pen.options.theme
        guard let active = state.active else { return }
        pen.heading("boundary", &grid)
        // Where lines are drawn as letters, the letters are what has to be explained.
        let isLetters = pen.options.cells == .ascii || pen.options.depth == .none
        let letters = ImagePalette.letters(of: state.structures.map(\.name.rawValue), active: state.activeIndex)
        let own = isLetters ? letters[state.activeIndex] : "━"
        pen.line(
            [
                ("\(own) ", theme.structure(active.name.rawValue)), ("mask   ", theme.text),
                (isLetters ? "~ " : "━ ", theme.ghost),
                (state.referenceSource == .prediction ? "prediction" : "reference", theme.text),
            ], &grid)
        pen.line([(isLetters ? "! " : "━ ", theme.outOfTolerance), ("out of tolerance", theme.text)], &grid)
    }
}
