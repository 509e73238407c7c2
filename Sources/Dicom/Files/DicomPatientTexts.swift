import CDcmtk
import Foundation
import ImageValues

/// The texts of patient and study as one file states them. Where they cannot be converted from its character set they are
/// bytes that nobody can read, and still tell one patient from another: image work does not depend on them.
struct DicomPatientTexts {
    private let raw: cd_patient_study

    /// - Throws: ``ImageFormatsError`` if the file is gone or no DICOM any more.
    init(of file: URL) throws(ImageFormatsError) {
        var message = [CChar](repeating: 0, count: Int(CD_MESSAGE_SIZE))
        var raw = cd_patient_study()
        let status = cd_read_patient_study(file.path, &raw, &message)
        guard status == CD_OK else { throw DicomFailure(status, message).error(for: file.lastPathComponent) }
        self.raw = raw
    }

    /// Whether the texts are UTF-8.
    var isConverted: Bool { raw.is_converted }
    /// Whether a text was too long and was cut.
    var isCut: Bool { raw.is_cut }
    /// The character set that the file states; empty where it states none.
    var characterSet: [UInt8] { Self.bytes(raw.character_set) }

    /// The bytes of a text, UTF-8 or as they stand in the file.
    func bytes<T>(_ field: KeyPath<cd_patient_study, T>) -> [UInt8] { Self.bytes(raw[keyPath: field]) }

    /// A text for telling patients apart, without blanks at its ends: bytes that are no UTF-8 are each a character of
    /// Latin-1, so that no two names become one.
    func text<T>(_ field: KeyPath<cd_patient_study, T>) -> String {
        let bytes = bytes(field)
        let text =
            isConverted
            ? String(decoding: bytes, as: UTF8.self)
            : String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        return text.trimmingCharacters(in: .whitespaces)
    }

    private static func bytes<T>(_ field: T) -> [UInt8] {
        withUnsafeBytes(of: field) { Array($0.prefix { $0 != 0 }) }
    }

    /// What to say of texts that were not converted; names nobody.
    var warnings: [String] {
        var warnings: [String] = []
        if !isConverted {
            // Of a term that is no plain text nothing is shown.
            let isPlain = characterSet.allSatisfy { (0x20..<0x7f).contains($0) }
            let term = isPlain ? String(decoding: characterSet, as: UTF8.self) : "unreadable"
            let set = characterSet.isEmpty ? "none" : term
            warnings.append(
                "The patient's or study's texts are not valid in the character set that the files state (\(set)). "
                    + "Exports take them over byte for byte, or with “?” where the masks' names need another set; check "
                    + "the patient's name there.")
        }
        if isCut {
            warnings.append(
                "A text of the patient or study is longer than DICOM allows; exports shorten it.")
        }
        return warnings
    }
}
