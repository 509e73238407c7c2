import Cases
import Evaluation
import Foundation
import TestSupport
import Testing
import Volumes

@Suite struct EvaluationTests {
    private func grid() throws -> GridGeometry {
        try GridGeometry(size: GridSize(x: 30, y: 20, z: 12), spacing: Spacing(x: 1, y: 1, z: 1))
    }

    private func box(_ x: Range<Int>, _ y: Range<Int> = 4..<14, _ z: Range<Int> = 2..<10) throws -> Mask {
        Mask(geometry: try grid()) { x.contains($0.x) && y.contains($0.y) && z.contains($0.z) }
    }

    @Test func aShiftedBoxHasTheScoresOfTheHandCount() throws {
        // 10 × 10 × 8 voxels, moved by one voxel: every surface point is within 2 mm of the other surface.
        let (truth, test) = (try box(5..<15), try box(6..<16))
        let scores = try StructureScores.measure(reference: truth, test: test)
        #expect(scores.surfaceDice == 1)
        #expect(scores.dice == 2.0 * 720 / 1600)
        #expect(scores.hausdorff95 == 1)
        let same = try StructureScores.measure(reference: truth, test: truth)
        #expect(same == StructureScores(surfaceDice: 1, dice: 1, hausdorff95: 0, averageDistance: 0))
        // Moved by four: the two ends are out of tolerance, 4 mm away.
        let far = try StructureScores.measure(reference: truth, test: try box(9..<19))
        let surfaceDice = try #require(far.surfaceDice)
        #expect(surfaceDice < 1 && surfaceDice > 0.5)
        #expect(far.dice == 2.0 * 480 / 1600)
        #expect(far.hausdorff95 == 4)
    }

