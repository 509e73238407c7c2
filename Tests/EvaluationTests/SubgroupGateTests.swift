import Cases
import Foundation
import Testing

@testable import Evaluation

/// A gate that looks at subgroups as well.
@Suite("The gate by subgroups") struct SubgroupGateTests {
    /// A hold-out patient of one case: what he gains, and the groups that he is in.
    private struct Patient {
        let gain: Double
        let groups: [CaseGroup]
    }

    private let old = CaseGroup(.scanner, "SIEMENS Sensation 16")
    private let new = CaseGroup(.scanner, "SIEMENS SOMATOM Force")
    private let thin = CaseGroup(.thickness, ThicknessBand.upTo1_5.rawValue)

    private func scores(_ patients: [(Int, Patient)], _ name: StructureName) -> PromotionGate.Scores {
        PromotionGate.Scores(
            name: name, tolerance: 2,
            pairs: patients.map { number, patient in
                GateReport.Pair(patient: "p\(number)", incumbent: 0.9, candidate: 0.9 + patient.gain)
            })
    }

    private func judge(_ patients: [Patient], names: [StructureName] = [.lungLeft]) -> GateReport {
        let all = Array(patients.enumerated().map { ($0.offset, $0.element) })
        return PromotionGate().judge(
            holdOut: names.map { scores(all, $0) }, corrected: [scores(Array(all.prefix(1)), .lungLeft)],
            subgroups: PromotionGate.Subgroups(of: patients.map(\.groups)) { indices in
                names.map { name in scores(indices.map { all[$0] }, name) }
            })
    }

    private func patients(_ count: Int, _ gain: Double, _ groups: CaseGroup...) -> [Patient] {
        (0..<count).map { Patient(gain: gain + Double($0 % 3) * 0.001, groups: groups) }
    }

