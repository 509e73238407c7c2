import CaseStore
import Cases

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
                structures: StructureCatalogue.current.completed(Set(summary.outcomes.map(\.name))),
                isApproved: summary.approval?.allowsUse ?? true)
        }
        return TrainingSelection(
            from: candidates, structures: Set(structures), jobs: try store.jobs().filter { $0.model.base == base })
    }
}
