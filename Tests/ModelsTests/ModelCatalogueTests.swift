import Cases
import Foundation
import TestSupport
import Testing

@testable import Models

@Suite struct ModelCatalogueTests {
    private func model(
        _ name: String, at url: URL, recipe: Recipe = Recipe(name: "r", structures: [.lungs])
    ) throws -> ModelCatalogue.Entry {
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        let file = try ModelFile(
            name: ModelName(rawValue: name), recipe: recipe, weights: [])
        try file.write(to: url)
        return ModelCatalogue.Entry(url: url, header: file.header, digest: "registered")
    }

    @Test func theVersionInUseGoesBeforeNewerOnesAndBeforeFiles() throws {
        let folder = try TemporaryFolder()
        let digest = String(repeating: "a", count: 64)
        let known = try [1, 2, 3].map { try model("net@\($0)", at: folder.file("home/\($0).dat")) }
        _ = try model("shipped@9", at: folder.file("models/shipped.safetensors"))
        // What a crash left of a publication: in nobody's list.
        _ = try model("net@4", at: folder.file("models/\(digest).safetensors"))
        let catalogue = ModelCatalogue(
            folders: [folder.file("models")], registered: known, inUse: [ModelName(rawValue: "net@2")])
        #expect(catalogue.preferred()?.header.name.rawValue == "net@2")
        #expect(catalogue.entry(named: "net")?.header.name.rawValue == "net@2")
        #expect(catalogue.entry(named: "net@3")?.header.name.rawValue == "net@3")
        #expect(catalogue.entry(named: "net@4") == nil)
        #expect(catalogue.entry(named: "shipped")?.header.name.rawValue == "shipped@9")
        #expect(catalogue.entries().map(\.header.name.rawValue) == ["net@3", "net@2", "net@1", "shipped@9"])
        // Nothing is in use: the shipped one, never a version that nobody put in use.
        let unused = ModelCatalogue(folders: [folder.file("models")], registered: known)
        #expect(unused.preferred()?.header.name.rawValue == "shipped@9")
        #expect(catalogue.unreadableInUse().isEmpty && unused.unreadableInUse().isEmpty)
        // The file of the newest one in use is gone: another is taken, which has to be said.
        let broken = ModelCatalogue(
            folders: [folder.file("models")], registered: known,
            inUse: ["lost@1", "net@1"].map(ModelName.init(rawValue:)))
        #expect(broken.preferred()?.header.name.rawValue == "net@1")
        #expect(broken.unreadableInUse().map(\.rawValue) == ["lost@1"])
        #expect(known[0].header.named(ModelName(rawValue: "other@7")).name.rawValue == "other@7")
    }

    /// What answers prompts never segments, and the other way round, whichever was put in use last.
    @Test func eachPurposeHasItsOwnModel() throws {
        let folder = try TemporaryFolder()
        let prompts = Recipe(name: "p", structures: [.lungs], prompts: PromptRecipe())
        let net = try model("net@1", at: folder.file("home/1.dat"))
        let answers = try model("answers@1", at: folder.file("home/2.dat"), recipe: prompts)
        #expect(net.header.purpose == .segmenting && answers.header.purpose == .answeringPrompts)
        _ = try model("a@3", at: folder.file("models/a.safetensors"), recipe: prompts)
        _ = try model("b@3", at: folder.file("models/b.safetensors"))
        func catalogue(_ inUse: [String]) -> ModelCatalogue {
            ModelCatalogue(
                folders: [folder.file("models")], registered: [net, answers],
                inUse: inUse.map(ModelName.init(rawValue:)))
        }
        #expect(catalogue([]).preferred()?.header.name.rawValue == "b@3")
        #expect(catalogue([]).preferred(for: .answeringPrompts)?.header.name.rawValue == "a@3")
        let both = catalogue(["answers@1", "net@1"])
        #expect(both.preferred()?.header.name.rawValue == "net@1")
        #expect(both.preferred(for: .answeringPrompts)?.header.name.rawValue == "answers@1")
        #expect(catalogue(["answers@1"]).preferred()?.header.name.rawValue == "b@3")
        #expect(
            both.newestInUse()?.rawValue == "net@1" && both.newestInUse(for: .answeringPrompts)?.rawValue == "answers@1"
        )
        #expect(catalogue([]).newestInUse() == nil)
        // What is lost is told where it would have been used, whatever was put in use for the other purpose since.
        let lost = catalogue(["answers@2", "answers@1", "net@2", "net@1"])
        #expect(lost.unreadableInUse().map(\.rawValue) == ["net@2"])
        #expect(lost.unreadableInUse(for: .answeringPrompts).map(\.rawValue) == ["answers@2"])
        #expect(catalogue(["answers@1", "gone@1"]).unreadableInUse().map(\.rawValue) == ["gone@1"])
        #expect(catalogue(["a@4", "net@1"]).unreadableInUse().isEmpty)
    }
}
