import CaseStore
import CaseWork
import Cases
import Digests
import Foundation
import MemoryStore
import Models
import Networks
import TestSupport
import Testing
import Volumes

@testable import JobWork

@Suite struct ModelExportTests {
    private let folder: TemporaryFolder
    private let store: MemoryCaseStore

    init() throws {
        folder = try TemporaryFolder()
        store = MemoryCaseStore(folder: folder.url.appendingPathComponent("home"), account: "test")
    }

    /// A network with drawn weights, as a file.
    private func model(_ name: String, at url: URL) throws {
        var recipe = Recipe(name: "r", structures: [.lungLeft, .lungRight])
        (recipe.preprocessing.columns, recipe.preprocessing.rows) = (16, 16)
        (recipe.network.levels, recipe.network.filters) = (2, 2)
        let net = try TorchNetwork(configuration: recipe.network, seed: 3, engine: TorchEngine.load(threads: 1))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try ModelFile(
            name: ModelName(rawValue: name), recipe: recipe, weights: try net.weights(),
            metadata: ["created": "2026-11-29T15:19:36Z", "parent": "shipped@1", "dataset": "abc"]
        ).write(to: url)
    }

    private var shipped: ModelCatalogue { ModelCatalogue(folders: [folder.file("models")]) }

    private func export(
        _ name: String, _ format: ModelFileFormat, to output: String, _ catalogue: ModelCatalogue? = nil,
        withStore: Bool = true, part: ModelFile.Part? = nil
    ) throws -> ModelExport.Copy {
        try ModelExport(
            name: name, format: format, part: part, output: folder.file(output).path, catalogue: catalogue ?? shipped,
            store: withStore ? store : nil
        ).run()
    }

    private func refusal(_ name: String, _ format: ModelFileFormat, _ catalogue: ModelCatalogue? = nil) -> String {
        do {
            _ = try export(name, format, to: "refused", catalogue)
            return ""
        } catch { return "\(error)" }
    }

    @Test(arguments: [true, false]) func whatShipsIsExportedWithoutImportingIt(withStore: Bool) throws {
        let file = folder.file("models/shipped.safetensors")
        try model("shipped@2", at: file)
        let copy = try export("shipped@2", .safetensors, to: "out", withStore: withStore)
        #expect(copy.file.lastPathComponent == "shipped@2.safetensors" && copy.card.lastPathComponent == "shipped@2.md")
        #expect(try Data(contentsOf: copy.file) == Data(contentsOf: file))
        #expect(try copy.digest == SHA256Digest.hex(ofFile: file) && copy.version.digest == copy.digest)
        let beside = try String(contentsOfFile: copy.file.path + ".sha256", encoding: .utf8)
        #expect(beside == "\(copy.digest)  shipped@2.safetensors\n")
        #expect(!copy.isRegistered && copy.warnings.isEmpty)
        #expect(copy.version.lineage.parent?.rawValue == "shipped@1" && copy.version.lineage.dataDigest == "abc")
        #expect(copy.version.createdAt.formatted(.iso8601) == "2026-11-29T15:19:36Z")
        #expect(copy.version.byteCount == Int64(try Data(contentsOf: file).count))
        #expect(try export("shipped", .onnx, to: "a.onnx", withStore: withStore).version.name.rawValue == "shipped@2")
        #expect(try export(file.path, .onnx, to: "b.onnx").version.name.rawValue == "shipped@2")
        #expect(try store.models().isEmpty, "nothing is registered by it")
    }

