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
        progress(state, &pen, &grid)
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
        pen.line([(TextFormat.padded("", 12) + "volume" + TextFormat.right("slice", 12), theme.dim)], &grid)
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
        pen.heading("brush", &grid)
        let shape = state.brush.shape == .disc ? "2D" : "3D"
        let verb = state.tool == .brush ? "paint" : "erase"
        pen.line([("\(verb)  \(shape)  r \(TextFormat.fixed(state.brush.radius.value, 1)) mm", theme.text)], &grid)
        if let range = state.limits.range {
            let low = TextFormat.integer(Int(range.lowerBound.value))
            let high = TextFormat.integer(Int(range.upperBound.value))
            pen.line([("only HU \(low) … \(high)", theme.text)], &grid)
        }
        let locked = state.structures.enumerated().filter { $0.offset != state.activeIndex && $0.element.isLocked }
        if !locked.isEmpty {
            pen.line([("not over " + locked.map(\.element.name.rawValue).joined(separator: ", "), theme.text)], &grid)
        }
    }

    private static func progress(_ state: ReviewState, _ pen: inout PanelPen, _ grid: inout CellGrid) {
        let theme = pen.options.theme
        guard let count = state.geometry?.size.z else { return }
        pen.heading("progress", &grid)
        let seen = state.seenSlices.count
        let edited = state.editedSlices.count
        pen.line(
            seen == count
                ? [("✓ all \(count) slices seen", theme.good)]
                : [("! \(count - seen) of \(count) not seen", theme.warning)], &grid)
        pen.line([("\(edited) \(edited == 1 ? "slice" : "slices") changed", theme.dim)], &grid)
        pen.line([("active \(TextFormat.duration(state.activeSeconds))", theme.dim)], &grid)
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
        pen.line(
            [
                ("━ ", theme.structure(active.name.rawValue)), ("mask   ", theme.text), ("━ ", theme.ghost),
                (state.referenceSource == .prediction ? "prediction" : "reference", theme.text),
            ], &grid)
        pen.line([("━ ", theme.outOfTolerance), ("out of tolerance", theme.text)], &grid)
    }
}

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

/// How scores are written.
enum ScoreText {
    /// Name, score of the volume and of the slice, and how the volume's has changed since the edit before.
    static func parts(
        _ structure: StructureState, slice z: Int, _ theme: Theme
    ) -> [(text: String, colour: Colour)] {
        let colour = theme.structure(structure.name.rawValue)
        var parts = [(TextFormat.padded(String(structure.name.rawValue.prefix(11)), 12), colour)]
        guard let score = structure.score else { return parts + [("…", theme.dim)] }
        parts.append((TextFormat.score(score.surfaceDice), colour))
        let changed = change(structure, theme)
        parts += changed
        let used = parts.dropFirst().reduce(0) { $0 + $1.0.unicodeScalars.count }
        parts.append((TextFormat.right(slice(z, of: structure), max(6, 18 - used)), theme.text))
        return parts
    }

    /// The score of one slice.
    static func slice(_ z: Int, of structure: StructureState) -> String {
        guard let slices = structure.score?.slices, slices.indices.contains(z) else { return "…" }
        return TextFormat.score(slices[z])
    }

    /// How a score has changed since the edit before, or that it is not of the newest edit yet.
    static func change(_ structure: StructureState, _ theme: Theme) -> [(text: String, colour: Colour)] {
        guard structure.isScoreCurrent else { return [(" …", theme.dim)] }
        guard let now = structure.score?.surfaceDice, let before = structure.previousSurfaceDice, now != before
        else { return [] }
        // The difference of the numbers as they are shown, so that they add up.
        let amount = TextFormat.fixed(abs(TextFormat.shown(now) - TextFormat.shown(before)), 3)
        return [now < before ? (" ▼\(amount)", theme.bad) : (" ▲\(amount)", theme.good)]
    }

    /// What masks are measured against.
    static func reference(_ state: ReviewState) -> String {
        switch state.referenceSource {
        case .prediction: "prediction"
        case .file(let name): name
        }
    }
}

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
            for part in ScoreText.change(structure, theme) where structure.score != nil {
                x = grid.write(part.text, x: x, y: rect.y, style: options.style(part.colour))
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
        let verb = state.tool == .brush ? "paint" : "erase"
        let shape = state.brush.shape == .disc ? "" : " 3D"
        x = grid.write(
            "\(verb) r \(TextFormat.fixed(state.brush.radius.value, 1)) mm\(shape)", x: x + 1, y: rect.y + 1,
            style: options.text)
        grid.write("  vs \(ScoreText.reference(state))", x: x, y: rect.y + 1, style: options.dim)
    }
}
