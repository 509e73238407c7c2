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
            Models that come with the program are exported without importing them first. With --format onnx or torchscript \
            the network alone, for ONNX Runtime, PyTorch and their like: float32 slices or volumes in, prepared as the \
            recipe in the file's metadata says, and probabilities out. Of somebody else's network, torchscript is the file \
            that was imported.
            """)

    @Argument(help: "A version such as lungs-unet2d@2, a model for the version in use, or a file.") var name: String
    @Option(name: .shortAndLong, help: "A folder, or a file that ends as the format does (.pt for torchscript).")
    var output: String
    @Option(help: "safetensors, as it is, onnx or torchscript.") var format = ModelFileFormat.safetensors
    @Flag(help: "Of a model with two networks the second; onnx and torchscript are otherwise the first.") var second =
        false
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let copy = try ModelExport(
            name: name, format: format, part: second ? .second : nil, output: output,
            catalogue: try ModelOptions.catalogue(home, try Program.current()), store: try home.existingStore()
        ).run()
        let card = ModelCard(version: copy.version, header: copy.header, isRegistered: copy.isRegistered)
        try Output.write(Data(card.text.utf8), to: copy.card.path)
        if json {
            try Output.json(
                ModelExportReport(
                    model: copy.version.name.rawValue, file: copy.file.path, card: copy.card.path, digest: copy.digest,
                    warnings: copy.warnings))
        } else {
            copy.warnings.forEach(Output.note)
            print("\(copy.version.name) is \(copy.file.path)")
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
        help: """
            A recipe, by its name or a .toml file. For a .h5 the one that it was trained by; for a .pt one with \
            [torchscript], which describes it; of a .safetensors it replaces [postprocessing] and [fine_tuning], and has to prepare images for the same network.
            """) var recipe: String?
    @Option(help: "For a .pt: nnU-Net's plans.json, from which spacing, patch and normalisation are taken.")
    var plans: String?
    @Option(help: "The configuration of --plans; otherwise 3d_fullres.") var configuration: String?
    @Option(help: "For a .pt: a MONAI bundle's metadata.json, from which patch, classes and range are taken.")
    var metadata: String?
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
