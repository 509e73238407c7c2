import Cases
import Evaluation
import Foundation
import TestSupport
import Testing

@Suite struct PromotionGateTests {
    private func scores(
        _ gains: [Double], name: StructureName = .lungLeft, start: Double = 0.9
    ) -> PromotionGate.Scores {
        PromotionGate.Scores(
            name: name, tolerance: 2,
            pairs: gains.enumerated().map {
                GateReport.Pair(patient: "p\($0.offset)", incumbent: start, candidate: start + $0.element)
            })
    }
    private let better = [0.02, 0.03, 0.01, 0.04]

    @Test func passesWhatIsNowhereWorse() {
        let report = PromotionGate().judge(
            holdOut: [scores([0.001, -0.001, 0, 0.002]), scores(better, name: .lungRight)],
            corrected: [scores(better)])
        #expect(report.passes)
        #expect(report.reasons == ["no structure is worse by more than 0.005, and the corrected cases gain +0.0250"])
    }

    @Test func holdsWhatIsWorseInOneStructureAndNamesTheWorstPatient() throws {
        let report = PromotionGate().judge(
            holdOut: [scores(better), scores([0.01, -0.09, -0.02, 0], name: .lungRight)],
            corrected: [scores(better)])
        #expect(!report.passes && report.reasons.count == 1)
        let right = try #require(report.holdOut.first { $0.name == .lungRight })
        #expect(right.isWorse && right.worst?.patient == "p1" && abs(right.meanGain + 0.025) < 1e-12)
        #expect(report.reasons[0].contains("Lung_R") && report.reasons[0].contains("p1 −0.0900"))
        #expect(report.holdOut.first?.isWorse == false)
    }

    @Test func tellsOfPatientsWhoLoseEvenWhereTheMeanGains() {
        let report = PromotionGate().judge(
            holdOut: [
                scores([0.15, 0.2, 0.18, 0.16, -0.006, -0.004]),
                scores([0.15, 0.2, 0.18, 0.16, -0.004, -0.012], name: .lungRight),
            ], corrected: [scores(better)])
        #expect(report.passes && report.reasons.count == 2)
        #expect(report.reasons.last == "2 of 6 hold-out patients are worse by more than 0.005, most p5, Lung_R −0.0120")
        let one = PromotionGate().judge(holdOut: [scores([0.1, 0.1, 0.1, -0.006])], corrected: [scores(better)])
        #expect(one.reasons.last == "1 of 4 hold-out patients is worse by more than 0.005, most p3, Lung_L −0.0060")
    }

    @Test func aMeanWithinTheMarginIsHeldWhenTheIntervalIsNot() throws {
        // The mean loss is 0.002, yet the patients scatter far too much to be sure of it.
        let report = PromotionGate().judge(
            holdOut: [scores([0.05, -0.06, 0.04, -0.038])], corrected: [scores(better)])
        let left = try #require(report.holdOut.first)
        #expect(abs(left.meanGain + 0.002) < 1e-12 && left.lowerBound < -0.005 && !report.passes)
    }

    @Test func holdsWhatNeedsMorePromptsHoweverWellItScores() {
        func report(_ before: Int?, _ after: Int?, unmeasured: [StructureName] = []) -> GateReport {
            PromotionGate().judge(
                holdOut: [scores(better)], corrected: [scores(better)],
                prompts: GateReport.Prompts(
                    slices: 40, aim: 0.99, incumbentMedian: before, candidateMedian: after, unmeasured: unmeasured))
        }
        for (before, after) in [(3, 3), (3, 2), (nil, 9), (nil, nil)] as [(Int?, Int?)] {
            #expect(report(before, after).passes)
        }
        #expect(
            report(2, 3).reasons == ["the median hold-out slice needs 3 prompts to 0.99, and 2 with the model in use"])
        #expect(
            report(2, nil).reasons == [
                "more than half of the hold-out slices never reach 0.99, for which the model in use needs 2 prompts"
            ])
        #expect(!report(2, 3).passes && !report(2, nil).passes)
        // What could not be measured is said, and holds nothing back.
        let partial = report(2, 2, unmeasured: [.heart, .lungRight])
        #expect(partial.passes)
        #expect(partial.reasons.last == "no hold-out patient has Heart, Lung_R, so nothing was measured there")
        #expect(report(4, nil).prompts?.text == "median prompts to 0.99 on 40 hold-out slices: 4 → never")
    }

    /// Reports of models that segment are stored as they always were.
    @Test func aReportWithoutPromptsHasNoTraceOfThem() throws {
        let plain = PromotionGate().judge(holdOut: [scores(better)], corrected: [scores(better)])
        let text = String(decoding: try JSONEncoder().encode(plain), as: UTF8.self)
        #expect(plain.measure == "surface Dice" && !text.contains("prompts"))
        #expect(try JSONDecoder().decode(GateReport.self, from: Data(text.utf8)) == plain)
    }

    @Test func holdsWhatDoesNotImproveWhatWasCorrected() {
        for gains in [[], [0.0, 0], [0.01, -0.02]] {
            #expect(!PromotionGate().judge(holdOut: [scores(better)], corrected: [scores(gains)]).passes)
        }
    }

    @Test func fewPatientsProveNothing() {
        for gains in [[], [0.1], [0.1, 0.1]] {
            #expect(!PromotionGate().judge(holdOut: [scores(gains)], corrected: [scores(better)]).passes)
        }
        #expect(!PromotionGate().judge(holdOut: [], corrected: [scores(better)]).passes)
    }

    @Test func theSameDataGivesTheSameVerdictInAnyOrder() {
        let gains = [0.01, -0.02, 0.03, -0.001, 0.005]
        let forwards = PromotionGate().judge(holdOut: [scores(gains)], corrected: [scores(better)])
        var turned = scores(gains)
        turned.pairs.reverse()
        #expect(PromotionGate().judge(holdOut: [turned], corrected: [scores(better)]) == forwards)
    }

    /// SciPy 1.17: `scipy.stats.bootstrap((gains,), numpy.mean, n_resamples=200000, method="percentile")` at
    /// both confidences.
    @Test func theIntervalIsThatOfOtherPeoplesBootstrap() throws {
        let gains = [0.012, -0.034, 0.051, 0.002, -0.008, 0.027, 0.019, -0.011]
        for (confidence, low, high) in [(0.95, -0.0095, 0.024375), (0.8, -0.003875, 0.018375)] {
            var gate = PromotionGate()
            gate.confidence = confidence
            gate.resamples = 100_000
            let report = gate.judge(holdOut: [scores(gains)], corrected: [])
            let structure = try #require(report.holdOut.first)
            #expect(abs(structure.lowerBound - low) < 3e-4 && abs(structure.upperBound - high) < 3e-4)
        }
    }
}
