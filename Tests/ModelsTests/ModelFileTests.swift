import Cases
import Foundation
import Models
import Networks
import TestSupport
import Testing

@Suite struct ModelFileTests {
    private let weights = [
        NamedTensor(name: "a", shape: [2, 3], values: [1, -2, 0.5, 0.1, 65_504, 0]),
        NamedTensor(name: "b", shape: [1], values: [3]),
    ]

    private func recipe() -> Recipe {
        var recipe = Recipe(name: "tiny", structures: [.lungLeft, .lungRight])
        recipe.network.filters = 2
        recipe.preprocessing.columns = 32
        return recipe
    }

    @Test func aModelIsReadBack() throws {
        let folder = try TemporaryFolder()
        let url = folder.file("m.safetensors")
        let model = try ModelFile(
            name: ModelName(rawValue: "lungs@12"), recipe: recipe(), weights: weights, metadata: ["parent": "lungs@11"])
        try model.write(to: url)
        #expect(try ModelFile(contentsOf: url) == model)
        let header = try ModelFile.header(of: url)
        #expect(header.name.rawValue == "lungs@12" && header.name.version == 12 && header.name.base == "lungs")
        #expect(header.recipe == recipe())
        #expect(header.metadata["parent"] == "lungs@11" && header.metadata["format"] == "pleura-model")
        try model.write(to: url, as: .float16)
        let half = try ModelFile(contentsOf: url)
        #expect(half.header == model.header)
        #expect(half.weights[0].values[3] != 0.1 && abs(half.weights[0].values[3] - 0.1) < 1e-4)
    }

    /// Two networks in one file: each keeps its weights, whatever their names, and its recipe.
    @Test func aSecondNetworkIsReadBack() throws {
        let folder = try TemporaryFolder()
        let url = folder.file("m.safetensors")
        var other = Recipe(name: "coarse", structures: [.lungRight])
        other.network = NetworkConfiguration(.uNet3D)
        let second = SecondNetwork(
            recipe: other, weights: [NamedTensor(name: "a", shape: [2], values: [7, 8])])
        let model = try ModelFile(
            name: ModelName(rawValue: "lungs@1"), recipe: recipe(), weights: weights, second: second)
        try model.write(to: url)
        let read = try ModelFile(contentsOf: url)
        #expect(read == model && read.second == second && read.weights == weights)
        #expect(try ModelFile.header(of: url).secondRecipe == other)
        #expect(read.header.named(ModelName(rawValue: "x@3")).secondRecipe == other)
        #expect(read.allTensors.map(\.name) == ["a", "b", "second.a"])
        // Each can stand alone.
        let (first, alone) = (try read.alone(.first), try read.alone(.second))
        #expect(first.weights == weights && first.second == nil && first.header.recipe == recipe())
        #expect(first.header.metadata["second_recipe"] == nil)
        #expect(alone.weights == second.weights && alone.second == nil && alone.header.recipe == other)
        #expect(try first.alone(.first) == first)
        #expect(throws: EngineError.self) { try first.alone(.second) }
        let copied = folder.file("alone.safetensors")
        try ModelFileFormat.safetensors.copy(of: url, as: model.header.name, part: .second).data.write(to: copied)
        #expect(try ModelFile(contentsOf: copied) == alone)
        #expect(
            try ModelFileFormat.safetensors.copy(of: url, as: model.header.name).data == Data(contentsOf: url))

        // A file that has lost one of the two is none.
        var metadata = model.header.metadata
        try SafetensorsFile(metadata: metadata, tensors: weights).write(to: url)
        #expect(throws: ModelFileError.self) { try ModelFile(contentsOf: url) }
        metadata["second_recipe"] = "{}"
        try SafetensorsFile(metadata: metadata, tensors: model.allTensors).write(to: url)
        #expect(throws: ModelFileError.self) { try ModelFile(contentsOf: url) }

        other.structures = [.heart]
        let foreign = SecondNetwork(recipe: other, weights: [])
        let error = #expect(throws: RecipeError.self) {
            try ModelFile(name: ModelName(rawValue: "lungs@1"), recipe: recipe(), weights: weights, second: foreign)
        }
        #expect(error?.description.contains("has Heart, which the first network does not segment") == true)
    }

    @Test func whatIsNoModelIsRefused() throws {
        let folder = try TemporaryFolder()
        let url = folder.file("m.safetensors")
        let good = try ModelFile(name: ModelName(rawValue: "lungs@1"), recipe: recipe(), weights: weights)
        func fail(_ change: (inout [String: String]) -> Void) throws -> String {
            var metadata = good.header.metadata
            change(&metadata)
            try SafetensorsFile(metadata: metadata, tensors: weights).write(to: url)
            do {
                _ = try ModelFile.header(of: url)
                return ""
            } catch { return "\(error)" }
        }
        #expect(try fail { _ in } == "")
        #expect(try fail { $0["format"] = "pt" }.contains("does not say format"))
        #expect(try fail { $0["recipe"] = nil }.contains("no recipe"))
        #expect(try fail { $0["recipe"] = "{}" }.contains("its recipe is wrong: name must be"))
        #expect(try fail { $0["recipe"] = "{" }.contains("its recipe"))
        for bad in ["../x@1", "lungs@", "lungs@1@2", "lungs@one", "", "a b@1"] {
            #expect(try fail { $0["name"] = bad }.contains("lungs-unet2d@1"), "\(bad)")
        }
        #expect(try fail { $0["name"] = "trained" } == "")
        #expect(try ModelFile.header(of: url).name.rawValue == "trained@0")
        try Data("nonsense".utf8).write(to: url)
        #expect(throws: (any Error).self) { try ModelFile(contentsOf: url) }
    }

    @Test func modelsAreFoundByNameAndVersion() throws {
        let (home, shipped) = (try TemporaryFolder(), try TemporaryFolder())
        func add(_ name: String, _ folder: TemporaryFolder) throws {
            try ModelFile(name: ModelName(rawValue: name), recipe: recipe(), weights: weights)
                .write(to: folder.file("\(name).safetensors"))
        }
        let none = folderlessCatalogue
        #expect(none.entries().isEmpty && none.preferred() == nil)
        let catalogue = ModelCatalogue(folders: [home.url, shipped.url])
        try add("lungs@1", shipped)
        try add("lungs@10", shipped)
        try Data("nonsense".utf8).write(to: shipped.file("broken.safetensors"))
        #expect(catalogue.preferred()?.header.name.rawValue == "lungs@10")
        try add("lungs@9", home)
        try add("heart@3", shipped)
        #expect(catalogue.entries().map(\.header.name.rawValue) == ["lungs@9", "heart@3", "lungs@10", "lungs@1"])
        #expect(catalogue.preferred()?.header.name.rawValue == "lungs@9")
        #expect(catalogue.entry(named: "lungs")?.header.name.rawValue == "lungs@10")
        #expect(catalogue.entry(named: "lungs@1")?.url == shipped.file("lungs@1.safetensors"))
        #expect(catalogue.entry(named: "lung") == nil)
        withExtendedLifetime((home, shipped)) {}
    }

    private var folderlessCatalogue: ModelCatalogue {
        ModelCatalogue(folders: [URL(fileURLWithPath: "/no/such/folder")])
    }
}
