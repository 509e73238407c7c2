import CaseStore
import CaseWork
import Cases
import Foundation
import Models

extension QueueSelection {
    /// The model that a fine-tuning starts from: of a name, or the preferred one.
    /// - Throws: ``WorkError`` if it is not there or cannot be trained.
    package static func model(_ name: String?, in catalogue: ModelCatalogue) throws(WorkError) -> ModelCatalogue.Entry {
        guard case .model(let entry) = try ModelChoice.find(name, in: catalogue).kind else {
            throw WorkError(
                "\(ModelName.baseline) cannot be trained. Import a model first: pleura models import FILE.")
        }
        try CurrentModel.requireOwn(entry.header)
        return entry
    }

    /// Queues a job with the corrections that are in none yet, or says what it would be.
    /// - Parameters:
    ///   - name: the model to train on; `nil` for the one in use.
    ///   - isDry: whether nothing is changed.
    /// - Returns: the corrections, the model, and the job where one was queued.
    package static func add(
        _ name: String?, isDry: Bool, in catalogue: ModelCatalogue, store: any CaseStoring, by actor: String,
        now: Date
    ) throws -> (selection: TrainingSelection, model: ModelName, job: Job?) {
        let found = try model(name, in: catalogue)
        let selection = try select(
            structures: found.header.recipe.structures, base: found.header.name.base, store: store)
        guard !isDry, !selection.chosen.isEmpty else { return (selection, found.header.name, nil) }
        let version = try CurrentModel.resolve(name, in: catalogue, store: store, by: actor, now: now)
        let job = try store.addJob(
            model: version.name, corrections: selection.chosen.map(\.key), by: actor, now: now)
        return (selection, job.model, job)
    }
}
