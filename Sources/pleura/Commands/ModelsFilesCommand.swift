import ArgumentParser
import CaseStore
import CaseWork
import Cases
import Digests
import Foundation
import JobWork
import Learning
import Reports

/// Copies a version out.
struct ModelsExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Copy a version's file, with its model card and digest beside it.")

    @Argument(help: "A version such as lungs-unet2d@2, or a model for the version in use.") var name: String
    @Option(name: .shortAndLong, help: "A folder, or a .safetensors file.") var output: String
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    private struct Report: Encodable {
        let model: String
        let file: String
        let card: String
        let digest: String
    }

    func run() throws {
        let store = try home.store()
        let version = try store.model(ModelName(rawValue: name))
        let file = try store.file(of: version)
        var target = URL(fileURLWithPath: output)
        if !output.hasSuffix(".safetensors") {
            try? FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            target.appendPathComponent("\(version.name).safetensors")
        }
        guard let data = try? Data(contentsOf: file) else {
            throw ProgramError("The file of \(version.name) cannot be read.", .failed)
        }
        let card = target.deletingPathExtension().appendingPathExtension("md")
        let header = try ModelFile.header(of: file)
        try Output.write(data, to: target.path)
        try Output.write(
            Data(ModelCard(version: version, header: header, isInUse: false).text.utf8), to: card.path)
        // As sha256sum writes it, so that sha256sum -c checks it.
        try Output.write(
            Data("\(version.digest)  \(target.lastPathComponent)\n".utf8), to: target.path + ".sha256")
        if json {
            try Output.json(
                Report(model: version.name.rawValue, file: target.path, card: card.path, digest: version.digest))
        } else {
            print("\(version.name) is \(target.path)")
        }
    }
}

/// Takes a model in.
struct ModelsImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Publish a model file as a new version; it is not put in use.",
        discussion: """
            FILE is a .safetensors file of Pleura, or a Keras .h5 of the published architecture, which needs --recipe. \
            A file is refused if it is no such model, its weights are not its network's, or its SHA-256 is not the one \
            of --digest or of FILE.sha256 beside it.
            """)

    @Argument(help: "The file.") var file: String
    @Option(help: "The SHA-256 that the file has to have.") var digest: String?
    @Option(help: "The model's name, without a version; otherwise the file's own.") var name: String?
    @Option(help: "For a .h5: the recipe that it was trained by, a name or a .toml file.") var recipe: String?
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let url = URL(fileURLWithPath: file)
        try checkDigest(of: url)
        let store = try home.store()
        let program = try Program.current()
        let version: ModelVersion
        if ["h5", "hdf5", "keras"].contains(url.pathExtension.lowercased()) {
            version = try importKeras(url, program, store)
        } else {
            let model = try ModelFile(contentsOf: url)
            try Self.check(model.weights, model.header.recipe, path: file)
            version = try CurrentModel.publish(
                url, header: model.header, as: name, note: "imported file", store, program.reviewer, Date())
        }
        let report = ModelReport(version, promotions: try store.promotions())
        if json {
            try Output.json(report)
        } else {
            print("\(version.name) is registered. Put it in use: pleura models promote \(version.name)")
        }
    }

    private func checkDigest(of url: URL) throws(ProgramError) {
        guard let data = try? Data(contentsOf: url, options: .mappedIfSafe) else {
            throw ProgramError("There is no file at \(file), or it cannot be read.")
        }
        let found = SHA256Digest()
        data.withUnsafeBytes(found.update)
        let hex = found.finish()
        var wanted = digest.map { ($0.lowercased(), "--digest") }
        if wanted == nil, let text = try? String(contentsOfFile: url.path + ".sha256", encoding: .utf8) {
            wanted = (String(text.prefix { !$0.isWhitespace }).lowercased(), "\(url.lastPathComponent).sha256")
        }
        if let (text, source) = wanted, text != hex {
            throw ProgramError("The SHA-256 of \(file) is \(hex), not what \(source) says. The file was not imported.")
        }
    }

    private func importKeras(_ url: URL, _ program: Program, _ store: any CaseStoring) throws -> ModelVersion {
        guard let recipe else {
            throw ProgramError("A Keras file does not say how images are prepared. Name the recipe with --recipe.")
        }
        let isFile = recipe.hasSuffix(".toml") && !recipe.contains("/")
        let chosen = try program.resources.recipe(isFile ? "./\(recipe)" : recipe)
        let keras = try KerasModel(contentsOf: url, supposed: chosen.network)
        try Self.check(keras.tensors, chosen, path: file)
        let base = name ?? url.deletingPathExtension().lastPathComponent
        let model = try ModelFile(
            name: ModelName(rawValue: base), recipe: chosen, weights: keras.tensors,
            metadata: ["imported": "keras"])
        let temporary = FileManager.default.temporaryDirectory.appendingPathComponent(
            "\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: temporary) }
        try model.write(to: temporary)
        // Read back, so that a name which is none is refused as in every other file.
        let header = try ModelFile.header(of: temporary)
        return try CurrentModel.publish(
            temporary, header: header, as: base, note: "imported Keras file", store, program.reviewer, Date())
    }

    /// Whether tensors are those of a recipe's network, by name and shape.
    static func check(_ tensors: [NamedTensor], _ recipe: Recipe, path: String) throws(ProgramError) {
        let wanted = UNetLayout(recipe.network).entries.map { "\($0.name) \($0.shape)" }.sorted()
        let found = tensors.map { "\($0.name) \($0.shape)" }.sorted()
        guard wanted == found else {
            let odd = Set(wanted).symmetricDifference(found).min() ?? ""
            throw ProgramError(
                "\(path) is not a model that Pleura can use: its weights do not fit its recipe's network (\(odd)).")
        }
        guard tensors.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else {
            throw ProgramError("\(path) is not a model that Pleura can use: a weight is not a number.")
        }
    }
}
