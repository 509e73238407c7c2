extension CellGrid {
    /// The grid in the 95 printable characters of ASCII, for terminals and fonts that have no others: symbols become
    /// the likest character, everything without one a question mark.
    /// - Complexity: O(cells).
    public func foldedToAscii() -> CellGrid {
        var result = self
        for y in 0..<height {
            result.withMutableRow(y, x: 0, count: width) { cells in
                for x in cells.indices where !(0x20...0x7e).contains(cells[x].glyph.value) {
                    cells[x].glyph = cells[x].glyph.asciiLikeness
                }
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    /// The character of ASCII that looks most like the glyph or means the same; `?` if none does.
    public var asciiLikeness: Unicode.Scalar {
        if (0x20...0x7e).contains(value) { return self }
        if let known = Self.likenesses[self] { return known }
        // Blocks and sextants are parts of images.
        return isBlockElement ? "#" : "?"
    }

    private static let likenesses: [Unicode.Scalar: Unicode.Scalar] = [
        "●": "*", "○": "o", "◉": "@", "◆": "*", "◇": "o", "■": "#", "□": "o", "✓": "v", "✗": "x", "✕": "x", "✎": "e",
        "›": ">", "‹": "<", "»": ">", "«": "<", "▸": ">", "▶": ">", "◀": "<", "▲": "+", "▼": "-", "△": "+", "▽": "-",
        "↑": "^", "↓": "v", "→": ">", "←": "<", "⏎": "<", "…": "~", "·": ".", "•": "*", "−": "-", "–": "-", "—": "-",
        "×": "x", "±": "~", "≤": "<", "≥": ">", "≈": "~", "°": "o", "²": "2", "³": "3", "µ": "u", "Δ": "d", "σ": "s",
        "‘": "'", "’": "'", "“": "\"", "”": "\"", "─": "-", "━": "-", "═": "=", "│": "|", "┃": "|", "║": "|",
        "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+", "┼": "+", "╴": "-", "╶": "-",
        "╵": "|", "╷": "|", "▁": "_", "▂": "_", "▃": ".", "▄": ":", "▅": "-", "▆": "=", "▇": "+", "█": "#", "▏": "|",
        "▎": "|", "▍": "|", "▌": "|", "▋": "#", "▊": "#", "▉": "#", "▐": "|", "▔": "-", "▕": "|", "░": ".", "▒": ":",
        "▓": "*", "ä": "a", "ö": "o", "ü": "u", "é": "e", "è": "e", "ß": "s", "\u{a0}": " ",
    ]
}
