import Foundation
import TestSupport
import Testing

/// From phantoms to a trained model, its predictions and its evaluation: the whole way, in small.
@Suite("Models", .serialized)
struct ModelRunTests {
    /// Three small patients as a dataset with a split, and a model that was trained on them for a moment.
    private struct Trained {
        let home: TemporaryFolder
        var patients: URL { home.file("patients") }
        var dataset: String { home.file("dataset").path }
        var model: String { home.file("smoke/model.safetensors").path }

        init() throws {
            home = try TemporaryFolder()
            try run("phantom", patients.path, "--patients", "3", "--matrix", "96", "--slices", "24", "--seed", "5")
            try run("dataset", "build", patients.path, "-o", dataset, "--structures", "Lung_L,Lung_R")
            try run("dataset", "split", dataset)
            try run("train", dataset, "--recipe", "smoke", "--out", home.file("smoke").path, "--epochs", "1")
        }

        @discardableResult
        func run(_ words: String...) throws -> String {
            let result = try pleura(words, home: home)
            guard result.status == 0 else { throw Unexpected("\(words): \(result)") }
            return result.output
        }
    }

    private func scores(_ report: [String: Any], _ patient: Int, _ structure: String) throws -> [String: Any] {
        let patients = try #require(report["patients"] as? [[String: Any]])
        let structures = try #require(patients[patient]["structures"] as? [String: [String: Any]])
        return try #require(structures[structure])
    }

    @Test("the model that comes with the program is the one that predicts unasked")
    func theShippedModelPredicts() throws {
        let home = try TemporaryFolder()
        let folder = home.file("patients")
        #expect(
            try pleura("phantom", folder.path, "--patients", "1", "--matrix", "96", "--slices", "24", home: home).status
                == 0)
        let patient = folder.appendingPathComponent("phantom-01")
        var environment = cleanEnvironment(home: home.url)
        environment["PLEURA_MODELS"] = nil
        let out = home.file("out").path
        let run = try runProgram(pleuraBinary(), ["predict", patient.path, "-o", out], environment: environment)
        #expect(run.status == 0 && run.errors.contains("by lungs-real@2"), "\(run)")
        // One processor takes the slices one after another; several share them out.
        let alone = try runProgram(
            URL(fileURLWithPath: "/usr/bin/env"),
            [
                "taskset", "--cpu-list", "0", pleuraBinary().path, "predict", patient.path, "-o",
                home.file("alone").path,
            ], environment: environment)
        #expect(alone.status == 0, "\(alone)")
        let (all, one) = (try Masks.read(home.file("out")), try Masks.read(home.file("alone")))
        for name in Masks.names {
            let (a, b) = (try #require(all[name]), try #require(one[name]))
            // Sums may be rounded in another order, which could move a voxel that is at the threshold to a millionth.
            #expect(zip(a.values, b.values).count { $0 != $1 } <= 2, "\(name)")
        }
        for name in ["Lung_L", "Lung_R"] {
            let metrics = try pleuraJSON(
                "metrics", patient.appendingPathComponent("\(name).nii.gz").path, "\(out)/\(name).nii.gz", "--json",
                home: home)
            let measured = try #require((metrics["structures"] as? [[String: Any]])?.first)
            #expect(try #require(measured["volumetric_dice"] as? Double) > 0.95, "\(name)")
        }
    }

