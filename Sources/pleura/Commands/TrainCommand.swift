import ArgumentParser
import CaseWork
import Files
import Foundation
import JobWork
import Models
import Networks
import Reports
import Settings
import Training

/// Trains a model from scratch, or on from another's weights.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a model on a dataset; can be interrupted and resumed.",
        discussion: """
            The training's folder holds checkpoint.safetensors, best.safetensors (the model of the best epoch), \
            model.safetensors (the same in half precision, at the end), curve.csv and curve.svg. Interrupting (Ctrl-C, \
            or SIGTERM) writes a checkpoint first; --resume goes on from it, or from the last epoch after a crash, \
            and gives the curve that an uninterrupted training gives. --from begins with another model's weights; the \
            recipe may add a second window to them, and have other structures as long as one is the same.
            """)

    @Argument(help: "The dataset's folder, with a split.") var dataset: String
    @Option(help: "The recipe: a name, or a path to a .toml file.") var recipe: String
    @Option(help: "The model's name, or a folder's path with a slash.") var out: String
    @Option(help: "A .safetensors model to start from, with the recipe's network.")
    var from: String?
    @Option(help: "auto, cpu or cuda.") var device = "auto"
    @Option(help: "Another number of epochs than the recipe's.") var epochs: Int?
    @Option(help: "Threads of the processor; otherwise all.") var threads: Int?
    @Flag(help: "Resume the training of this name.") var resume = false
    @OptionGroup var home: HomeOption

    func run() throws {
        guard let device = EngineDevice(rawValue: device) else {
            throw ProgramError("--device is auto, cpu or cuda, not \(device).")
        }
        if let threads, !(1...1024).contains(threads) { throw ProgramError("--threads is 1…1024, not \(threads).") }
        let recipe = try chosenRecipe()
        try RecipeTraining.requireTrainable(recipe)
        let parent = try from.map { try RecipeTraining.Parent(path: $0, for: recipe) }
        let folder = try TrainingFolder.asked(out, resumes: resume) { DataFolder(try home.folder()).training($0) }
        let source = DatasetFolder(url: URL(fileURLWithPath: dataset))
        let list = try source.read()
        let stop = StopSignal()
        let data = try TrainingData(
            list, in: source, recipe: recipe, reader: DatasetReader(tell: Output.note), isStopped: { stop.isSet },
            progress: { Output.progress("preparing patient \($0 + 1) of \($1)") })
        Output.endProgress()
        let training = RecipeTraining(
            recipe, from: parent, networks: TorchNetworks(threads: threads, device: device), folder: folder)
        let display = TrainingDisplay(
            epochs: recipe.training.epochs, progress: { Output.progress($0) },
            say: {
                Output.endProgress()
                Output.note($0)
            })
        let ending = try training.run(
            on: data, dataset: list.name, resumes: resume, created: { Date() }, isStopped: { stop.isSet },
            report: display.show)
        Output.endProgress()
        guard case .finished(let bestEpoch) = ending else {
            Output.note("Stopped; a checkpoint is in \(folder.url.path). Resume with --resume.")
            throw ExitCode(1)
        }
        if let bestEpoch { Output.note("The best epoch was \(bestEpoch).") }
        Output.note("The model is \(folder.model.path)")
    }

    private func chosenRecipe() throws -> Recipe {
        // A path may be given without a slash, as `my.toml`.
        let isFile = recipe.hasSuffix(".toml") && !recipe.contains("/")
        var chosen = try Program.current().resources.recipe(isFile ? "./\(recipe)" : recipe)
        if let epochs {
            guard (1...10_000).contains(epochs) else { throw ProgramError("--epochs is 1…10000, not \(epochs).") }
            chosen.training.epochs = epochs
        }
        return chosen
    }
}
