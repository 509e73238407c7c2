import CaseStore
import Cases
import Foundation
import Models
import Testing

@testable import Reports

/// What is said of a model that answers prompts: never that it segments, and what its numbers are.
@Suite struct PromptModelReportTests {
    private let recipe = Recipe(name: "refine", structures: [.lungLeft, .heart], prompts: PromptRecipe())

    private var version: ModelVersion {
        let lung = GateReport.Structure(
            name: .lungLeft, tolerance: 2, pairs: [GateReport.Pair(patient: "p", incumbent: 0.9, candidate: 0.95)],
            meanGain: 0.05, lowerBound: 0.01, upperBound: 0.09, isWorse: false)
        return ModelVersion(
            name: ModelName(rawValue: "refine@2"), digest: String(repeating: "ab", count: 32), byteCount: 1,
            lineage: ModelLineage(
                parent: ModelName(rawValue: "refine@1"), job: 4, recipeDigest: "r", seed: 1, dataDigest: "d",
                software: "s"),
            evaluation: GateReport(
                passes: true, reasons: ["good"], holdOut: [lung], corrected: [], margin: 0.005, confidence: 0.95,
                prompts: GateReport.Prompts(
                    slices: 12, aim: 0.99, incumbentMedian: 3, candidateMedian: nil, unmeasured: [.heart])),
            createdAt: Date(timeIntervalSince1970: 0), createdBy: "worker")
    }

    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test func aVersionSaysWhatItIsForAndWhatItsNumbersAre() throws {
        let report = ModelReport(version, recipe: recipe, promotions: [])
        #expect(report.line.hasSuffix("  answers prompts"))
        #expect(report.lines.contains("  median prompts to 0.99 on 12 hold-out slices: 3 → never"))
        #expect(
            report.lines.contains { $0.contains("Lung_L") && $0.contains("area under the curve by prompts at 2.0 mm") })
        let text = try json(report)
        #expect(text.contains(#""purpose":"answering-prompts""#) && text.contains(#""measure":"area_by_prompts""#))
        #expect(
            text.contains(
                #""prompts":{"median_candidate":null,"median_incumbent":3,"slices":12,"surface_dice":0.99,"unmeasured":["Heart"]}"#
            ))
        let plain = ModelReport(version, recipe: Recipe(name: "r", structures: [.lungLeft]), promotions: [])
        #expect(try json(plain).contains(#""purpose":"segmenting""#) && !plain.line.contains("prompts"))
    }

    @Test func aCardSaysThatItSegmentsNothing() throws {
        let file = try ModelFile(name: version.name, recipe: recipe, weights: [])
        let text = ModelCard(version: version, header: file.header).text
        #expect(text.contains("It segments nothing by itself. It was trained on Lung_L, Heart, and answers for any"))
        #expect(text.contains("on fields of slices, around the newest prompt, of 144 × 144 pixels"))
        #expect(
            text.contains(
                "The numbers are the area under the curve by prompts: the mean surface Dice at 2 mm of slices"))
        #expect(!text.contains("Segments Lung_L"))
        let plain = ModelCard(
            version: version,
            header: try ModelFile(
                name: version.name, recipe: Recipe(name: "r", structures: [.lungLeft]), weights: []
            ).header
        ).text
        #expect(plain.contains("Segments Lung_L on CT of the chest. Its proposals are for review by a physician"))
    }

    @Test func aJobSaysWhyItHasNoReplay() {
        let job = Job(
            id: 4, state: .promoted, model: ModelName(rawValue: "refine@1"), corrections: [], progress: 1, result: nil,
            attempts: 1, notBefore: nil, holder: nil, cancelRequestedBy: nil, telemetry: nil, queuedAt: Date(),
            changedAt: Date())
        let lines = JobReport(job, version: version, replayed: nil, log: []).lines
        #expect(lines.contains("\nno replay: refine@2 answers prompts and predicts nothing by itself"))
        #expect(!JobReport(job, version: nil, replayed: nil, log: []).lines.contains { $0.contains("replay") })
    }

    @Test func whatIsInstalledIsListedByWhatItIsFor() throws {
        func entry(_ name: String, _ recipe: Recipe) throws -> ModelCatalogue.Entry {
            ModelCatalogue.Entry(
                url: URL(fileURLWithPath: "/nowhere"),
                header: try ModelFile(name: ModelName(rawValue: name), recipe: recipe, weights: []).header, digest: "d")
        }
        let segments = Recipe(name: "r", structures: [.lungLeft])
        let catalogue = ModelCatalogue(
            folders: [], registered: [try entry("refine@1", recipe), try entry("lungs@1", segments)],
            inUse: [ModelName(rawValue: "lungs@2")])
        #expect(
            ModelReport.list(of: catalogue)
                == "lungs@1, baseline-threshold; for prompts refine@1; the file of lungs@2, which was put in use, is missing "
                + "or damaged")
        #expect(ModelReport.list(of: ModelCatalogue(folders: [])) == "baseline-threshold")
    }
}