    @Test("a candidate that gains in the mean and loses on one scanner is held, and the scanner is named")
    func losesOnOneScanner() throws {
        let mixed = patients(12, 0.03, new, thin) + patients(4, -0.012, old, thin)
        let report = judge(mixed)
        let whole = try #require(report.holdOut.first)
        #expect(whole.meanGain > 0.015 && !whole.isWorse)
        #expect(!report.passes && report.reasons.count == 1)
        let reason = try #require(report.reasons.first)
        #expect(
            reason.hasPrefix(
                "Lung_L with scanner SIEMENS Sensation 16 (4 patients) may be worse by more than 0.005: mean −0.0113"),
            "\(reason)")
        #expect(reason.hasSuffix("worst p12 −0.0120"), "\(reason)")
        // Without subgroups nobody would have seen it.
        let blind = PromotionGate().judge(
            holdOut: [scores(Array(mixed.enumerated().map { ($0.offset, $0.element) }), .lungLeft)],
            corrected: [scores([(0, mixed[0])], .lungLeft)])
        #expect(blind.passes && blind.subgroups == nil)
    }

    @Test("what is good everywhere passes, and says in how many subgroups it was looked at")
    func goodEverywhere() {
        let report = judge(patients(5, 0.03, new, thin) + patients(4, 0.02, old, thin))
        #expect(report.passes)
        #expect(
            report.reasons == [
                "no structure is worse by more than 0.005, nor in any of 2 subgroups judged, and the corrected cases gain +0.0300"
            ])
        #expect(report.subgroups?.judged.map(\.text) == [old.text, new.text])
        #expect(
            report.subgroups?.gaps == [
                "not known: the site of 9 of 9 hold-out cases, the kernel of 9 of 9 hold-out cases"
            ])
    }

    @Test("each interval is as sure as all of them together need: Bonferroni over structures and subgroups")
    func multiplicity() throws {
        let mixed = patients(5, -0.004, new, thin) + patients(5, 0.02, old, thin)
        let one = judge(mixed)
        // A structure and two scanners; that all slices are thin is no comparison of its own.
        #expect(one.comparisons == 3 && abs(one.intervalConfidence - (1 - 0.05 / 3)) < 1e-12)
        #expect(one.intervalText == "98.33 %" && one.confidence == 0.95)
        let two = judge(mixed, names: [.lungLeft, .lungRight])
        #expect(two.comparisons == 6 && two.intervalText == "99.16 %")
        let (wide, wider) = (try #require(one.holdOut.first), try #require(two.holdOut.first))
        #expect(wider.lowerBound < wide.lowerBound && wider.upperBound > wide.upperBound)
        // Doubt holds: the more is looked at, the surer it has to be that nobody loses.
        let scattered = [0.02, 0.018, -0.0065, 0.012, -0.007, 0.015].map { Patient(gain: $0, groups: [thin]) }
        let lungs = (0..<40).map { StructureName(rawValue: "Structure_\($0)") }
        #expect(judge(scattered).holdOut.allSatisfy { !$0.isWorse })
        #expect(judge(scattered, names: lungs).holdOut.allSatisfy { $0.isWorse })
        // Only surer intervals are drawn more often, and never without end.
        let gate = PromotionGate()
        #expect(gate.draws(at: 0.95) == 2_000 && gate.draws(at: 0.999) == 40_000 && gate.draws(at: 1) == 200_000)
    }

    @Test("a group of all patients is not counted twice, nor are two groups of the same patients")
    func sameGroups() throws {
        let (north, south) = (CaseGroup(.site, "North"), CaseGroup(.site, "South"))
        let report = judge(patients(3, 0.02, north, new, thin) + patients(3, 0.03, south, old, thin))
        let judged = try #require(report.subgroups?.judged)
        #expect(judged.map(\.groups) == [[north, new], [south, old]] && report.comparisons == 3)
        #expect(judged.first?.text == "site North, scanner SIEMENS SOMATOM Force")
        let single = judge(patients(4, 0.02, north, thin))
        #expect(single.subgroups?.judged.isEmpty == true && single.comparisons == 1 && single.intervalText == "95 %")
        #expect(single.reasons.first?.hasPrefix("no structure is worse by more than 0.005, and the") == true)
    }

    @Test("a group with too few patients is told of and holds nothing back, however much it loses")
    func tooFew() throws {
        let report = judge(
            patients(6, 0.03, new, thin) + patients(2, -0.01, old, thin), names: [.lungLeft, .heart])
        let subgroups = try #require(report.subgroups)
        #expect(subgroups.tooFew.map(\.patients) == [2, 2] && Set(subgroups.tooFew.map(\.group)) == [old])
        #expect(subgroups.judged.map(\.groups) == [[new], [new]])
        #expect(
            subgroups.gaps.first
                == "too few hold-out patients to judge, 3 are needed: scanner SIEMENS Sensation 16 (2)")
        #expect(report.passes)
        #expect(report.reasons.last?.hasPrefix("2 of 8 hold-out patients are worse") == true)
    }

    @Test("a structure that no patient of a group has is named among what could not be judged")
    func absent() throws {
        let all = Array((patients(4, 0.03, new, thin) + patients(4, 0.02, old, thin)).enumerated())
            .map { ($0.offset, $0.element) }
        let hearts = Array(all.prefix(4))
        let report = PromotionGate().judge(
            holdOut: [scores(all, .lungLeft), scores(hearts, .heart), scores([], .esophagus)],
            corrected: [scores([all[0]], .lungLeft)],
            subgroups: PromotionGate.Subgroups(of: all.map(\.1.groups)) { indices in
                // A structure without a patient may be missing, or be there with none.
                let own = hearts.filter { indices.contains($0.0) }
                return [scores(indices.map { all[$0] }, .lungLeft), scores([], .esophagus)]
                    + (own.isEmpty ? [] : [scores(own, .heart)])
            })
        let found = try #require(report.subgroups)
        #expect(found.tooFew == [GateReport.Subgroups.TooFew(group: old, name: .heart, patients: 0)])
        #expect(
            found.gaps.first
                == "too few hold-out patients to judge, 3 are needed: scanner SIEMENS Sensation 16 (Heart 0)")
    }

    @Test("of many subgroups that lose the first few are named, and how many more there are")
    func many() {
        let lost = (0..<8).flatMap { patients(3, -0.02, CaseGroup(.site, "Site \($0)"), thin) }
        let report = judge(lost)
        // The whole, five by name, the others, and the corrected case, which loses as well.
        #expect(report.reasons.count == 1 + 5 + 1 + 1 && report.subgroups?.judged.count == 8)
        #expect(report.reasons.dropLast().last == "the same holds for 3 more of 8 subgroups")
    }

    @Test("a report survives its stored form, and one from before subgroups can still be read")
    func stored() throws {
        let report = judge(patients(4, 0.03, new, thin) + patients(2, 0.01, old, thin))
        let data = try JSONEncoder().encode(report)
        #expect(try JSONDecoder().decode(GateReport.self, from: data) == report)
        let old = #"""
            {"passes":true,"reasons":["good"],"margin":0.005,"confidence":0.95,"corrected":[],"holdOut":[
            {"name":"Lung_L","tolerance":2,"pairs":[{"patient":"p","incumbent":0.9,"candidate":0.95}],"meanGain":0.05,
            "lowerBound":0.05,"upperBound":0.05,"isWorse":false}]}
            """#
        let before = try JSONDecoder().decode(GateReport.self, from: Data(old.utf8))
        #expect(before.subgroups == nil && before.comparisons == nil && before.intervalConfidence == 0.95)
        #expect(before.intervalText == "95 %" && before.holdOut.map(\.name) == [.lungLeft])
    }
}
