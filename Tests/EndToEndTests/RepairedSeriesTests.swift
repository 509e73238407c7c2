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
        // A folder of masks that another program made of the scanned slices alone.
        let scanned = home.file("scanned")
        try files.createDirectory(at: scanned, withIntermediateDirectories: false)
        for name in ["Lung_L", "Lung_R"] {
            try Self.leaveOutSlice(
                32, of: URL(fileURLWithPath: masks).appendingPathComponent("\(name).nii.gz"),
                to: scanned.appendingPathComponent("\(name).nii.gz"))
        }
        let laid = try pleuraJSON(
            ["metrics", masks, scanned.path, "--ct", ct.path, "--repair", "gaps", "--json"], home: home)
        let lungs = try #require(laid["structures"] as? [[String: Any]])
        #expect(lungs.count == 2)
        for lung in lungs { #expect(try #require(lung["volumetric_dice"] as? Double) > 0.99, "\(laid)") }
        let warnings = try #require(laid["warnings"] as? [String])
        #expect(warnings.contains { $0.contains("the mask has the slices that were scanned") }, "\(warnings)")
        let list = try String(contentsOfFile: dataset + "/dataset.json", encoding: .utf8)
        #expect(list.contains("\"repairs\"") && list.contains("\"gaps\""))
        let checked = try pleura("dataset", "check", dataset, home: home)
        #expect(!checked.errors.contains("missing"), "\(checked)")
    }

    /// Writes a NIfTI-1 mask of bytes without one of its slices.
    private static func leaveOutSlice(_ z: Int, of original: URL, to target: URL) throws {
        let folder = try TemporaryFolder()
        let plain = folder.file("plain.nii")
        let shell = URL(fileURLWithPath: "/bin/sh")
        var result = try runProgram(shell, ["-c", "gzip -dc <\"$0\" >\"$1\"", original.path, plain.path])
        try #require(result.status == 0, "\(result.errors)")
        var bytes = [UInt8](try Data(contentsOf: plain))
        let size = [42, 44, 46].map { Int(bytes[$0]) + Int(bytes[$0 + 1]) << 8 }
        try #require(bytes.count == 352 + size.reduce(1, *))
        let plane = size[0] * size[1]
        bytes.removeSubrange(352 + z * plane..<352 + (z + 1) * plane)
        bytes[46] = UInt8(size[2] - 1)
        try Data(bytes).write(to: plain)
        result = try runProgram(shell, ["-c", "gzip -c <\"$0\" >\"$1\"", plain.path, target.path])
        try #require(result.status == 0, "\(result.errors)")
    }
}
