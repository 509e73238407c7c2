/// What is drawn for one or a few characters of a text: a glyph, the marks over it, and how many cells it takes.
struct DrawnGlyph: Hashable {
    var glyph: Unicode.Scalar
    var marks = CellMarks()
    /// One or two.
    var columns = 1
}

extension StringProtocol {
    /// Columns the text takes when it is written into a grid: East Asian and most picture characters take two, marks
    /// that are drawn over a letter none.
    public var columns: Int {
        let bytes = utf8
        if bytes.allSatisfy({ (0x20...0x7e).contains($0) }) { return bytes.count }
        var columns = 0
        forEachDrawnGlyph { drawn in
            columns += drawn.columns
            return true
        }
        return columns
    }

    /// As much from the beginning as takes at most so many columns; what is seen as one character is never parted.
    public func prefix(columns limit: Int) -> String {
        var columns = 0
        return String(
            prefix {
                columns += String($0).columns; return columns <= limit
            })
    }

    /// As much from the end as takes at most so many columns, as ``prefix(columns:)``.
    public func suffix(columns limit: Int) -> String {
        var columns = 0
        var start = endIndex
        while start > startIndex {
            let before = index(before: start)
            columns += String(self[before]).columns
            if columns > limit { break }
            start = before
        }
        return String(self[start...])
    }

    /// Calls `body` with each glyph from the left, until it returns no.
    ///
    /// Characters that terminals draw differently wide, controls and what turns the direction of writing are question
    /// marks, so that a file's text can never move the cursor. Joiners and the signs that choose a look are left out,
    /// and what they would have joined is drawn side by side; flags are drawn as their two letters.
    func forEachDrawnGlyph(_ body: (DrawnGlyph) -> Bool) {
        var last: DrawnGlyph?
        for scalar in unicodeScalars {
            let next: DrawnGlyph
            switch scalar.drawing {
            case .leftOut: continue
            case .over where last.map({ $0.glyph != "?" }) == true:
                last?.marks.add(scalar)
                continue
            case .columns(let count): next = DrawnGlyph(glyph: scalar, columns: count)
            case .letter(let letter): next = DrawnGlyph(glyph: letter)
            case .over, .unknown: next = DrawnGlyph(glyph: "?")
            }
            if let drawn = last, !body(drawn) { return }
            last = next
        }
        if let last { _ = body(last) }
    }
}

extension Unicode.Scalar {
    /// How a character becomes part of a grid.
    enum Drawing: Hashable {
        /// A glyph of one or two columns.
        case columns(Int)
        /// Over the glyph before.
        case over
        /// Not at all.
        case leftOut
        /// As another character.
        case letter(Unicode.Scalar)
        /// As a question mark.
        case unknown
    }

    /// Columns a terminal gives the character: 1, 2, 0 for what is drawn over the character before or not at all;
    /// `nil` for controls and wherever terminals disagree.
    public var columns: Int? {
        switch drawing {
        case .columns(let count): count
        case .letter: 1
        case .over, .leftOut: 0
        case .unknown: nil
        }
    }

    /// Whether a terminal gives the character exactly one column. Errs on the side of no.
    public var isOneColumnWide: Bool { drawing == .columns(1) }

    var drawing: Drawing {
        switch value {
        case 0x20...0x7e: return .columns(1)
        // Joiners and what chooses a look: terminals agree only on what stands without them.
        case 0x200c, 0x200d, 0x2060, 0xfe00...0xfe0f, 0x1f3fb...0x1f3ff, 0xe0020...0xe007f, 0xe0100...0xe01ef:
            return .leftOut
        case 0x1f1e6...0x1f1ff: return Unicode.Scalar(value - 0x1f1e6 + 0x41).map { .letter($0) } ?? .unknown
        // The vowels and final consonants of Korean syllables in pieces.
        case 0x1160...0x11ff, 0xd7b0...0xd7fb: return .over
        default: break
        }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator, .privateUse:
            return .unknown
        case .nonspacingMark: return .over
        case .enclosingMark: return .leftOut
        default: break
        }
        if Self.wide.contains(where: { $0.contains(value) }) { return .columns(2) }
        // Hexagrams, whose width has changed, and symbols beside the emoji.
        if value == 0xff00 || (0x4dc0...0x4dff).contains(value) { return .unknown }
        if properties.isEmojiPresentation { return .columns(2) }
        return (0x1f300...0x1faff).contains(value) ? .unknown : .columns(1)
    }

    /// East Asian Wide and Fullwidth by Unicode's annex 11, without what is assigned to nothing.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x4dbf, 0x4e00...0xa4cf, 0xa960...0xa97c, 0xac00...0xd7a3,
        0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6f, 0xff01...0xff60, 0xffe0...0xffe6, 0x1b000...0x1b2ff,
        0x1f200...0x1f265, 0x20000...0x3fffd,
    ]
}
