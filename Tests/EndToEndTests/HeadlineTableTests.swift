import Foundation
import TestSupport
import Testing

/// The table of `make headline-real`, from the folds' numbers.
@Suite("The headline's table")
struct HeadlineTableTests {
    private struct Row {
        let patient: String
        let lung: String
        let score: Double
    }

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ name: String, _ rows: [Row]) throws {
        let head = "patient,site,pathologies,structure,surface_dice_2mm,dice,hd95_mm,average_distance_mm\n"
        let lines = rows.map { "\($0.patient),real,,\($0.lung),\($0.score),0.9,1.5,0.1\n" }
        try (head + lines.joined()).write(to: folder.file(name), atomically: true, encoding: .utf8)
    }

    private func table() throws -> ProgramResult {
        let script = repositoryRoot().appendingPathComponent("tools/headline_real.py").path
        return try runProgram(
            URL(fileURLWithPath: "/usr/bin/env"), ["python3", script, folder.url.path, "r", folder.url.path])
    }

    /// The lungs of patients, left before right, with their scores.
    private func rows(_ patients: [String], _ scores: [Double]) -> [Row] {
        scores.enumerated().map { index, score in
            Row(patient: patients[index / 2], lung: index % 2 == 0 ? "Lung_L" : "Lung_R", score: score)
        }
    }

    @Test("median, mean, worst and what is behind the baseline") func figures() throws {
        try write("r-fold-1.csv", rows(["a"], [0.99, 0.97]))
        try write("r-fold-2.csv", rows(["b"], [0.95, 0.98]))
        // An evaluation that was cut off is none.
        try write("r-fold-3.part.csv", rows(["c"], [0.1, 0.1]))
        try write("baseline.csv", rows(["a", "b", "c"], [0.98, 0.98, 0.98, 0.98, 0.5, 0.5]))
        let result = try table()
        #expect(result.status == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines[0].hasPrefix("`r`, 2 of 5 folds by patient"))
        #expect(lines.contains("| r | 0.9750 | 0.9650 to 0.9800 | 0.9725 | 0.9500 (b, Lung_L) | 4 |"), "\(lines)")
        #expect(lines.contains { $0.hasPrefix("| baseline-threshold | 0.9800 | 0.9800 to 0.9800 | 0.9800 | 0.9800") })
        #expect(lines.contains("| a | 0.9900 | 1.5 | 0.9800 | 0.9700 | 1.5 | 0.9800 |  |"))
        #expect(
            lines.last
                == "Against baseline-threshold, lung by lung: median -0.0050, worst -0.0300, more than 0.005 behind in 2 of 4."
        )
        #expect(!result.output.contains("| c |"))
    }

    @Test("what is no lung has a table of its own, each at its tolerance") func organs() throws {
        try write("baseline.csv", rows(["a", "b"], [0.98, 0.98, 0.98, 0.98]))
        let head =
            "patient,site,pathologies,structure,surface_dice_2mm,dice,hd95_mm,average_distance_mm,"
            + "surface_dice,tolerance_mm\n"
        for (fold, patient, score) in [(1, "a", 0.75), (2, "b", 0.5)] {
            let lungs = ["Lung_L", "Lung_R", "Lungs"].map { "\(patient),real,,\($0),0.99,0.9,1.5,0.1,0.99,2.0\n" }
            let heart = "\(patient),real,,Heart,0.25,0.9,\(fold).5,0.1,\(score),3.0\n"
            let missing = "\(patient),real,,Aorta,,,,,,2.0\n"
            try (head + lungs.joined() + heart + missing).write(
                to: folder.file("r-fold-\(fold).csv"), atomically: true, encoding: .utf8)
        }
        let lines = try table().output.split(separator: "\n").map(String.init)
        #expect(lines.contains("| Heart | 3 | 0.625 | 0.625 | 0.500 (b) | 2.0 | 2 |"), "\(lines)")
        #expect(lines.suffix(4) == ["| patient | Heart |", "|---|---|", "| a | 0.750 |", "| b | 0.500 |"])
        #expect(!lines.contains { $0.contains("Aorta") })
    }

    @Test("what is left without ambiguous slices is told where it was measured") func ambiguity() throws {
        try write("baseline.csv", rows(["a", "b"], [0.98, 0.98, 0.98, 0.98]))
        let head =
            "patient,site,pathologies,structure,surface_dice_2mm,dice,hd95_mm,average_distance_mm,"
            + "surface_dice,tolerance_mm,surface_dice_unambiguous\n"
        for (fold, patient, score) in [(1, "a", "0.995"), (2, "b", "0.75")] {
            let lines = [("Lung_L", score), ("Lung_R", "0.99"), ("Heart", "0.1"), ("Lungs", "")].map {
                "\(patient),real,,\($0.0),0.99,0.9,1.5,0.1,0.99,2.0,\($0.1)\n"
            }
            try (head + lines.joined()).write(
                to: folder.file("r-fold-\(fold).csv"), atomically: true, encoding: .utf8)
        }
        let output = try table().output
        #expect(
            output.contains(
                "Without the slices that are marked as ambiguous, r: median 0.9900, worst 0.7500 (b, Lung_L).\n"))
        #expect(!output.contains("ambiguous, baseline"), "it was not measured so")
    }

    @Test("a patient whom two folds tested is refused, and so is a folder without folds") func refusals() throws {
        try write("baseline.csv", rows(["a"], [0.98, 0.98]))
        #expect(try table().status != 0)
        try write("r-fold-1.csv", rows(["a"], [0.99, 0.97]))
        try write("r-fold-2.csv", rows(["a"], [0.95, 0.98]))
        let twice = try table()
        #expect(twice.status != 0 && twice.errors.contains("another fold tested as well"), "\(twice)")
    }

    @Test("nodules are counted voxel by voxel, on the same grid only") func nodules() throws {
        try write("r-fold-1.csv", rows(["a"], [0.99, 0.97]))
        try write("baseline.csv", rows(["a"], [0.98, 0.98]))
        let masks = folder.file("masks/r/a")
        let drawn = folder.file("nodules")
        for made in [masks, drawn] {
            try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
        }
        try Self.writeMask([1, 1, 0, 0, 0, 0, 0, 0], to: masks.appendingPathComponent("Lung_L.nii.gz"))
        try Self.writeMask([0, 0, 1, 0, 0, 0, 0, 0], to: masks.appendingPathComponent("Lung_R.nii.gz"))
        try Self.writeMask([0, 1, 1, 1, 1, 0, 0, 0], to: drawn.appendingPathComponent("a.nii.gz"))
        let result = try table()
        #expect(result.output.contains("| 0.9700 | 1.5 | 0.9800 | 50.0 % |"), "\(result)")
        try Self.writeMask([0, 1, 1, 1, 1, 0, 0, 0], to: drawn.appendingPathComponent("a.nii.gz"), shift: 3)
        let moved = try table()
        #expect(moved.status != 0 && moved.errors.contains("is not on the grid of"), "\(moved)")
    }

    /// A NIfTI-1 file of 2 × 2 × 2 bytes.
    private static func writeMask(_ voxels: [UInt8], to url: URL, shift: Float = 0) throws {
        var bytes = [UInt8](repeating: 0, count: 352)
        func put<T: FixedWidthInteger>(_ value: T, _ offset: Int) {
            withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
        }
        put(Int32(348), 0)
        for (i, count) in [3, 2, 2, 2].enumerated() { put(Int16(count), 40 + 2 * i) }
        put(Int16(2), 70)
        put(Float(352).bitPattern, 108)
        put(Float(1).bitPattern, 280)
        put(shift.bitPattern, 292)
        bytes.replaceSubrange(344..<348, with: Array("n+1\0".utf8))
        let folder = try TemporaryFolder()
        let plain = folder.file("plain.nii")
        try Data(bytes + voxels).write(to: plain)
        let result = try runProgram(
            URL(fileURLWithPath: "/bin/sh"), ["-c", "gzip -c <\"$0\" >\"$1\"", plain.path, url.path])
        guard result.status == 0 else { throw Unexpected("gzip: \(result.errors)") }
    }
}
