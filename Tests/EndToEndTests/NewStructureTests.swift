import Foundation
import TestSupport
import Testing

/// A structure that Pleura does not know by itself, added by a file of its facts alone, goes the whole way.
@Suite("New structures", .serialized)
struct NewStructureTests {
    private static let entry = """
        {"structures": [{
          "name": "Aorta", "order": 45, "organ": true, "pieces": 1, "aliases": ["Hauptschlagader"],
          "code": {"value": "15825003", "meaning": "Aortic structure of a test"},
          "plausible_ml": [1, 2000], "plausible_median_hu": [200, 600], "tolerance_mm": 3, "colour": "#cc3344"
        }]}
        """

    /// Puts a file of structures where a user has it.
    private func install(_ text: String, config: String = "config", home: TemporaryFolder) throws {
        let folder = home.file(config).appendingPathComponent("pleura")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: folder.appendingPathComponent("structures.json"))
    }

    /// A patient's folder with a mask lent to the new structure: a phantom's heart.
    private func lend(_ patient: URL) throws {
        try FileManager.default.copyItem(
            at: patient.appendingPathComponent("Heart.nii.gz"), to: patient.appendingPathComponent("Aorta.nii.gz"))
    }

    private func dice(_ report: [String: Any]) throws -> [String: Double] {
        let structures = try #require(report["structures"] as? [[String: Any]])
        return Dictionary(
            uniqueKeysWithValues: structures.compactMap { item in
                (item["name"] as? String).flatMap { name in
                    (item["volumetric_dice"] as? Double).map { (name, $0) }
                }
            })
    }

    @Test("it is listed in its place, with what its file says")
    func listing() throws {
        let home = try TemporaryFolder()
        #expect(try pleura("structures", home: home).output.contains("Trachea"))
        try install(Self.entry, home: home)
        let lines = try pleura("structures", home: home).output.split(separator: "\n").map(String.init)
        #expect(
            lines.prefix(5).map { String($0.prefix { $0 != " " }) } == ["Lung_L", "Lung_R", "Lungs", "Heart", "Aorta"])
        #expect(lines[4].contains("15825003 Aortic structure of a test; organ; 1 piece"))
        let report = try pleuraJSON("structures", "--json", home: home)
        let structures = try #require(report["structures"] as? [[String: Any]])
        #expect(structures[4]["tolerance_mm"] as? Double == 3 && structures[4]["colour"] as? String == "#cc3344")
        let doctor = try pleura("doctor", home: home).output
        #expect(
            doctor.contains(
                "ok    structures: Lung_L, Lung_R, Lungs, Heart, Aorta, Esophagus, SpinalCord, Trachea and "))
        // What is printed is a file of structures itself.
        try install(try pleura("structures", "--json", home: home).output, home: home)
        #expect(try pleura("structures", home: home).output.split(separator: "\n").map(String.init) == lines)
    }

    @Test("a file that cannot be used stops every command and says how to mend it")
    func mistakes() throws {
        let home = try TemporaryFolder()
        try install("{\"structures\": [{\"name\": \"Aorta\", \"pieces\": 0}]}", home: home)
        let said = "config/pleura/structures.json: Aorta: \"pieces\" must be a whole number from 1 to 1000."
        for words in [["structures"], ["queue", "list"], ["models", "list"]] {
            let result = try pleura(words, home: home)
            #expect(result.status == 2 && result.errors.contains(said) && result.output.isEmpty, "\(result)")
        }
        let doctor = try pleura("doctor", home: home)
        #expect(doctor.status == 1 && doctor.output.contains("FAIL  structures: ") && doctor.output.contains(said))
        #expect(try pleura("--help", home: home).status == 0)
    }

    @Test("a dataset holds it, a network learns it, and its predictions go out with its code")
    func learning() throws {
        let home = try TemporaryFolder()
        try install(Self.entry, home: home)
        func run(_ words: String...) throws -> ProgramResult {
            let result = try pleura(words, home: home)
            guard result.status == 0 else { throw Unexpected("\(words): \(result)") }
            return result
        }
        let patients = home.file("patients")
        _ = try run("phantom", patients.path, "--patients", "3", "--matrix", "96", "--slices", "24", "--seed", "5")
        for number in 1...3 { try lend(patients.appendingPathComponent("phantom-0\(number)")) }
        let dataset = home.file("dataset").path
        _ = try run("dataset", "build", patients.path, "-o", dataset, "--structures", "Aorta")
        _ = try run("dataset", "split", dataset)
        // The heart that was lent is not as dense as the file asks for.
        let checked = try run("dataset", "check", dataset).output
        #expect(checked.contains("Half of Aorta is less dense than ") && checked.contains(", which Aorta seldom is."))

        let recipe = try String(
            contentsOf: repositoryRoot().appendingPathComponent("recipes/smoke.toml"), encoding: .utf8
        )
        .replacingOccurrences(of: "[\"Lung_L\", \"Lung_R\"]", with: "[\"Aorta\"]")
        #expect(recipe.contains("structures = [\"Aorta\"]") && !recipe.contains("Lung"))
        try Data(recipe.utf8).write(to: home.file("aorta.toml"))
        _ = try run(
            "train", dataset, "--recipe", home.file("aorta.toml").path, "--out", home.file("aorta").path, "--epochs",
            "1")
        let model = home.file("aorta/model.safetensors").path
        let report = try pleuraJSON(
            "evaluate", dataset, "--model", model, "--split", "all", "--json", home: home)
        #expect((report["summary"] as? [String: Any])?.keys.sorted() == ["Aorta"])

        let ct = try SampleCases.dicom().appendingPathComponent("CT").path
        let folder = home.file("masks")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (map, seg) = (folder.appendingPathComponent("map.nii.gz"), folder.appendingPathComponent("seg.dcm"))
        _ = try run("predict", ct, "--model", model, "-o", map.path)
        _ = try run("predict", ct, "--model", model, "-o", seg.path, "--seg")
        let written = String(decoding: try Data(contentsOf: seg), as: UTF8.self)
        #expect(written.contains("15825003") && written.contains("Aortic structure of a test"))
        let both = try pleuraJSON("metrics", map.path, seg.path, "--ct", ct, "--json", home: home)
        #expect((both["structures"] as? [[String: Any]])?.map { $0["name"] as? String } == ["Aorta"])
    }

    @Test("it is drawn, reviewed, filed and exported")
    func reviewing() async throws {
        let home = try TemporaryFolder()
        for config in ["config", "config-dr-aorta"] { try install(Self.entry, config: config, home: home) }
        let masks = home.file("drawn")
        try FileManager.default.createDirectory(at: masks, withIntermediateDirectories: true)
        let exact = try SampleCases.nifti()
        for (name, lent) in [("Aorta", "Trachea"), ("Esophagus", "Esophagus"), ("Heart", "Heart")] {
            try FileManager.default.copyItem(
                at: exact.appendingPathComponent("\(lent).nii.gz"), to: masks.appendingPathComponent("\(name).nii.gz"))
        }
        let ct = try SampleCases.dicom().appendingPathComponent("CT").path
        let picture = home.file("review.svg")
        let drawn = try pleura("render", ct, "--prediction", masks.path, "-o", picture.path, home: home)
        #expect(drawn.status == 0, "\(drawn)")
        let svg = try String(contentsOf: picture, encoding: .utf8)
        let places = try ["Heart", "Aorta", "Esophagus"].map { try #require(svg.range(of: $0)).lowerBound }
        #expect(places == places.sorted())
        #expect(svg.lowercased().contains("#cc3344"), "its own colour")

        let imported = try pleuraJSON("import", ct, "--json", home: home)
        let id = try #require((imported["cases"] as? [[String: Any]])?.first?["id"] as? String)
        let review = try ReviewRun([id, "--prediction", masks.path], home: home, reviewer: "dr-aorta")
        try await review.wait(for: "a case open for writing, with Aorta measured") {
            $0[0].contains(" saved") && ReviewRun.score("Aorta", in: $0) != nil
        }
        try await review.command("structure Aorta")
        try await review.see("surface Dice at 3 mm")
        try await review.accept()
        try await review.see("filed as accepted, revision 1")
        try await review.quit()
        let seg = home.file("seg.dcm")
        let exported = try pleura("export", id, "--format", "seg", "-o", seg.path, home: home)
        #expect(exported.status == 0, "\(exported)")
        #expect(String(decoding: try Data(contentsOf: seg), as: UTF8.self).contains("Aortic structure of a test"))
        let compared = try dice(try pleuraJSON("metrics", masks.path, seg.path, "--ct", ct, "--json", home: home))
        #expect(compared == ["Aorta": 1, "Esophagus": 1, "Heart": 1])
        // What is stored stays what it is, whatever order others have, or the same person has later.
        let file = home.file("config/pleura/structures.json")
        for text in [
            nil, "{\"structures\": [{\"name\": \"Aorta\", \"order\": 1}, {\"name\": \"Heart\", \"order\": 99}]}",
        ] {
            try? FileManager.default.removeItem(at: file)
            if let text { try install(text, home: home) }
            let again = try pleura("export", id, "--format", "seg", "-o", home.file("again.dcm").path, home: home)
            #expect(again.status == 0, "\(again)")
            let log = try pleura("audit", "verify", home: home)
            #expect(log.status == 0, "\(log)")
        }
    }
}
