import CaseStore
import Cases
import Foundation
import Review
import SurfaceMetrics
import Volumes

/// Which predictions of a corrected case are looked at side by side.
package struct ReplayedCase: Sendable {
    /// The case, with both predictions of it.
    package let entry: ReplayReport.Case
    /// The structure that was chosen.
    package let structure: StructureName
    /// The old model and the new one.
    package let before: ModelName
    /// The new model.
    package let after: ModelName

    /// Two predictions of a corrected case.
    package init(entry: ReplayReport.Case, structure: StructureName, before: ModelName, after: ModelName) {
        self.entry = entry
        self.structure = structure
        self.before = before
        self.after = after
    }
}

extension CaseOpener {
    /// Opens a corrected case to look at: the new model's masks as the masks, the old one's as the prediction's ghost,
    /// both measured against the correction, on the slice where the new ones are worst. Nothing can be changed.
    package func openReplay(_ replay: ReplayedCase, of loaded: LoadedCase) throws -> OpenCase {
        let entry = replay.entry
        let correction = try store.correction(entry.correction)
        let before = try store.prediction(PredictionID(rawValue: entry.predictionBefore))
        let after = try store.prediction(PredictionID(rawValue: entry.predictionAfter))
        var references: [StructureName: Mask] = [:]
        for name in after.masks.keys {
            references[name] = correction.masks[name] ?? Mask(geometry: loaded.record.geometry)
        }
        let names = Set(references.keys).intersection(correction.outcomes.map(\.name))
        // Listed, so that one is shown that the new model has left empty and the old one did not know.
        let listed = StructureListing(names.sorted().map { .init(name: $0, isAdded: before.masks[$0] == nil) })
        var structures = options.structures(
            after.masks.filter { names.contains($0.key) },
            Prediction(
                model: before.model, masks: before.masks.filter { names.contains($0.key) }, preprocessing: []),
            references, listed: listed)
        // Nobody added what the new model alone knows.
        for i in structures.indices { structures[i].isAdded = false }
        var review = OpenedReview(
            model: replay.after, referenceSource: .file("your correction r\(correction.revision)"),
            structures: structures,
            readOnly:
                "replay: mask \(replay.after), ghost \(replay.before), red is out of tolerance of your correction",
            uncertainty: after.uncertainty?.sliceScores ?? [])
        review.isReplay = true
        review.notes = loaded.record.warnings
        post(.opened(review))
        if let chosen = structures.first(where: { $0.name == replay.structure }) {
            post(.pointedTo(chosen.name, slice: nil))
            let live = try LiveSurfaceDice(
                reference: chosen.reference, test: chosen.mask, tolerances: [chosen.tolerance])
            if let worst = live.worstSlices().first { post(.pointedTo(chosen.name, slice: worst.z)) }
        }
        return OpenCase(
            loaded: loaded, caseID: loaded.record.id, filed: nil, journal: nil, references: references,
            referenceSource: review.referenceSource, predictionID: PredictionID(rawValue: entry.predictionAfter),
            predictions: before.masks,
            notes: loaded.record.warnings)
    }
}
