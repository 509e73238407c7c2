import CDcmtk
import Foundation

extension DicomSeriesReference {
    /// What the scanner calls the series, without what would steer a terminal, and at most 48 characters of it; empty
    /// where the files do not say or cannot be read any more, and where somebody wrote the patient's name or number into
    /// it.
    public func seriesDescription() -> String {
        guard let url = slices.first?.file, let file = try? DicomFile(path: url.path, withPixels: false) else {
            return ""
        }
        let plain = file.header.seriesDescription.unicodeScalars.filter { $0.properties.generalCategory != .control }
        let description = String(String.UnicodeScalarView(plain))
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        var raw = cd_patient_study()
        // Without knowing whose it is, nobody can tell whether it names him.
        guard cd_read_patient_study(url.path, &raw, &message) == CD_OK else { return "" }
        let words = (text(raw.patient_name) + " " + text(raw.patient_id)).lowercased()
            .split { !$0.isLetter && !$0.isNumber }.filter { $0.count >= 3 }
        let lower = description.lowercased()
        return words.contains { lower.contains($0) } ? "" : String(description.prefix(48))
    }
}
