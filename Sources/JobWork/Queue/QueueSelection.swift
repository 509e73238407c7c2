import CaseStore
import CaseWork
import Cases
import Foundation
import Learning

/// Which of the store's corrections a fine-tuning of a model would take in.
package enum QueueSelection {
    /// The corrections, newest first, sorted into those that go in and those that do not.
    /// - Throws: ``CaseStoreError``.
    package static func select(
        structures: [StructureName], base: String, store: any CaseStoring
    ) throws(CaseStoreError) -> TrainingSelection {
        let patients = try store.patients()
        let sizes = Dictionary(
            try store.worklist().items.map { ($0.record.id, $0.record.geometry.size.z) },
            uniquingKeysWith: { first, _ in first })
        let candidates = try store.corrections().corrections.map { summary in
            TrainingSelection.Candidate(
                key: summary.key, status: summary.status, isSuperseded: summary.isSuperseded,
                isHeldOut: patients[summary.key.caseID]?.role == .holdOut,
                slicesSeen: Set(summary.slicesSeen).union(summary.slicesTouched).count,
                slices: sizes[summary.key.caseID] ?? 0,
                structures: offered(Set(summary.outcomes.map(\.name))),
                isApproved: summary.approval?.allowsUse ?? true)
        }
        return TrainingSelection(
            from: candidates, structures: Set(structures), jobs: try store.jobs().filter { $0.model.base == base })
    }

    /// The model that a fine-tuning starts from: of a name, or the preferred one.
    /// - Throws: ``WorkError`` if it is not there or cannot be trained.
    package static func model(_ name: String?, in catalogue: ModelCatalogue) throws(WorkError) -> ModelCatalogue.Entry {
        guard case .model(let entry) = try ModelChoice.find(name, in: catalogue).kind else {
            throw WorkError(
                "\(ModelName.baseline) cannot be trained. Import a model first: pleura models import FILE.")
        }
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

    /// Both lungs together are known where each of them is.
    private static func offered(_ structures: Set<StructureName>) -> Set<StructureName> {
        structures.isSuperset(of: [.lungLeft, .lungRight]) ? structures.union([.lungs]) : structures
    }
}
