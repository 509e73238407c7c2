import Review
import TerminalKit

/// All slices in one line: how much each disagrees, or, where nothing does, how unsure the model was; which were seen
/// and edited, and where we are.
enum SliceStrip {
    private static let bars: [Unicode.Scalar] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    private static let asciiBars: [Unicode.Scalar] = [" ", "_", ".", ":", "-", "=", "+", "*", "#"]

    /// The slice score at which the model's bar has its full height: a quarter of mask and probability in doubt.
    private static let fullUncertainty = 0.25

    static func draw(_ state: ReviewState, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect) {
        grid.fill(rect, with: Cell(" ", style: options.dim))
        guard let count = state.geometry?.size.z, rect.width > 0 else { return }
        let theme = options.theme
        let isAscii = options.cells == .ascii
        let edited = state.editedSlices
        let disagreements = (0..<count).map { state.disagreement(on: $0) }
        for column in 0..<rect.width {
            let slices = slices(at: column, width: rect.width, count: count)
            let worst = slices.compactMap { disagreements[$0] }.max()
            let isHere = slices.contains(state.view.slice)
            let isEdited = slices.contains(where: edited.contains)
            let isSeen = slices.allSatisfy(state.seenSlices.contains)
            var colour = theme[.stripLow]
            if let worst {
                colour = worst > 0.15 ? theme[.stripHigh] : worst > 0.03 ? theme[.stripMid] : theme[.stripLow]
            }
            // Anything above nothing shows at least the thinnest bar; full height at 0.4, where nothing fits.
            var level = worst.map { $0 <= 0 ? 1 : min(8, 1 + Int(($0 / 0.4 * 7).rounded(.up))) } ?? 0
            let unsure = slices.compactMap { state.uncertainty.indices.contains($0) ? state.uncertainty[$0] : nil }
                .max()
            if worst ?? 0 <= 0, let unsure, unsure >= ReviewState.noticeableUncertainty {
                level = min(8, Int((unsure / fullUncertainty * 8).rounded(.up)))
                colour = theme.ghost
            }
            let glyph: Unicode.Scalar = isAscii ? (isHere ? "@" : asciiBars[level]) : (isHere ? "█" : bars[level])
            grid[rect.x + column, rect.y] = Cell(
                glyph,
                style: options.style(
                    isHere ? theme[.stripCurrent] : rect.height == 1 && isEdited ? theme[.stripEdited] : colour))
            guard rect.height > 1 else { continue }
            let mark: (glyph: Unicode.Scalar, colour: Colour) =
                isEdited
                ? (isSeen ? (isAscii ? "*" : "●") : (isAscii ? "o" : "○"), theme[.stripEdited])
                : isSeen ? (isAscii ? "v" : "✓", theme[.stripSeen]) : (isAscii ? "." : "·", theme.dim)
            grid[rect.x + column, rect.y + 1] = Cell(mark.glyph, style: options.style(mark.colour))
        }
    }

    /// The slices a column of the strip stands for.
    static func slices(at column: Int, width: Int, count: Int) -> Range<Int> {
        let first = column * count / width
        return first..<max(first + 1, (column + 1) * count / width)
    }
}
