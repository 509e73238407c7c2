import Cases
import Review
import TerminalKit
import Volumes

/// Scores and structures in two lines, where there is no room for the panel.
enum CompactScores {
    static func draw(_ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect) {
        grid.fill(rect, with: Cell(" ", style: options.text))
        let look = StructureLook(state, options)
        if firstWidth(state) <= rect.width - 1 {
            all(state, look, options, &grid, rect)
        } else {
            around(state, look, options, &grid, rect)
        }
        guard rect.height > 1 else { return }
        let tail = tail(state, options, rect.width)
        let tailWidth = tail.reduce(0) { $0 + $1.text.columns }
        let end = names(state, look, options, &grid, x: rect.x + 1, y: rect.y + 1, room: rect.width - tailWidth - 2)
        // The count of warnings stands at the right edge, everything else behind the names.
        var x = end + 1
        for part in tail.dropLast() { x = grid.write(part.text, x: x, y: rect.y + 1, style: part.style) }
        guard let last = tail.last, !last.text.isEmpty else { return }
        grid.write(last.text, x: rect.maxX - last.text.columns, y: rect.y + 1, style: last.style)
    }

    /// Columns the scores of all structures take.
    private static func firstWidth(_ state: ReviewState) -> Int {
        state.structures.reduce("sDice slice".count) { width, structure in
            // A change is five columns, a slice's score five.
            width + structure.name.rawValue.columns + 1 + 5 + 6 + 2 + 6
        }
    }

    /// All structures, where they have room.
    private static func all(
        _ state: ReviewState, _ look: StructureLook, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        var x = grid.write("sDice ", x: rect.x + 1, y: rect.y, style: options.dim)
        for i in state.structures.indices {
            x = score(i, state.structures[i].name.rawValue, state, look, options, &grid, x: x, y: rect.y) + 2
        }
        x = grid.write("slice", x: x, y: rect.y, style: options.dim)
        for (structure, colour) in zip(state.structures, look.colours) {
            x = grid.write(
                ScoreText.slice(state.view.slice, of: structure), x: x + 1, y: rect.y, style: options.style(colour))
        }
    }

    /// The active structure first, and then those behind it as far as there is room for whole ones.
    private static func around(
        _ state: ReviewState, _ look: StructureLook, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        guard state.structures.indices.contains(state.activeIndex) else { return }
        let names = NameFit.shortened(look.names, to: 16)
        var x = grid.write("sDice ", x: rect.x + 1, y: rect.y, style: options.dim)
        let active = state.activeIndex
        x = score(active, names[active], state, look, options, &grid, x: x, y: rect.y)
        x = grid.write(" slice ", x: x, y: rect.y, style: options.dim)
        x = grid.write(
            ScoreText.slice(state.view.slice, of: state.structures[active]), x: x, y: rect.y,
            style: options.style(look.colours[active]))
        for step in 1..<max(1, state.structures.count) {
            let i = (active + step) % state.structures.count
            let score = state.structures[i].score.map { TextFormat.score($0.surfaceDice) } ?? "…"
            let text = "\(names[i]) \(score)"
            guard x + 3 + text.columns <= rect.maxX else { break }
            x = grid.write(text, x: x + 3, y: rect.y, style: options.style(look.colours[i]))
        }
    }

    /// A structure's score and how the last edit has changed it.
    private static func score(
        _ i: Int, _ name: String, _ state: ReviewState, _ look: StructureLook, _ options: RenderOptions,
        _ grid: inout CellGrid, x: Int, y: Int
    ) -> Int {
        let structure = state.structures[i]
        let score = structure.score.map { TextFormat.score($0.surfaceDice) } ?? "…"
        var x = grid.write("\(name) \(score)", x: x, y: y, style: options.style(look.colours[i]))
        let change = ScoreText.change(structure, options.theme)
        if structure.score != nil, !change.text.isEmpty {
            x = grid.write(" " + change.text, x: x, y: y, style: options.style(change.colour))
        }
        return x
    }

