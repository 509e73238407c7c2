import CaseStore
import CaseWork
import Cases
import Digests
import Foundation
import Training
import VolumeFiles
import Volumes

/// Makes patients of a dataset from Pleura's own corrections.
package enum CorrectionPatients {
    /// The newest correction of every case that was not rejected; its masks are written into the dataset's folder, so
    /// that the dataset stays what it is when a case is reopened. Slices that were neither on screen nor changed are
    /// listed as not seen. Cases of patients that are held out are left out.
    /// - Throws: ``CaseStoreError``; ``ImageFormatsError`` if a mask cannot be written.
    package static func find(
        in store: any CaseStoring, for folder: DatasetFolder
    ) throws -> (found: [PatientSource], notes: [String]) {
        let list = try store.corrections()
        let patients = try store.patients()
        var notes = list.damaged.isEmpty ? [] : ["\(list.damaged.count) damaged corrections are left out."]
        var found: [PatientSource] = []
        var heldOut = 0
        for summary in list.corrections where !summary.isSuperseded && summary.status != .rejected {
            let patient = patients[summary.key.caseID]
            if patient?.role == .holdOut {
                heldOut += 1
                continue
            }
            let record = try store.caseRecord(summary.key.caseID)
            let correction = try store.correction(summary.key)
            // A case's key may be a UID, which is nobody's business here.
            let id = "case-\(SHA256Digest.hex(of: summary.key.caseID.rawValue).prefix(12))-r\(correction.revision)"
            let own = folder.url.appendingPathComponent("corrections/\(id)")
            try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
            var contours: [PatientSource.Contour] = []
            // A structure without a voxel was reviewed all the same: it is not there, and that is to be learnt.
            for structure in Set(correction.outcomes.map(\.name)).union(correction.masks.keys).sorted() {
                let file = own.appendingPathComponent("\(structure).nii.gz")
                try NiftiFile.write(correction.masks[structure] ?? Mask(geometry: record.geometry), to: file)
                contours.append(PatientSource.Contour(structure: structure, file: file))
            }
            let seen = Set(correction.slicesSeen).union(correction.slicesTouched)
            let isWhole = seen.count == record.geometry.size.z
            found.append(
                PatientSource(
                    id: id, folder: own, image: URL(fileURLWithPath: record.source), seriesUID: record.seriesUID,
                    volume: record.volume, repairs: record.caseSource.repairs, contours: contours,
                    subject: patient?.key,
                    seenSlices: isWhole ? nil : seen.sorted()))
        }
        if heldOut > 0 {
            notes.append(
                "\(Plural.count(heldOut, "correction")) of held-out patients "
                    + "\(Plural.word(heldOut, "is", "are")) left out.")
        }
        return (found, notes)
    }
}
