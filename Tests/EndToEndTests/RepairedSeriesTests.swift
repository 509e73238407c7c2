import Foundation
import TestSupport
import Testing

/// What the program recommends, `--repair gaps`, is taken by every command that recommends it.
@Suite("Repaired series")
struct RepairedSeriesTests {
    @Test("a CT that lacks a slice is refused with a remedy that works: predict, metrics, dataset build")
    func missingSlice() throws {
        let home = try TemporaryFolder()
        let made = try pleura(
            "phantom", home.file("patients").path, "--matrix", "64", "--slices", "64", "--seed", "11", "--format",
            "dicom", home: home)
        try #require(made.status == 0, "\(made)")
        let patient = home.file("patients/phantom-01")
        let files = FileManager.default
        let ct = patient.appendingPathComponent("CT")
        let set = patient.appendingPathComponent("RTSTRUCT.dcm").path
        let names = try files.contentsOfDirectory(atPath: ct.path).sorted()
        try #require(names.count == 64)
        try files.removeItem(at: ct.appendingPathComponent(names[32]))
        let masks = home.file("masks").path
        let dataset = home.file("dataset").path
        let commands = [
            ["predict", ct.path, "--model", "baseline-threshold", "-o", masks],
            ["metrics", set, set, "--ct", ct.path, "--json"],
            ["dataset", "build", patient.path, "--structures", "Lung_L,Lung_R", "-o", dataset],
        ]
        for command in commands {
            let refused = try pleura(command, home: home)
            #expect(refused.status != 0 && refused.errors.contains("missing"), "\(command) \(refused)")
            let repaired = try pleura(command + ["--repair", "gaps"], home: home)
            #expect(repaired.status == 0, "\(command) \(repaired)")
        }
        // The structure set was drawn on all slices; its contours of the missing one count there.
        let metrics = ["metrics", set, masks, "--repair", "gaps", "--json"]
        let report = try pleuraJSON(metrics + ["--ct", ct.path], home: home)
        let structures = try #require(report["structures"] as? [[String: Any]])
        let lung = try #require(structures.first { $0["name"] as? String == "Lung_R" })
        #expect(try #require(lung["volumetric_dice"] as? Double) > 0.9, "\(report)")
        let unnamed = try pleura(metrics, home: home)
        #expect(unnamed.status == 2 && unnamed.errors.contains("--ct"), "\(unnamed)")
        let list = try String(contentsOfFile: dataset + "/dataset.json", encoding: .utf8)
        #expect(list.contains("\"repairs\"") && list.contains("\"gaps\""))
        let checked = try pleura("dataset", "check", dataset, home: home)
        #expect(!checked.errors.contains("missing"), "\(checked)")
    }
}