    /// The structures with the active one in brackets: all of them where they have room, otherwise those around it and
    /// how many there are before and behind.
    /// - Returns: the column behind the last.
    private static func names(
        _ state: ReviewState, _ look: StructureLook, _ options: RenderOptions, _ grid: inout CellGrid, x: Int, y: Int,
        room: Int
    ) -> Int {
        let count = state.structures.count
        guard state.structures.indices.contains(state.activeIndex) else { return x }
        let short = NameFit.shortened(look.names, to: 18)
        func text(_ i: Int) -> String { short[i] + (state.structures[i].isLocked ? " locked" : "") }
        // A mark, a bracket or space on either side, a gap.
        func width(_ i: Int) -> Int { text(i).columns + 4 }
        var shown = state.activeIndex..<state.activeIndex + 1
        func outside(_ range: Range<Int>) -> Int {
            (range.lowerBound > 0 ? "\(range.lowerBound)‹ ".columns : 0)
                + (range.upperBound < count ? "›\(count - range.upperBound) ".columns : 0)
        }
        var used = width(state.activeIndex)
        while shown.count < count {
            // In turn towards both ends, so that the active one stays near the middle.
            let isForward =
                shown.upperBound < count
                && (shown.lowerBound == 0
                    || shown.upperBound - state.activeIndex <= state.activeIndex - shown.lowerBound)
            let next = isForward ? shown.upperBound : shown.lowerBound - 1
            let wider = min(next, shown.lowerBound)..<max(next + 1, shown.upperBound)
            guard used + width(next) + outside(wider) <= room else { break }
            used += width(next)
            shown = wider
        }
        var x = x
        if shown.lowerBound > 0 { x = grid.write("\(shown.lowerBound)‹ ", x: x, y: y, style: options.dim) }
        for i in shown {
            let isActive = i == state.activeIndex
            let mark = look.mark(i, isVisible: state.structures[i].isVisible)
            x = grid.write(mark, x: x, y: y, style: options.style(look.colours[i]))
            x =
                grid.write(
                    isActive ? "[\(text(i))]" : " \(text(i)) ", x: x, y: y,
                    style: isActive ? options.text : options.dim) + 1
        }
        if shown.upperBound < count { x = grid.write("›\(count - shown.upperBound) ", x: x, y: y, style: options.dim) }
        return x
    }

    /// The tool in hand, what edits are confined to, what scores are against and the count of warnings, which stands at
    /// the right edge. That edits are confined and what scores are against is always said; how they are confined, the
    /// word for warnings and the names of structures make room for it.
    private static func tail(
        _ state: ReviewState, _ options: RenderOptions, _ width: Int
    ) -> [(text: String, style: CellStyle)] {
        let verb = ToolText.verb(state.tool)
        let shape = state.brush.shape == .disc ? "" : " 3D"
        let tool =
            state.tool.isContour || state.tool == .measure
            ? ContourText.tool(state).replacing("  ", with: " ")
            : "\(verb) r \(TextFormat.fixed(state.brush.radius.value, 1)) mm\(shape)"
                + (ContourText.answerer(state).map { " · \(TextFormat.cut($0, to: 16))" } ?? "")
        let context = state.context.isEmpty ? "" : "  +\(state.context.count) context"
        let reference = "  vs \(TextFormat.cut(ScoreText.reference(state), to: 24))\(context)"
        let count = state.warnings.count
        let short = count == 0 ? "" : " !\(count) "
        let long = count == 0 ? "" : " ! \(Plural.count(count, "warning")) "
        let clauses = LimitText.clauses(state).joined(separator: ", ")
        let names = namesWidth(state)
        let fixed = tool.columns + reference.columns + 2
        // The names of two lungs are never left out; those of many structures give way.
        let least = min(names, width / 2)
        var limit = clauses.isEmpty ? "" : "  " + clauses
        if fixed + least + limit.columns + short.columns > width, !clauses.isEmpty { limit = "  limited" }
        let isRoomy = fixed + least + limit.columns + long.columns <= width
        let warning = options.style(options.theme.warning)
        return [
            (tool, options.text), (limit, warning), (reference, options.dim), (isRoomy ? long : short, warning),
        ]
    }

    private static func namesWidth(_ state: ReviewState) -> Int {
        state.structures.reduce(0) { $0 + min(18, $1.name.rawValue.columns) + ($1.isLocked ? 7 : 0) + 4 }
    }
}
