import Foundation
import TestSupport
import Testing

/// The commands without a terminal: what they write, and what they say to wrong input.
@Suite("Command line", .serialized)
struct CommandLineTests {
    @Test("without a terminal the review says so in one sentence")
    func noTerminal() throws {
        let home = try TemporaryFolder()
        let result = try pleura("review", SampleCases.nifti().path, home: home)
        #expect(result.status == 1)
        #expect(result.output.isEmpty)
        let lines = result.errors.split(separator: "\n")
        #expect(lines.count == 1, "\(result.errors)")
        #expect(result.errors.contains("standard input is not a terminal"))
        #expect(result.errors.contains("pleura render"))
        #expect(result.errors.components(separatedBy: ". ").count == 1, "\(result.errors)")
    }

    /// Wrong inputs: `CASE`, `TMP`, `DAMAGED`, `GARBAGE` and `EMPTY` stand for paths.
    static let wrong: [[String]] = [
        ["review", "TMP/nowhere"], ["import", "TMP/nowhere"], ["predict", "TMP/nowhere", "-o", "TMP/out"],
        ["render", "TMP/nowhere", "-o", "TMP/out.svg"], ["metrics", "TMP/nowhere", "CASE/Lung_L.nii.gz"],
        ["review", "CASE", "--reference", "TMP/nowhere"], ["review", "CASE", "--prediction", "TMP/nowhere"],
        ["review", "CASE", "--model", "lungs-unet2d@99"], ["predict", "CASE", "--model", "none", "-o", "TMP/out"],
        ["predict", "CASE", "--model", "TMP/none.safetensors", "-o", "TMP/out"],
        ["predict", "CASE", "--model", "GARBAGE", "-o", "TMP/out"], ["predict", "CASE", "--mc", "-1", "-o", "TMP/out"],
        ["predict", "CASE", "--device", "tpu", "-o", "TMP/out"], ["evaluate", "EMPTY"],
        ["predict", "CASE", "--model", "baseline-threshold", "--probabilities", "TMP/out.nii", "-o", "TMP/out"],
        ["review", "CASE", "--theme", "mauve"], ["render", "CASE", "--theme", "mauve", "-o", "TMP/out.svg"],
        ["review", "CASE", "--colour", "7"], ["review", "CASE", "--cells", "round"],
        ["review", "CASE", "--commands", "TMP/nowhere"], ["review", "CASE", "--commands", "GARBAGE"],
        ["review", "CASE", "--then-quit"], ["review", "CASE", "--context", "TMP/nowhere"],
        ["review", "CASE", "--blinded", "--context", "CASE"], ["review", "--commands", "/dev/null"],
        ["review", "CASE", "--commands", "EMPTY"],
        ["review", "sha256:0000"], ["export", "sha256:0000", "--format", "nifti", "-o", "TMP/out"],
        ["export", "sha256:0000", "--format", "png", "-o", "TMP/out"],
        ["import", "DAMAGED"], ["import", "GARBAGE"], ["import", "EMPTY"],
        ["predict", "DAMAGED", "-o", "TMP/out"], ["predict", "GARBAGE", "-o", "TMP/out"],
        ["predict", "EMPTY", "-o", "TMP/out"], ["render", "EMPTY", "-o", "TMP/out.svg"],
        ["render", "CASE", "--slice", "25", "-o", "TMP/out.svg"],
        ["render", "CASE", "--slices", "20-25", "-o", "TMP/out.svg"],
        ["render", "CASE", "--slices", "1-24", "--size", "60x20", "-o", "TMP/out.svg"],
        ["render", "CASE", "--slices", "3", "--slice", "3", "-o", "TMP/out.svg"],
        ["render", "CASE", "--crop", "-3", "-o", "TMP/out.svg"],
        ["render", "CASE", "--size", "10x10", "-o", "TMP/out"],
        ["metrics", "DAMAGED", "CASE/Lung_L.nii.gz"],
        ["report", "sha256:0000", "-o", "TMP/out"], ["report", "CASE"],
        ["report", "CASE", "-o", "TMP/out", "--points", "D95"],
        ["quality", "--by", "site"], ["quality", "check", "--baseline", "3"], ["quality", "simulate", "--rows", "0"],
        ["quality", "simulate", "--rows", "1", "--into", "EMPTY"],
        ["consensus", "CASE/Lung_L.nii.gz"], ["consensus", "CASE/Lung_L.nii.gz", "TMP/nowhere"],
        ["consensus", "CASE/Lung_L.nii.gz", "CASE/Lung_R.nii.gz", "--method", "best"],
        ["consensus", "CASE/Lung_L.nii.gz", "CASE/Lung_R.nii.gz", "--format", "seg", "-o", "TMP/out"],
        ["dvh", "CASE/Lung_L.nii.gz", "--dose", "TMP/nowhere"], ["dvh", "CASE/Lung_L.nii.gz", "--dose", "GARBAGE"],
        ["dvh", "CASE/Lung_L.nii.gz", "--dose", "DAMAGED", "--points", "X5"],
        ["dvh", "TMP/nowhere", "--dose", "DAMAGED"],
        [
            "metrics", "CASE/Lung_L.nii.gz", "CASE/Lung_L.nii.gz",
            "--tolerance", "nan",
        ], ["phantom", "TMP/out", "--site", "siteZ"], ["phantom", "TMP/out", "--patients", "0"],
        ["predict", "CASE", "-o", "TMP/out.dcm"], ["dance"], ["review", "--loudly"],
        [
            "queue", "list", "--after", "x",
        ],
    ]