    @Test("a model that comes with the program goes out as TorchScript, and comes in as somebody else's network")
    func theShippedModelGoesOut() throws {
        let home = try TemporaryFolder()
        let models = ["PLEURA_MODELS": repositoryRoot().appendingPathComponent("models").path]
        func run(_ words: [String], _ variables: [String: String] = [:]) throws -> ProgramResult {
            try runProgram(
                pleuraBinary(), words,
                environment: cleanEnvironment(home: home.url, adding: models.merging(variables) { $1 }))
        }
        let net = home.file("net.pt").path
        let export = ["models", "export", "lungs-unet2d@1", "--format", "torchscript", "-o", net, "--json"]
        let lost = try run(export, ["PLEURA_TORCH_SHIM": "/no/such.so"])
        #expect(lost.status == 1 && lost.errors.contains("lungs-unet2d@1 cannot be exported as torchscript"), "\(lost)")
        #expect(lost.errors.contains("/no/such.so: is not there"), "\(lost)")
        let exported = try run(export)
        #expect(exported.status == 0 && exported.output.contains("\"model\" : \"lungs-unet2d@1\""), "\(exported)")
        #expect(!FileManager.default.fileExists(atPath: home.file("pleura").path), "no data folder was made for it")
        #expect(try String(contentsOf: home.file("net.md"), encoding: .utf8).hasPrefix("# lungs-unet2d@1"))

        try """
        name = "back"
        structures = ["Lung_R", "Lung_L"]
        [torchscript]
        output = "sigmoid"
        [preprocessing]
        spacing_mm = [2, 2, 0]
        window_hu = [-1024, 600]
        """.write(to: home.file("back.toml"), atomically: true, encoding: .utf8)
        try """
        {"network_data_format": {
          "inputs": {"image": {"num_channels": 1, "spatial_shape": ["16*n", "16*m"], "value_range": [0, 1]}},
          "outputs": {"pred": {"num_channels": 2, "channel_def": {"0": "left lung", "1": "right lung"}}}}}
        """.write(to: home.file("metadata.json"), atomically: true, encoding: .utf8)
        let imported = try run([
            "models", "import", net, "--name", "back", "--recipe", home.file("back.toml").path, "--metadata",
            home.file("metadata.json").path,
        ])
        #expect(imported.status == 0, "\(imported)")
        let folder = home.file("patients").path
        #expect(try run(["phantom", folder, "--patients", "1", "--matrix", "96", "--slices", "8"]).status == 0)
        let patient = "\(folder)/phantom-01"
        let predicted = try run(["predict", patient, "--model", "back@1", "-o", home.file("out").path])
        #expect(predicted.status == 0, "\(predicted)")
        for name in ["Lung_L", "Lung_R"] {
            let metrics = try pleuraJSON(
                "metrics", "\(patient)/\(name).nii.gz", home.file("out/\(name).nii.gz").path, "--json", home: home)
            let measured = try #require((metrics["structures"] as? [[String: Any]])?.first)
            #expect(try #require(measured["volumetric_dice"] as? Double) > 0.9, "\(name)")
        }
    }

