import Foundation
import TestSupport
import Testing

/// What was assumed, repaired or left out is said by every command that reads the image or the masks: on standard error,
/// and as `warnings` in its JSON document. Nobody can defend himself against what a command keeps to itself.
@Suite("Notes on the input", .serialized)
struct NotesTests {
    /// A patient whose last two slices are damaged and whose structure set has a damaged contour in its last structure.
    struct Awkward {
        let home: TemporaryFolder
        let patient: URL
        var image: String { patient.appendingPathComponent("CT").path }
        var structures: String { patient.appendingPathComponent("RTSTRUCT.dcm").path }

        init() throws {
            home = try TemporaryFolder()
            let patients = home.file("patients")
            patient = patients.appendingPathComponent("phantom-01")
            try FileManager.default.createDirectory(at: patients, withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: SampleCases.dicom(), to: patient)
            for file in try Self.slices(of: patient).suffix(2) {
                var data = try Data(contentsOf: file)
                for index in 140..<740 { data[index] = UInt8(truncatingIfNeeded: index &* 37) }
                try data.write(to: file)
            }
            try Self.damageLastStructure(of: patient.appendingPathComponent("RTSTRUCT.dcm"))
        }

        static func slices(of patient: URL) throws -> [URL] {
            let folder = patient.appendingPathComponent("CT")
            return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
                .map(folder.appendingPathComponent)
        }

        /// Lets the last contour state three points (3006,0046), which are fewer than it has.
        static func damageLastStructure(of file: URL) throws {
            var data = try Data(contentsOf: file)
            // Implicit VR: the tag, four bytes of length, the value.
            let tag = Data([0x06, 0x30, 0x46, 0x00])
            let found = try #require(data.range(of: tag, options: .backwards))
            let length = Int(data[found.upperBound])
            let value = found.upperBound + 4
            let three = "3".padding(toLength: length, withPad: " ", startingAt: 0)
            data.replaceSubrange(value..<value + length, with: Data(three.utf8))
            try data.write(to: file)
        }
    }

    /// Which of the warnings a command has to give.
    enum Known: String {
        /// Two slices could not be read.
        case slices = "could not be read"
        /// A structure was left out.
        case structure = "left out"
    }

    /// Commands with the warnings that their input has. `CT`, `RS`, `MASKS` (a prediction of the CT), `PATIENTS`,
    /// `DATASET`, `DOSE` and `OUT` stand for paths.
    static let commands: [(words: [String], known: [Known])] = [
        (["import", "CT"], [.slices]),
        (["import", "PATIENTS"], [.slices, .structure]),
        (["import", "CT", "--predict"], [.slices]),
        (["predict", "CT", "-o", "OUT.nii.gz"], [.slices]),
        (["metrics", "MASKS", "RS", "--ct", "CT"], [.slices, .structure]),
        (["metrics", "RS", "MASKS"], [.structure]),
        (["metrics", "RS", "RS"], [.slices, .structure]),
        (["consensus", "RS", "MASKS", "--ct", "CT"], [.slices, .structure]),
        (["dvh", "RS", "--dose", "DOSE", "--ct", "CT"], [.slices, .structure]),
        (["dataset", "build", "PATIENTS", "-o", "OUT"], [.slices, .structure]),
        (["dataset", "check", "DATASET"], [.slices, .structure]),
        (["evaluate", "DATASET", "--split", "all", "--model", "baseline-threshold"], [.slices, .structure]),
        (["render", "CT", "-o", "OUT.svg"], [.slices]),
        (["render", "CT", "--prediction", "RS", "-o", "OUT.svg"], [.slices, .structure]),
        (["render", "CT", "--reference", "RS", "-o", "OUT.svg"], [.slices, .structure]),
    ]

    /// Commands that read neither an image nor masks, or whose warnings other tests look for: of `export`, `push` and
    /// `pull` here and in `ArchiveTests`, of `listen` in `ListenTests`, of `deliver` in `DeliverTests`, of `report` and the review below (`replay` shows its screens), of what trains in its
    /// log.
    static let others: Set = [
        "audit verify", "audit show", "dataset split", "deliver", "doctor", "export", "generate-docs", "help", "listen",
        "models list",
        "models show", "models promote", "models rollback", "models import", "models export", "phantom", "pull", "push",
        "queue list", "queue add", "queue run", "queue show", "queue cancel", "queue retry", "queue stats",
        "quality check",
        "quality show", "quality simulate", "rehearse", "replay", "report", "review", "roles give", "roles list",
        "rules check", "rules explain", "sessions list", "sessions restore", "structures", "tour",
        "train",
        "worker",
    ]

