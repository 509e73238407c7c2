/// Writes a grid as a self-contained SVG picture, for papers, help pages and tests.
///
/// Block glyphs and light lines are rectangles on whole units, one path a colour, so that neighbours meet without
/// seams and the file stays small; everything else is monospaced text, stretched to its cells.
public struct SvgWriter: Sendable {
    /// What stands for the terminal's own colours.
    public var foreground: Colour, background: Colour

    /// A writer; the colours stand for the terminal's own.
    public init(
        foreground: Colour = Colour(grey: 0xcc), background: Colour = Colour(grey: 0)
    ) {
        self.foreground = foreground
        self.background = background
    }

    /// The picture, a cell being 8 × 16 pixels (24 × 48 units). The same grid always gives the same text.
    public func svg(_ grid: CellGrid) -> String {
        let (width, height) = (grid.width * 24, grid.height * 48)
        // Glyphs are drawn after all backgrounds: a path holds one colour of many cells, whichever came first.
        var backgrounds = FillPaths()
        var glyphs = FillPaths()
        var texts = ""
        for y in 0..<grid.height {
            backgrounds.startRow()
            glyphs.startRow()
            let row = Array(grid.cells[y * grid.width..<(y + 1) * grid.width])
            for (x, cell) in row.enumerated() {
                let behind = colours(cell.style).background
                if behind != background {
                    backgrounds.add(behind, CellPart(x: x * 24, y: y * 48, width: 24, height: 48))
                }
            }
            for (x, cell) in row.enumerated() { addParts(of: cell, x: x, y: y, to: &glyphs) }
            addTexts(of: row, y: y, to: &texts)
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(width / 3)" height="\(height / 3)" \
            viewBox="0 0 \(width) \(height)">
            <rect width="\(width)" height="\(height)" fill="\(background.hex)"/>
            <g shape-rendering="crispEdges">
            \(backgrounds.elements)\(glyphs.elements)</g>
            <g font-family="'DejaVu Sans Mono',ui-monospace,monospace" font-size="39" xml:space="preserve">
            \(texts)</g>
            </svg>

            """
    }

    private func colours(_ style: CellStyle) -> (foreground: Colour, background: Colour) {
        var front = style.foreground == .standard ? foreground : style.foreground
        var back = style.background == .standard ? background : style.background
        if style.attributes.contains(.reverse) { swap(&front, &back) }
        if style.attributes.contains(.dim) { front = front.mixed(with: back, 0.5) }
        return (front, back)
    }

    private func addParts(of cell: Cell, x: Int, y: Int, to fills: inout FillPaths) {
        let (front, back) = colours(cell.style)
        if (0x2591...0x2593).contains(cell.glyph.value) {
            let shade = front.mixed(with: back, 1 - Double(cell.glyph.value - 0x2590) / 4)
            fills.add(shade, CellPart(x: x * 24, y: y * 48, width: 24, height: 48))
            return
        }
        guard let parts = cell.glyph.cellParts, front != back else { return }
        for part in parts {
            fills.add(
                front, CellPart(x: x * 24 + part.x, y: y * 48 + part.y, width: part.width, height: part.height))
        }
    }

    private func isText(_ cell: Cell) -> Bool {
        cell.glyph != " " && cell.glyph.cellParts == nil && !(0x2591...0x2593).contains(cell.glyph.value)
    }

    /// Words of one style; one space may stand inside, as long as the cell is of that style too. A wide character
    /// stands alone, so that it is stretched over its own two cells.
    private func addTexts(of row: [Cell], y: Int, to texts: inout String) {
        var x = 0
        while x < row.count {
            guard isText(row[x]) || row[x].style.attributes.contains(.underline) else {
                x += 1
                continue
            }
            let style = row[x].style
            let front = colours(style).foreground
            var end = x
            if x + 1 < row.count, row[x + 1].isContinuation {
                end = x + 2
            } else {
                end = endOfWord(from: x, in: row)
            }
            if end == x {
                x += 1
                continue
            }
            while !style.attributes.contains(.underline), row[end - 1].glyph == " " { end -= 1 }
            texts += "<text x=\"\(x * 24)\" y=\"\(y * 48 + 37)\" textLength=\"\((end - x) * 24)\" fill=\"\(front.hex)\""
            if style.attributes.contains(.bold) { texts += " font-weight=\"bold\"" }
            if style.attributes.contains(.underline) { texts += " text-decoration=\"underline\"" }
            texts += ">"
            for cell in row[x..<end] where !cell.isContinuation {
                texts += escaped(cell.glyph)
                for mark in cell.marks.scalars { texts += escaped(mark) }
            }
            texts += "</text>\n"
            x = end
        }
    }

    private func endOfWord(from start: Int, in row: [Cell]) -> Int {
        let style = row[start].style
        var end = start
        while end < row.count, colours(row[end].style) == colours(style),
            row[end].style.attributes == style.attributes, end + 1 == row.count || !row[end + 1].isContinuation,
            isText(row[end]) || row[end].glyph == " " && end + 1 < row.count && isText(row[end + 1])
                || style.attributes.contains(.underline) && row[end].glyph == " "
        { end += 1 }
        return end
    }

    /// The glyph as XML text; what XML 1.0 forbids becomes a question mark.
    private func escaped(_ glyph: Unicode.Scalar) -> String {
        switch glyph {
        case "<": return "&lt;"
        case ">": return "&gt;"
        case "&": return "&amp;"
        default:
            let allowed =
                (0x20...0xd7ff).contains(glyph.value) || (0xe000...0xfffd).contains(glyph.value)
                || glyph.value >= 0x10000
            return allowed && !(0x7f...0x9f).contains(glyph.value) ? String(Character(glyph)) : "?"
        }
    }
}

/// Rectangles collected by colour, neighbours in a row joined.
private struct FillPaths {
    private var order: [Colour: Int] = [:]
    private var fills: [(colour: Colour, rectangles: [CellPart])] = []
    /// The last rectangle of this row by colour and vertical place, to be made longer.
    private var open: [Slot: Int] = [:]

    private struct Slot: Hashable {
        var fill: Int
        var y: Int
        var height: Int
    }

    mutating func startRow() { open.removeAll(keepingCapacity: true) }

    mutating func add(_ colour: Colour, _ part: CellPart) {
        let fill: Int
        if let known = order[colour] {
            fill = known
        } else {
            fill = fills.count
            order[colour] = fill
            fills.append((colour, []))
        }
        let slot = Slot(fill: fill, y: part.y, height: part.height)
        if let last = open[slot], fills[fill].rectangles[last].x + fills[fill].rectangles[last].width == part.x {
            fills[fill].rectangles[last].width += part.width
        } else {
            open[slot] = fills[fill].rectangles.count
            fills[fill].rectangles.append(part)
        }
    }

    var elements: String {
        var text = ""
        for fill in fills {
            text += "<path fill=\"\(fill.colour.hex)\" d=\""
            for r in fill.rectangles { text += "M\(r.x) \(r.y)h\(r.width)v\(r.height)h-\(r.width)z" }
            text += "\"/>\n"
        }
        return text
    }
}
