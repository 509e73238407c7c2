import CaseStore
import CaseWork
import Cases
import Foundation
import SurfaceMetrics
import Volumes

/// A reviewer that knows the truth: paints what lies further than a millimetre from it, and leaves the rest as it was
/// proposed. Its corrections go through lease, journal and filing like a person's.
struct CorrectionOracle {
    let store: any CaseStoring
    /// How far from the truth it lets a boundary be.
    var reach: Millimetres = 1
    var reviewer = "oracle"

    /// What is left of a proposal: within the truth grown by ``reach``, and with the truth shrunk by it.
    func corrected(_ proposed: Mask, truth: Mask) throws -> Mask {
        try proposed.union(truth.eroded(by: reach)).intersection(truth.dilated(by: reach))
    }

    /// Reviews a case's newest prediction.
    /// - Returns: the correction that was filed.
    @discardableResult
    func review(
        _ id: CaseID, truth: [StructureName: Mask], tolerance: (StructureName) -> Millimetres
    ) throws -> Correction {
        guard let predictionID = try store.newestPrediction(for: id) else {
            throw WorkError("Case \(id) has no prediction to review.")
        }
        let prediction = try store.prediction(predictionID)
        let lease = try store.openForWriting(
            id, reviewer: reviewer, holder: LeaseHolder(ofThisProcessAs: UUID().uuidString).description, now: Date(),
            duration: 600)
        defer { try? store.release(lease) }
        let session = try store.beginSession(on: .prediction(predictionID), lease: lease, now: Date())
        var (masks, entries, outcomes): ([StructureName: Mask], [JournalEntry], [StructureOutcome]) = ([:], [], [])
        var touched: Set<Int> = []
        for name in prediction.masks.keys.sorted() {
            guard let before = prediction.masks[name], let wanted = truth[name] else { continue }
            let after = try corrected(before, truth: wanted)
            masks[name] = after
            let patch = try MaskPatch(from: before, to: after)
            let slices = before.slices.indices.filter { before.slices[$0] != after.slices[$0] }
            if let first = slices.first {
                touched.formUnion(slices)
                entries.append(
                    JournalEntry(
                        kind: .edit, structure: name, name: "oracle", slice: first, patch: patch,
                        digestAfter: after.digest(ofSlicesTouchedBy: patch)))
            }
            let tolerance = tolerance(name)
            let report = try SurfaceMeasurement.measure(
                reference: before, test: after, tolerances: [tolerance], contents: .scores)
            let path = try AddedPathLength.measure(reference: before, test: after, tolerances: [0])
            outcomes.append(
                StructureOutcome(
                    name: name, surfaceDiceAgainstPrediction: report.agreements[0].surfaceDice, tolerance: tolerance,
                    addedPathLength: path[0].surplus))
        }
        if !entries.isEmpty {
            try store.append(entries, from: 1, to: session, lease: lease, state: nil, now: Date())
        }
        let slices = try store.caseRecord(id).geometry.size.z
        let draft = CorrectionDraft(
            status: entries.isEmpty ? .accepted : .corrected, masks: masks.filter { !$0.value.isEmpty },
            outcomes: outcomes, slicesTouched: touched.sorted(), slicesSeen: Array(0..<slices), activeSeconds: 0)
        return try store.file(draft, of: session, expectedLength: entries.count, lease: lease, now: Date())
    }
}
