import Cases
import Review
import TerminalKit

/// How scores are written.
enum ScoreText {
    /// What stands over the columns of ``parts(_:slice:_:)``.
    static let heading = "           score edit  start slice"

    /// Name, score of the volume, how it has changed since the edit before and since the case was opened, and the score
    /// of the slice: 34 columns.
    /// - Parameter shortName: the name in at most ten columns.
    static func parts(
        _ structure: StructureState, named shortName: String, _ colour: Colour, slice z: Int, _ theme: Theme
    ) -> [(text: String, colour: Colour)] {
        let name = TextFormat.padded(shortName, 11)
        guard let score = structure.score else { return [(name, colour), ("…", theme.dim)] }
        let edit = change(structure, theme)
        let start = changeSinceOpening(structure, theme)
        return [
            (name, colour), (TextFormat.right(TextFormat.score(score.surfaceDice), 5), colour),
            (" " + TextFormat.padded(edit.text, 5), edit.colour), (TextFormat.right(start.text, 6), start.colour),
            (TextFormat.right(slice(z, of: structure), 6), theme.text),
        ]
    }

    /// The score of one slice.
    static func slice(_ z: Int, of structure: StructureState) -> String {
        guard let slices = structure.score?.slices, slices.indices.contains(z) else { return "…" }
        return TextFormat.score(slices[z])
    }

    /// How a score has changed since the edit before, or that it is not of the newest edit yet.
    static func change(_ structure: StructureState, _ theme: Theme) -> (text: String, colour: Colour) {
        guard structure.isScoreCurrent else { return ("…", theme.dim) }
        let amount = difference(structure.score?.surfaceDice, structure.previousSurfaceDice)
        guard let amount, amount != 0 else { return ("", theme.dim) }
        return amount < 0 ? ("▼" + short(-amount), theme.bad) : ("▲" + short(amount), theme.good)
    }

    /// How a score has changed since the case was opened.
    static func changeSinceOpening(_ structure: StructureState, _ theme: Theme) -> (text: String, colour: Colour) {
        let amount = difference(structure.score?.surfaceDice, structure.openingSurfaceDice)
        guard let amount, amount != 0 else { return ("", theme.dim) }
        return amount < 0 ? ("−" + short(-amount), theme.bad) : ("+" + short(amount), theme.good)
    }

    /// The difference of the numbers as they are shown, so that they add up, and nothing where neither has changed.
    private static func difference(_ now: Double?, _ before: Double?) -> Double? {
        guard let now, let before, now != before else { return nil }
        let shown = TextFormat.shown(now) - TextFormat.shown(before)
        // A change too small for three digits still has a direction.
        return abs(shown) < 0.0005 ? (now < before ? -1e-9 : 1e-9) : shown
    }

    /// A difference in four columns: `.013`.
    private static func short(_ amount: Double) -> String {
        let text = TextFormat.fixed(amount, 3)
        return text.hasPrefix("0.") ? String(text.dropFirst()) : TextFormat.fixed(amount, 2)
    }

    /// What masks are measured against.
    static func reference(_ state: ReviewState) -> String {
        switch state.referenceSource {
        case .prediction: "prediction"
        case .file(let name): name
        }
    }
}

/// How tools are called.
enum ToolText {
    /// What the tool in hand does.
    static func verb(_ tool: Tool) -> String {
        switch tool {
        case .brush: "paint"
        case .erase: "erase"
        case .restore: "restore"
        case .grow: "grow"
        case .scribble: "inside"
        case .scribbleOutside: "outside"
        case .measure: "measure"
        case .contour: "contour"
        case .livewire: "live-wire"
        case .lasso: "lasso"
        case .nudge: "nudge"
        case .vertex: "vertices"
        }
    }
}

/// A score over time as a row of bars.
enum Sparkline {
    /// At most `width` bars, from the least score to the greatest; `nil` for fewer than two scores.
    static func text(_ values: [Double], width: Int) -> String? {
        guard values.count > 1, let low = values.min(), let high = values.max() else { return nil }
        let count = min(width, values.count)
        // Each bar is the last score of its share, so that the newest one is always the last bar.
        let shown = (1...count).map { values[$0 * values.count / count - 1] }
        let range = high - low
        let levels = shown.map { range > 0 ? 0.125 + ($0 - low) / range * 0.875 : 0.5 }
        return BarGlyph.sparkline(levels.map { $0 }, maximum: 1)
    }
}
