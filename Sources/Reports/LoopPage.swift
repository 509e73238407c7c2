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
        var page = HTMLPage(title: "Learning from corrections")
        page.heading(1, "Learning from corrections")
        page.paragraph(
            "\(report.model), new site \(report.newSite). Surface Dice at 2 mm of hold-out patients against the exact "
                + "truth, median (worst), with the model in use.")
        page.table(report.siteTable, id: "sites")
        for round in report.rounds {
            page.heading(2, "Round \(round.number): \(round.candidate) \(round.state)")
            page.paragraph(round.reason)
            page.heading(3, "Replay: surface Dice against the correction")
            page.table(
                [["case", "before", "after"]]
                    + round.replay.map { [$0.name, LoopReport.number($0.before), LoopReport.number($0.after)] },
                id: "replay-\(round.number)")
            page.body += round.curve
        }
        if !pictures.isEmpty {
            page.heading(2, "Slices")
            page.paragraph("Green: truth. Red: old proposal. Blue: new proposal.")
            for picture in pictures {
                page.body +=
                    "<figure><img alt=\"\" src=\"data:image/bmp;base64,\(picture.bitmap.base64EncodedString())\">"
                page.body += "<figcaption>\(HTMLPage.escaped(picture.title))</figcaption></figure>"
            }
        }
        if let back = report.rolledBackTo { page.paragraph("Rolled back: \(back) is in use again.") }
        return try page.html(numbers: report)
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
