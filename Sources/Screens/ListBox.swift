import TerminalKit

/// A list to choose from, in a box in the middle of an area.
enum ListBox {
    /// - Parameters:
    ///   - lines: one for each entry; what is wider than the area is cut.
    ///   - selected: the entry that is chosen, which is always in view.
    ///   - heading: what stands above; where not all entries have room, it is told which are shown.
    ///   - feet: the keys, from the longest text to the shortest: the first that has room is shown.
    static func draw(
        _ lines: [String], selected: Int, heading: (text: String, colour: Colour), feet: [String],
        _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        let theme = options.theme
        let foot = feet.first { $0.columns + 4 <= rect.width } ?? feet.last ?? ""
        let wanted = ([foot] + lines).map { $0.columns }.max() ?? 0
        let room = max(1, min(lines.count, rect.height - 5))
        let first = max(0, min(selected - room / 2, lines.count - room))
        let box = CellRect(
            x: rect.x + max(0, (rect.width - wanted - 4) / 2), y: rect.y + max(0, (rect.height - room - 4) / 2),
            width: min(rect.width, wanted + 4), height: room + 4)
        grid.fill(box, with: Cell(" ", style: options.bar))
        grid.write(
            heading.text + (room < lines.count ? "   \(first + 1)–\(first + room) shown" : ""),
            x: box.x + 2, y: box.y, style: options.barStyle(heading.colour), maximumWidth: box.width - 2)
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
