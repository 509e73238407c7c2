import CDcmtk
import Foundation
import ImageValues

/// Whose a DICOM series is.
public enum DicomPatient {
    /// What tells a series' patient from others: the Patient ID (0010,0020), without it the patient's name and birth
    /// date. For hashing alone: it must not be shown, logged or stored.
    /// - Returns: `nil` where the series names nobody.
    /// - Throws: ``ImageFormatsError`` if the first slice's file cannot be read any more. A name in no or a wrong
    ///   character set is no error: its bytes tell it from others.
    public static func identity(of reference: DicomSeriesReference) throws(ImageFormatsError) -> String? {
        guard let file = reference.slices.first?.file else { return nil }
        let patient = try DicomPatientTexts(of: file)
        let id = patient.text(\.patient_id)
        // De-identified archives often leave one value for all: nobody is told apart by it.
        if !id.isEmpty, !["anonymous", "anonymized", "anonymised", "unknown"].contains(id.lowercased()) {
            return "dicom-id:" + id
        }
        let (name, birth) = (patient.text(\.patient_name), patient.text(\.birth_date))
        return name.isEmpty || birth.isEmpty ? nil : "dicom-name:\(name)|\(birth)"
    }

    /// What is odd about the texts of patient and study, one sentence each, without a word of them.
    static func warnings(of reference: DicomSeriesReference) -> [String] {
        guard let file = reference.slices.first?.file, let patient = try? DicomPatientTexts(of: file) else { return [] }
        return patient.warnings
    }
}
