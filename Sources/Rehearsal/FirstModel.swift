import CaseStore
import CaseWork
import Cases
import Foundation
import JobWork
import Models
import Networks
import Training

/// The model that a rehearsal begins with: one that is installed, or one that is trained for it.
package struct FirstModel {
    let store: any CaseStoring
    /// The rehearsal's data folder.
    let home: URL
    /// Reads the recipe of a model that shows the way and no quality.
    let smoke: () throws -> Recipe
    /// Another number of epochs than the recipe's for fine-tuning; `nil` for the recipe's.
    let epochs: Int?
    /// Makes its network, if it is trained.
    let networks: any NetworkMaking
    /// Is told what goes on, a sentence each.
    let say: (String) -> Void
    let isStopped: () -> Bool

    /// What puts a first model in use.
    package init(
        store: any CaseStoring, home: URL, smoke: @escaping () throws -> Recipe, epochs: Int?,
        networks: any NetworkMaking, say: @escaping (String) -> Void, isStopped: @escaping () -> Bool
    ) {
        self.store = store
        self.home = home
        self.smoke = smoke
        self.epochs = epochs
        self.networks = networks
        self.say = say
        self.isStopped = isStopped
    }

    /// Puts the model to begin with in use.
    package func begin(with choice: ModelChoice) throws {
        var file: ModelFile
        if case .model(let entry) = choice.kind {
            file = try ModelFile(contentsOf: entry.url)
            try CurrentModel.requireOwn(file.header)
        } else {
            say("No trained model is installed: one is trained by the recipe smoke for the rehearsal.")
            file = try train()
        }
        var recipe = file.header.recipe
        if let epochs { recipe.fineTuning.epochs = epochs }
        let base = file.header.name.base
        file = try ModelFile(
            name: ModelName(base: base, version: 1), recipe: recipe, weights: file.weights,
            second: file.second, metadata: file.header.metadata)
        let temporary = home.appendingPathComponent(".first.safetensors")
        defer { try? FileManager.default.removeItem(at: temporary) }
        try file.write(to: temporary)
        let version = try CurrentModel.publish(
            temporary, header: file.header, as: base, note: "the rehearsal's first model", store, "rehearsal", Date())
        _ = try store.promote(version.name, reason: "the rehearsal's first model", by: "rehearsal", now: Date())
    }

    /// A small model of the sites that are no news.
    private func train() throws -> ModelFile {
        let recipe = try smoke()
        let cache = FileManager.default.temporaryDirectory.appendingPathComponent("pleura-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: cache) }
        let slices = try SliceCache(home: home, recipe: recipe)
        let patients = try (0..<recipe.fineTuning.replayPatients).map { number in
            let base = BasePatient(
                number: number, seed: UInt64(recipe.fineTuning.replaySeed), recipe: recipe)
            return try slices.open(base.listed, structures: recipe.structures.map(\.rawValue)) { try base.prepared() }
        }
        let network = try networks.network(recipe.network, seed: UInt64(recipe.training.seed))
        var longer = recipe
        longer.training.epochs = 60
        // Soft Dice alone can end in empty masks with so few slices, as can a third of these epochs.
        longer.training.loss = .softDiceAndCrossEntropy
        let folder = TrainingFolder(url: cache.appendingPathComponent("smoke"))
        try folder.create()
        _ = try Trainer(
            network: network, recipe: longer, training: patients, validation: [], folder: folder, dataset: "phantoms"
        ).run(isStopped: { isStopped() }, report: { _ in })
        let best = try ModelFile(contentsOf: folder.best)
        return try ModelFile(
            name: ModelName(base: "smoke", version: 1), recipe: recipe, weights: best.weights,
            metadata: ["dataset": "phantoms", "software": "pleura \(Version.text)"])
    }
}
