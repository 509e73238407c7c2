import CaseWork
import Cases
import Foundation
import Models
import Networks
import Training

/// Trains a model on a dataset as a recipe says, from scratch or on from another's weights; what `pleura train` does with
/// what it was given.
package struct RecipeTraining {
    /// A model whose weights a training begins with.
    package struct Parent: Sendable {
        /// Its name.
        package let name: ModelName
        /// Its weights, in the recipe's network.
        package let weights: [NamedTensor]

        /// The model of a file.
        /// - Parameter path: where it is, as the user gave it.
        /// - Throws: `ModelFileError`; ``WorkError`` if it is somebody else's network, one of the two answers prompts and the other
        ///   segments, or it has another network than the recipe, or none of its structures.
        package init(path: String, for recipe: Recipe) throws {
            let model = try ModelFile(contentsOf: URL(fileURLWithPath: path))
            guard model.program == nil else {
                throw WorkError(
                    "\(path) is a TorchScript network that was trained elsewhere: it predicts, and has no weights that a "
                        + "training could begin with.")
            }
            let answers = model.header.recipe.prompts != nil
            guard answers == (recipe.prompts != nil) else {
                let (own, other) = answers ? ("answers prompts", "segments") : ("segments", "answers prompts")
                throw WorkError(
                    "\(path) is a model that \(own), and the recipe \(recipe.name) describes one that \(other). Begin with a "
                        + "model that \(other), or without --from.")
            }
            guard let weights = model.startingWeights(for: recipe) else {
                throw WorkError(
                    "\(path) has another network than the recipe \(recipe.name)\(answers ? "" : ", or none of its structures"). "
                        + "Use its own recipe: \(model.header.recipe.name).")
            }
            name = model.header.name
            self.weights = weights
        }
    }

    let recipe: Recipe
    let parent: Parent?
    let networks: any NetworkMaking
    let folder: TrainingFolder

    /// A training that has not begun.
    /// - Parameters:
    ///   - parent: whose weights it begins with; `nil` to begin from scratch.
    ///   - networks: makes the network.
    ///   - folder: where it keeps checkpoints and models; made if it is not there.
    package init(_ recipe: Recipe, from parent: Parent?, networks: any NetworkMaking, folder: TrainingFolder) {
        self.recipe = recipe
        self.parent = parent
        self.networks = networks
        self.folder = folder
    }

    /// - Throws: ``WorkError`` for a recipe of somebody else's network.
    package static func requireTrainable(_ recipe: Recipe) throws(WorkError) {
        guard recipe.torchScript != nil else { return }
        throw WorkError(
            "The recipe \(recipe.name) describes a TorchScript network, which is trained where it comes from. Choose a "
                + "recipe with [network].")
    }

    /// How it ended.
    package enum Ending: Sendable, Hashable {
        /// It was stopped; a checkpoint is in the folder.
        case stopped
        /// The model is in the folder; the best epoch, if there was one to compare.
        case finished(bestEpoch: Int?)
    }

    /// Trains, and writes the model.
    /// - Parameters:
    ///   - data: what is trained on.
    ///   - dataset: what the dataset is called, for the model's metadata.
    ///   - resumes: whether it goes on from the folder's checkpoint.
    ///   - created: asked when the model is made, for its metadata.
    /// - Throws: `TrainingError`, what the engine says, what the disk says.
    package func run(
        on data: TrainingData, dataset: String, resumes: Bool, created: () -> Date, isStopped: () -> Bool,
        report: (Trainer.Event) -> Void
    ) throws -> Ending {
        try Self.requireTrainable(recipe)
        let network =
            if let parent {
                try networks.network(recipe.network, weights: parent.weights)
            } else {
                try networks.network(recipe.network, seed: UInt64(recipe.training.seed))
            }
        try folder.create()
        let trainer = try Trainer(
            network: network, recipe: recipe, training: data.training, validation: data.validation, folder: folder,
            dataset: data.digest)
        if resumes { try trainer.resume() }
        guard try trainer.run(isStopped: isStopped, report: report) != .stopped else { return .stopped }
        var metadata = [
            "created": ISO8601DateFormatter().string(from: created()), "software": "pleura \(Version.text)",
            "dataset_name": dataset,
        ]
        metadata["parent"] = parent?.name.rawValue
        try folder.writeModel(metadata: metadata)
        return .finished(bestEpoch: trainer.state.best?.epoch)
    }
}
