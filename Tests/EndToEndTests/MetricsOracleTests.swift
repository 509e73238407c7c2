import Foundation
import TestSupport
import Testing

/// `pleura metrics` against DeepMind's own package, on phantoms that both are given.
@Suite("metrics against DeepMind's package")
struct MetricsOracleTests {
    /// What the package says of one pair.
    private struct Answer: Decodable {
        let surfaceDice: [Double]
        let overlaps: [[Double]]
        let averages: [Double]
        let hausdorff: [Double]
        let dice: Double
    }

    /// The spacings are about what the sites have at this size; both programs are told the same.
    @Test(
        "two phantoms of different sites, truth against baseline",
        arguments: [("siteA", "5.2083,5.2083,12.7"), ("siteB", "3.75,3.75,14.48")])
    func phantoms(site: String, spacing: String) throws {
        let home = try TemporaryFolder()
        let folder = home.file("phantoms")
        func succeed(_ arguments: String...) throws {
            let result = try pleura(arguments, home: home)
            guard result.status == 0 else { throw Unexpected("\(arguments): \(result)") }
        }
        try succeed(
            "phantom", folder.path, "--site", site, "--matrix", "96", "--slices", "24", "--seed", "31", "--format",
            "nifti", "--pathology", "effusion,nodules")
        let truth = folder.appendingPathComponent("phantom-01")
        let guess = home.file("baseline")
        try succeed("predict", truth.appendingPathComponent("ct.nii.gz").path, "-o", guess.path)

        let tolerances = ["1.5", "2", "5.5"]
        let names = ["Lung_L", "Lung_R"]
        let pairs = names.map { name in
            [truth, guess].map { $0.appendingPathComponent("\(name).nii.gz").path }
        }
        let answers = try PythonOracle("surface_oracle.py").run(
            [tolerances.joined(separator: ","), spacing] + pairs.flatMap { $0 }, as: [Answer].self)
        for (pair, answer) in zip(pairs, answers) {
            let report = try pleuraJSON(
                ["metrics", pair[0], pair[1], "--spacing", spacing, "--tolerance"] + tolerances + ["--json"],
                home: home)
            let structure = try #require((report["structures"] as? [[String: Any]])?.first)
            let agreements = try #require(structure["tolerances"] as? [[String: Any]])
            // A pair that agrees everywhere, or nowhere, would prove little.
            #expect((0.2..<0.999).contains(answer.surfaceDice[0]))
            for (index, ours) in agreements.enumerated() {
                expect(ours["surface_dice"], answer.surfaceDice[index], within: 1e-12)
                expect(ours["overlap_reference"], answer.overlaps[index][0], within: 1e-12)
                expect(ours["overlap_test"], answer.overlaps[index][1], within: 1e-12)
            }
            #expect(agreements.count == tolerances.count)
            expect(structure["average_distance_reference_to_test_mm"], answer.averages[0], within: 1e-9)
            expect(structure["average_distance_test_to_reference_mm"], answer.averages[1], within: 1e-9)
            expect(structure["hd95_mm"], answer.hausdorff[0], within: 1e-9)
            expect(structure["hd100_mm"], answer.hausdorff[1], within: 1e-9)
            expect(structure["volumetric_dice"], answer.dice, within: 1e-12)
        }
        #expect(answers.count == names.count)
    }

    private func expect(
        _ ours: Any?, _ theirs: Double, within tolerance: Double, location: SourceLocation = #_sourceLocation
    ) {
        let value = ours as? Double
        #expect(
            value.map { abs($0 - theirs) <= tolerance } == true, "\(value as Any), \(theirs)", sourceLocation: location)
    }
}
