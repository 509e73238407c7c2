import TerminalKit

/// Breaks text into lines at spaces.
enum TextWrap {
    /// The text in lines of at most `width` columns; a longer word is cut. None where there is no room.
    static func lines(_ text: String, width: Int) -> [String] {
        guard width > 0 else { return [] }
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            var rest = String(word)
            while rest.columns > width {
                if !line.isEmpty { lines.append(line) }
                line = ""
                // A wide character in a single column stands alone, however little room there is.
                let piece = rest.prefix(max(1, rest.prefix(columns: width).count))
                lines.append(String(piece))
                rest = String(rest[piece.endIndex...])
            }
            if line.isEmpty {
                line = rest
            } else if line.columns + 1 + rest.columns <= width {
                line += " " + rest
            } else {
                lines.append(line)
                line = rest
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }

    /// A text for two lines: what stands on the first, and what is left for the second, if anything; where that has no
    /// room either, it ends with dots.
    static func inTwo(_ text: String, width: Int) -> (first: String, rest: String?) {
        let lines = lines(text, width: width)
        guard lines.count > 1 else { return (lines.first ?? "", nil) }
        return (lines[0], TextFormat.cut(lines.dropFirst().joined(separator: " "), to: width))
    }
}
