import Cases
import Foundation
import Models
import Testing

@testable import Reports

/// What is said of a gate that looked at subgroups.
@Suite struct SubgroupReportTests {
    private var report: GateReport {
        func structure(_ gain: Double, worse: Bool) -> GateReport.Structure {
            GateReport.Structure(
                name: .lungLeft, tolerance: 2,
                pairs: [GateReport.Pair(patient: "p", incumbent: 0.9, candidate: 0.9 + gain)],
                meanGain: gain, lowerBound: gain - 0.01, upperBound: gain + 0.01, isWorse: worse)
        }
        return GateReport(
            passes: false, reasons: ["bad"], holdOut: [structure(0.05, worse: false)], corrected: [], margin: 0.005,
            confidence: 0.95, comparisons: 3,
            subgroups: GateReport.Subgroups(
                judged: [
                    GateReport.Subgroups.Judged(
                        groups: [CaseGroup(.site, "North")], structure: structure(0.03, worse: false)),
                    GateReport.Subgroups.Judged(
                        groups: [CaseGroup(.site, "South"), CaseGroup(.scanner, "GE CT750")],
                        structure: structure(-0.02, worse: true)),
                ],
                tooFew: [
                    GateReport.Subgroups.TooFew(group: CaseGroup(.site, "West"), name: .heart, patients: 1),
                    GateReport.Subgroups.TooFew(group: CaseGroup(.site, "West"), name: .lungLeft, patients: 2),
                ], unknown: [GateReport.Subgroups.Unknown(kind: .kernel, cases: 2, all: 8)], minimumPatients: 3))
    }

    @Test func linesNameThemWorstFirstAndSayWhatCouldNotBeJudged() {
        let lines = GateTable(report).lines
        #expect(lines.count { $0.contains("98.33 %") } == 1)
        #expect(lines[1] == "  in brackets: the 98.33 % interval of each gain")
        #expect(
            lines.suffix(4) == [
                "  subgroup   Lung_L  site South, scanner GE CT750  1 patient  gain -0.0200 (-0.0300 to -0.0100)  worse",
                "  subgroup   Lung_L  site North  1 patient  gain +0.0300 (+0.0200 to +0.0400)",
                "  too few hold-out patients to judge, 3 are needed: site West (Heart 1, Lung_L 2)",
                "  not known: the kernel of 2 of 8 hold-out cases",
            ])
    }

    @Test func programsGetThemAsValues() throws {
        let data = try JSONEncoder().encode(GateTable(report))
        let gate = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let confidence = try #require(gate["interval_confidence"] as? Double)
        #expect(abs(confidence - (1 - 0.05 / 3)) < 1e-12 && gate["confidence"] as? Double == 0.95)
        let subgroups = try #require(gate["subgroups"] as? [String: Any])
        #expect(subgroups["minimum_patients"] as? Int == 3)
        let judged = try #require(subgroups["judged"] as? [[String: Any]])
        let groups = try #require(judged.last?["groups"] as? [[String: String]])
        #expect(groups == [["kind": "site", "value": "South"], ["kind": "scanner", "value": "GE CT750"]])
        let structure = try #require(judged.last?["structure"] as? [String: Any])
        #expect(structure["worse"] as? Bool == true && structure["name"] as? String == "Lung_L")
        let few = try #require(subgroups["too_few"] as? [[String: Any]])
        #expect(few.compactMap { $0["patients"] as? Int } == [1, 2])
        let unknown = try #require((subgroups["unknown"] as? [[String: Any]])?.first)
        #expect(unknown["kind"] as? String == "kernel" && unknown["cases"] as? Int == 2 && unknown["all"] as? Int == 8)
    }

    @Test func theCardHasThemAndTheConfidenceOfItsIntervals() throws {
        let version = ModelVersion(
            name: ModelName(rawValue: "m@2"), digest: String(repeating: "ab", count: 32), byteCount: 1,
            lineage: ModelLineage(parent: nil, job: 4, recipeDigest: "r", seed: 1, dataDigest: "d", software: "s"),
            evaluation: report, createdAt: Date(timeIntervalSince1970: 0), createdBy: "worker")
        let file = try ModelFile(name: version.name, recipe: Recipe(name: "r", structures: [.lungLeft]), weights: [])
        let text = ModelCard(version: version, header: file.header).text
        #expect(text.contains("| parent | this model | gain (98.33 % interval) |"))
        #expect(text.contains("| site South, scanner GE CT750 | Lung_L | 1 | -0.0200 (-0.0300 to -0.0100) |"))
        #expect(text.contains("Not known: the kernel of 2 of 8 hold-out cases."))
    }
}
