import TerminalKit

/// A list, or lines to be read, in a box in the middle of an area.
enum ListBox {
    /// A line in the style that it is drawn in.
    struct Line {
        var text: String
        var style: CellStyle
    }

    /// How many lines there is room for in an area.
    static func room(for count: Int, in rect: CellRect) -> Int { max(1, min(count, rect.height - 5)) }

    /// The width of text that fits into an area.
    static func textWidth(in rect: CellRect) -> Int { max(1, rect.width - 4) }

    /// The first of the texts that has room in an area, or the last of them.
    static func fitting(_ texts: [String], in rect: CellRect) -> String {
        texts.first { $0.columns <= textWidth(in: rect) } ?? texts.last ?? ""
    }

    /// - Parameters:
    ///   - lines: one for each entry; what is wider than the area is cut.
    ///   - selected: the entry that is chosen, which is always in view.
    ///   - heading: what stands above; where not all entries have room, it is told which are shown.
    ///   - feet: the keys, from the longest text to the shortest: the first that has room is shown.
    static func draw(
        _ lines: [String], selected: Int, heading: (text: String, colour: Colour), feet: [String],
        _ options: RenderOptions, _ grid: inout CellGrid, _ rect: CellRect
    ) {
        let room = room(for: lines.count, in: rect)
        let first = max(0, min(selected - room / 2, lines.count - room))
        let shown = room < lines.count ? "   \(first + 1)–\(first + room) shown" : ""
        let foot = fitting(feet, in: rect)
        let width = ([foot] + lines).map { $0.columns }.max() ?? 0
        let entries = lines.enumerated().dropFirst(first).prefix(room).map { i, line in
            Line(text: (i == selected ? "› " : "  ") + line, style: style(isSelected: i == selected, options))
        }
        drawBox(
            entries, width: width, heading: (heading.text + shown, heading.colour), foot: foot, options, &grid, rect)
    }

    /// The style of a line.
    static func style(isSelected: Bool, ink: Colour? = nil, _ options: RenderOptions) -> CellStyle {
        CellStyle(
            foreground: ink ?? options.theme.text,
            background: isSelected ? options.theme.selection : options.theme.barBackground,
            attributes: isSelected && options.depth == .none ? .reverse : [])
    }

    /// Draws lines that have room between a heading and the keys.
    /// - Parameter width: of the widest text in it, without the margin of two columns that each line begins with.
    static func drawBox(
        _ lines: [Line], width: Int, heading: (text: String, colour: Colour), foot: String, _ options: RenderOptions,
        _ grid: inout CellGrid, _ rect: CellRect
    ) {
        let box = CellRect(
            x: rect.x + max(0, (rect.width - width - 4) / 2), y: rect.y + max(0, (rect.height - lines.count - 4) / 2),
            width: min(rect.width, width + 4), height: lines.count + 4)
        grid.fill(box, with: Cell(" ", style: options.bar))
        grid.write(
            heading.text, x: box.x + 2, y: box.y, style: options.barStyle(heading.colour), maximumWidth: box.width - 2)
        for (row, line) in lines.enumerated() {
            let text = TextFormat.padded(TextFormat.cut(line.text, to: box.width - 1), box.width - 1)
            grid.write(text, x: box.x, y: box.y + 2 + row, style: line.style, maximumWidth: box.width)
        }
        grid.write(
            foot, x: box.x + 2, y: box.maxY - 1, style: options.barStyle(options.theme.dim),
            maximumWidth: box.width - 2)
    }

    /// The width of a box for texts: as wide as the area where little would be left beside it.
    static func readingWidth(_ texts: [String], in rect: CellRect) -> Int {
        let longest = texts.map(\.columns).max() ?? 0
        return longest + 8 > textWidth(in: rect) ? textWidth(in: rect) : longest
    }
}
