import CaseStore
import CaseWork
import Cases
import Foundation
import MemoryStore
import Models
import Networks
import Segmentation
import TestSupport
import Testing
import Volumes

@testable import JobWork

@Suite struct TorchScriptImportTests {
    private let folder: TemporaryFolder
    private let store: MemoryCaseStore

    init() throws {
        folder = try TemporaryFolder()
        store = MemoryCaseStore(folder: folder.url.appendingPathComponent("home"), account: "test")
    }

    /// One of the networks that PyTorch exported.
    private func network(_ name: String) throws -> URL {
        let url = folder.file(name)
        try? FileManager.default.copyItem(
            at: repositoryRoot().appendingPathComponent("Tests/NetworksTests/Resources/TorchScript/\(name)"), to: url)
        return url
    }

    private func recipe(_ change: (inout TorchScriptRecipe) -> Void = { _ in }) -> Recipe {
        var script = TorchScriptRecipe()
        (script.classes, script.sizeMultiple) = (3, 2)
        change(&script)
        var recipe = Recipe(name: "theirs", structures: [.lungLeft, .lungRight], torchScript: script)
        recipe.preprocessing.spacing = Spacing(x: 2, y: 2, z: 3)
        return recipe
    }

    private func imported(
        _ url: URL, _ recipe: Recipe?, name: String? = nil, digest: String? = nil, plans: ModelImport.Plans? = nil,
        metadata: String? = nil
    ) throws -> ModelVersion {
        try ModelImport(
            path: url.path, digest: digest, name: name, recipe: recipe == nil ? nil : "theirs", plans: plans,
            metadata: metadata,
            recipes: { _ in try #require(recipe) }, store: store, actor: "test", networks: TorchNetworks(threads: 1)
        ).run()
    }

    @Test func aNetworkIsKeptWholeAndPredicts() throws {
        let url = try network("flat.pt")
        let version = try imported(url, recipe(), name: "their-lungs")
        #expect(version.name.rawValue == "their-lungs@1" && version.lineage.note == "imported TorchScript network")
        let file = try ModelFile(contentsOf: try store.file(of: version))
        #expect(try file.program == Data(contentsOf: url) && file.header.recipe == recipe())
        #expect(try imported(url, recipe()).name.rawValue == "flat@1", "the file's name where none is given")
        // As it was exported it can be taken in again, with other rules after the network as well.
        let copy = folder.file("copy.safetensors")
        try file.write(to: copy)
        #expect(try imported(copy, nil, name: "copy").name.rawValue == "copy@1")
        var rules = recipe()
        rules.postprocessing.keptComponents = 3
        let ruled = try imported(copy, rules, name: "ruled")
        let other = try ModelFile(contentsOf: try store.file(of: ruled))
        #expect(other.program == file.program && other.header.recipe.postprocessing.keptComponents == 3)

        let grid = try GridGeometry(size: GridSize(x: 9, y: 8, z: 3), spacing: Spacing(x: 2, y: 2, z: 3))
        let slices = try (0..<3).map { z in
            try VolumeSlice(width: 9, height: 8, values: (0..<72).map { Int16($0 * 20 + z - 1000) })
        }
        let predictor = CasePredictor(
            ModelChoice(
                kind: .model(
                    ModelCatalogue.Entry(
                        url: try store.file(of: version), header: file.header.named(version.name),
                        digest: version.digest)), isNamed: true), networks: TorchNetworks(threads: 1),
            options: PredictionOptions())
        let outcome = try predictor.predict(try Volume(geometry: grid, slices: slices))
        #expect(outcome.prediction.model == version.name && outcome.prediction.masks.count == 2)
        #expect(outcome.probabilities?.fields.count == 2)
    }

    @Test func whatIsNoSuchNetworkIsRefusedAndNotKept() throws {
        func refused(_ url: URL, _ recipe: Recipe?) throws -> String {
            do {
                _ = try imported(url, recipe)
                return ""
            } catch { return "\(error)" }
        }
        let flat = try network("flat.pt")
        #expect(try refused(flat, nil).contains("Describe it in a recipe with [torchscript]"))
        #expect(
            try refused(flat, Recipe(name: "own", structures: [.heart])).contains("describes a network of Pleura's own")
        )
        let weights = try refused(try network("weights.pth"), recipe())
        #expect(weights.contains("holds weights") && weights.contains("torch.jit.trace"))
        #expect(try refused(flat, recipe { $0.classes = 4 }).contains("1×3×64×64 where its recipe says 1×4×64×64"))
        #expect(try refused(try network("block.pt"), recipe()).contains("libtorch failed asking"))
        #expect(try refused(try network("labels.pt"), recipe()).contains("1×1×64×64 where its recipe says 1×3×64×64"))
        let garbage = folder.file("garbage.pt")
        try Data((0..<4000).map { UInt8($0 * 7 % 256) }).write(to: garbage)
        #expect(try refused(garbage, recipe()).contains("no TorchScript file"))
        #expect(throws: WorkError.self) { try imported(flat, recipe(), digest: "00") }
        #expect(try store.models().isEmpty)
    }