    @Test("wrong input ends with 2, words on standard error and nothing on standard output", arguments: wrong)
    func wrongInput(_ words: [String]) throws {
        let home = try TemporaryFolder()
        let sample = try SampleCases.nifti()
        let damaged = home.file("damaged.nii.gz")
        try Data(contentsOf: sample.appendingPathComponent("ct.nii.gz")).prefix(20_000).write(to: damaged)
        let garbage = home.file("garbage.nii")
        try Data((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 37) }).write(to: garbage)
        let empty = home.file("empty")
        try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
        let arguments = words.map { word in
            word.replacing("CASE", with: sample.path).replacing("TMP", with: home.url.path)
                .replacing("DAMAGED", with: damaged.path).replacing("GARBAGE", with: garbage.path)
                .replacing("EMPTY", with: empty.path)
        }
        let result = try runProgram(pleuraBinary(), arguments, environment: cleanEnvironment(home: home.url))
        #expect(result.status == 2, "\(result)")
        #expect(result.output.isEmpty, "\(result)")
        #expect(!result.errors.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty)
        #expect(result.errors.utf8.count < 2000, "\(result)")
        for left in ["out", "out.svg", "out.dcm"] {
            #expect(!FileManager.default.fileExists(atPath: home.file(left).path), "\(left) was written")
        }
    }

    @Test("import says which of several paths it could not take")
    func partialImport() throws {
        let home = try TemporaryFolder()
        let damaged = home.file("damaged.nii.gz")
        let sample = try SampleCases.nifti()
        try Data(contentsOf: sample.appendingPathComponent("ct.nii.gz")).prefix(20_000).write(to: damaged)
        let report = try pleuraJSON("import", sample.path, damaged.path, "--json", home: home)
        #expect((report["cases"] as? [Any])?.count == 1)
        let skipped = try #require(report["skipped"] as? [[String: Any]])
        #expect(skipped.map { $0["path"] as? String } == [damaged.path])
        #expect((skipped.first?["reason"] as? String)?.isEmpty == false)
    }

    @Test("render writes the screen in the size asked for, and nothing else")
    func render() throws {
        let home = try TemporaryFolder()
        let path = try SampleCases.nifti().path
        let (svg, ansi) = (home.file("a.svg"), home.file("a.ansi"))
        let drawn = try pleura("render", path, "--slice", "12", "--size", "100x30", "-o", svg.path, home: home)
        #expect(drawn.status == 0 && drawn.output.isEmpty, "\(drawn)")
        let picture = try String(contentsOf: svg, encoding: .utf8)
        #expect(picture.contains("<svg") && picture.hasSuffix("</svg>\n"))
        #expect(picture.contains("axial 12/24") || picture.contains("axial&#160;12/24"))

        let written = try pleura(
            "render", path, "--slice", "12", "--size", "100x30", "--format", "ansi", "-o", ansi.path, home: home)
        #expect(written.status == 0 && written.output.isEmpty, "\(written)")
        let text = try String(contentsOf: ansi, encoding: .utf8)
        let rows = text.replacing(/\u{1b}\[[0-9;]*m/, with: "").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(rows.count == 31 && rows.last == "")
        #expect(rows.dropLast().allSatisfy { $0.unicodeScalars.count == 100 })
        #expect(rows[1].contains("axial 12/24"))
        #expect(rows.contains { $0.contains("sDice Lung_L 1.000") })
        let sheet = try pleura(
            "render", path, "--slices", "8-16/4", "--crop", "20", "--plane", "axial", "--size", "120x40", "--format",
            "ansi", "-o", ansi.path, home: home)
        #expect(sheet.status == 0 && sheet.output.isEmpty, "\(sheet)")
        let slices = try String(contentsOf: ansi, encoding: .utf8).replacing(/\u{1b}\[[0-9;]*m/, with: "")
        #expect(slices.matches(of: /([0-9]+)  z −?[0-9.]+ mm/).map { $0.1 } == ["8", "12", "16"])
        let context = try pleura(
            "render", path, "--context", "\(path)/Heart.nii.gz", "--size", "120x36", "--format", "ansi", "-o",
            ansi.path, home: home)
        #expect(context.status == 0, "\(context)")
        let shown = try String(contentsOf: ansi, encoding: .utf8).replacing(/\u{1b}\[[0-9;]*m/, with: "")
        #expect(shown.contains(/Heart +context/))
        // Neither the data folder nor anything else was made.
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.url.path).sorted() == ["a.ansi", "a.svg"])
    }

    @Test("render draws as the settings say, in windows of one's own, too")
    func renderSettings() throws {
        let home = try TemporaryFolder()
        let path = try SampleCases.nifti().path
        let folder = home.file("config/pleura")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func drawn(_ settings: String, _ words: String...) throws -> String {
            try Data("\(settings)[windows]\nseeing = [700, -150]\n".utf8)
                .write(to: folder.appendingPathComponent("config.toml"))
            let file = home.file("a.ansi")
            let arguments = ["render", path, "--size", "100x30", "--format", "ansi", "-o", file.path] + words
            let result = try pleura(arguments, home: home)
            #expect(result.status == 0, "\(result)")
            return try String(contentsOf: file, encoding: .utf8)
        }
        let plain = try drawn("", "--window", "seeing")
        #expect(plain.replacing(/\u{1b}\[[0-9;]*m/, with: "").contains("seeing  W 700 L −150"))
        #expect(try drawn("opacity_percent = 90\n", "--window", "seeing") != plain)
        #expect(try drawn("outline_width = 3\n", "--window", "seeing") != plain)
        let unknown = try pleura("render", path, "--window", "mauve", "-o", home.file("b.svg").path, home: home)
        #expect(unknown.status == 2 && unknown.errors.contains("mauve is not a window; there are "), "\(unknown)")
    }

    @Test("a seed makes the same phantom again, byte for byte", arguments: ["nifti", "dicom"])
    func determinism(format: String) throws {
        let first = try format == "nifti" ? SampleCases.nifti() : SampleCases.dicom()
        let second = try SampleCases.make(format, below: "again-\(format)")
        let names = try FileManager.default.subpathsOfDirectory(atPath: first.path).sorted()
        #expect(try FileManager.default.subpathsOfDirectory(atPath: second.path).sorted() == names)
        #expect(names.count == (format == "nifti" ? 8 : 27))
        for name in names where name != "CT" {
            let pair = try [first, second].map { try Data(contentsOf: $0.appendingPathComponent(name)) }
            #expect(pair[0] == pair[1], "\(name)")
        }
    }

    @Test("a prediction is the same in every form")
    func predictions() throws {
        let home = try TemporaryFolder()
        let source = try SampleCases.dicom().appendingPathComponent("CT").path
        let (folder, map, set) = (home.file("masks"), home.file("map.nii.gz"), home.file("set.dcm"))
        for target in [folder, map, set] {
            let result = try pleura("predict", source, "-o", target.path, home: home)
            #expect(result.status == 0 && result.output.isEmpty, "\(result)")
        }
        let masks = try Masks.read(folder)
        let labels = try PlainNifti(map)
        let legend = try JSONDecoder().decode([String: String].self, from: Data(contentsOf: home.file("map.json")))
        #expect(legend == ["1": "Lung_L", "2": "Lung_R"])
        for (label, name) in legend {
            let mask = try #require(masks[name])
            #expect(mask.values.contains(1))
            #expect(labels.values.map { $0 == Int(label) ? 1 : 0 } == mask.values)
        }
        for other in [map, set] {
            let report = try pleuraJSON("metrics", folder.path, other.path, "--json", home: home)
            let structures = try #require(report["structures"] as? [[String: Any]])
            #expect(structures.map { $0["name"] as? String } == ["Lung_L", "Lung_R"])
            #expect(structures.map { $0["volumetric_dice"] as? Double } == [1, 1], "\(other.lastPathComponent)")
        }
        // Near the truth, too: the exact masks lie beside the NIfTI twin of the patient.
        let truth = try SampleCases.nifti()
        for name in Masks.names {
            let file = truth.appendingPathComponent("\(name).nii.gz").path
            let report = try pleuraJSON(
                "metrics", file, folder.appendingPathComponent("\(name).nii.gz").path, "--json", home: home)
            let dice = (report["structures"] as? [[String: Any]])?.first?["volumetric_dice"] as? Double
            #expect((dice ?? 0) > 0.8, "\(name): \(String(describing: dice))")
        }
        #expect(!FileManager.default.fileExists(atPath: home.file("pleura").path))
    }
}