    @Test func emptyMasksAreNotScoresOfNought() throws {
        let (empty, full) = (Mask(geometry: try grid()), try box(5..<15))
        #expect(
            try StructureScores.measure(reference: empty, test: empty)
                == StructureScores(surfaceDice: nil, dice: nil, hausdorff95: nil, averageDistance: nil))
        for (a, b) in [(empty, full), (full, empty)] {
            #expect(
                try StructureScores.measure(reference: a, test: b)
                    == StructureScores(surfaceDice: 0, dice: 0, hausdorff95: .infinity, averageDistance: .infinity))
        }
    }

    @Test func bothLungsAreAlsoMeasuredAsOne() throws {
        let truth = [StructureName.lungLeft: try box(16..<26), .lungRight: try box(3..<13)]
        // Left and right mixed up: as one they are perfect.
        let found = [StructureName.lungLeft: try box(3..<13), .lungRight: try box(16..<26)]
        let patient = try Evaluation.Patient.measure(
            id: "p", truth: truth, found: found, of: [.lungLeft, .lungRight, .heart])
        #expect(Set(patient.scores.keys) == [.lungLeft, .lungRight, .lungs])
        #expect(patient.scores[.lungs]?.surfaceDice == 1 && patient.scores[.lungs]?.dice == 1)
        #expect(patient.scores[.lungLeft]?.dice == 0)
        // What was not found at all counts as empty, not as unmeasured.
        let nothing = try Evaluation.Patient.measure(id: "p", truth: truth, found: [:], of: [.lungLeft, .lungRight])
        #expect(nothing.scores[.lungLeft]?.dice == 0)
        // A model of one lung is measured by that lung.
        let one = try Evaluation.Patient.measure(id: "p", truth: truth, found: truth, of: [.lungLeft])
        #expect(Set(one.scores.keys) == [.lungLeft])
        // A model of both as one is measured against the union.
        let union = try truth.withWholes()
        let whole = try Evaluation.Patient.measure(
            id: "p", truth: truth, found: [.lungs: try #require(union[.lungs])], of: [.lungs])
        #expect(whole.scores[.lungs]?.dice == 1)
    }

    private func evaluation(_ values: [Double?]) -> Evaluation {
        Evaluation(
            model: ModelName(rawValue: "m@1"), dataset: "d <&> \"x\"",
            patients: values.enumerated().map { i, value in
                Evaluation.Patient(
                    id: "p\(i)", site: "A,B", pathologies: i == 1 ? ["effusion", "mass"] : [],
                    scores: [
                        .lungs: StructureScores(
                            surfaceDice: value, dice: value.map { $0 / 2 }, hausdorff95: value.map { 1 / $0 },
                            averageDistance: nil)
                    ])
            })
    }

    @Test func summariesAreMedianMeanAndWorst() throws {
        let four = evaluation([0.9, 0.5, nil, 1, 0.8])
        let surface = try #require(four.summary(of: .surfaceDice, .lungs))
        #expect(abs(surface.median - 0.85) < 1e-12)
        #expect(abs(surface.mean - 0.8) < 1e-12)
        #expect(surface.worst == 0.5 && surface.worstPatient == "p1" && surface.count == 4)
        let distance = try #require(four.summary(of: .hausdorff95, .lungs))
        #expect(distance.worst == 2 && distance.worstPatient == "p1")
        #expect(four.summary(of: .averageDistance, .lungs) == nil)
        #expect(four.summary(of: .dice, .heart) == nil)
        #expect(evaluation([0.3, 0.1, 0.2]).summary(of: .surfaceDice, .lungs)?.median == 0.2)
        let healthy = try #require(four.part { $0.pathologies?.isEmpty == true })
        #expect(healthy.patients.map(\.id) == ["p0", "p2", "p3", "p4"])
        #expect(four.part { _ in false } == nil)
    }

    @Test func theTableIsReadBackByEveryReader() {
        let lines = evaluation([0.5, 0, nil]).csv.split(separator: "\n").map(String.init)
        #expect(
            lines[0] == "patient,site,pathologies,structure,surface_dice_2mm,dice,hd95_mm,average_distance_mm,"
                + "surface_dice,tolerance_mm")
        #expect(lines[1] == "p0,\"A,B\",none,Lungs,0.5,0.25,2.0,,0.5,2.0")
        #expect(lines[2] == "p1,\"A,B\",effusion+mass,Lungs,0.0,0.0,inf,,0.0,2.0")
        #expect(lines[3] == "p2,\"A,B\",none,Lungs,,,,,,2.0")
        #expect(lines.count == 4)
    }

    /// A slab that is two millimetres off at one end is right at a tolerance of its own.
    @Test func structuresHaveTolerancesOfTheirOwn() throws {
        let grid = try GridGeometry(size: GridSize(x: 12, y: 12, z: 12), spacing: Spacing(x: 3, y: 3, z: 3))
        let truth = Mask(geometry: grid) { (3..<8).contains($0.x) && (3..<8).contains($0.y) && (3..<8).contains($0.z) }
        let found = Mask(geometry: grid) { (3..<9).contains($0.x) && (3..<8).contains($0.y) && (3..<8).contains($0.z) }
        let patient = try Evaluation.Patient.measure(
            id: "p", truth: [.heart: truth, .lungLeft: truth], found: [.heart: found, .lungLeft: found],
            of: [.heart, .lungLeft], tolerance: { $0 == .heart ? 3 : 2 })
        let (heart, lung) = (try #require(patient.scores[.heart]), try #require(patient.scores[.lungLeft]))
        #expect(heart.ownTolerance == 3 && heart.ownSurfaceDice == 1 && heart.surfaceDice == lung.surfaceDice)
        #expect(lung.ownTolerance == 2 && lung.ownSurfaceDice == lung.surfaceDice && lung.surfaceDice ?? 1 < 0.9)
        #expect(heart[.ownSurfaceDice] == 1)
        let evaluation = Evaluation(model: ModelName(rawValue: "m@1"), dataset: "d", patients: [patient])
        #expect(evaluation.hasOwnTolerances)
        #expect(evaluation.summary(of: .ownSurfaceDice, .heart)?.median == 1)
    }

    /// A slab that is wrong on one slice alone, which is said to be ambiguous; both lungs have the slices of either.
    @Test func ambiguousSlicesAreLeftOutOfANumberOfTheirOwn() throws {
        let grid = try GridGeometry(size: GridSize(x: 12, y: 12, z: 12), spacing: Spacing(x: 3, y: 3, z: 3))
        let truth = Mask(geometry: grid) { (3..<8).contains($0.x) && (3..<8).contains($0.y) && (3..<8).contains($0.z) }
        let found = Mask(geometry: grid) { voxel in
            (3..<(voxel.z == 5 ? 11 : 8)).contains(voxel.x) && (3..<8).contains(voxel.y) && (3..<8).contains(voxel.z)
        }
        func measured(_ ambiguous: [StructureName: Set<Int>]?) throws -> Evaluation.Patient {
            try Evaluation.Patient.measure(
                id: "p", truth: [.lungLeft: truth, .lungRight: Mask(geometry: grid)],
                found: [.lungLeft: found, .lungRight: Mask(geometry: grid)], of: [.lungLeft, .lungRight],
                ambiguous: ambiguous)
        }
        let plain = try measured(nil)
        #expect(plain.scores[.lungLeft]?.unambiguousSurfaceDice == nil)
        let patient = try measured([.lungLeft: [5], .lungRight: [0]])
        let left = try #require(patient.scores[.lungLeft])
        #expect(left.unambiguousSurfaceDice == 1 && left.surfaceDice ?? 1 < 0.98)
        #expect(left.surfaceDice == plain.scores[.lungLeft]?.surfaceDice, "the number itself is as it was")
        #expect(patient.scores[.lungs]?.unambiguousSurfaceDice == 1)
        #expect(patient.scores[.lungRight]?.unambiguousSurfaceDice == nil, "no surface")
        #expect(try measured([.lungLeft: [3]]).scores[.lungLeft]?.unambiguousSurfaceDice ?? 1 < 0.98)
        #expect(try measured([.lungLeft: Set(0..<12)]).scores[.lungLeft]?.unambiguousSurfaceDice == nil, "none is left")
        func evaluation(_ patient: Evaluation.Patient) -> Evaluation {
            Evaluation(model: ModelName(rawValue: "m@1"), dataset: "d", patients: [patient])
        }
        #expect(!evaluation(plain).kinds.contains(.unambiguousSurfaceDice))
        #expect(!evaluation(plain).csv.contains("unambiguous"))
        let lines = evaluation(patient).csv.split(separator: "\n").map(String.init)
        #expect(lines[0].hasSuffix(",surface_dice,tolerance_mm,surface_dice_unambiguous"))
        #expect(lines.contains { $0.contains(",Lung_L,") && $0.hasSuffix(",2.0,1.0") })
        #expect(lines.contains { $0.contains(",Lung_R,") && $0.hasSuffix(",2.0,") })
    }

    @Test func thePictureHasADotAPatient() throws {
        let svg = evaluation([0.9, 0.95, nil, 1]).svg
        #expect(svg.components(separatedBy: "<circle").count - 1 == 3)
        #expect(svg.contains("median 0.950, mean 0.950"))
        #expect(svg.contains("d &lt;&amp;&gt; &quot;x&quot;"))
        // Well-formed: every reader takes it.
        let parser = XMLCheck()
        #expect(parser.isWellFormed(svg))
    }
}

/// Whether every element is closed and in its place: enough of XML for our own pictures.
private struct XMLCheck {
    func isWellFormed(_ text: String) -> Bool {
        var open: [Substring] = []
        for part in text.split(separator: "<") {
            guard let end = part.firstIndex(of: ">") else { return part.allSatisfy(\.isWhitespace) }
            let tag = part[..<end]
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else { return false }
            } else if !tag.hasSuffix("/") {
                open.append(tag.prefix { !$0.isWhitespace })
            }
        }
        return open.isEmpty
    }
}
