import Cases
import Volumes

extension LoadedSession {
    /// Refuses a draft that is not this review's result; nothing else may be filed under its name.
    /// - Throws: ``CaseStoreError/invalid(what:reason:)``, ``CaseStoreError/wrongGrid(_:structure:expected:found:)``,
    ///   ``CaseStoreError/journalDamaged(_:_:)``, ``CaseStoreError/masksDifferFromJournal(_:_:)``,
    ///   ``CaseStoreError/acceptedButChanged(_:_:)``.
    package func requireResult(_ draft: CorrectionDraft) throws(CaseStoreError) {
        let id = session.caseID
        guard draft.activeSeconds.isFinite, draft.activeSeconds >= 0 else {
            throw .invalid(what: "correction", reason: "its active time is not a number of seconds")
        }
        let slices = 0..<geometry.size.z
        guard draft.slicesTouched.allSatisfy(slices.contains), draft.slicesSeen.allSatisfy(slices.contains) else {
            throw .invalid(what: "correction", reason: "a slice is not on the case's grid")
        }
        try geometry.require(draft.masks, of: id)
        let (review, damage) = try replayed()
        if let damage { throw .journalDamaged(session.id, damage) }
        let empty = Mask(geometry: geometry)
        func firstDifference(_ masks: [StructureName: Mask]) -> StructureName? {
            Set(masks.keys).union(draft.masks.keys).sorted()
                .first { (masks[$0] ?? empty) != (draft.masks[$0] ?? empty) }
        }
        if let structure = firstDifference(review.masks) { throw .masksDifferFromJournal(id, structure) }
        if draft.status == .accepted, let structure = firstDifference(reference.masks) {
            throw .acceptedButChanged(id, structure)
        }
    }
}

extension GridGeometry {
    /// - Throws: ``CaseStoreError/wrongGrid(_:structure:expected:found:)`` unless all masks are on this grid, a case's.
    package func require(_ masks: [StructureName: Mask], of id: CaseID) throws(CaseStoreError) {
        for (structure, mask) in masks where mask.geometry != self {
            throw .wrongGrid(id, structure: structure, expected: description, found: mask.geometry.description)
        }
    }
}