    @Test("a structure that no patient has is not trained")
    func nothingIsLearntFromNothing() throws {
        let trained = try Trained()
        let recipe = trained.home.file("more.toml")
        try String(contentsOf: repositoryRoot().appendingPathComponent("recipes/smoke.toml"), encoding: .utf8)
            .replacing(
                "[\"Lung_L\", \"Lung_R\"]\n\n[network]", with: "[\"Lung_L\", \"Lung_R\", \"Heart\"]\n\n[network]"
            )
            .write(to: recipe, atomically: true, encoding: .utf8)
        let run = try pleura(
            ["train", trained.dataset, "--recipe", recipe.path, "--out", trained.home.file("more").path],
            home: trained.home)
        #expect(
            run.status == 2 && run.errors.contains("learns Heart, which no patient that is trained on has"), "\(run)")
    }

    @Test("a model predicts, and evaluate says of it what metrics says")
    func aModelIsEvaluated() throws {
        let trained = try Trained()
        let home = trained.home
        let report = try pleuraJSON(
            "evaluate", trained.dataset, "--model", trained.model, "--split", "all", "--json", "--csv",
            home.file("e.csv").path, "--svg", home.file("e.svg").path, "--tolerances", "Lung_L=5,Hart=3", home: home)
        #expect(
            (report["warnings"] as? [String])?.contains("Hart was not measured, so that its tolerance changes nothing.")
                == true)
        #expect(report["model"] as? String == "smoke@0")
        #expect(report["dataset"] as? String == "dataset")
        #expect((report["patients"] as? [Any])?.count == 3)
        let summary = try #require(report["summary"] as? [String: [String: [String: Any]]])
        #expect(Set(summary.keys) == ["Lung_L", "Lung_R", "Lungs"])
        #expect(summary["Lungs"]?["surface_dice_2mm"]?["patients"] as? Int == 3)
        #expect(try String(contentsOf: home.file("e.csv"), encoding: .utf8).split(separator: "\n").count == 10)
        #expect(try String(contentsOf: home.file("e.svg"), encoding: .utf8).hasPrefix("<svg"))

        let patient = trained.patients.appendingPathComponent("phantom-02")
        let out = home.file("out").path
        try trained.run(
            "predict", patient.path, "--model", trained.model, "-o", out, "--probabilities", home.file("p.nii.gz").path)
        for name in ["Lung_L", "Lung_R"] {
            let metrics = try pleuraJSON(
                "metrics", patient.appendingPathComponent("\(name).nii.gz").path, "\(out)/\(name).nii.gz", "--json",
                "--tolerance", "2", "5", home: home)
            let measured = try #require((metrics["structures"] as? [[String: Any]])?.first)
            let tolerances = try #require(measured["tolerances"] as? [[String: Any]])
            let evaluated = try scores(report, 1, name)
            #expect(evaluated["dice"] as? Double == measured["volumetric_dice"] as? Double)
            #expect(evaluated["surface_dice_2mm"] as? Double == tolerances[0]["surface_dice"] as? Double)
            let own = name == "Lung_L" ? 1 : 0
            #expect(evaluated["tolerance_mm"] as? Double == tolerances[own]["mm"] as? Double)
            #expect(evaluated["surface_dice"] as? Double == tolerances[own]["surface_dice"] as? Double)
        }
        #expect(FileManager.default.fileExists(atPath: home.file("p.nii.gz").path))
        let names = try JSONSerialization.jsonObject(with: Data(contentsOf: home.file("p.json"))) as? [String: [String]]
        #expect(names == ["structures": ["Lung_L", "Lung_R"]])
    }

    @Test("an installed model predicts unless another is named")
    func anInstalledModelIsPreferred() throws {
        let trained = try Trained()
        let home = trained.home
        let models = home.file("home/models")
        try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: URL(fileURLWithPath: trained.model), to: models.appendingPathComponent("smoke.safetensors"))
        let patient = trained.patients.appendingPathComponent("phantom-01").path
        func predict(_ words: String...) throws -> String {
            try pleura(
                ["predict", patient, "-o", home.file("o").path, "--home", home.file("home").path] + words, home: home
            )
            .errors
        }
        #expect(try predict().contains("by smoke@0"))
        #expect(try predict("--model", "smoke").contains("by smoke@0"))
        #expect(try predict("--model", "baseline-threshold").contains("by baseline-threshold"))
        let wrong = try predict("--model", "smoke@3")
        #expect(wrong.contains("No model smoke@3") && wrong.contains("smoke@0"))
        // What answers prompts is refused before anything is read.
        let answering = try pleura(
            [
                "predict", patient, "-o", home.file("o").path, "--home", home.file("home").path, "--model",
                repositoryRoot().appendingPathComponent("models/refine.safetensors").path,
            ], home: home)
        #expect(answering.status == 2 && answering.errors.contains("answers prompts"), "\(answering)")
        // Imported with its prediction, the case opens with the model's masks.
        let imported = try pleura(
            ["import", patient, "--predict", "--home", home.file("home").path], home: home)
        #expect(imported.status == 0)
    }

    @Test("the baseline can be evaluated, and what cannot is refused")
    func theBaselineIsEvaluated() throws {
        let home = try TemporaryFolder()
        let patients = home.file("patients").path
        let dataset = home.file("dataset").path
        for words in [
            ["phantom", patients, "--patients", "1", "--matrix", "96", "--slices", "24", "--seed", "5"],
            ["dataset", "build", patients, "-o", dataset, "--structures", "Lung_L,Lung_R"],
        ] { #expect(try pleura(words, home: home).status == 0) }
        let refused = try pleura(["evaluate", dataset, "--model", "baseline-threshold"], home: home)
        #expect(refused.status == 2 && refused.errors.contains("has no split"))
        let report = try pleuraJSON(
            "evaluate", dataset, "--model", "baseline-threshold", "--split", "all", "--json", home: home)
        #expect(report["model"] as? String == "baseline-threshold")
        let lungs = try scores(report, 0, "Lungs")
        #expect(try #require(lungs["dice"] as? Double) > 0.7)
        let table = try pleura(
            ["evaluate", dataset, "--model", "baseline-threshold", "--split", "all"], home: home)
        #expect(table.output.contains("surface Dice") && table.output.contains("median"))
    }

    @Test("a prediction that cannot be right is named where models are measured too")
    func implausiblePredictionsAreNamed() throws {
        let home = try TemporaryFolder()
        let (patients, dataset) = (home.file("patients"), home.file("dataset").path)
        let patient = patients.appendingPathComponent("p1")
        try FileManager.default.createDirectory(at: patient, withIntermediateDirectories: true)
        // A mask in the image's place has 0 and 1 HU: there is no air for lungs.
        for (file, source) in [("ct", "Heart"), ("Lung_L", "Lung_L"), ("Lung_R", "Lung_R")] {
            try FileManager.default.copyItem(
                at: SampleCases.nifti().appendingPathComponent("\(source).nii.gz"),
                to: patient.appendingPathComponent("\(file).nii.gz"))
        }
        let built = try pleura(
            ["dataset", "build", patients.path, "-o", dataset, "--structures", "Lung_L,Lung_R"], home: home)
        #expect(built.status == 0, "\(built)")
        let report = try pleuraJSON(
            "evaluate", dataset, "--model", "baseline-threshold", "--split", "all", "--json", home: home)
        let warnings = try #require(report["warnings"] as? [String])
        #expect(
            warnings.contains { $0.hasPrefix("p1: baseline-threshold found nothing of Lung_L, Lung_R:") }, "\(warnings)"
        )
    }
}
