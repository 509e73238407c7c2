import Evaluation
import Foundation
import Testing

@testable import Reports

@Suite struct PromptReportTests {
    private func slice(_ method: String, _ kind: String, _ scores: [Double]) -> PromptCurves.Slice {
        PromptCurves.Slice(
            patient: "a", structure: "Heart", kind: kind, slice: 3, method: method, scores: scores,
            prompts: scores.count - 1, worsened: 0)
    }

    /// The table that people read, as it is printed.
    @Test func theTableSaysWhatWasMeasured() {
        let curves = PromptCurves([
            slice("refine@1", "bite", [0.5, 0.75, 1]), slice("graph cut", "bite", [0.5, 0.5, 0.625]),
        ])
        let carried = [
            CarriedSlices(
                patient: "a", structure: "Heart", kind: "bite", method: "refine@1", slices: 8, needed: 6, repaired: 3,
                nearly: 4,
                harmed: 1)
        ]
        let heart = [
            "             refine@1            1  0.500  0.750  1.000                        0.875        2   0.0 %",
            "             graph cut           1  0.500  0.500  0.625                        0.562    never   0.0 %",
        ]
        func named(_ name: String, _ lines: [String]) -> [String] {
            [name + lines[0].dropFirst(name.count)] + lines.dropFirst()
        }
        let counts = "refine@1                3 of 6   50 %   67 %        1 of 8"
        #expect(
            PromptReport(curves, carried: carried, warnings: []).lines == [
                "surface Dice at 2 mm of slices, by prompts",
                "             method              n      0      1      2      3      5     10    area  to 0.99   worse",
            ] + named("all", heart) + named("Heart", heart) + named("bite", heart) + [
                "",
                "a correction carried on over 25 mm each way: slices repaired of those that needed it; 95 % of the contour; made worse",
                "all          " + counts, "Heart        " + counts, "bite         " + counts,
            ])
    }

    /// What programs read has every slice, and the warnings.
    @Test func theDocumentHasEverything() throws {
        let curves = PromptCurves([slice("refine@1", "bite", [0.5, 0.75, 1])])
        let data = try JSONEncoder().encode(PromptReport(curves, warnings: ["odd"]))
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect((object["warnings"] as? [String]) == ["odd"])
        let slices = try #require(object["slices"] as? [[String: Any]])
        #expect(slices.count == 1 && slices[0]["scores"] as? [Double] == [0.5, 0.75, 1])
        let entries = try #require(object["entries"] as? [[String: Any]])
        #expect(entries.map { $0["group"] as? String } == ["all", "Heart", "bite"])
    }
}
