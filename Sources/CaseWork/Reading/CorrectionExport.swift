import CaseStore
import Cases
import Dicom
import Foundation
import Volumes

/// The newest correction of a case together with its image, ready to be written in any form: what `export` and `push`
/// share.
package struct CorrectionExport {
    /// The case as the store has it.
    package let record: CaseRecord
    /// Which correction it is.
    package let key: CorrectionKey
    /// The correction.
    package let correction: Correction
    /// Who approved it as a second person; `nil` where nobody did.
    let approver: String?
    /// The image that what is written refers to.
    package let loaded: LoadedCase
    /// The colours that structures of the case have of their own.
    package let listing: StructureListing?

    /// Finds a case's newest correction, and refuses one that must not be used.
    /// - Parameters:
    ///   - query: as ``CaseStore/CaseStoring/findCase(named:)`` takes it.
    ///   - original: a folder with the original series of a case that was imported under a pseudonym: what is written
    ///     then refers to it.
    ///   - notes: takes in what whoever uses the file should know: what is odd about the image and the masks that were
    ///     reviewed, how far the review went, and whether a newer one is under way.
    package static func find(
        _ query: String, in store: any CaseStoring, original: String? = nil, notes: inout Notes
    ) throws -> CorrectionExport {
        let record = try store.caseRecord(try store.findCase(named: query))
        guard let key = try store.newestCorrection(of: record.id) else {
            throw WorkError("Case \(record.id) has no filed review yet. Review and accept it first.")
        }
        let correction = try store.correction(key)
        guard correction.status != .rejected else {
            throw WorkError("Case \(record.id) was rejected: \(correction.reason ?? "no reason given").")
        }
        let approval = try store.approval(of: key)
        switch approval?.verdict {
        case .requested:
            throw WorkError(
                "Revision \(key.revision) of case \(record.id) is waiting for a second person's approval: "
                    + "someone other than \(correction.reviewer) opens it and types :approve.")
        case .returned:
            throw WorkError("Revision \(key.revision) of case \(record.id) was sent back to \(correction.reviewer).")
        case .approved, nil: break
        }
        notes.add(record.warnings)
        let reviewed = try LoadedCase.read(record.caseSource, notes: &notes)
        guard reviewed.record.contentDigest == record.contentDigest else {
            throw WorkError("The image at \(record.source) is no longer the one that was reviewed.")
        }
        let loaded =
            try original.map { try Pseudonymised.original(of: reviewed, repairs: record.repairs, in: $0) } ?? reviewed
        if original != nil { notes.add(loaded.notes) }
        let summary = try store.corrections().corrections.first { $0.key == key }
        if let summary { notes.add(try store.prediction(summary.prediction).notes) }
        notes.add(Self.notes(on: correction, of: record))
        if let session = try store.openSession(of: record.id) {
            let edits = try store.loadSession(session.id).replayed().0.standing.count
            notes.add(
                "An unfinished review of this case, with \(edits) \(edits == 1 ? "edit" : "edits"), is not in revision "
                    + "\(key.revision), which is what is written.")
        }
        return CorrectionExport(
            record: record, key: key, correction: correction, approver: approval?.actor, loaded: loaded,
            listing: try store.structureListing(of: record.id))
    }

    /// How far a review went, and what is empty at its end.
    static func notes(on correction: Correction, of record: CaseRecord) -> [String] {
        var notes: [String] = []
        let count = record.geometry.size.z
        let seen = Set(correction.slicesSeen).union(correction.slicesTouched).count
        if seen < count {
            notes.append("\(count - seen) of \(count) slices were neither on screen nor changed during the review.")
        }
        notes += empty(
            Set(correction.masks.keys).union(correction.outcomes.map(\.name)).filter {
                correction.masks[$0]?.isEmpty ?? true
            })
        return notes
    }

    /// What is said of structures without a voxel.
    package static func empty(_ names: some Sequence<StructureName>) -> [String] {
        names.sorted().map { "\($0) is empty." }
    }

    /// What the file says of how its masks came about.
    package func details(approve: Bool, simplify: Double?) -> ExportDetails {
        var details = ExportDetails(
            method: DrawingMethod(.reviewed, modelName: correction.model.rawValue), reviewer: correction.reviewer)
        if approve {
            let (date, time) = StructureFiles.dicom(correction.filedAt)
            details.approval = .approved(by: correction.reviewer, date: date, time: time)
        }
        details.simplification = Millimetres(simplify ?? 0)
        return details
    }

    /// The masks on the grid of the image they are written for: the original's, where one was given.
    package func masks() throws -> [StructureName: Mask] {
        try correction.masks.mapValues { try $0.adopting(loaded.volume.geometry) }
    }
}
