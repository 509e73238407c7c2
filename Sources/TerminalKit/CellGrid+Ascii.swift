extension CellGrid {
    /// The grid in the 95 printable characters of ASCII, for terminals and fonts that have no others: symbols become
    /// the likest character, everything without one a question mark; marks over letters go.
    /// - Complexity: O(cells).
    public func foldedToAscii() -> CellGrid {
        var result = self
        for y in 0..<height {
            result.withMutableRow(y, x: 0, count: width) { cells in
                for x in cells.indices where !(0x20...0x7e).contains(cells[x].glyph.value) || !cells[x].marks.isEmpty {
                    cells[x].glyph = cells[x].glyph.asciiLikeness
                    cells[x].marks = CellMarks()
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
        if self == Cell.continuationGlyph { return " " }
        // Blocks and sextants are parts of images.
        return isBlockElement ? "#" : "?"
    }

    /// Whether the program can do without the character: a letter, a mark or a picture that comes from a file or was
    /// typed, as opposed to the signs that the screens consist of.
    public var isForeignText: Bool {
        if value <= 0x7e || isBlockElement { return false }
        if properties.isAlphabetic || columns != 1 { return Self.ownLetters.contains(self) == false }
        return false
    }

    /// Letters that are signs of the screens.
    private static let ownLetters: Set<Unicode.Scalar> = ["µ", "Δ", "σ"]

    private static let likenesses: [Unicode.Scalar: Unicode.Scalar] = [
        "●": "*", "○": "o", "◉": "@", "◆": "*", "◇": "o", "■": "#", "□": "o", "✓": "v", "✗": "x", "✕": "x", "✎": "e",
        "›": ">", "‹": "<", "»": ">", "«": "<", "▸": ">", "▶": ">", "◀": "<", "▲": "+", "▼": "-", "△": "+", "▽": "-",
        "↑": "^", "↓": "v", "→": ">", "←": "<", "⏎": "<", "…": "~", "·": ".", "•": "*", "−": "-", "–": "-", "—": "-",
        "×": "x", "±": "~", "≤": "<", "≥": ">", "≈": "~", "°": "o", "²": "2", "³": "3",
        "‘": "'", "’": "'", "“": "\"", "”": "\"", "─": "-", "━": "-", "═": "=", "│": "|", "┃": "|", "║": "|",
        "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┬": "+", "┴": "+", "┼": "+", "╴": "-", "╶": "-",
        "╵": "|", "╷": "|", "▁": "_", "▂": "_", "▃": ".", "▄": ":", "▅": "-", "▆": "=", "▇": "+", "█": "#", "▏": "|",
        "▎": "|", "▍": "|", "▌": "|", "▋": "#", "▊": "#", "▉": "#", "▐": "|", "▔": "-", "▕": "|", "░": ".", "▒": ":",
        "▓": "*", "\u{a0}": " ", "ß": "s", "Δ": "d", "µ": "u", "σ": "s", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
        "À": "A", "Á": "A", "Â": "A", "Ã": "A", "Ä": "A", "Å": "A", "Ç": "C", "È": "E", "É": "E", "Ê": "E", "Ë": "E",
        "Ì": "I", "Í": "I", "Î": "I", "Ï": "I", "Ñ": "N", "Ò": "O", "Ó": "O", "Ô": "O", "Õ": "O", "Ö": "O", "Ù": "U",
        "Ú": "U", "Û": "U", "Ü": "U", "Ý": "Y", "à": "a", "á": "a", "â": "a", "ã": "a", "ä": "a", "å": "a", "ç": "c",
        "è": "e", "é": "e", "ê": "e", "ë": "e", "ì": "i", "í": "i", "î": "i", "ï": "i", "ñ": "n", "ò": "o", "ó": "o",
        "ô": "o", "õ": "o", "ö": "o", "ù": "u", "ú": "u", "û": "u", "ü": "u", "ý": "y", "ÿ": "y",
    ]
}