    /// Of two networks each goes out by itself, and whoever gets one is told of the other.
    @Test func eachOfTwoNetworksIsExported() throws {
        let file = folder.file("models/both.safetensors")
        try model("both@1", at: file)
        let first = try ModelFile(contentsOf: file)
        var coarse = first.header.recipe
        coarse.network = NetworkConfiguration(.uNet3D)
        (coarse.network.levels, coarse.network.filters) = (1, 2)
        (coarse.patches.rows, coarse.patches.columns) = (16, 16)
        let weights = NetworkLayout(coarse.network).entries.map {
            NamedTensor(name: $0.name, shape: $0.shape, values: [Float](repeating: 0.5, count: $0.count))
        }
        try ModelFile(
            name: first.header.name, recipe: first.header.recipe, weights: first.weights,
            second: SecondNetwork(recipe: coarse, weights: weights)
        ).write(to: file)
        #expect(try export("both@1", .safetensors, to: "whole.safetensors").warnings.isEmpty)
        for format in [ModelFileFormat.onnx, .torchscript] {
            let copy = try export("both@1", format, to: "first.\(format.fileExtensions[0])")
            #expect(copy.warnings.count == 1 && copy.warnings[0].contains("export the second, with --second"))
        }
        let second = try export("both@1", .torchscript, to: "second.pt", part: .second)
        #expect(second.warnings.first?.contains("export the first, without --second") == true)
        #expect(try Data(contentsOf: second.file) != Data(contentsOf: folder.file("first.pt")))
        let alone = try export("both@1", .safetensors, to: "alone.safetensors", part: .second)
        let read = try ModelFile(contentsOf: alone.file)
        #expect(read.weights == weights && read.header.name.rawValue == "r@0", "it is not taken for the whole model")
        // Both go into one folder.
        let pair = try [nil, ModelFile.Part.second].map {
            try export("both@1", .torchscript, to: "pair", part: $0).file
        }
        #expect(pair.map(\.lastPathComponent) == ["both@1.pt", "both@1-second.pt"])
        let error = #expect(throws: WorkError.self) { try export("both@1", .onnx, to: "x.onnx", part: .second) }
        #expect(error?.description.contains("only networks on slices are") == true)
        try model("single@1", at: folder.file("models/single.safetensors"))
        #expect(throws: WorkError.self) { try export("single@1", .torchscript, to: "y.pt", part: .second) }
    }

    @Test func theRegistrysVersionGoesFirstAndTellsOfAnotherName() throws {
        let file = folder.file("models/shipped.safetensors")
        try model("shipped@2", at: file)
        let other = folder.file("other.safetensors")
        try model("other@7", at: other)
        let header = try ModelFile.header(of: other)
        let version = try CurrentModel.publish(other, header: header, as: "shipped", note: "", store, "test", Date())
        #expect(version.name.rawValue == "shipped@1")
        let copy = try export("shipped@1", .safetensors, to: "out")
        #expect(copy.isRegistered && copy.digest == version.digest, "byte for byte what was published")
        #expect(copy.warnings.count == 1 && copy.warnings[0].contains("calls itself other@7"))
        #expect(copy.warnings[0].contains("--name shipped"))
        // A network that stands alone is called what it was exported as.
        let alone = try export("shipped@1", .torchscript, to: "net.ts")
        let bytes = try Data(contentsOf: alone.file)
        #expect(alone.file.lastPathComponent == "net.ts" && alone.warnings.isEmpty)
        #expect(bytes.range(of: Data("shipped@1".utf8)) != nil && bytes.range(of: Data("other@7".utf8)) == nil)
        // A version that was never in use is found by its name alone, as where one predicts; the file is gone: said.
        let entry = ModelCatalogue.Entry(
            url: try store.file(of: version), header: header.named(version.name), digest: version.digest)
        let catalogue = ModelCatalogue(folders: [], registered: [entry])
        #expect(try export("shipped", .safetensors, to: "out", catalogue).version == version)
        try FileManager.default.removeItem(at: try store.file(of: version))
        #expect(refusal("shipped@1", .safetensors, catalogue).contains("shipped@1"))
    }

    @Test func whatIsNoModelIsRefused() throws {
        try model("shipped@2", at: folder.file("models/shipped.safetensors"))
        #expect(refusal("none", .onnx) == "No model none is installed. There are: shipped@2, baseline-threshold.")
        #expect(refusal("baseline-threshold", .onnx).contains("is no network"))
        #expect(refusal("net.pt", .onnx).contains("Import it first"))
    }

    /// A network goes out as TorchScript and comes in as somebody else's: with the same numbers.
    @Test func aNetworkThatGoesOutAsTorchScriptComesInAgain() throws {
        try model("shipped@2", at: folder.file("models/shipped.safetensors"))
        let out = try export("shipped@2", .torchscript, to: "out")
        #expect(out.file.lastPathComponent == "shipped@2.pt")
        var script = TorchScriptRecipe()
        (script.classes, script.sizeMultiple, script.output) = (2, 4, .sigmoid)
        let recipe = Recipe(name: "back", structures: [.lungLeft, .lungRight], torchScript: script)
        let version = try ModelImport(
            path: out.file.path, digest: nil, name: "back", recipe: "back", recipes: { _ in recipe }, store: store,
            actor: "test", networks: TorchNetworks(threads: 1)
        ).run()
        let again = try export("back@1", .torchscript, to: "again.pt")
        #expect(version.name.rawValue == "back@1" && again.digest == out.digest, "the file that was imported")
        #expect(refusal("back@1", .onnx).contains("somebody else's TorchScript file"))
    }
}
