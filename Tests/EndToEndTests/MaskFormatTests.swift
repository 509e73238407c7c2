import Foundation
import TestSupport
import Testing

/// Masks in every format the program writes, compared with one another by the program.
@Suite("Mask formats", .serialized)
struct MaskFormatTests {
    private func dice(_ report: [String: Any], _ structure: String) throws -> Double? {
        let structures = try #require(report["structures"] as? [[String: Any]])
        let found = structures.first { $0["name"] as? String == structure }
        return found?["volumetric_dice"] as? Double
    }

    @Test("a prediction in five formats is one and the same")
    func everyPair() throws {
        let home = try TemporaryFolder()
        let ct = try SampleCases.dicom().appendingPathComponent("CT").path
        // In a folder of a folder of the test's own: a CT is looked for in those beside it, too, and the temporary folder
        // holds those of other tests.
        let folder = home.file("masks")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let files = ["rs.dcm", "seg.dcm", "map.nii.gz", "map.nrrd", "map.seg.nrrd"].map {
            folder.appendingPathComponent($0)
        }
        for file in files {
            let isSegmentation = file.lastPathComponent == "seg.dcm"
            let result = try pleura(
                ["predict", ct, "-o", file.path] + (isSegmentation ? ["--seg"] : []), home: home)
            #expect(result.status == 0, "\(result)")
        }
        for left in files {
            for right in files {
                let report = try pleuraJSON("metrics", left.path, right.path, "--ct", ct, "--json", home: home)
                for structure in ["Lung_L", "Lung_R"] {
                    #expect(try dice(report, structure) == 1, "\(left) \(right) \(structure)")
                }
            }
        }
        // Without the CT, the grid of a label map or of the segmentation serves.
        for other in ["seg.dcm", "map.nii.gz", "map.seg.nrrd"] {
            let report = try pleuraJSON(
                "metrics", files[1].path, folder.appendingPathComponent(other).path, "--json", home: home)
            #expect(try dice(report, "Lung_L") == 1)
        }
        let refused = try pleura(
            "metrics", files[0].path, files[0].path, "--json", home: home)
        #expect(refused.status == 2 && refused.errors.contains("--ct"), "\(refused)")
        let wrong = try pleura("predict", ct, "--seg", "-o", home.file("a.nii.gz").path, home: home)
        #expect(wrong.status == 2)
    }

