import CDcmtk
import ImageValues
import Volumes

extension DicomSeriesReference {
    /// Who the patient is, as the first slice's file says: for hashing with a key, never to be shown or kept. Issuer and
    /// name are left out, which sites write differently from one export to the next; empty where the file says nothing.
    /// - Throws: ``ImageFormatsError`` if the file is gone.
    public func patientIdentity() throws(ImageFormatsError) -> String {
        guard let file = slices.first?.file else { return "" }
        let patient = try DicomPatientTexts(of: file)
        let (id, birth) = (patient.text(\.patient_id), patient.text(\.birth_date))
        return id.isEmpty && birth.isEmpty ? "" : "\(id)\u{1f}\(birth)"
    }
}
