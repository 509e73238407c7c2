import CaseStore
import Cases
import Foundation
import Testing
import Volumes

@testable import Reports

@Suite("Quality over time") struct QualityReportTests {
    /// Corrections in the order of their filing, with these scores of one structure.
    private func corrections(
        _ scores: [Double?], model: String = "lungs@1", reviewer: String = "ana", tolerance: Double = 2, from: Int = 0
    ) -> [CorrectionSummary] {
        scores.enumerated().map { index, score in
            CorrectionSummary(
                key: CorrectionKey(caseID: CaseID(rawValue: "\(model)-\(reviewer)-\(from + index)"), revision: 1),
                status: .corrected, reason: nil,
                outcomes: [
                    StructureOutcome(
                        name: .lungLeft, surfaceDiceAgainstPrediction: score, tolerance: Millimetres(tolerance),
                        addedPathLength: 0)
                ], slicesTouched: [], slicesSeen: [], activeSeconds: 1, reviewer: reviewer,
                model: ModelName(rawValue: model), prediction: PredictionID(rawValue: "p"),
                filedAt: Date(timeIntervalSince1970: Double(from + index)), isSuperseded: false)
        }
    }

    /// A correction of a left lung that was proposed, with a structure added that nobody had proposed.
    static func withAdded(_ name: String, path: Double, slices: Int, at: Double) -> CorrectionSummary {
        CorrectionSummary(
            key: CorrectionKey(caseID: CaseID(rawValue: name), revision: 1), status: .corrected, reason: nil,
            outcomes: [
                StructureOutcome(
                    name: .lungLeft, surfaceDiceAgainstPrediction: 0.9, tolerance: 2,
                    addedPathLength: Millimetres(path)),
                StructureOutcome(
                    name: StructureName(rawValue: "PTV"), surfaceDiceAgainstPrediction: nil, tolerance: 2,
                    addedPathLength: 5000),
            ], slicesTouched: Array(0..<slices), slicesSeen: [], activeSeconds: 60, reviewer: "ana",
            model: ModelName(rawValue: "lungs@1"), prediction: PredictionID(rawValue: "p"),
            filedAt: Date(timeIntervalSince1970: at), isSuperseded: false)
    }

    @Test("a case to which a structure was added counts as taken as proposed")
    func added() throws {
        let all = [Self.withAdded("a", path: 10, slices: 2, at: 1), Self.withAdded("b", path: 0, slices: 0, at: 2)]
        let report = QualityReport(all, by: .model, baseline: 12)
        #expect(report.series.map(\.structure) == ["Lung_L"])
        #expect(report.series[0].effort.untouched == 0.5 && report.series[0].effort.medianPath == 5)
    }

    private let good = (0..<20).map { 0.95 + Double($0 % 5 - 2) * 0.01 }