    @Test("an accepted case goes out in every format, and all are the same")
    func export() async throws {
        let home = try TemporaryFolder()
        let ct = try SampleCases.dicom().appendingPathComponent("CT").path
        let report = try pleuraJSON("import", ct, "--json", home: home)
        let id = try #require((report["cases"] as? [[String: Any]])?.first?["id"] as? String)
        let unfiled = try pleura("export", id, "--format", "seg", "-o", home.file("a.dcm").path, home: home)
        #expect(unfiled.status == 2 && unfiled.errors.contains("no filed review"))
        let review = try ReviewRun([id], home: home, reviewer: "dr-export")
        try await review.seeOpen()
        try await review.accept()
        try await review.see("filed as accepted, revision 1")
        try await review.quit()

        // A report, and the segmentation that it refers to, are the same whenever they are written.
        let sr = home.file("report.dcm")
        func exported() throws -> [Data] {
            let done = try pleura("export", id, "--format", "sr", "-o", sr.path, home: home)
            #expect(done.status == 0)
            #expect(done.errors.contains("written to \(sr.path) and \(home.file("report.seg.dcm").path)\n"))
            return [try Data(contentsOf: sr), try Data(contentsOf: home.file("report.seg.dcm"))]
        }
        #expect(try exported() == exported())
        struct Told: Decodable {
            struct Group: Decodable {
                struct Measurement: Decodable {
                    let name: String
                    let value: Double
                }

                let name: String
                let measurements: [Measurement]
            }

            let groups: [Group]
            let evaluations: [String: String]
        }
        let told = try PythonOracle("sr_oracle.py").run(
            [sr.path, home.file("report.seg.dcm").path], as: Told.self)
        #expect(told.groups.map(\.name) == ["Lung_L", "Lung_R"])
        #expect(told.evaluations["Verdict of the review"] == "Accepted as proposed")
        let first = Dictionary(
            (told.groups.first?.measurements ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        #expect(first["Surface Dice against the proposal"] == 1 && first["Volume"].map { $0 > 0 } == true)
        #expect(first["Attenuation Coefficient, Mean"].map { $0 < -500 } == true)

        let map = home.file("map.nii.gz").path
        #expect(try pleura("export", id, "--format", "nifti", "-o", map, home: home).status == 0)
        for (format, name) in [
            ("rtstruct", "rs.dcm"), ("seg", "seg.dcm"), ("nrrd", "map.nrrd"), ("seg.nrrd", "map.seg.nrrd"),
        ] {
            let file = home.file(name).path
            let result = try pleura("export", id, "--format", format, "-o", file, home: home)
            #expect(result.status == 0, "\(result)")
            let compared = try pleuraJSON("metrics", map, file, "--json", home: home)
            #expect(try dice(compared, "Lung_L") == 1 && dice(compared, "Lung_R") == 1, "\(format)")
        }
        let approved = home.file("approved.dcm")
        #expect(
            try pleura(
                "export", id, "--format", "rtstruct", "--approve", "--simplify", "0.5", "-o", approved.path, home: home
            ).status == 0)
        let text = String(decoding: try Data(contentsOf: approved), as: UTF8.self)
        #expect(text.contains("dr-export") && text.contains("simplified within 0.5 mm"))
        #expect(text.contains("baseline-threshold") && !text.contains("UNAPPROVED"))
        let compared = try pleuraJSON("metrics", map, approved.path, "--json", home: home)
        #expect(try #require(try dice(compared, "Lung_L")) > 0.99)
        let wrong = try pleura("export", id, "--format", "seg", "--approve", "-o", approved.path, home: home)
        #expect(wrong.status == 2)
    }

    @Test("the CT beside an RTSTRUCT gives the grid")
    func ctBeside() throws {
        let home = try TemporaryFolder()
        let sample = try SampleCases.dicom()
        let set = sample.appendingPathComponent("RTSTRUCT.dcm").path
        let report = try pleuraJSON("metrics", set, set, "--json", home: home)
        #expect(try dice(report, "Lung_L") == 1)
        // The exact masks of the same phantom, as NIfTI: the same voxels on a grid of float32.
        let nifti = try SampleCases.nifti().path
        let mixed = try pleuraJSON("metrics", set, nifti, "--json", home: home)
        #expect(try dice(mixed, "Lung_L") == 1)
        let other = try pleuraJSON("metrics", nifti, set, "--ct", sample.path, "--json", home: home)
        #expect(try dice(other, "Lung_R") == 1)
        // A folder beside it is looked into, as TCIA lays series out, but not what lies below that.
        let study = home.file("study")
        let (deep, files) = (study.appendingPathComponent("other/CT"), FileManager.default)
        try files.createDirectory(at: study.appendingPathComponent("RT"), withIntermediateDirectories: true)
        try files.createDirectory(at: deep.deletingLastPathComponent(), withIntermediateDirectories: true)
        try files.copyItem(at: sample.appendingPathComponent("CT"), to: deep)
        let copy = study.appendingPathComponent("RT/1.dcm")
        try files.copyItem(atPath: set, toPath: copy.path)
        let refused = try pleura("metrics", copy.path, copy.path, "--json", home: home)
        #expect(refused.status == 2 && refused.errors.contains("--ct"), "\(refused)")
        try files.moveItem(at: deep, to: study.appendingPathComponent("CT"))
        #expect(try dice(try pleuraJSON("metrics", copy.path, copy.path, "--json", home: home), "Lung_L") == 1)
    }
}
