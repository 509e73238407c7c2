import CaseStore
import Cases
import Foundation
import ImageFormats
import Volumes

/// The newest correction of a case together with its image, ready to be written in any form: what `export` and `push`
/// share.
struct CorrectionExport {
    let record: CaseRecord
    let key: CorrectionKey
    let correction: Correction
    let loaded: LoadedCase

    /// Finds a case's newest correction, and refuses one that must not be used.
    /// - Parameter original: a folder with the original series of a case that was imported under a pseudonym: what is
    ///   written then refers to it.
    static func find(
        _ query: String, in store: any CaseStoring, original: String? = nil
    ) throws -> CorrectionExport {
        let record = try store.caseRecord(try store.findCase(query))
        guard let key = try store.newestCorrection(of: record.id) else {
            throw ProgramError("Case \(record.id) has no filed review yet. Review and accept it first.")
        }
        let correction = try store.correction(key)
        guard correction.status != .rejected else {
            throw ProgramError("Case \(record.id) was rejected: \(correction.reason ?? "no reason given").")
        }
        switch try store.approval(of: key)?.verdict {
        case .requested:
            throw ProgramError(
                "Revision \(key.revision) of case \(record.id) is waiting for a second person's approval: "
                    + "someone other than \(correction.reviewer) opens it and types :approve.")
        case .returned:
            throw ProgramError("Revision \(key.revision) of case \(record.id) was sent back to \(correction.reviewer).")
        case .approved, nil: break
        }
        let reviewed = try LoadedCase.read(record.caseSource)
        guard reviewed.record.contentDigest == record.contentDigest else {
            throw ProgramError("The image at \(record.source) is no longer the one that was reviewed.")
        }
        let loaded = try original.map { try Pseudonymised.original(of: reviewed, in: $0) } ?? reviewed
        return CorrectionExport(record: record, key: key, correction: correction, loaded: loaded)
    }

    /// What the file says of how its masks came about.
    func details(approve: Bool, simplify: Double?) -> ExportDetails {
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
    func masks() throws -> [StructureName: Mask] {
        try correction.masks.mapValues { try $0.adopting(loaded.volume.geometry) }
    }
}
