import Cases
import Evaluation
import Foundation
import Volumes

extension QualityReport {
    /// All charts below each other in one drawing.
    package var svg: String {
        let height = Double(max(1, series.count)) * QualityDrawing.height
        var text = QualityDrawing.opening(height: height)
        if series.isEmpty { text += "<text x=\"20\" y=\"40\">\(HTMLPage.escaped(lines.first ?? ""))</text>\n" }
        for (row, each) in series.enumerated() {
            text += "<g transform=\"translate(0 \(Int(Double(row) * QualityDrawing.height)))\">\n"
            text += QualityDrawing(each).content + "</g>\n"
        }
        return text + "</svg>\n"
    }

    /// The charts as a page that needs no other file; it holds everything that `--json` prints as well.
    /// - Parameter madeAt: when, to be said on it.
    package func page(madeAt: Date) throws -> String {
        var page = HTMLPage(title: "Quality of proposals")
        page.heading(1, "Quality of proposals")
        page.paragraph(
            "Surface Dice of what models proposed against what was approved, by \(by), in the order of filing. "
                + "Made \(madeAt.ISO8601Format()).")
        page.paragraph(
            alarms.isEmpty
                ? "No alarm stands (\(summary))."
                : "\(Plural.count(alarms.count, "alarm")): proposals have become worse.",
            class: "verdict \(alarms.isEmpty ? "good" : "bad")")
        if !alarms.isEmpty { page.list(alarms, id: "alarms") }
        if !warnings.isEmpty {
            page.heading(2, "What is not counted, or not known")
            page.list(warnings, id: "warnings")
        }
        page.heading(2, "All charts")
        page.table(
            [
                "chart", "corrections", "newest", "baseline", "low limit", "as proposed, %", "path, mm", "minutes",
                "alarms",
            ],
            series.map { each in
                let newest = each.points.suffix(Self.alarmStands).map(\.surfaceDice)
                return [
                    .text(each.title), .number(Double(each.points.count), digits: 0),
                    .number(EffortStatistics.median(newest), digits: 3), .number(each.baseline?.median, digits: 3),
                    .number(each.baseline?.low, digits: 3), .number(each.effort.untouched * 100, digits: 0),
                    .number(each.effort.medianPath, digits: 0), .number(each.effort.medianMinutes, digits: 1),
                    .number(Double(each.alarms.count), digits: 0),
                ]
            }, id: "charts")
        page.paragraph(
            "newest: median of the newest \(Self.alarmStands) scores. Dashed lines are the limits, the solid one is the "
                + "baseline's median, grey is the baseline; what alarms is a red triangle. docs/quality.md says what does."
        )
        for each in series {
            page.body += "<figure>" + QualityDrawing.opening(height: QualityDrawing.height)
            page.body += QualityDrawing(each).content + "</svg></figure>\n"
        }
        return try page.html(numbers: self)
    }
}

/// One chart as parts of an SVG.
struct QualityDrawing {
    /// How high a chart is, with its title.
    static let height = 190.0
    private static let (left, top, width, plot) = (64.0, 44.0, 850.0, 110.0)
    private let series: QualityReport.Series
    /// The score at the lower end; the upper one is 1.
    private let low: Double

    init(_ series: QualityReport.Series) {
        self.series = series
        let least = (series.points.map(\.surfaceDice) + [series.baseline?.low].compactMap { $0 }).min() ?? 0.9
        // In steps of a twentieth, so that charts can be compared, and never narrower than one.
        low = max(0, min(0.95, (least * 20).rounded(.down) / 20))
    }

    /// What an SVG of this height begins with.
    static func opening(height: Double) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 940 \(Int(height))" font-family="sans-serif" font-size="12">
        <rect width="940" height="\(Int(height))" fill="#ffffff"/>

        """
    }

    /// The chart at the origin.
    var content: String {
        let (left, top) = (Self.left, Self.top)
        var text = "<text x=\"\(left)\" y=\"18\" font-weight=\"bold\">\(HTMLPage.escaped(series.title))</text>\n"
        // When and at which case is on the page, in its list; here there is a line.
        let alarms = series.alarms.map {
            QualityReport.words($0.rule, QualitySignal.Direction.worse.rawValue)
        }
        let said =
            alarms.isEmpty ? (series.baseline == nil ? "no baseline yet: it takes \(series.needed)" : "") : "ALARM: "
        text += "<text x=\"\(left)\" y=\"34\" fill=\"\(alarms.isEmpty ? "#555555" : "#b3261e")\">"
        text += HTMLPage.escaped(said + alarms.joined(separator: "; ")) + "</text>\n"
        if let baseline = series.baseline {
            let end = (x(baseline.count - 1) + x(min(baseline.count, series.points.count - 1))) / 2
            text += "<rect x=\"\(left)\" y=\"\(top)\" width=\"\(Self.number(end - left))\" height=\"\(Self.plot)\" "
            text += "fill=\"#eef0f4\"/>\n"
            for (name, value, dash) in [
                ("low limit", baseline.low, " stroke-dasharray=\"5 3\""), ("median", baseline.median, ""),
                ("high limit", baseline.high, " stroke-dasharray=\"5 3\""),
            ] {
                text +=
                    "<path class=\"\(name.replacing(" ", with: "-"))\" data-value=\"\(value)\" d=\"M\(left) \(Self.number(y(value)))h\(Self.width)\" "
                text += "stroke=\"#8a6d1d\"\(dash)><title>\(name) \(Self.score(value))</title></path>\n"
            }
        }
        text += "<path d=\"M\(left) \(top)v\(Self.plot)h\(Self.width)\" fill=\"none\" stroke=\"#999999\"/>\n"
        for value in [low, (low + 1) / 2, 1] {
            text += "<text x=\"\(left - 6)\" y=\"\(Self.number(y(value) + 4))\" text-anchor=\"end\" fill=\"#555555\">"
            text += "\(Self.score(value))</text>\n"
        }
        for index in series.points.indices { text += mark(index) }
        return text
    }

    /// A score, with what it is of for whoever points at it; one that alarms is also told by its shape.
    private func mark(_ index: Int) -> String {
        let point = series.points[index]
        let seen = point.signals.map(\.rule).joined(separator: ", ")
        let isAlarm = point.signals.contains { $0.isAlarm }
        let (x, y) = (x(index), y(point.surfaceDice))
        let shape =
            isAlarm
            ? "path class=\"alarm\" d=\"M\(Self.number(x)) \(Self.number(y + 5))l-5.5 -9h11z\" fill=\"#b3261e\""
            : "circle class=\"score\" cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"3\" fill=\"#1f6fb4\""
        let words = "\(Self.score(point.surfaceDice)), case \(point.caseID), \(point.filedAt.ISO8601Format())"
        return "<\(shape) data-value=\"\(point.surfaceDice)\"><title>"
            + HTMLPage.escaped(words + (seen.isEmpty ? "" : ": \(seen)"))
            + "</title></\(isAlarm ? "path" : "circle")>\n"
    }

    private func x(_ index: Int) -> Double {
        Self.left + Self.width * (Double(index) + 0.5) / Double(max(1, series.points.count))
    }

    private func y(_ score: Double) -> Double { Self.top + Self.plot * (1 - (score - low) / (1 - low)) }

    private static func number(_ value: Double) -> String { String(format: "%.1f", value) }
    private static func score(_ value: Double) -> String { String(format: "%.3f", value) }
}
