import Foundation
import Testing

@testable import Evaluation

@Suite("Limits of a baseline") struct ControlLimitsTests {
    @Test("median and MAD on the scale, and scores back from it")
    func limits() throws {
        let scores = [0.95, 0.96, 0.97, 0.96, 0.95, 0.97, 0.94, 0.98, 0.96, 0.955, 0.965, 0.2]
        let limits = try #require(ControlLimits(scores))
        let values = scores.map { log(($0 + 0.001) / (1 - $0 + 0.001)) }.sorted()
        let centre = (values[5] + values[6]) / 2
        let deviations = values.map { abs($0 - centre) }.sorted()
        #expect(limits.count == 12 && abs(limits.centre - centre) < 1e-12)
        let mad = 1.4826 * (deviations[5] + deviations[6]) / 2
        #expect(abs(limits.spread - mad * (1 + 1.5 / 12.0.squareRoot())) < 1e-12)
        // One case of 0.2 has not moved them far.
        #expect(limits.score(at: -3) > 0.8 && limits.score(at: 3) < 1)
        for score in [0, 0.3, 0.98, 1] {
            #expect(abs(limits.score(at: limits.deviation(of: score)) - score) < 1e-9)
        }
        #expect(ControlLimits(Array(scores.prefix(11))) == nil)
    }

    @Test("a baseline without spread has a least one")
    func same() throws {
        let limits = try #require(ControlLimits(Array(repeating: 1, count: 20)))
        #expect(limits.spread == ControlLimits.leastSpread && limits.deviation(of: 1) == 0)
        #expect(limits.deviation(of: 0.99) < -3)
        // More than half the same: the others still say how far scores go.
        let some = try #require(
            ControlLimits(Array(repeating: 1, count: 13) + [0.9, 0.91, 0.92, 0.93, 0.94, 0.95, 0.9]))
        #expect(some.spread > 1)
    }
}

@Suite("Quality charts") struct QualityChartTests {
    /// Scores of a chart whose baseline has centre 0.95, followed by scores at these deviations.
    private func chart(_ deviations: [Double]) throws -> QualityChart {
        let baseline = (0..<30).map { 0.95 + Double($0 % 5 - 2) * 0.01 }
        let limits = try #require(ControlLimits(baseline))
        return QualityChart(baseline + deviations.map(limits.score(at:)), baseline: 30)
    }

    private func rules(_ deviations: [Double]) throws -> [[String]] {
        try chart(deviations).points.suffix(deviations.count).map { point in
            point.signals.map { "\($0.rule.rawValue) \($0.direction.rawValue)" }
        }
    }

    @Test("rule 1: beyond three standard deviations, either way")
    func beyond() throws {
        #expect(try rules([-2.9, 2.9, -3.1, 3.1]) == [[], [], ["nelson-1 worse"], ["nelson-1 better"]])
    }

    @Test("rule 2: the ninth of nine on one side, not the eighth")
    func side() throws {
        let found = try rules([0.2, -0.2, -0.4, -0.1, -0.3, -0.2, -0.4, -0.1, -0.3, -0.2])
        #expect(found.dropLast().allSatisfy { $0.isEmpty } && found.last == ["nelson-2 worse"])
        let above = try rules([-0.2, 0.2, 0.4, 0.1, 0.3, 0.2, 0.4, 0.1, 0.3, 0.2])
        #expect(above.last == ["nelson-2 better"])
    }

    @Test("rule 3: six in a row, each lower")
    func trend() throws {
        let found = try rules([0.1, 1, 0.8, 0.5, 0.2, -0.4, -0.9])
        #expect(found.dropLast().allSatisfy { $0.isEmpty } && found.last == ["nelson-3 worse"])
        #expect(try rules([-0.9, -0.4, 0.2, 0.5, 0.8, 1]).last == ["nelson-3 better"])
    }

    @Test("rule 4: fourteen in a row, up and down in turn")
    func alternating() throws {
        let found = try rules((0..<14).map { $0.isMultiple(of: 2) ? 0.4 : -0.4 })
        #expect(found.dropLast().allSatisfy { $0.isEmpty } && found.last == ["nelson-4 unsteady"])
    }

    @Test("the cumulative sum finds what runs below without any single score being far off")
    func cusum() throws {
        // Each adds 1.5 − 0.5; a score above between them keeps rule 2 away.
        let found = try rules([-1.5, -1.5, -1.5, 0.3, -1.5, -1.5, -1.5])
        #expect(found.dropLast().allSatisfy { $0.isEmpty } && found.last == ["cusum worse"], "\(found)")
        let points = try chart(Array(repeating: -3.4, count: 40)).points
        #expect(points.last?.fall == 10 && points.last?.rise == 0)
        // Held, so that eight good ones bring it down again.
        let back = try chart(Array(repeating: -3.4, count: 40) + Array(repeating: 0.2, count: 8))
        #expect(back.points.last?.signals.contains { $0.rule == .cusum } == false)
        #expect(back.points.last?.fall ?? 10 < 5)
        // One score, however bad, is not enough.
        #expect(try chart([-9]).points.last?.fall == 3)
    }

    @Test("only a fall alarms, and for as long as the newest scores show it")
    func alarms() throws {
        let one = try chart([-4, 0.2, -0.1, 0.3])
        #expect(one.standing(newest: 4).map(\.index) == [30] && one.standing(newest: 3).isEmpty)
        #expect(try chart([4, 4, 4]).standing(newest: 10).isEmpty)
        #expect(try chart([1, 0.8, 0.5, 0.2, -0.4, -0.9]).standing(newest: 10).isEmpty)
    }

    @Test("nothing is said of the baseline, nor before there is one")
    func baseline() throws {
        let few = QualityChart(Array(repeating: 0.9, count: 29) + [0.1], baseline: 31)
        #expect(few.limits == nil && few.points.allSatisfy { $0.signals.isEmpty && $0.deviation == nil })
        let none = QualityChart([], baseline: 30)
        #expect(none.points.isEmpty && none.limits == nil)
        #expect(try chart([0]).points.prefix(30).allSatisfy { $0.deviation == nil && $0.signals.isEmpty })
        #expect(QualityChart([], baseline: 1).baseline == ControlLimits.leastCount)
    }
}

@Suite("Rows made by chance") struct QualitySimulationTests {
    private let steady = QualitySimulation.Stream(name: "x", median: 0.97, spread: 0.5, unchanged: 0)

    @Test("the same seed gives the same numbers, another others")
    func seeded() {
        let one = QualitySimulation(rows: 40, seed: 3).run(steady, falls: [0.02])
        #expect(one == QualitySimulation(rows: 40, seed: 3).run(steady, falls: [0.02]))
        #expect(one != QualitySimulation(rows: 40, seed: 4).run(steady, falls: [0.02]))
    }

    /// What docs/quality.md promises: few alarms for nothing, and large falls found soon.
    @Test func alarmsAreRareAndFallsAreFound() throws {
        let result = QualitySimulation(rows: 200).run(steady, falls: [0.02, 0.05])
        #expect(result.falseAlarmsTogether > 0.5 && result.falseAlarmsTogether < 8)
        #expect(try #require(result.detections[1].median) <= 6 && result.detections[1].found == 1)
        #expect(try #require(result.detections[0].median) > #require(result.detections[1].median))
        let text = QualitySimulation(rows: 5).markdown()
        #expect(text.components(separatedBy: "\n").count { $0.hasPrefix("| ") } == 8 && text.contains("fall of 0.05"))
    }
}
