/// Breaks text into lines at spaces.
enum TextWrap {
    /// The text in lines of at most `width` characters; a longer word is cut. None where there is no room.
    static func lines(_ text: String, width: Int) -> [String] {
        guard width > 0 else { return [] }
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            var rest = String(word)
            while rest.count > width {
                if !line.isEmpty { lines.append(line) }
                line = ""
                lines.append(String(rest.prefix(width)))
                rest = String(rest.dropFirst(width))
            }
            if line.isEmpty {
                line = rest
            } else if line.count + 1 + rest.count <= width {
                line += " " + rest
            } else {
                lines.append(line)
                line = rest
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }
}
