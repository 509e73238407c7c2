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
                let cells = line.dropFirst().dropLast(line.hasSuffix("|") ? 1 : 0)
                    .split(separator: "|", omittingEmptySubsequences: false).map { trimmed($0) }
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

    private static func inline(_ text: String) -> String {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
            index % 2 == 1 ? "<code>\(HTMLPage.escaped(String(part)))</code>" : HTMLPage.escaped(String(part))
        }.joined()
    }
}
