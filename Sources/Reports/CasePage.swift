import CaseWork
import Foundation
import Volumes

/// A case as a page of its own, to be read on a screen or printed.
package struct CasePage {
    private let report: CaseReport
    private let pictures: [SlicePicture]

    /// The page of a report.
    /// - Parameter pictures: those that the report lists, in its order.
    package init(_ report: CaseReport, pictures: [SlicePicture]) {
        self.report = report
        self.pictures = pictures
    }

    /// The page as HTML that needs no other file.
    package func html() throws -> String {
        var page = HTMLPage(title: "Case \(report.caseID)")
        page.heading(1, "Case report")
        page.paragraph(report.caseID)
        let verdict = report.verdict
        page.paragraph(verdict.text, class: "verdict " + (verdict.isUsable.map { $0 ? "good" : "bad" } ?? "open"))
        page.heading(2, "Warnings and notes")
        if report.warnings.isEmpty {
            page.paragraph("There is nothing to say.")
        } else {
            page.list(report.warnings, id: "warnings")
        }
        scores(&page)
        if let doses = report.doses { dose(doses, &page) }
        drawn(&page)
        facts(&page)
        model(&page)
        page.paragraph("Made \(report.madeAt.ISO8601Format()) by \(report.software).", class: "none")
        return try page.html(numbers: report)
    }

    private func scores(_ page: inout HTMLPage) {
        page.heading(2, "Structures")
        if report.structures.contains(where: { $0.scores != nil }) {
            page.paragraph(
                "The masks against what \(report.model.name) proposed. Surface Dice at the structure's tolerance; added path "
                    + "length: contour of the mask that the proposal lacks, tolerance 0.")
        }
        page.table(
            [
                "structure", "ml", "proposed ml", "surface Dice", "tolerance mm", "Dice", "HD95 mm",
                "added path length mm",
            ],
            report.structures.map { structure in
                let scores = structure.scores
                return [
                    .text(structure.name), .number(structure.millilitres, digits: 1),
                    .number(structure.proposedMillilitres.value, digits: 1),
                    .number(scores?.tolerances[0].surfaceDice.value, digits: 3),
                    .number(structure.tolerance, digits: 1), .number(scores?.volumetricDice.value, digits: 3),
                    .number(scores?.hausdorff95.value, digits: 1),
                    .number(scores?.tolerances[1].addedPathLength.value, digits: 0),
                ]
            }, id: "scores")
    }

    private func dose(_ doses: [DoseReport.Structure], _ page: inout HTMLPage) {
        page.heading(2, "Dose")
        page.paragraph("Doses in Gy; V: share of the structure in %, or ml where it says cc.")
        let points = doses.first?.asked.map(\.name) ?? []
        let rows = doses.flatMap { row -> [[HTMLPage.Cell]] in
            func cells(_ values: [String: JSONNumber]) -> [HTMLPage.Cell] {
                points.map { .number(values[$0]?.value, digits: 2) }
            }
            let own = [.text(row.name), .number(row.millilitres, digits: 1)] + cells(row.points)
            let proposed = row.proposed.map { [.text("\(row.name) as proposed"), .text("")] + cells($0) }
            return [own] + [proposed].compactMap { $0 }
        }
        page.table(["structure", "ml"] + points, rows, id: "dose")
    }

    private func drawn(_ page: inout HTMLPage) {
        guard !pictures.isEmpty else { return }
        page.heading(2, "Worst slices")
        page.body += """
            <p>Of each structure, the acquired slice with the lowest surface Dice, and in the planes across it the cut with most
            edits. Contours follow the voxels' edges.
            <span class="key" style="border-color:\(Colour.mask)"></span>mask
            <span class="key dashed" style="border-color:\(Colour.proposal)"></span>as proposed
            <span class="key" style="border-color:\(Colour.other)"></span>other structures</p>

            """
        var last: String?
        for (picture, listed) in zip(pictures, report.pictures) {
            if last != listed.structure {
                if last != nil { page.body += "</div>\n" }
                page.heading(3, listed.structure)
                page.body += "<div class=\"pictures\">\n"
            }
            last = listed.structure
            let place = "\(listed.plane) \(listed.slice) of \(listed.slices)"
            page.body += "<figure>\(Self.svg(picture, label: "\(listed.structure), \(place)"))"
            page.body += "<figcaption>\(HTMLPage.escaped("\(place): \(listed.why)"))</figcaption></figure>\n"
        }
        page.body += "</div>\n"
    }

    private func facts(_ page: inout HTMLPage) {
        page.heading(2, "Who and when")
        var rows = [
            ["", ""], ["image", "\(report.size.map(String.init).joined(separator: " × ")) voxels"],
            ["spacing", report.spacing.map { String(format: "%g", $0) }.joined(separator: " × ") + " mm"],
            ["made by", report.acquisition.text], ["image SHA-256", report.contentDigest],
        ]
        if let seen = report.slicesSeen { rows.append(["slices seen", "\(seen) of \(report.size[2])"]) }
        if let touched = report.slicesTouched { rows.append(["slices changed", "\(touched)"]) }
        if let seconds = report.activeSeconds { rows.append(["time with the case", Self.minutes(seconds)]) }
        page.table(rows, id: "facts")
        page.table(
            [["when", "who", "what"]] + report.history.map { [$0.at.ISO8601Format(), $0.who, $0.what] }, id: "history")
    }

    private func model(_ page: inout HTMLPage) {
        page.heading(2, "Model")
        guard let card = report.model.card else {
            page.paragraph("\(report.model.name) proposed the masks.")
            return
        }
        page.body += "<div id=\"card\">\(MarkdownText.html(card, deeper: 2))</div>\n"
    }

    private static func minutes(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        return "\(whole / 60) min \(whole % 60) s"
    }

    /// Told apart without colour vision, and by their dashes on grey paper.
    private enum Colour {
        static let mask = "#38c7ff"
        static let proposal = "#ffb000"
        static let other = "#9aa4b2"
    }

    /// A picture in mm, the pixels below the contours.
    private static func svg(_ picture: SlicePicture, label: String) -> String {
        let (width, height) = (
            Double(picture.width) * picture.pixel.width, Double(picture.height) * picture.pixel.height
        )
        func number(_ value: Double) -> String { String(format: "%.2f", value) }
        let png = GreyPNG.data(width: picture.width, height: picture.height, grey: picture.grey)
        var svg = "<svg viewBox=\"0 0 \(number(width)) \(number(height))\" role=\"img\" "
        svg += "aria-label=\"\(HTMLPage.escaped(label))\">"
        svg += "<image width=\"\(number(width))\" height=\"\(number(height))\" preserveAspectRatio=\"none\" "
        svg += "href=\"data:image/png;base64,\(png.base64EncodedString())\"/>"
        // Cut off at the picture, beside which a viewer may leave room.
        svg += "<svg width=\"\(number(width))\" height=\"\(number(height))\">"
        for contour in picture.contours {
            let (colour, line, name) =
                switch contour.line {
                case .mask: (Colour.mask, "stroke-width=\"2\"", "mask")
                case .proposal: (Colour.proposal, "stroke-width=\"2\" stroke-dasharray=\"5 4\"", "as proposed")
                case .other(let other): (Colour.other, "stroke-width=\"1\"", other.rawValue)
                }
            let path = contour.loops.map { loop in
                "M" + loop.map { "\(number($0.x)) \(number($0.y))" }.joined(separator: "L") + "Z"
            }.joined()
            svg +=
                "<path fill=\"none\" stroke=\"\(colour)\" \(line) vector-effect=\"non-scaling-stroke\" d=\"\(path)\">"
            svg += "<title>\(HTMLPage.escaped(name))</title></path>"
        }
        svg += "</svg>"
        let size = min(width, height) * 0.07
        let letters = picture.letters
        for (text, x, y, anchor) in [
            (letters.left, size * 0.3, height / 2, "start"), (letters.right, width - size * 0.3, height / 2, "end"),
            (letters.top, width / 2, size, "middle"), (letters.bottom, width / 2, height - size * 0.3, "middle"),
        ] {
            svg +=
                "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\" font-size=\"\(number(size))\" "
            svg += "font-family=\"sans-serif\" fill=\"#fff\" stroke=\"#000\" stroke-width=\"3\" paint-order=\"stroke\" "
            svg += "vector-effect=\"non-scaling-stroke\">\(text)</text>"
        }
        return svg + "</svg>"
    }
}
