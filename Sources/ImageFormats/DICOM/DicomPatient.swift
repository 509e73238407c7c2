import CDcmtk
import Foundation

/// Whose a DICOM series is.
public enum DicomPatient {
    /// What tells a series' patient from others: the Patient ID (0010,0020), without it the patient's name and birth
    /// date. For hashing alone: it must not be shown, logged or stored.
    /// - Returns: `nil` where the series names nobody.
    /// - Throws: ``ImageFormatsError`` if the first slice's file cannot be read any more.
    public static func identity(of reference: DicomSeriesReference) throws(ImageFormatsError) -> String? {
        guard let file = reference.slices.first?.file else { return nil }
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        var raw = cd_patient_study()
        let status = cd_read_patient_study(file.path, &raw, &message)
        guard status == CD_OK else { throw DicomFailure(status, message).error(for: file.lastPathComponent) }
        func trimmed<T>(_ field: T) -> String {
            text(field).trimmingCharacters(in: .whitespaces)
        }
        let id = trimmed(raw.patient_id)
        // De-identified archives often leave one value for all: nobody is told apart by it.
        if !id.isEmpty, !["anonymous", "anonymized", "anonymised", "unknown"].contains(id.lowercased()) {
            return "dicom-id:" + id
        }
        let (name, birth) = (trimmed(raw.patient_name), trimmed(raw.birth_date))
        return name.isEmpty || birth.isEmpty ? nil : "dicom-name:\(name)|\(birth)"
    }
}