    @Test("every command is looked at here, or known to read nothing")
    func complete() throws {
        let home = try TemporaryFolder()
        let dump = try pleura("--experimental-dump-help", home: home)
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(dump.output.utf8)) as? [String: Any])
        func leaves(_ command: [String: Any], _ path: [String]) -> [String] {
            let children = (command["subcommands"] as? [[String: Any]] ?? []).filter {
                path.isEmpty || $0["commandName"] as? String != "help"
            }
            guard !children.isEmpty else { return [path.joined(separator: " ")] }
            return children.flatMap { leaves($0, path + [$0["commandName"] as? String ?? ""]) }
        }
        let all = Set(leaves(try #require(document["command"] as? [String: Any]), []))
        let named = all.filter { name in
            Self.commands.contains { ($0.words.joined(separator: " ") + " ").hasPrefix(name + " ") }
        }
        #expect(named.count > 4)
        let unknown = all.subtracting(named).subtracting(Self.others)
        #expect(unknown.isEmpty, "add them to the table, or to the others: \(unknown.sorted())")
    }

    @Test("every command says what its input lacks, to people and to programs", arguments: commands.indices)
    func said(_ index: Int) throws {
        let (words, known) = Self.commands[index]
        let input = try Awkward()
        let home = input.home
        let masks = home.file("masks")
        if words.contains("MASKS") {
            #expect(try pleura("predict", input.image, "-o", masks.path, home: home).status == 0)
        }
        let dataset = home.file("dataset")
        if words.contains("DATASET") {
            let built = try pleura(
                "dataset", "build", input.patient.deletingLastPathComponent().path, "-o", dataset.path, home: home)
            #expect(built.status == 0, "\(built)")
        }
        let dose = home.file("dose.dcm")
        if words.contains("DOSE") { try RTDoseBytes.file().write(to: dose) }
        let paths = [
            "DOSE": dose.path, "CT": input.image, "RS": input.structures, "MASKS": masks.path, "DATASET": dataset.path,
            "PATIENTS": input.patient.deletingLastPathComponent().path,
        ]
        let arguments = words.map { paths[$0] ?? $0.replacing("OUT", with: home.file("out").path) }
        let told = try pleura(arguments, home: home)
        #expect(told.status == 0, "\(told)")
        // What import and dataset check say of a case stands in their list of cases, on standard output.
        let text = ["import", "dataset"].contains(words[0]) ? told.output + told.errors : told.errors
        for warning in known { #expect(text.contains(warning.rawValue), "\(warning): \(told)") }

        guard words[0] != "render" else { return }
        try? FileManager.default.removeItem(at: home.file("out"))
        let document = try pleuraJSON(arguments + ["--json"], home: home)
        let warnings = Self.warnings(in: document)
        for warning in known {
            #expect(warnings.contains { $0.contains(warning.rawValue) }, "\(warning): \(warnings)")
        }
    }

    /// The warnings of a document, of its cases and of its patients.
    static func warnings(in document: [String: Any]) -> [String] {
        var found = document["warnings"] as? [String] ?? []
        for item in document["cases"] as? [[String: Any]] ?? [] { found += item["warnings"] as? [String] ?? [] }
        for patient in document["patients"] as? [[String: Any]] ?? [] {
            found += (patient["problems"] as? [[String: Any]] ?? []).compactMap { $0["text"] as? String }
        }
        return found
    }

    @Test("a structure that was left out or is missing has no score; one that is empty has")
    func scores() throws {
        let input = try Awkward()
        let home = input.home
        let masks = home.file("masks")
        #expect(try pleura("predict", input.image, "-o", masks.path, home: home).status == 0)
        let whole = try SampleCases.dicom().appendingPathComponent("RTSTRUCT.dcm").path
        let names = try structures(
            try pleuraJSON("metrics", whole, whole, "--ct", input.image, "--json", home: home)
        ).keys
        let all = try structures(
            try pleuraJSON("metrics", whole, input.structures, "--ct", input.image, "--json", home: home))
        #expect(Set(all.keys) == Set(names))
        let lost = try #require(all.values.first { !(($0["not_measured"] as? [String]) ?? []).isEmpty })
        #expect(lost["test_ml"] is NSNull && lost["volumetric_dice"] is NSNull && lost["hd95_mm"] is NSNull)
        #expect((lost["reference_ml"] as? Double ?? 0) > 0)
        let tolerance = try #require((lost["tolerances"] as? [[String: Any]])?.first)
        #expect(tolerance["surface_dice"] is NSNull && tolerance["mm"] as? Double == 2)
        #expect((lost["not_measured"] as? [String])?.first?.hasPrefix("left out of the test: ") == true)
        #expect(all.values.count { ($0["volumetric_dice"] as? Double) == 1 } == names.count - 1)

        // Not there at all: no score. There and without a voxel: as surface Dice is defined.
        let (left, right) = (
            masks.appendingPathComponent("Lung_L.nii.gz"), masks.appendingPathComponent("Lung_R.nii.gz")
        )
        let part = home.file("part")
        try FileManager.default.createDirectory(at: part, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: left, to: part.appendingPathComponent("Lung_L.nii.gz"))
        let missing = try pleura("metrics", masks.path, part.path, home: home)
        #expect(missing.output.contains("not in the test"), "\(missing)")
        let document = try pleuraJSON("metrics", masks.path, part.path, "--json", home: home)
        #expect(try structures(document)["Lung_R"]?["volumetric_dice"] is NSNull)
        #expect(Self.warnings(in: document).contains { $0.contains("Lung_R: not in the test") })
        var blank = PlainMask(try PlainNifti(right))
        for index in blank.values.indices { blank.values[index] = false }
        try PlainNifti.write(blank, like: right, to: part.appendingPathComponent("Lung_R.nii.gz"))
        let empty = try structures(try pleuraJSON("metrics", masks.path, part.path, "--json", home: home))
        #expect(empty["Lung_R"]?["volumetric_dice"] as? Double == 0 && empty["Lung_R"]?["test_ml"] as? Double == 0)
        let score = (empty["Lung_R"]?["tolerances"] as? [[String: Any]])?.first?["surface_dice"] as? Double
        #expect(score == 0)
    }

    @Test("masks of two names that are compared as the only ones are named")
    func otherNames() throws {
        let home = try TemporaryFolder()
        let sample = try SampleCases.nifti()
        let pair = ["Lung_L", "Lung_R"].map { sample.appendingPathComponent("\($0).nii.gz").path }
        let document = try pleuraJSON("metrics", pair[0], pair[1], "--json", home: home)
        #expect(Self.warnings(in: document).contains { $0.contains("Lung_L") && $0.contains("Lung_R") })
        let same = try pleura("metrics", pair[0], pair[0], "--json", home: home)
        #expect(same.errors.isEmpty, "\(same)")
    }

    @Test("a folder of masks: labels that were united and files that were not read are named")
    func folder() throws {
        let home = try TemporaryFolder()
        let sample = try SampleCases.nifti()
        let image = sample.appendingPathComponent("ct.nii.gz").path
        let (masks, map) = (home.file("masks"), home.file("map.nii.gz"))
        #expect(try pleura("predict", image, "-o", map.path, home: home).status == 0)
        try FileManager.default.createDirectory(at: masks, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: map, to: masks.appendingPathComponent("Lungs.nii.gz"))
        try Data("x".utf8).write(to: masks.appendingPathComponent("Heart.nrrd"))
        let told = try pleura("render", image, "--prediction", masks.path, "-o", home.file("a.svg").path, home: home)
        #expect(told.status == 0, "\(told)")
        #expect(told.errors.contains("Lungs.nii.gz: the labels 1, 2 were united into one mask"), "\(told)")
        #expect(told.errors.contains("Heart.nrrd was not"), "\(told)")
    }

    private func structures(_ document: [String: Any]) throws -> [String: [String: Any]] {
        let all = try #require(document["structures"] as? [[String: Any]])
        return Dictionary(uniqueKeysWithValues: all.map { ($0["name"] as? String ?? "", $0) })
    }

    @Test("the review says of masks from a file what was left out, on opening, in its list and on export")
    func review() async throws {
        let input = try Awkward()
        let home = input.home
        let report = try pleuraJSON("import", input.image, "--json", home: home)
        let id = try #require((report["cases"] as? [[String: Any]])?.first?["id"] as? String)
        let review = try ReviewRun([id, "--prediction", input.structures], home: home, reviewer: "dr-notes")
        try await review.seeOpen()
        try await review.see("could not be read")
        try await review.accept()
        try await review.see("filed as accepted, revision 1")
        try await review.quit()

        let out = home.file("out").path
        let told = try pleura("export", id, "--format", "nifti", "-o", out, home: home)
        #expect(told.status == 0, "\(told)")
        let document = try pleuraJSON("export", id, "--format", "nifti", "-o", out, "--json", home: home)
        #expect(document["revision"] as? Int == 1)
        let files = try #require(document["files"] as? [String])
        #expect(files.count == (document["structures"] as? [Any])?.count)
        #expect(!files.isEmpty && files.allSatisfy { FileManager.default.fileExists(atPath: $0) }, "\(files)")
        for warning in [Known.slices, .structure].map(\.rawValue) + ["slices were neither on screen"] {
            #expect(told.errors.contains(warning), "\(warning): \(told)")
            #expect(Self.warnings(in: document).contains { $0.contains(warning) }, "\(warning): \(document)")
        }

        // A report says the same on standard error, in its JSON and on its page.
        let page = home.file("page.html")
        let paged = try pleura("report", id, "-o", page.path, home: home)
        let facts = try pleuraJSON("report", id, "--json", home: home)
        let html = try String(contentsOf: page, encoding: .utf8)
        for warning in [Known.slices, .structure].map(\.rawValue) + ["slices were neither on screen"] {
            #expect(paged.errors.contains(warning) && html.contains(warning), "\(warning): \(paged)")
            #expect(Self.warnings(in: facts).contains { $0.contains(warning) }, "\(warning): \(facts)")
        }
    }
}
