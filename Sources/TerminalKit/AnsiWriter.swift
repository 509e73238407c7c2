/// Writes a grid as text with SGR escape sequences (ECMA-48), to be shown by `cat` in a terminal at least as wide.
public struct AnsiWriter: Sendable {
    /// The colours to use; `.none` writes attributes only.
    public var depth: ColourDepth

    /// A writer for terminals of the given depth.
    public init(depth: ColourDepth) { self.depth = depth }

    /// The grid's rows, a line feed behind each. A style is written only where it changes, and only the part of it
    /// that does; every row that ended in another style than the terminal's own ends with a reset, so that nothing
    /// colours what comes after.
    public func text(_ grid: CellGrid) -> String {
        var reducer = ColourReducer(depth: depth)
        var text = ""
        text.reserveCapacity(grid.cells.count * 8)
        let plain = Pen(colours: ReducedColours(foreground: -1, background: -1), attributes: [])
        for y in 0..<grid.height {
            var pen = plain
            // The second half of a wide character comes with the first.
            for cell in grid.cells[y * grid.width..<(y + 1) * grid.width] where !cell.isContinuation {
                let next = Pen(colours: reducer.colours(of: cell), attributes: cell.style.attributes)
                if next != pen {
                    text += "\u{1b}[" + change(from: pen, to: next).joined(separator: ";") + "m"
                    pen = next
                }
                text.unicodeScalars.append(cell.glyph.properties.generalCategory == .control ? "?" : cell.glyph)
                if !cell.marks.isEmpty { text.unicodeScalars.append(contentsOf: cell.marks.scalars) }
            }
            if pen != plain { text += "\u{1b}[0m" }
            text += "\n"
        }
        return text
    }

    private struct Pen: Equatable {
        var colours: ReducedColours
        var attributes: CellAttributes
    }

    private func change(from old: Pen, to new: Pen) -> [String] {
        var old = old
        var codes: [String] = []
        if !new.attributes.isSuperset(of: old.attributes) {
            codes.append("0")
            old = Pen(colours: ReducedColours(foreground: -1, background: -1), attributes: [])
        }
        for (attribute, code) in [(CellAttributes.bold, "1"), (.dim, "2"), (.underline, "4"), (.reverse, "7")]
        where new.attributes.contains(attribute) && !old.attributes.contains(attribute) {
            codes.append(code)
        }
        if new.colours.foreground != old.colours.foreground { codes.append(code(new.colours.foreground, base: 30)) }
        if new.colours.background != old.colours.background { codes.append(code(new.colours.background, base: 40)) }
        return codes
    }

    private func code(_ colour: Int, base: Int) -> String {
        if colour < 0 { return "\(base + 9)" }
        switch depth {
        case .none, .eight: return "\(base + colour)"
        case .indexed: return "\(base + 8);5;\(colour)"
        case .direct: return "\(base + 8);2;\(colour >> 16 & 255);\(colour >> 8 & 255);\(colour & 255)"
        }
    }
}

extension CellGrid {
    /// The glyphs only: rows without the spaces at their end, a line feed behind each.
    public var plainText: String {
        lines.map { line in
            var scalars = line.unicodeScalars
            while scalars.last == " " { scalars.removeLast() }
            return String(scalars) + "\n"
        }.joined()
    }
}
