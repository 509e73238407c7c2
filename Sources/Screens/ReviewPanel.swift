import Cases
import Editing
import Review
import TerminalKit
import Volumes

/// The panel on the right: the numbers a clinician watches first, then structures, brush and history.
enum ReviewPanel {
    static func draw(_ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect) {
        grid.fill(rect, with: Cell(" ", style: options.text))
        var pen = PanelPen(rect: rect, options: options)
        let look = StructureLook(state, options)
        if StructureList.isNeeded(state.structures.count, rows: rect.height - state.context.count) {
            StructureList.draw(state, look, &pen, &grid)
            measures(state, &pen, &grid)
        } else {
            scores(state, look, &pen, &grid)
            structures(state, look, &pen, &grid)
        }
        tool(state, &pen, &grid)
        checks(state, &pen, &grid)
        history(state, &pen, &grid)
        legend(state, look, &pen, &grid)
    }

    /// The tolerance of the active structure's scores, mm.
    static func tolerance(_ state: ReviewState) -> String {
        guard let tolerance = state.active?.tolerance.value else { return "2" }
        return TextFormat.fixed(tolerance, tolerance == tolerance.rounded() ? 0 : 1)
    }

    private static func scores(
        _ state: ReviewState, _ look: StructureLook, _ pen: inout PanelPen, _ grid: inout CellGrid
    ) {
        let theme = pen.options.theme
        pen.heading("surface Dice at \(tolerance(state)) mm", &grid)
        pen.line([(ScoreText.heading, theme.dim)], &grid)
        let names = NameFit.shortened(look.names, to: 10)
        for (i, structure) in state.structures.enumerated() {
            pen.line(
                ScoreText.parts(structure, named: names[i], look.colours[i], slice: state.view.slice, theme), &grid)
        }
        if state.active != nil {
            pen.gap()
            measures(state, &pen, &grid)
        } else {
            uncertainty(state, &pen, &grid)
        }
        for (structure, name) in zip(state.structures, NameFit.shortened(look.names, to: 12)) {
            pen.line(
                [
                    (TextFormat.padded(name, 12), theme.dim),
                    (" " + TextFormat.volume(structure.millilitres), theme.dim),
                ], &grid)
        }
    }

