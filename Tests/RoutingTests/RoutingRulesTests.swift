import Routing
import Testing

@Suite("Routing rules")
struct RoutingRulesTests {
    @Test(
        "a pattern is for the whole text, whatever the case",
        arguments: [
            ("*chest*", "Thorax CHEST 1.0", true), ("chest", "chest", true), ("chest", "chest 1.0", false),
            ("b?0f", "B70f", true), ("b?0f", "B7f", false), ("*", "", true), ("", "", true), ("", "a", false),
            ("a*b*c", "aXXbYYc", true), ("a*b*c", "aXXcYYb", false), ("*scout*", "SCOUTVIEW", true),
            ("lunge *", "LUNGE Ä", true), ("*ä", "LUNGE Ä", true), ("?", "é", true), ("a**", "a", true),
            ("*a*a*a*a*a*b", String(repeating: "a", count: 2000), false),
        ])
    func patterns(pattern: String, text: String, matches: Bool) {
        #expect(TextPattern(pattern).matches(text) == matches)
    }

    private var chest: SeriesTraits {
        var series = SeriesTraits()
        (series.modality, series.bodyPart, series.description) = ("CT", "CHEST", "Lung 1.0 B70f")
        (series.kernel, series.manufacturer, series.callingTitle) = ("B70f\\3", "SIEMENS", "CT1")
        (series.sliceThicknessMillimetres, series.imageCount) = (1, 300)
        return series
    }

    private func text(_ trait: TextTrait, _ patterns: String...) -> RoutingCondition {
        .text(trait, patterns.map { TextPattern($0) })
    }

    @Test("one of a condition's patterns is enough, and one of a trait's values")
    func conditions() {
        #expect(text(.bodyPart, "abdomen", "chest").matches(chest))
        #expect(!text(.bodyPart, "abdomen", "head").matches(chest))
        #expect(text(.kernel, "b70f").matches(chest) && text(.kernel, "3").matches(chest))
        #expect(text(.kernel, "b70f\\3").matches(chest) && !text(.kernel, "b70").matches(chest))
        #expect(text(.station, "").matches(chest) && !text(.station, "?*").matches(chest))
    }

    @Test("ranges hold both ends, and nothing is in none")
    func ranges() {
        var series = chest
        #expect(RoutingCondition.number(.sliceThickness, 1...2).matches(series))
        #expect(RoutingCondition.number(.sliceThickness, 0.5...1).matches(series))
        #expect(!RoutingCondition.number(.sliceThickness, 1.01...2).matches(series))
        #expect(RoutingCondition.number(.imageCount, 300...(.infinity)).matches(series))
        #expect(!RoutingCondition.number(.imageCount, 301...(.infinity)).matches(series))
        series.sliceThicknessMillimetres = nil
        #expect(!RoutingCondition.number(.sliceThickness, 0...(.infinity)).matches(series))
    }

    @Test("the first rule that matches decides; those before it say what failed")
    func first() {
        var route = ReviewRoute()
        route.model = "thorax@3"
        let rules = RoutingRules([
            RoutingRule(name: "scouts", conditions: [text(.description, "*scout*")], action: .ignore),
            RoutingRule(
                name: "thick", conditions: [text(.modality, "ct"), .number(.sliceThickness, 3...10)], action: .ignore),
            RoutingRule(name: "chest", conditions: [text(.bodyPart, "chest")], action: .review(route)),
            RoutingRule(name: "rest", conditions: [], action: .ignore),
        ])
        let decision = rules.decide(chest)
        #expect(decision.rule?.name == "chest" && decision.action == .review(route))
        #expect(decision.passed.map(\.rule.name) == ["scouts", "thick"])
        #expect(decision.passed.map { $0.failing.map(\.key) } == [["description"], ["slice_thickness_mm"]])
        let thick = decision.passed[1].failing[0]
        #expect(thick.wanted == "3 to 10" && thick.found(in: chest) == "1")
        var other = chest
        other.bodyPart = ""
        #expect(rules.decide(other).rule?.name == "rest")
        #expect(text(.bodyPart, "chest").found(in: other) == "nothing")
    }

    @Test("without a rule that matches, the model in use predicts")
    func none() {
        let decision = RoutingRules().decide(chest)
        #expect(decision.rule == nil && decision.action == .review(ReviewRoute()) && decision.passed.isEmpty)
    }
}
