import Foundation
import TestSupport
import Testing

/// Several readings of one image brought together, from the command line.
@Suite("Consensus", .serialized)
struct ConsensusCommandTests {
    /// Three readings of the phantom's lungs: the baseline's, the exact ones, and those with every third voxel of the first
    /// left out.
    private struct Three {
        let home: TemporaryFolder
        let paths: [String]
        let image: String

        init() throws {
            home = try TemporaryFolder()
            let sample = try SampleCases.dicom()
            image = sample.appendingPathComponent("CT").path
            let (guess, thin) = (home.file("guess"), home.file("thin"))
            let made = try pleura("predict", image, "-o", guess.path, home: home)
            guard made.status == 0 else { throw Unexpected("\(made)") }
            try FileManager.default.createDirectory(at: thin, withIntermediateDirectories: true)
            for name in Masks.names {
                let file = guess.appendingPathComponent("\(name).nii.gz")
                var mask = PlainMask(try PlainNifti(file))
                for index in mask.values.indices where index.isMultiple(of: 3) { mask.values[index] = false }
                try PlainNifti.write(mask, like: file, to: thin.appendingPathComponent("\(name).nii.gz"))
            }
            paths = [guess.path, sample.appendingPathComponent("RTSTRUCT.dcm").path, thin.path]
        }
    }

    @Test("a majority is what two of three have, in every form, and the matrix is what metrics says of each pair")
    func majority() throws {
        let three = try Three()
        let home = three.home
        let out = home.file("out")
        let call = ["consensus"] + three.paths + ["--ct", three.image, "--method", "majority", "--json", "-o"]
        let document = try pleuraJSON(call + [out.path], home: home)
        #expect(document["readers"] as? [String] == three.paths)
        let structures = try #require(document["structures"] as? [[String: Any]])
        #expect(structures.compactMap { $0["name"] as? String } == Masks.names)
        // The other structures of the set were read by one reader.
        #expect(NotesTests.warnings(in: document).contains { $0.contains("Heart") && $0.contains("alone") })

        let exact = home.file("exact")
        try FileManager.default.createDirectory(at: exact, withIntermediateDirectories: true)
        let masks = try Masks.read(out)
        let (guess, thin) = (
            try Masks.read(URL(fileURLWithPath: three.paths[0])), try Masks.read(URL(fileURLWithPath: three.paths[2]))
        )
        for (index, name) in Masks.names.enumerated() {
            let (voted, first, third) = (
                PlainMask(try #require(masks[name])), PlainMask(try #require(guess[name])),
                PlainMask(try #require(thin[name]))
            )
            // What the first and the third have, both have; what neither has, nobody has who is more than one.
            var open = 0
            for index in voted.values.indices {
                if third.values[index] { #expect(voted.values[index]) }
                if !first.values[index], voted.values[index] { open += 1 }
            }
            #expect(open == 0)
            let matrix = try #require(structures[index]["surface_dice"] as? [[Double]])
            let paths = try #require(structures[index]["added_path_length_mm"] as? [[Double]])
            for (row, column) in [(0, 1), (2, 0)] {
                let metrics = try pleuraJSON(
                    "metrics", three.paths[row], three.paths[column], "--ct", three.image, "--structure", name,
                    "--tolerance", "2", "0", "--json", home: home)
                let all = (metrics["structures"] as? [[String: Any]])?.first?["tolerances"] as? [[String: Any]]
                // NIfTI rounds the spacing that metrics goes by to 32 bits.
                let path = all?[1]["added_path_length_mm"] as? Double ?? -1
                #expect(abs(matrix[row][column] - (all?[0]["surface_dice"] as? Double ?? -1)) < 1e-7)
                #expect(abs(paths[row][column] - path) < 1e-6 * path)
                #expect(matrix[row][column] == matrix[column][row] && matrix[row][column] < 1)
            }
            #expect(matrix[1][1] == 1 && paths[1][1] == 0)
        }
        for (format, file) in [("rtstruct", "consensus.dcm"), ("seg", "consensus.dcm")] {
            let folder = home.file(format)
            let written = try pleuraJSON(call + [folder.path, "--format", format], home: home)
            #expect(written["files"] as? [String] == [folder.appendingPathComponent(file).path])
            let same = try pleuraJSON(
                "metrics", out.path, folder.appendingPathComponent(file).path, "--ct", three.image, "--json", home: home
            )
            let scores = try #require(same["structures"] as? [[String: Any]])
            #expect(scores.count == 2 && scores.allSatisfy { $0["volumetric_dice"] as? Double == 1 }, "\(scores)")
        }
    }

    @Test("STAPLE trusts the readers who agree")
    func staple() throws {
        let three = try Three()
        let document = try pleuraJSON(
            ["consensus"] + three.paths + ["--ct", three.image, "--json", "-o", three.home.file("out").path],
            home: three.home)
        let structures = try #require(document["structures"] as? [[String: Any]])
        #expect(document["method"] as? String == "staple")
        for structure in structures {
            let readers = try #require(structure["readers"] as? [[String: Any]])
            let sensitivities = readers.compactMap { $0["sensitivity"] as? Double }
            #expect(sensitivities.count == 3 && abs(sensitivities[2] - 2.0 / 3) < 0.05, "\(sensitivities)")
            #expect(sensitivities[0] > 0.9 && sensitivities[1] > 0.9)
            #expect(structure["converged"] as? Bool == true)
        }
        let told = try pleura(["consensus"] + three.paths + ["--ct", three.image], home: three.home)
        #expect(told.status == 0 && told.output.contains("sensitivity") && told.output.contains("added path length"))
    }

    @Test("the readings of a case are those of the people who filed them")
    func people() async throws {
        let home = try TemporaryFolder()
        let path = try SampleCases.nifti().path
        let first = try ReviewRun([path], home: home, reviewer: "dr-one")
        try await first.seeOpen()
        try await first.paint(slice: 13)
        try await first.accept()
        try await first.see("filed as corrected, revision 1")
        try await first.quit()
        let id = try #require(try corrections(home: home).first?["case"] as? String)
        let alone = try pleura("consensus", id, home: home)
        #expect(alone.status == 2 && alone.errors.contains("one reading only, dr-one"), "\(alone)")
        let second = try ReviewRun(["--blinded", path], home: home, reviewer: "dr-two")
        try await second.seeOpen()
        try await second.accept()
        try await second.see("filed as accepted")
        try await second.quit()
        let document = try pleuraJSON("consensus", id, "--method", "majority", "--json", home: home)
        #expect(document["readers"] as? [String] == ["dr-one", "dr-two"])
        let lung = try #require((document["structures"] as? [[String: Any]])?.first)
        #expect(lung["name"] as? String == "Lung_L" && (lung["tied_voxels"] as? Int ?? 0) > 0)
        #expect(NotesTests.warnings(in: document).contains { $0.contains("half of the readers") })
        #expect(document["files"] as? [String] == [])
        // By its image as well, of which dvh measures the correction too.
        let image = path + "/ct.nii.gz"
        #expect(
            try pleuraJSON("consensus", image, "--json", home: home)["readers"] as? [String] == ["dr-one", "dr-two"])
        let dose = home.file("dose.dcm")
        try RTDoseBytes.file().write(to: dose)
        let doses = try pleuraJSON("dvh", image, "--dose", dose.path, "--json", home: home)
        let rows = doses["structures"] as? [[String: Any]]
        #expect(rows?.count == 2 && rows?.allSatisfy { $0["proposed_points"] != nil } == true, "\(doses)")
    }
}