    /// What is measured of the active structure, and how unsure the model was of the slice.
    private static func measures(_ state: ReviewState, _ pen: inout PanelPen, _ grid: inout CellGrid) {
        let theme = pen.options.theme
        if let active = state.active {
            if !active.hasReference {
                pen.line([("added, nothing proposed: no score", theme.dim)], &grid)
            } else {
                pen.line([("against ", theme.dim), (ScoreText.reference(state), theme.text)], &grid)
            }
            if let measures = active.measures, active.hasReference {
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
        uncertainty(state, &pen, &grid)
    }

    private static func uncertainty(_ state: ReviewState, _ pen: inout PanelPen, _ grid: inout CellGrid) {
        let theme = pen.options.theme
        guard state.uncertainty.indices.contains(state.view.slice) else { return }
        let score = TextFormat.fixed(state.uncertainty[state.view.slice], 2)
        pen.line([("model unsure on slice ", theme.dim), (score, theme.ghost)], &grid)
    }

    private static func structures(
        _ state: ReviewState, _ look: StructureLook, _ pen: inout PanelPen, _ grid: inout CellGrid
    ) {
        let theme = pen.options.theme
        pen.heading("structures", &grid)
        let names = NameFit.shortened(look.names, to: 24)
        for (i, structure) in state.structures.enumerated() {
            let name = TextFormat.padded(names[i], 12) + " "
            let note =
                structure.isLocked
                ? "locked" : i == state.activeIndex ? "editing" : structure.isAdded ? "added" : ""
            pen.line(
                [
                    (look.mark(i, isVisible: structure.isVisible) + " ", look.colours[i]),
                    (name, i == state.activeIndex ? theme.text : theme.dim),
                    (note, i == state.activeIndex ? theme.text : theme.dim),
                ], &grid)
        }
        for (j, context) in state.context.enumerated() {
            let i = state.structures.count + j
            pen.line(
                [
                    (look.mark(i, isVisible: context.isVisible) + " ", look.colours[i]),
                    (TextFormat.padded(names[i], 12) + " ", theme.dim), ("context", theme.dim),
                ], &grid)
        }
    }

    private static func tool(_ state: ReviewState, _ pen: inout PanelPen, _ grid: inout CellGrid) {
        let theme = pen.options.theme
        if state.tool == .measure {
            pen.heading("ruler", &grid)
            pen.line([(Plural.count(state.rulers.count, "length") + " measured", theme.text)], &grid)
            return
        }
        pen.heading(state.tool.isContour ? "contour" : "brush", &grid)
        pen.line([(ContourText.tool(state), theme.text)], &grid)
        if let answerer = ContourText.answerer(state) {
            pen.line([(TextFormat.cut("answered by \(answerer)", to: pen.rect.width - 3), theme.text)], &grid)
        }
        for clause in LimitText.clauses(state) { pen.line([(clause, theme.text)], &grid) }
        let locked = state.structures.enumerated().filter { $0.offset != state.activeIndex && $0.element.isLocked }
        if !locked.isEmpty {
            let names = "not over " + locked.map(\.element.name.rawValue).joined(separator: ", ")
            let text = names.columns + 3 <= pen.rect.width ? names : "not over \(locked.count) locked structures"
            pen.line([(text, theme.text)], &grid)
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
                ? [(count == 1 ? "✓ the one slice seen" : "✓ all \(count) slices seen", theme.good)]
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
        // Before the masks are there, nothing was checked.
        let isChecked = !state.structures.isEmpty && state.structures.allSatisfy(\.isChecked)
        if warnings.isEmpty, isChecked { pen.line([("✓ no warnings", theme.good)], &grid) }
        if !isChecked, !state.structures.isEmpty { pen.line([("checking…", theme.dim)], &grid) }
        let changed = "\(Plural.count(edited, "slice")) changed"
        pen.line([("\(changed) · \(TextFormat.duration(state.activeSeconds))", theme.dim)], &grid)
    }

    private static func history(_ state: ReviewState, _ pen: inout PanelPen, _ grid: inout CellGrid) {
        let theme = pen.options.theme
        guard !state.history.done.isEmpty || !state.history.undone.isEmpty else { return }
        pen.heading("history", &grid)
        for step in state.history.undone.suffix(1) {
            pen.line([(text(of: step, ", undone", columns: pen.rect.width - 3), theme.dim)], &grid)
        }
        for (i, step) in state.history.done.suffix(4).reversed().enumerated() {
            let text = text(of: step, columns: pen.rect.width - 3)
            pen.line([(text, i == 0 ? theme.text : theme.dim)], &grid)
        }
    }

    /// A step with its place; of a name that is too long for that, the beginning.
    private static func text(of step: EditStep<StructureName>, _ end: String = "", columns: Int) -> String {
        let whole = step.text + end
        if whole.columns <= columns { return whole }
        let place = " \(step.shortPlace)\(end)"
        return TextFormat.cut(step.name, to: max(6, columns - place.columns)) + place
    }

    private static func legend(
        _ state: ReviewState, _ look: StructureLook, _ pen: inout PanelPen, _ grid: inout CellGrid
    ) {
        let theme = pen.options.theme
        guard state.active != nil else { return }
        pen.heading("boundary", &grid)
        // Where lines are drawn as letters, the letters are what has to be explained.
        let isLetters = pen.options.cells == .ascii || pen.options.depth == .none
        guard look.colours.indices.contains(state.activeIndex) else { return }
        let own = isLetters ? look.letters[state.activeIndex] : "━"
        pen.line(
            [
                ("\(own) ", look.colours[state.activeIndex]), ("mask   ", theme.text),
                (isLetters ? "~ " : "━ ", theme.ghost),
                (state.referenceSource == .prediction ? "prediction" : "reference", theme.text),
            ], &grid)
        pen.line([(isLetters ? "! " : "━ ", theme.outOfTolerance), ("out of tolerance", theme.text)], &grid)
    }
}
