import Foundation

/// A page that needs no other file and says the same on a telephone, on a desk and on paper. The numbers stand in it once
/// more as JSON, so that programs can read them back.
struct HTMLPage {
    /// A cell of a table.
    enum Cell {
        case text(String)
        /// A number with its digits shown; the page holds the whole of it too. `nil` is not defined.
        case number(Double?, digits: Int)
    }

    /// What it is called.
    let title: String
    /// HTML between `<body>` and the numbers.
    var body = ""

    /// A page without content.
    init(title: String) { self.title = title }

    /// Adds a heading of a level from 1.
    mutating func heading(_ level: Int, _ text: String) { body += "<h\(level)>\(Self.escaped(text))</h\(level)>\n" }

    /// Adds a paragraph.
    mutating func paragraph(_ text: String, class name: String? = nil) {
        body += "<p\(name.map { " class=\"\($0)\"" } ?? "")>\(Self.escaped(text))</p>\n"
    }

    /// Adds a list.
    mutating func list(_ items: [String], id: String) {
        body += "<ul id=\"\(id)\">" + items.map { "<li>\(Self.escaped($0))</li>" }.joined(separator: "\n") + "</ul>\n"
    }

    /// Adds a table. On a narrow screen each row stands alone, its cells under their headings.
    /// - Parameter rows: each as long as `head`.
    mutating func table(_ head: [String], _ rows: [[Cell]], id: String) {
        body += "<table id=\"\(id)\"><thead><tr>" + head.map { "<th>\(Self.escaped($0))</th>" }.joined()
        body += "</tr></thead><tbody>\n"
        for row in rows {
            body += "<tr>"
            for (name, cell) in zip(head, row) {
                body += "<td data-label=\"\(Self.escaped(name))\">\(Self.html(cell))</td>"
            }
            body += "</tr>\n"
        }
        body += "</tbody></table>\n"
    }

    /// Adds a table of texts, the first row of which is its head.
    mutating func table(_ rows: [[String]], id: String) {
        table(rows.first ?? [], rows.dropFirst().map { $0.map(Cell.text) }, id: id)
    }

    private static func html(_ cell: Cell) -> String {
        switch cell {
        case .text(let text): return escaped(text)
        case .number(nil, _): return "<span class=\"none\">n/a</span>"
        case .number(let value?, _) where !value.isFinite: return "<data value=\"inf\">∞</data>"
        case .number(let value?, let digits):
            return "<data value=\"\(value)\">\(String(format: "%.\(digits)f", value))</data>"
        }
    }

    /// The whole page.
    /// - Parameter numbers: what programs read, as JSON under the id `numbers`.
    func html(numbers: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.dateEncodingStrategy = .iso8601
        let json = String(decoding: try encoder.encode(numbers), as: UTF8.self).replacing(
            // Text in a comment or a script would end the element too early.
            "<", with: "\\u003c")
        return """
            <!doctype html><html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1"><title>\(Self.escaped(title))</title><style>
            \(Self.style)
            </style></head><body>\(body)
            <script type="application/json" id="numbers">\(json)</script></body></html>

            """
    }

    /// Text that is shown as it is, also within quotes.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    private static let style = """
        body{font:15px/1.45 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#223;
        overflow-wrap:anywhere}
        h1{margin-bottom:.2em}h2{margin-top:1.8em}
        table{border-collapse:collapse;margin:1em 0}
        td,th{border-bottom:1px solid #ccd;padding:.3em .8em;text-align:left;overflow-wrap:normal}
        data{font-variant-numeric:tabular-nums}.none{color:#667}
        figure{display:inline-block;margin:.5em}img{image-rendering:pixelated;width:24em}svg{max-width:100%}
        figcaption{font-size:13px;color:#445}
        .verdict{border-left:.4em solid #667;background:#f2f3f7;padding:.6em 1em;font-size:1.15em}
        .good{border-color:#1d7f46}.bad{border-color:#b3261e;background:#fdf0ef}.open{border-color:#9a6700;background:#fff8e6}
        .pictures{display:grid;grid-template-columns:repeat(3,1fr);gap:.8em;margin:1em 0}
        .pictures figure{margin:0;display:block;break-inside:avoid}
        .pictures svg{width:100%;height:auto;max-height:30em;background:#000;display:block}
        .key{display:inline-block;width:2.2em;border-top:3px solid;vertical-align:middle;margin:0 .4em 0 1em}
        .key.dashed{border-top-style:dashed}
        @media screen and (max-width:44em){
        body{margin:1em auto}.pictures{grid-template-columns:1fr}img{width:100%}
        table,tbody,tr,td{display:block}thead{display:none}table{width:100%}
        tr{border-bottom:2px solid #ccd;padding:.5em 0}
        td{border:0;padding:.15em 0;display:flex;justify-content:space-between;gap:1em;text-align:right;
        overflow-wrap:anywhere}
        td::before{content:attr(data-label);color:#556;text-align:left;font-weight:400}td:first-child{font-weight:600}td:empty{display:none}}
        @media print{@page{margin:15mm}
        body{font-size:10pt;max-width:none;margin:0;padding:0;color:#000}h2,h3{break-after:avoid}
        table{width:100%;font-size:9pt}td,th{padding:.2em .4em}tr,figure{break-inside:avoid}thead{display:table-header-group}
        .verdict,.pictures svg{-webkit-print-color-adjust:exact;print-color-adjust:exact}.pictures svg{max-height:75mm}}
        """
}
