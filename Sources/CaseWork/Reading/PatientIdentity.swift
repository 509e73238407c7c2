import CaseStore
import Cases
import Dicom
import Files
import Foundation

/// Says whose a case is, as soon as the store has it, so that a patient is either trained on or held out for good.
///
/// A patient is told by the DICOM Patient ID; by name and birth date where there is none; for other formats by the
/// folder that holds the image, which is how datasets lay patients out (`<patient>/ct.nii.gz`), and for files lying
/// side by side in one folder by the file's own name. Of all this the store gets a keyed hash only.
package struct PatientIdentity {
    let store: any CaseStoring
    /// The data folder, which holds the key.
    package let home: URL
    /// How many of all patients judge models.
    package let holdOutShare: Double
    /// The site of cases that have none yet; `nil` leaves them without.
    package let site: String?

    /// What says whose the cases of a data folder are.
    package init(store: any CaseStoring, home: URL, holdOutShare: Double, site: String? = nil) {
        self.store = store
        self.home = home
        self.holdOutShare = holdOutShare
        self.site = site
    }

    /// Registers a case together with its patient: both or neither. A case that has its patient keeps it, and one that
    /// has a site keeps that, unless another was given for it.
    /// - Returns: the case with what the store knows of where and by what its image was made.
    @discardableResult
    package func register(_ loaded: LoadedCase, by actor: String) throws -> LoadedCase {
        let record = try sited(loaded.record)
        if try store.role(of: record.id) != nil {
            try store.register(record, by: actor, now: Date())
        } else {
            let hasher = try PatientHasher(keyFile: DataFolder(home).patientKey)
            try store.register(
                record, of: hasher.hash(try Self.identity(of: loaded)), holdOutShare: holdOutShare, by: actor,
                now: Date())
        }
        return loaded.made(by: try store.caseRecord(record.id).acquisition)
    }

    /// The record with the site of cases that have none, if it has none.
    private func sited(_ record: CaseRecord) throws -> CaseRecord {
        guard let site, record.acquisition.site == nil else { return record }
        do {
            if try store.caseRecord(record.id).acquisition.site != nil { return record }
        } catch CaseStoreError.noSuchCase {}
        var sited = record
        sited.acquisition.site = site
        return sited
    }

    /// What tells the patient from others; never leaves this function but as a hash.
    package static func identity(of loaded: LoadedCase) throws -> String {
        if let reference = loaded.reference, let patient = try DicomPatient.identity(of: reference) { return patient }
        let url = loaded.record.caseSource.url
        // The volumes of one series are of one patient, as far as nobody says otherwise.
        if loaded.reference != nil { return "series:" + (loaded.record.seriesUID ?? loaded.record.id.rawValue) }
        if CaseSource.imageNames.contains(url.lastPathComponent) {
            return "folder:" + url.deletingLastPathComponent().lastPathComponent
        }
        return "file:" + loaded.record.caseSource.title
    }
}