    @Test func plansFillTheRecipe() throws {
        let plans = folder.file("plans.json")
        try Data(
            """
            {"configurations": {"2d": {"spacing": [0.8, 0.7], "patch_size": [32, 48],
             "normalization_schemes": ["ZScoreNormalization"]}}}
            """.utf8
        ).write(to: plans)
        let flat = try network("flat.pt")
        let version = try imported(
            flat, recipe { $0.sizeMultiple = 1 }, plans: .init(path: plans.path, configuration: "2d"))
        let kept = try ModelFile.header(of: try store.file(of: version)).recipe
        #expect(kept.torchScript?.patch == [32, 48] && kept.preprocessing.normalisation == .volumeZScore)
        func refused(_ url: URL, _ path: String, _ configuration: String?) -> String {
            do {
                _ = try imported(url, recipe(), plans: .init(path: path, configuration: configuration))
                return ""
            } catch { return "\(error)" }
        }
        #expect(refused(flat, plans.path, nil).contains("has no configuration 3d_fullres; there are 2d."))
        #expect(refused(flat, flat.path, "2d").contains("is no file of plans"))
        #expect(refused(flat, "/no/such.json", "2d").contains("There is no file at /no/such.json"))
        #expect(
            refused(try store.file(of: version), plans.path, "2d").contains("--plans describes a TorchScript network"))
    }

    @Test func aBundlesMetadataFillsTheRecipe() throws {
        let metadata = folder.file("metadata.json")
        try Data(
            """
            {"network_data_format": {
              "inputs": {"image": {"num_channels": 1, "spatial_shape": ["4*n", "4*n"], "value_range": [-1, 1]}},
              "outputs": {"pred": {"num_channels": 3, "channel_def": {"0": "background", "1": "lung_right", "2": "lung_left"}}}
            }}
            """.utf8
        ).write(to: metadata)
        let flat = try network("flat.pt")
        let version = try imported(flat, recipe(), metadata: metadata.path)
        let kept = try ModelFile.header(of: try store.file(of: version)).recipe
        #expect(kept.torchScript?.structureClasses == [[2], [1]] && kept.torchScript?.sizeMultiple == 4)
        #expect(kept.preprocessing.normalisation == .symmetric)
        func refused(_ url: URL, _ path: String, plans: String? = nil) -> String {
            do {
                let plans = plans.map { ModelImport.Plans(path: $0, configuration: nil) }
                _ = try imported(url, recipe(), plans: plans, metadata: path)
                return ""
            } catch { return "\(error)" }
        }
        #expect(refused(flat, flat.path).contains("is no metadata of a MONAI bundle"))
        #expect(refused(flat, "/no/such.json").contains("There is no file at /no/such.json"))
        #expect(refused(flat, metadata.path, plans: metadata.path).contains("not by both"))
        let file = try store.file(of: version)
        #expect(refused(file, metadata.path).contains("--metadata describes a TorchScript network"))
    }

    @Test func itIsNotTrained() throws {
        let version = try imported(try network("flat.pt"), recipe())
        let url = try store.file(of: version)
        let entry = ModelCatalogue.Entry(
            url: url, header: try ModelFile.header(of: url).named(version.name), digest: version.digest)
        _ = try store.promote(version.name, reason: nil, by: "test", now: Date())
        let catalogue = ModelCatalogue(folders: [], registered: [entry], inUse: [version.name])
        for name in [nil, "flat"] {
            let error = #expect(throws: WorkError.self) {
                try QueueSelection.add(name, isDry: true, in: catalogue, store: store, by: "test", now: Date())
            }
            #expect(error?.description.contains("flat@1 is a TorchScript network that was trained elsewhere") == true)
            let catalogued = #expect(throws: WorkError.self) { try ModelChoice.find("their.pt", in: catalogue) }
            #expect(catalogued?.description.contains("Import it first: pleura models import their.pt") == true)
            #expect(throws: WorkError.self) {
                try CurrentModel.resolve(name, in: catalogue, store: store, by: "test", now: Date())
            }
        }
        let error = #expect(throws: WorkError.self) {
            try RecipeTraining.Parent(path: url.path, for: Recipe(name: "own", structures: [.lungLeft]))
        }
        #expect(error?.description.contains("has no weights that a training could begin with") == true)
        #expect(throws: WorkError.self) { try RecipeTraining.requireTrainable(recipe()) }
    }
}
