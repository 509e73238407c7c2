import Review
import TerminalKit
import Volumes

/// The list of warnings over the image.
enum WarningsOverlay {
    static func draw(
        _ state: ReviewState, _ selected: Int, _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        let theme = options.theme
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
        let foot = "j k choose   Enter goes there   Esc closes"
        let wanted = ([foot] + lines).map { $0.columns }.max() ?? 0
        let room = max(1, min(lines.count, rect.height - 5))
        let first = max(0, min(selected - room / 2, lines.count - room))
        let box = CellRect(
            x: rect.x + max(0, (rect.width - wanted - 4) / 2), y: rect.y + max(0, (rect.height - room - 4) / 2),
            width: min(rect.width, wanted + 4), height: room + 4)
        grid.fill(box, with: Cell(" ", style: options.bar))
        grid.write(
            Plural.count(lines.count, "warning") + (room < lines.count ? "   \(first + 1)–\(first + room) shown" : ""),
            x: box.x + 2, y: box.y,
            style: options.barStyle(theme.warning))
        for (i, line) in lines.enumerated().dropFirst(first).prefix(room) {
            let isSelected = i == selected
            let style = CellStyle(
                foreground: theme.text, background: isSelected ? theme.selection : theme.barBackground,
                attributes: isSelected && options.depth == .none ? .reverse : [])
            let text = TextFormat.padded(
                TextFormat.cut((isSelected ? "› " : "  ") + line, to: box.width - 1), box.width - 1)
            grid.write(text, x: box.x, y: box.y + 2 + i - first, style: style, maximumWidth: box.width)
        }
        grid.write(
            foot, x: box.x + 2, y: box.maxY - 1, style: options.barStyle(theme.dim), maximumWidth: box.width - 2)
    }
}
