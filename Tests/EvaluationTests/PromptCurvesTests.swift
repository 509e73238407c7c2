import Cases
import Evaluation
import Testing

@Suite struct PromptCurvesTests {
    private func slice(_ method: String, _ scores: [Double], prompts: Int, worsened: Int = 0, kind: String = "bite")
        -> PromptCurves.Slice
    {
        PromptCurves.Slice(
            patient: "p", structure: "Heart", kind: kind, slice: 4, method: method, scores: scores, prompts: prompts,
            worsened: worsened)
    }

    @Test func curvesAreMeansOfTheirSlices() throws {
        let curves = PromptCurves([
            slice("a", [0.5, 0.7, 0.99], prompts: 2), slice("b", [0.5, 0.5, 0.5], prompts: 2, worsened: 1),
            slice("a", [0.7, 1, 1], prompts: 1, kind: "leak"), slice("a", [0, 0.2, 0.4], prompts: 2, worsened: 1),
        ])
        #expect(curves.methods == ["a", "b"])
        let all = try #require(curves.summary(of: "a"))
        #expect(all.slices == 3)
        #expect(zip(all.mean, [0.4, 1.9 / 3, 2.39 / 3]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(abs(all.area - (1.9 + 2.39) / 6) < 1e-12)
        #expect(all.medianPrompts == 2)
        #expect(abs(all.reached - 2.0 / 3) < 1e-12)
        #expect(abs(all.worsened - 0.2) < 1e-12)
        #expect(try #require(curves.summary(of: "a") { $0.kind == "leak" }).medianPrompts == 1)
        #expect(try #require(curves.summary(of: "b")).medianPrompts == nil)
        #expect(curves.summary(of: "c") == nil)
        #expect(curves.summary(of: "b") { $0.kind == "leak" } == nil)
    }

    /// Half of the slices have to be there: of an even number the lower half decides.
    @Test func theMedianIsThatOfWhatWasReached() throws {
        let curves = PromptCurves([
            slice("a", [0, 1], prompts: 1), slice("a", [0, 0], prompts: 1), slice("a", [1, 1], prompts: 0),
            slice("a", [0, 0], prompts: 1),
        ])
        #expect(try #require(curves.summary(of: "a")).medianPrompts == 1)
    }

    @Test func theGateGetsAreasByPatientAndStructure() {
        func row(_ method: String, _ patient: String, _ structure: String, _ scores: [Double]) -> PromptCurves.Slice {
            PromptCurves.Slice(
                patient: patient, structure: structure, kind: "bite", slice: 1, method: method, scores: scores,
                prompts: 2,
                worsened: 0)
        }
        let curves = PromptCurves([
            row("old", "p", "Heart", [0, 0.5, 0.7]), row("new", "p", "Heart", [0, 0.7, 1]),
            row("old", "p", "Heart", [0, 0.1, 0.3]), row("new", "p", "Heart", [0, 0.9, 1]),
            row("old", "q", "Lung_L", [0, 1, 1]), row("new", "q", "Lung_L", [0, 0.5, 0.5]),
        ])
        let scores = curves.scores(incumbent: "old", candidate: "new")
        #expect(scores.map(\.name.rawValue).sorted() == ["Heart", "Lung_L"])
        let heart = scores.first { $0.name == .heart }?.pairs ?? []
        #expect(heart.map(\.patient) == ["p"])
        #expect(heart.allSatisfy { abs($0.incumbent - 0.4) < 1e-12 && abs($0.candidate - 0.9) < 1e-12 })
        let prompts = curves.prompts(incumbent: "old", candidate: "new", of: [.heart, .lungLeft, .lungRight])
        #expect(prompts.slices == 3 && prompts.unmeasured == [.lungRight] && prompts.aim == 0.99)
        #expect(prompts.incumbentMedian == nil && prompts.candidateMedian == 2 && !prompts.needsMore)
    }

    @Test func theTableHasALineForEachSlice() {
        let curves = PromptCurves([slice("a", [0.5, 0.75], prompts: 1)])
        #expect(
            curves.csv == """
                patient,structure,kind,slice,method,prompts,worsened,surface_dice_0,surface_dice_1
                p,Heart,bite,4,a,1,0,0.500000,0.750000

                """)
    }
}
