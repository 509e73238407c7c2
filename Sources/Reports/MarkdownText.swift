/// The Markdown that model cards are written in, as HTML: headings, paragraphs, tables and `code`, and nothing else.
enum MarkdownText {
    /// The text as HTML.
    /// - Parameter deeper: by how many levels headings are put below those of the page.
    static func html(_ text: String, deeper: Int) -> String {
        var html = ""
        var table: [[String]] = []
        func flush() {
            guard let head = table.first else { return }
            let isNamed = head.contains { !$0.isEmpty }
            html += "<table>"
            if isNamed { html += "<thead><tr>" + head.map { "<th>\(inline($0))</th>" }.joined() + "</tr></thead>" }
            for row in table.dropFirst(isNamed ? 1 : 0) where row.contains(where: { !$0.isEmpty }) {
                let cells = row.enumerated().map { column, cell in
                    let label =
                        isNamed && column < head.count ? " data-label=\"\(HTMLPage.escaped(head[column]))\"" : ""
                    return "<td\(label)>\(inline(cell))</td>"
                }
                html += "<tr>\(cells.joined())</tr>\n"
            }
            html += "</table>\n"
            table = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("|") {
                let cells = cells(line)
                if !cells.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0 == "-" || $0 == ":" } }) {
                    table.append(cells)
                }
                continue
            }
            flush()
            let level = line.prefix { $0 == "#" }.count
            if level > 0 {
                let tag = "h\(min(6, level + deeper))"
                html += "<\(tag)>\(inline(trimmed(line.dropFirst(level))))</\(tag)>\n"
            } else if !line.isEmpty {
                html += "<p>\(inline(line))</p>\n"
            }
        }
        flush()
        return html
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }

    /// A text as it stands in a card, whatever is in it: on one line, and no sign of Markdown's that ``html(_:deeper:)`` knows.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if "\\|`".contains(character) { escaped.append("\\") }
            escaped.append(character.isNewline ? " " : character)
        }
        return escaped
    }

    /// The cells of a row: what stands between bars that no backslash stands before.
    private static func cells(_ line: String) -> [String] {
        var cells = [""]
        var isEscaped = false
        for character in line.dropFirst() {
            if character == "|", !isEscaped {
                cells.append("")
            } else {
                cells[cells.count - 1].append(character)
            }
            isEscaped = character == "\\" && !isEscaped
        }
        // What is behind the last bar is no cell.
        if cells.count > 1, cells.last?.isEmpty == true { cells.removeLast() }
        return cells.map { trimmed($0) }
    }

    /// A line as HTML: `code` between backticks, and signs that a backslash stands before as they are.
    private static func inline(_ text: String) -> String {
        var parts = [""]
        var isEscaped = false
        for character in text {
            let isCode = parts.count % 2 == 0
            if isEscaped {
                if !"\\|`".contains(character) { parts[parts.count - 1].append("\\") }
                parts[parts.count - 1].append(character)
                isEscaped = false
            } else if character == "\\", !isCode {
                isEscaped = true
            } else if character == "`" {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        if isEscaped { parts[parts.count - 1].append("\\") }
        return parts.enumerated().map { index, part in
            index % 2 == 1 ? "<code>\(HTMLPage.escaped(part))</code>" : HTMLPage.escaped(part)
        }.joined()
    }
}
