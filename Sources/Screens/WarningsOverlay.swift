import Review
import TerminalKit
import Volumes

/// The list of warnings over the image.
enum WarningsOverlay {
    static func draw(
        _ state: ReviewState, _ selected: Int, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        let warnings = state.warnings
        let all = state.structures.map(\.name.rawValue)
        let longest = all.map(\.columns).max() ?? 0
        let names = Dictionary(
            zip(all, NameFit.shortened(all, to: min(max(12, longest), 20))), uniquingKeysWith: { first, _ in first })
        let column = max(12, names.values.map(\.columns).max() ?? 12)
        // What was said when the case was read is about all of it.
        let read = state.notes.map { TextFormat.padded("as read", column) + " " + $0 }
        let lines =
            read
            + warnings.map { structure, warning in
                let place = warning.slice.map { "  slice \($0 + 1)" } ?? ""
                return TextFormat.padded(names[structure.rawValue] ?? structure.rawValue, column) + " " + warning.text
                    + place
            }
        ListBox.draw(
            lines, selected: selected, heading: (Plural.count(lines.count, "warning"), options.theme.warning),
            feet: ["j k choose   Enter goes there   Esc closes"], options, &grid, rect)
    }
}
