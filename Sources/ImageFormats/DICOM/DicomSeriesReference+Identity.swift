import CDcmtk
import Volumes

extension DicomSeriesReference {
    /// Who the patient is, as the first slice's file says: for hashing with a key, never to be shown or kept. Issuer and
    /// name are left out, which sites write differently from one export to the next; empty where the file says nothing.
    /// - Throws: ``ImageFormatsError`` if the file is gone or its texts cannot be read.
    public func patientIdentity() throws(ImageFormatsError) -> String {
        guard let file = slices.first?.file else { return "" }
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        var raw = cd_patient_study()
        let status = cd_read_patient_study(file.path, &raw, &message)
        guard status == CD_OK else { throw DicomFailure(status, message).error(for: file.path) }
        let (id, birth) = (text(raw.patient_id), text(raw.birth_date))
        return id.isEmpty && birth.isEmpty ? "" : "\(id)\u{1f}\(birth)"
    }
}
