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
