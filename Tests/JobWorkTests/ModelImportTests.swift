import CaseStore
import CaseWork
import Cases
import Foundation
import MemoryStore
import Models
import Networks
import TestSupport
import Testing
import Volumes

@testable import JobWork

@Suite("Importing a model with the rules of another recipe") struct ModelImportTests {
    private var recipe: Recipe {
        var recipe = Recipe(name: "old", structures: [.lungLeft, .lungRight])
        (recipe.preprocessing.columns, recipe.preprocessing.rows) = (16, 16)
        (recipe.network.levels, recipe.network.filters) = (1, 2)
        recipe.postprocessing.exclusive = recipe.structures
        return recipe
    }

    private func file(_ recipe: Recipe, value: Float, in folder: TemporaryFolder) throws -> URL {
        let weights = NetworkLayout(recipe.network).entries.map { entry in
            NamedTensor(
                name: entry.name, shape: entry.shape,
                values: [Float](repeating: value, count: entry.shape.reduce(1, *)))
        }
        let url = folder.url.appendingPathComponent("old.safetensors")
        try ModelFile(name: ModelName(rawValue: "old@1"), recipe: recipe, weights: weights).write(to: url)
        return url
    }

    private func imported(_ url: URL, _ other: Recipe, into store: MemoryCaseStore) throws -> ModelFile {
        let version = try ModelImport(
            path: url.path, digest: nil, name: nil, recipe: "new",
            recipes: { name in
                #expect(name == "new")
                return other
            }, store: store, actor: "test", networks: TorchNetworks()
        ).run()
        return try ModelFile(contentsOf: try store.file(of: version))
    }

    @Test(arguments: [(Float(0.5), "float16"), (0.1, "float32")])
    func whatFollowsTheNetworkAndHowItIsFineTunedIsReplaced(value: Float, form: String) throws {
        let (folder, old) = (try TemporaryFolder(), recipe)
        var other = old
        other.name = "new"
        other.postprocessing.combinesWithThreshold = true
        other.fineTuning.learningRate = 0.001
        other.training.epochs = 99
        let url = try file(old, value: value, in: folder)
        let store = MemoryCaseStore(folder: folder.url.appendingPathComponent("home"), account: "test")
        let model = try imported(url, other, into: store)
        var wanted = old
        wanted.postprocessing = other.postprocessing
        wanted.fineTuning = other.fineTuning
        #expect(model.header.recipe == wanted, "how it was trained stays what it was")
        #expect(model.header.metadata["rules_of"] == "new")
        #expect(try model.weights == ModelFile(contentsOf: url).weights)
        #expect(SafetensorsFile.exactType(of: model.weights) == (form == "float16" ? .float16 : .float32))
    }

    @Test func aRecipeForAnotherNetworkIsRefused() throws {
        let folder = try TemporaryFolder()
        var other = recipe
        other.name = "new"
        other.preprocessing.spacing = Spacing(x: 1, y: 1, z: 5)
        let url = try file(recipe, value: 0, in: folder)
        let store = MemoryCaseStore(folder: folder.url.appendingPathComponent("home"), account: "test")
        let error = #expect(throws: WorkError.self) { try imported(url, other, into: store) }
        #expect(error?.description.contains("they differ in [preprocessing]. Only [postprocessing]") == true)
        #expect(try store.models().isEmpty)
    }

    private func model(
        _ name: String, _ recipe: Recipe, value: Float, in folder: TemporaryFolder
    ) throws -> (url: URL, file: ModelFile) {
        let weights = NetworkLayout(recipe.network).entries.map {
            NamedTensor(name: $0.name, shape: $0.shape, values: [Float](repeating: value, count: $0.count))
        }
        let url = folder.url.appendingPathComponent("\(name).safetensors")
        let file = try ModelFile(name: ModelName(rawValue: "\(name)@1"), recipe: recipe, weights: weights)
        try file.write(to: url)
        return (url, file)
    }

    @Test func aSecondNetworkIsPutIn() throws {
        let folder = try TemporaryFolder()
        let store = MemoryCaseStore(folder: folder.url.appendingPathComponent("home"), account: "test")
        func imported(_ path: String, second: String, _ rules: Recipe? = nil) throws -> ModelFile {
            let version = try ModelImport(
                path: path, digest: nil, name: "both", recipe: rules == nil ? nil : "new", second: second,
                recipes: { _ in try #require(rules) }, store: store, actor: "test", networks: TorchNetworks()
            ).run()
            return try ModelFile(contentsOf: try store.file(of: version))
        }
        var coarse = Recipe(name: "coarse", structures: [.lungRight])
        coarse.network = NetworkConfiguration(.uNet3D)
        (coarse.network.levels, coarse.network.filters) = (1, 2)
        let first = try model("first", recipe, value: 0.5, in: folder)
        let other = try model("coarse", coarse, value: 0.25, in: folder)
        var rules = recipe
        rules.name = "new"
        rules.postprocessing.secondNetworkShares = [0, 0.75]
        let both = try imported(first.url.path, second: other.url.path, rules)
        #expect(both.weights == first.file.weights)
        #expect(both.second == SecondNetwork(recipe: coarse, weights: other.file.weights))
        #expect(both.header.recipe.postprocessing.secondNetworkShares == [0, 0.75])
        #expect(both.header.metadata["second_name"] == "coarse@1")
        #expect(try imported(first.url.path, second: other.url.path).header.recipe == recipe)

        coarse.structures = [.heart]
        let foreign = try model("foreign", coarse, value: 0, in: folder)
        let path = folder.url.appendingPathComponent("both.safetensors")
        try both.write(to: path)
        for (file, second, why) in [
            (first.url, foreign.url, "has Heart, which the first network does not segment"),
            (first.url, path, "holds two networks"),
            (folder.url.appendingPathComponent("x.pt"), other.url, "--second adds a network to a model of Pleura"),
        ] {
            if file.pathExtension == "pt" { try Data([1]).write(to: file) }
            let error = #expect(throws: WorkError.self) { try imported(file.path, second: second.path) }
            #expect(error?.description.contains(why) == true, "\(error?.description ?? "")")
        }
    }
}