    @Test("each model version has its chart; the order is that of filing, whatever the store gives")
    func charts() throws {
        let all = corrections(good + [0.6]) + corrections(good, model: "lungs@2", from: 100)
        let report = QualityReport(all.reversed(), by: .model, baseline: 20)
        #expect(report.series.map(\.model) == ["lungs@1", "lungs@2"])
        #expect(report.series[0].points.map(\.surfaceDice) == good + [0.6])
        #expect(
            report.series[0].alarms.map(\.rule) == ["nelson-1"] && report.series[0].alarms[0].caseID == "lungs@1-ana-20"
        )
        #expect(report.series[1].alarms.isEmpty && report.hasAlarm)
        let baseline = try #require(report.series[0].baseline)
        #expect(abs(baseline.median - 0.95) < 1e-9 && baseline.low < 0.95 && baseline.high > 0.95)
        #expect(report.alarms.count == 1 && report.alarms[0].contains("below the lower limit"))
        #expect(report.lines.contains { $0.hasPrefix("  ALARM: a score below") })
        #expect(report.summary == "2 charts, 0 without a baseline yet, 1 alarm")
    }

    @Test("charts by structure join versions, charts by reviewer part people, tolerances are never mixed")
    func grouping() {
        let all = corrections(good) + corrections(good, model: "lungs@2", reviewer: "bea", from: 100)
        #expect(QualityReport(all, by: .structure, baseline: 20).series.map(\.points.count) == [40])
        #expect(QualityReport(all, by: .reviewer, baseline: 20).series.map(\.reviewer) == ["ana", "bea"])
        let mixed = corrections(good) + corrections(good, tolerance: 3, from: 100)
        #expect(QualityReport(mixed, by: .structure, baseline: 20).series.map(\.tolerance) == [2, 3])
    }

    /// Cases that are known by these corrections, each with what was said of it.
    private func records(_ summaries: [CorrectionSummary], _ made: (Int) -> Acquisition) throws -> [CaseID: CaseRecord]
    {
        let geometry = try GridGeometry(size: GridSize(x: 2, y: 2, z: 2), spacing: Spacing(x: 1, y: 1, z: 2.5))
        return Dictionary(
            uniqueKeysWithValues: summaries.enumerated().map { index, summary in
                (
                    summary.key.caseID,
                    CaseRecord(
                        id: summary.key.caseID, seriesUID: nil, source: "/a", contentDigest: "x", geometry: geometry,
                        minimumHU: 0, maximumHU: 1, structures: [], warnings: [], acquisition: made(index))
                )
            })
    }

    @Test(
        "charts by a fact of the case part what it is known of, and put what it is not known of into a row of its own")
    func facts() throws {
        let all = corrections(good + [0.6])
        let known = try records(all) { index in
            Acquisition(
                site: index % 3 == 0 ? nil : index % 3 == 1 ? "South" : "North", manufacturer: "GE",
                scannerModel: "CT750",
                kernel: index < 20 ? #"LUNG\2"# : nil)
        }
        let bySite = QualityReport(all, of: known, by: .site, baseline: 12)
        #expect(bySite.series.map(\.group) == ["North", "South", "unknown"] && bySite.by == "site")
        #expect(bySite.series.map(\.points.count) == [7, 7, 7])
        #expect(bySite.warnings.count == 1 && bySite.warnings[0].hasPrefix("The site of 7 cases is not known"))
        #expect(bySite.warnings[0].contains("--site"))
        #expect(bySite.series[0].title == "Lung_L  lungs@1  site North  at 2 mm")
        #expect(QualityReport(all, of: known, by: .scanner, baseline: 12).series.map(\.group) == ["GE CT750"])
        #expect(
            QualityReport(all, of: known, by: .kernel, baseline: 12).series.map(\.group) == [#"LUNG\2"#, "unknown"])
        let thickness = QualityReport(all, of: known, by: .thickness, baseline: 12)
        #expect(thickness.series.map(\.group) == ["1.5–3 mm"] && thickness.warnings.isEmpty)
        #expect(thickness.series[0].title == "Lung_L  lungs@1  slices 1.5–3 mm  at 2 mm")
        // Files that say that nobody knows are in the same row as those that say nothing.
        let said = try records(all) { Acquisition(manufacturer: $0 % 2 == 0 ? nil : "UNKNOWN") }
        let unknown = QualityReport(all, of: said, by: .scanner, baseline: 12)
        #expect(unknown.series.map(\.group) == ["unknown"] && unknown.series[0].points.count == 21)
        #expect(unknown.warnings.first?.hasPrefix("The scanner of 21 cases is not known") == true)
        // A case that cannot be read is of unknown thickness.
        #expect(QualityReport(all, by: .thickness, baseline: 12).series.map(\.group) == ["unknown"])
    }

    @Test("readers by either name; what a row took")
    func readersAndEffort() throws {
        let all = corrections(good) + corrections(good, reviewer: "bea", from: 100)
        let readers = QualityReport(all, by: .reader, baseline: 20)
        #expect(readers.series.map(\.reviewer) == ["ana", "bea"] && readers.by == "reader")
        #expect(readers.series.map(\.title) == QualityReport(all, by: .reviewer, baseline: 20).series.map(\.title))
        let mixed = (0..<4).map { index in
            EffortStatisticsTests.summary(
                "c\(index)", model: "m@1", path: [10, 40, 20, 300][index], slices: min(index, 1),
                seconds: [60, 120, 180, 600][index],
                score: 0.9, at: Double(index), status: index == 0 ? .accepted : .corrected)
        }
        let effort = try #require(QualityReport(mixed, by: .model, baseline: 12).series.first).effort
        #expect(effort.untouched == 0.25 && effort.medianPath == 30 && effort.medianMinutes == 2.5)
        #expect(
            QualityReport(mixed, by: .model, baseline: 12).lines.contains(
                "  25 % of the cases taken as proposed; in the median 30 mm of contour drawn and 2.5 minutes a case"))
    }

    /// The values of an attribute of all elements of a class, in order.
    private func values(_ text: String, of name: String) -> [Double] {
        text.components(separatedBy: "class=\"\(name)\"").dropFirst().compactMap { part in
            part.components(separatedBy: "data-value=\"").dropFirst().first.flatMap { Double($0.prefix { $0 != "\"" }) }
        }
    }

    @Test("charts are drawn with every score, the limits and what alarms; the page has the same numbers for programs")
    func drawings() throws {
        let all = corrections(good + [0.6])
        let report = QualityReport(
            all, of: try records(all) { _ in Acquisition(site: "<b>&\"") }, by: .site, baseline: 20)
        let svg = report.svg
        let baseline = try #require(report.series.first?.baseline)
        #expect(values(svg, of: "score") == good && values(svg, of: "alarm") == [0.6])
        #expect(values(svg, of: "low-limit") == [baseline.low] && values(svg, of: "high-limit") == [baseline.high])
        #expect(values(svg, of: "median") == [baseline.median])
        #expect(svg.contains("ALARM: a score below the lower limit") && svg.contains("site &lt;b&gt;&amp;&quot;"))
        // Where points lie: the worse, the lower; the limit between the alarm and the baseline.
        func heights(_ mark: String) -> [Double] {
            svg.components(separatedBy: mark).dropFirst().compactMap {
                Double($0.prefix { "0123456789.".contains($0) })
            }
        }
        let circles = heights("\" cy=\"")
        #expect(circles.count == 20 && circles[0] > circles[4])
        // The whole plot of 110 below 44 is from its least score, in twentieths, to 1.
        func height(_ score: Double) -> Double { 44 + 110 * (1 - (score - 0.6) / 0.4) }
        func isAt(_ found: Double?, _ wanted: Double) -> Bool { found.map { abs($0 - wanted) <= 0.06 } ?? false }
        #expect(zip(circles, good).allSatisfy { isAt($0, height($1)) })
        func drawn(_ name: String) -> Double? {
            let path = svg.components(separatedBy: "class=\"\(name)\"").dropFirst().first?
                .components(separatedBy: " d=\"M").dropFirst().first?.prefix { $0 != "h" && $0 != "l" }
            return path?.split(separator: " ").last.flatMap { Double($0) }
        }
        #expect(isAt(drawn("low-limit"), height(baseline.low)) && isAt(drawn("high-limit"), height(baseline.high)))
        #expect(isAt(drawn("median"), height(baseline.median)))
        // A triangle that hangs from its upper edge: its tip is 5 below the score.
        #expect(isAt(drawn("alarm"), height(0.6) + 5))
        let page = try report.page(madeAt: Date(timeIntervalSince1970: 0))
        #expect(!svg.contains("<b>") && !page.contains("<b>"))
        #expect(page.contains("class=\"verdict bad\"") && page.contains("1970-01-01T00:00:00Z"))
        #expect(values(page, of: "score") == good && values(page, of: "alarm") == [0.6])
        let json = try #require(
            page.components(separatedBy: "id=\"numbers\">").last?.components(separatedBy: "</script>").first)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let series = try #require((document["series"] as? [[String: Any]])?.first)
        #expect(series["group"] as? String == "<b>&\"" && document["alarm"] as? Bool == true)
        let points = try #require(series["points"] as? [[String: Any]])
        let read = points.compactMap { $0["surface_dice"] as? Double }
        #expect(read.count == 21 && zip(read, good + [0.6]).allSatisfy { abs($0 - $1) < 1e-12 })
        let empty = QualityReport([], by: .model, baseline: 20)
        #expect(empty.svg.contains("No correction of a model") && empty.svg.hasSuffix("</svg>\n"))
        #expect(try empty.page(madeAt: Date()).contains("No alarm stands (0 charts"))
    }

    @Test("what is replaced, rejected, not approved, loaded or empty says nothing of a model")
    func leftOut() {
        var all = corrections([0.9, nil])
        all += corrections([0.8], model: ModelName.loaded.rawValue, from: 10)
        var waiting = corrections([0.7], reviewer: "cal", from: 20)
        waiting[0].approval = Approval(verdict: .requested, comment: "", actor: "cal", at: Date())
        var approved = corrections([0.6], reviewer: "dan", from: 30)
        approved[0].approval = Approval(verdict: .approved, comment: "", actor: "eve", at: Date())
        let others = [
            EffortStatisticsTests.summary(
                "r", model: "lungs@1", path: 0, slices: 0, seconds: 0, score: 0.1, at: 1, status: .rejected),
            EffortStatisticsTests.summary(
                "s", model: "lungs@1", path: 0, slices: 0, seconds: 0, score: 0.1, at: 1, isSuperseded: true),
        ]
        let report = QualityReport(all + waiting + approved + others, by: .model, baseline: 20)
        #expect(report.series.map { $0.points.map(\.surfaceDice) } == [[0.9, 0.6]])
        #expect(report.warnings.count == 2 && report.warnings[0].hasPrefix("1 correction is not approved"))
        #expect(report.series[0].baseline == nil && !report.hasAlarm)
        #expect(report.lines.last == "  no baseline yet: it takes 20")
        #expect(QualityReport([], by: .model, baseline: 20).lines.count == 1)
    }
}
