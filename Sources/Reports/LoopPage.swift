import Cases
import Foundation
import Volumes

/// A rehearsal as a page of its own: tables, curves, and slices with outlines. The numbers stand in the page once more
/// as JSON, so that programs can read them back.
package struct LoopPage {
    /// A slice of a case with the outlines of truth, old and new proposal.
    package struct Picture {
        let title: String
        let bitmap: Data

        /// A slice with its title.
        package init(title: String, bitmap: Data) {
            self.title = title
            self.bitmap = bitmap
        }
    }

    /// The numbers.
    package let report: LoopReport
    var pictures: [Picture] = []

    /// A page of a report.
    package init(report: LoopReport, pictures: [Picture] = []) {
        self.report = report
        self.pictures = pictures
    }

    /// The page as HTML that needs no other file.
    package func html() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        var bare = report
        bare.rounds = report.rounds
        let json = String(decoding: try encoder.encode(bare), as: UTF8.self).replacing("</", with: "<\\/")
        let table = report.siteTable
        var body = "<h1>Learning from corrections</h1><p>\(Self.escaped(report.model)), new site "
        body += "\(Self.escaped(report.newSite)). Surface Dice at 2 mm of hold-out patients against the exact truth, "
        body += "median (worst), with the model in use.</p>"
        body += Self.table(table, id: "sites")
        for round in report.rounds {
            body += "<h2>Round \(round.number): \(Self.escaped(round.candidate)) \(Self.escaped(round.state))</h2>"
            body += "<p>\(Self.escaped(round.reason))</p><h3>Replay: surface Dice against the correction</h3>"
            body += Self.table(
                [["case", "before", "after"]]
                    + round.replay.map { [$0.name, LoopReport.number($0.before), LoopReport.number($0.after)] },
                id: "replay-\(round.number)")
            body += round.curve
        }
        if !pictures.isEmpty {
            body += "<h2>Slices</h2><p>Green: truth. Red: old proposal. Blue: new proposal.</p>"
            for picture in pictures {
                body += "<figure><img alt=\"\" src=\"data:image/bmp;base64,\(picture.bitmap.base64EncodedString())\">"
                body += "<figcaption>\(Self.escaped(picture.title))</figcaption></figure>"
            }
        }
        if let back = report.rolledBackTo { body += "<p>Rolled back: \(Self.escaped(back)) is in use again.</p>" }
        return """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Learning from corrections</title><style>
            body{font:15px/1.45 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#223}
            table{border-collapse:collapse;margin:1em 0}td,th{border-bottom:1px solid #ccd;padding:.3em .8em;text-align:left}
            figure{display:inline-block;margin:.5em}img{image-rendering:pixelated;width:24em}svg{max-width:100%}
            </style></head><body>\(body)
            <script type="application/json" id="numbers">\(json)</script></body></html>

            """
    }

    private static func table(_ rows: [[String]], id: String) -> String {
        let lines = rows.enumerated().map { index, row in
            "<tr>" + row.map { index == 0 ? "<th>\(escaped($0))</th>" : "<td>\(escaped($0))</td>" }.joined() + "</tr>"
        }
        return "<table id=\"\(id)\">\(lines.joined(separator: "\n"))</table>"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    /// A slice in the lung window with outlines, as a BMP of 24 bits.
    package static func bitmap(_ volume: Volume, slice z: Int, outlines: [(Mask, [UInt8])]) -> Data {
        let (width, height) = (volume.geometry.size.x, volume.geometry.size.y)
        let stride = (3 * width + 3) / 4 * 4
        func bytes(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
        var data: [UInt8] = Array("BM".utf8) + bytes(54 + stride * height, 4) + bytes(0, 4) + bytes(54, 4)
        data += bytes(40, 4) + bytes(width, 4) + bytes(height, 4) + bytes(1, 2) + bytes(24, 2) + bytes(0, 4)
        data += bytes(stride * height, 4) + bytes(2835, 4) + bytes(2835, 4) + bytes(0, 4) + bytes(0, 4)
        for y in (0..<height).reversed() {
            var row = [UInt8](repeating: 0, count: stride)
            for x in 0..<width {
                let hu = Double(volume[VoxelIndex(x: x, y: y, z: z)].value)
                let grey = UInt8(min(max((hu + 1350) / 1700 * 255, 0), 255))
                var colour = [grey, grey, grey]
                for (mask, tint) in outlines {
                    let slice = mask.slices[z]
                    guard slice[x, y] else { continue }
                    let isEdge =
                        x == 0 || y == 0 || x == width - 1 || y == height - 1 || !slice[x - 1, y] || !slice[x + 1, y]
                        || !slice[x, y - 1] || !slice[x, y + 1]
                    if isEdge { colour = tint }
                }
                // Blue first.
                (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = (colour[2], colour[1], colour[0])
            }
            data += row
        }
        return Data(data)
    }
}
