import CaseStore
import Cases
import Dispatch
import Foundation
import PatientView
import SurfaceMetrics
import Synchronization
import Volumes

/// Everything that a report says of one case: its masks as they are now, measured against what was proposed.
package struct ReportedCase {
    /// How far people are with the case.
    package enum Standing {
        /// Nobody has reviewed it: the masks are what was proposed.
        case unreviewed
        /// A review is under way; the masks are as far as it has got.
        case unfinished(reviewer: String, begunAt: Date, edits: Int)
        /// The newest filed review, and where its approval by a second person stands, if it needs one.
        case filed(Correction, Approval?)
    }

    /// One structure.
    package struct Structure: Sendable {
        /// Its name.
        package let name: StructureName
        /// As it is now; empty where it was emptied.
        package let mask: Mask
        /// As it was proposed; `nil` where nobody proposed it.
        package let proposal: Mask?
        /// The tolerance of its surface Dice: the one its review was filed with, otherwise the one that is set.
        package let tolerance: Millimetres
        /// The proposal (test) measured against the mask (reference), at ``tolerance`` and at 0; `nil` where nobody has
        /// judged it or nobody proposed it.
        package let scores: SurfaceReport?
    }

    /// The case as the store has it.
    package let record: CaseRecord
    /// The image.
    package let loaded: LoadedCase
    /// How far people are with it.
    package let standing: Standing
    /// What was proposed, and by whom.
    package let prediction: Prediction
    /// In the structures' usual order.
    package let structures: [Structure]
    /// The worst slice of each structure in each plane, where it has any.
    package let pictures: [SlicePicture]

    /// Finds a case and measures it.
    /// - Parameters:
    ///   - query: as ``CaseStore/CaseStoring/findCase(named:)`` takes it.
    ///   - tolerance: for structures that were not filed with one.
    ///   - notes: takes in what is to be said of image, proposal and review.
    /// - Throws: ``WorkError`` for a case without masks, or whose image is no longer there as it was; what reading says.
    package static func find(
        _ query: String, tolerance: @Sendable (StructureName) -> Millimetres, in store: any CaseStoring,
        notes: inout Notes
    ) throws -> ReportedCase {
        let record = try store.caseRecord(try store.findCase(named: query))
        notes.add(record.warnings)
        let (standing, id, masks) = try Self.masks(of: record, in: store, notes: &notes)
        let prediction = try store.prediction(id)
        notes.add(prediction.notes)
        let loaded = try LoadedCase.read(record.caseSource, notes: &notes)
        guard loaded.record.contentDigest == record.contentDigest else {
            throw WorkError("The image at \(record.source) is no longer the one that case \(record.id) is of.")
        }
        return try ReportedCase(record, loaded, standing, prediction, masks, tolerance)
    }

    /// The masks as they are now, how they came about, and what they are measured against.
    private static func masks(
        of record: CaseRecord, in store: any CaseStoring, notes: inout Notes
    ) throws -> (Standing, PredictionID, [StructureName: Mask]) {
        let open = try store.openSession(of: record.id)
        if let key = try store.newestCorrection(of: record.id) {
            let correction = try store.correction(key)
            guard let summary = try store.corrections().corrections.first(where: { $0.key == key }) else {
                throw WorkError("Revision \(key.revision) of case \(record.id) cannot be read.", .failed)
            }
            notes.add(CorrectionExport.notes(on: correction, of: record))
            if let open {
                let (review, damage) = try store.loadSession(open.id).replayed()
                if let damage { notes.add("The journal of that review is damaged, \(damage.description).") }
                let edits = review.standing.count
                notes.add(
                    "An unfinished review of this case, with \(Plural.count(edits, "edit")), is not in revision "
                        + "\(key.revision), which is what is reported.")
            }
            return (.filed(correction, try store.approval(of: key)), summary.prediction, correction.masks)
        }
        if let open {
            let (review, damage) = try store.loadSession(open.id).replayed()
            if let damage {
                notes.add("Part of the journal is damaged, \(damage.description); everything before it is reported.")
            }
            notes.add("The review of this case is not finished; the masks are as far as it has got.")
            let edits = review.standing.count
            return (
                .unfinished(reviewer: open.reviewer, begunAt: open.begunAt, edits: edits), open.prediction, review.masks
            )
        }
        guard let id = try store.newestPrediction(for: record.id) else {
            throw WorkError(
                "Case \(record.id) has no masks yet: predict it (pleura import --predict) or review it first.")
        }
        notes.add("Nobody has reviewed this case: the masks are what was proposed.")
        return (.unreviewed, id, try store.prediction(id).masks)
    }

    private init(
        _ record: CaseRecord, _ loaded: LoadedCase, _ standing: Standing, _ prediction: Prediction,
        _ masks: [StructureName: Mask], _ tolerance: (StructureName) -> Millimetres
    ) throws {
        var (isJudged, filed): (Bool, [StructureName: StructureOutcome]) = (true, [:])
        switch standing {
        case .filed(let correction, _):
            filed = Dictionary(correction.outcomes.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        case .unreviewed: isJudged = false
        case .unfinished: break
        }
        let geometry = loaded.volume.geometry
        let names = Set(masks.keys).union(prediction.masks.keys).union(filed.keys).sorted()
        let isMeasured = isJudged
        let rows = try names.map { name in
            (
                name: name, mask: try masks[name]?.adopting(geometry) ?? Mask(geometry: geometry),
                proposal: try prediction.masks[name]?.adopting(geometry),
                tolerance: filed[name]?.tolerance ?? tolerance(name)
            )
        }
        guard rows.contains(where: { !$0.mask.isEmpty || $0.proposal?.isEmpty == false }) else {
            throw WorkError("Case \(record.id) has no masks: every structure is empty.")
        }
        structures = try Self.concurrently(rows.count) { index throws(VolumesError) in
            let row = rows[index]
            let proposal = isMeasured ? row.proposal : nil
            return Structure(
                name: row.name, mask: row.mask, proposal: row.proposal, tolerance: row.tolerance,
                scores: try proposal.map { (proposal) throws(VolumesError) in
                    try SurfaceMeasurement.measure(
                        reference: row.mask, test: proposal, tolerances: [row.tolerance, 0])
                })
        }
        let shown = structures
        let current = Dictionary(shown.map { ($0.name, $0.mask) }, uniquingKeysWith: { $1 })
        let planes = ViewPlane.allCases
        let made = try Self.concurrently(planes.count) { index throws(VolumesError) -> [SlicePicture?] in
            let plane = try PlanePictures(planes[index], of: loaded.volume, masks: current)
            return try shown.map { (structure) throws(VolumesError) in
                try plane.worst(
                    structure.name, proposal: isMeasured ? structure.proposal : nil, tolerance: structure.tolerance,
                    window: Self.window(of: structure.name))
            }
        }
        pictures = shown.indices.flatMap { index in made.compactMap { $0[index] } }
        (self.record, self.loaded, self.standing, self.prediction) = (record, loaded, standing, prediction)
    }

    /// Lung is looked at in the lung's window, everything else in that of soft tissue.
    private static func window(of name: StructureName) -> WindowLevel {
        (StructureCatalogue.current.isLung(name) ? WindowPreset.lung : .soft).window
    }

    /// Does the parts of a piece of work side by side.
    private static func concurrently<T: Sendable>(
        _ count: Int, _ part: @Sendable (Int) throws(VolumesError) -> T
    ) throws(VolumesError) -> [T] {
        let done = Mutex<[Int: Result<T, VolumesError>]>([:])
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let result = Result { () throws(VolumesError) -> T in try part(index) }
            done.withLock { $0[index] = result }
        }
        var parts: [T] = []
        for (_, result) in done.withLock({ $0 }).sorted(by: { $0.key < $1.key }) { parts.append(try result.get()) }
        return parts
    }
}
