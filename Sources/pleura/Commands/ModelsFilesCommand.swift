import ArgumentParser
import CaseStore
import CaseWork
import Cases
import Foundation
import JobWork
import Models
import Networks
import Reports

/// Copies a version out.
struct ModelsExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Copy a version's file, with its model card and digest beside it.",
        discussion: """
            With --format onnx the network alone, for ONNX Runtime and its like: float32 slices in, prepared as the recipe \
            in the file's metadata says, and probabilities out.
            """)

    @Argument(help: "A version such as lungs-unet2d@2, or a model for the version in use.") var name: String
    @Option(name: .shortAndLong, help: "A folder, or a file that ends as the format does.") var output: String
    @Option(help: "safetensors, as it is, or onnx.") var format = ModelFileFormat.safetensors
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
        if !output.hasSuffix(".\(format.rawValue)") {
            try? FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            target.appendPathComponent("\(version.name).\(format.rawValue)")
        }
        let copy: (data: Data, digest: String)
        do { copy = try format.copy(of: file) } catch {
            throw ProgramError("\(version.name) cannot be exported as \(format.rawValue): \(error)", .failed)
        }
        let card = target.deletingPathExtension().appendingPathExtension("md")
        let header = try ModelFile.header(of: file)
        try Output.write(copy.data, to: target.path)
        try Output.write(
            Data(ModelCard(version: version, header: header, isInUse: false).text.utf8), to: card.path)
        // As sha256sum writes it, so that sha256sum -c checks it.
        try Output.write(
            Data("\(copy.digest)  \(target.lastPathComponent)\n".utf8), to: target.path + ".sha256")
        if json {
            try Output.json(
                Report(model: version.name.rawValue, file: target.path, card: card.path, digest: copy.digest))
        } else {
            print("\(version.name) is \(target.path)")
        }
    }
}

extension ModelFileFormat: ExpressibleByArgument {}

/// Takes a model in.
struct ModelsImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Publish a model file as a new version; it is not put in use.",
        discussion: """
            FILE is a .safetensors file of Pleura, a Keras .h5 of the published architecture, or somebody else's \
            network as TorchScript (.pt); the last two need --recipe. A file is refused if it is no such model, its \
            weights are not its network's, it does not answer as its recipe says, or its SHA-256 is not the one of \
            --digest or of FILE.sha256 beside it. A TorchScript file is a program: import it only from whom you would \
            take one.
            """)

    @Argument(help: "The file.") var file: String
    @Option(help: "The SHA-256 that the file has to have.") var digest: String?
    @Option(help: "The model's name, without a version; otherwise the file's own.") var name: String?
    @Option(
    @Option(help: "For a .pt: a MONAI bundle's metadata.json, from which patch, classes and range are taken.")
    var metadata: String?
        help: """
            A recipe, by its name or a .toml file. For a .h5 the one that it was trained by; for a .pt one with \
            [torchscript], which describes it; of a .safetensors it replaces [postprocessing] and [fine_tuning], and has to prepare images for the same network.
            """) var recipe: String?
    @Option(help: "For a .pt: nnU-Net's plans.json, from which spacing, patch and normalisation are taken.")
    var plans: String?
    @Option(help: "The configuration of --plans; otherwise 3d_fullres.") var configuration: String?
    @Option(help: "Another .safetensors, whose network the model gets as its second: their probabilities are averaged.")
    var second: String?
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func validate() throws {
        if configuration != nil, plans == nil { throw ValidationError("--configuration is one of --plans.") }
    }

    func run() throws {
        let (store, program) = (try home.store(), try Program.current())
        let version = try ModelImport(
            path: file, digest: digest, name: name, recipe: recipe,
            plans: plans.map { ModelImport.Plans(path: $0, configuration: configuration) }, metadata: metadata,
            second: second,
            recipes: { try program.resources.recipe($0) },
            store: store, actor: program.reviewer, networks: TorchNetworks()
        ).run()
        let header = try? ModelFile.header(of: try store.file(of: version))
        let report = ModelReport(version, recipe: header?.recipe, promotions: try store.promotions())
        if json {
            try Output.json(report)
        } else {
            print("\(version.name) is registered. Put it in use: pleura models promote \(version.name)")
        }
    }
}
