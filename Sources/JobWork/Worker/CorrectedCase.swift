import CaseStore
import CaseWork
import Cases
import Foundation
import SurfaceMetrics
import Volumes

/// A correction with its image: what is trained on or judged by.
struct CorrectedCase {
    let key: CorrectionKey
    let record: CaseRecord
    /// The groups that it is in, also by what its files say that the store does not know yet.
    let groups: [CaseGroup]
    /// Who was scanned, by hash; `nil` if nobody said.
    let patient: String?
    let volume: Volume
    /// The final masks; every structure that was reviewed has one.
    let masks: [StructureName: Mask]
    /// The prediction that was reviewed.
    let prediction: PredictionID
    /// The slices that somebody looked at; `nil` for all.
    let seen: [Int]?
    /// What was odd about the image, one sentence each; never a name or a path.
    let warnings: [String]

    /// Reads a correction and its image.
    /// - Throws: ``WorkError`` without a name of the patient if the image is not where it was, or is another.
    init(_ summary: CorrectionSummary, patient: String?, in store: any CaseStoring) throws {
        let correction = try store.correction(summary.key)
        let record = try store.caseRecord(summary.key.caseID)
        let loaded: LoadedCase
        do {
            loaded = try LoadedCase.read(record.caseSource)
        } catch {
            // The path may hold a name; logs may not.
            throw WorkError(
                "The image of case \(record.id) cannot be read where it was. Import it again from its new place.",
                .failed)
        }
        guard loaded.record.contentDigest == record.contentDigest else {
            throw WorkError("The image of case \(record.id) is not the one that was corrected.")
        }
        var masks = correction.masks
        for outcome in correction.outcomes where masks[outcome.name] == nil {
            masks[outcome.name] = Mask(geometry: record.geometry)
        }
        masks = try masks.withWholes()
        let seen = Set(correction.slicesSeen).union(correction.slicesTouched)
        self.key = summary.key
        self.record = record
        var known = record
        known.acquisition = record.acquisition.updated(by: loaded.record.acquisition)
        groups = known.groups
        self.patient = patient
        self.volume = loaded.volume
        self.warnings = loaded.record.warnings
        self.masks = masks
        self.prediction = summary.prediction
        self.seen = seen.count == record.geometry.size.z ? nil : seen.sorted()
    }

    /// Whose case it is, without a name: the patient's hash, or the case where nobody said.
    var nameOfPatient: String { patient.map { "patient \($0.prefix(12))" } ?? "case \(key.caseID)" }

    /// Surface Dice of a prediction against the correction on the slices that were seen; `nil` where neither mask has
    /// a surface, or the correction says nothing of the structure.
    func surfaceDice(_ name: StructureName, _ predicted: Mask?, tolerance: Millimetres) throws -> Double? {
        guard let known = masks[name] else { return nil }
        let empty = Mask(geometry: record.geometry)
        let report = try SurfaceMeasurement.measure(
            reference: onSeen(known), test: onSeen(predicted ?? empty), tolerances: [tolerance],
            contents: .scores)
        return report.agreements[0].surfaceDice
    }

    private func onSeen(_ mask: Mask) -> Mask {
        guard let seen else { return mask }
        var kept = Mask(geometry: mask.geometry)
        for z in seen where mask.geometry.size.z > z { kept[slice: z] = mask.slices[z] }
        return kept
    }
}
