import Foundation

/// What is known of a patient beside the image: `patient.json` in the patient's folder. `pleura phantom` writes it;
/// everything in it is optional.
struct PatientFile: Codable {
    /// Who scanned.
    var site: String?
    /// What is wrong with the lungs; an empty list is a healthy patient.
    var pathologies: [String]?
    /// Who was scanned, where one person has several folders.
    var subject: String?

    static let name = "patient.json"

    /// Reads the file of a folder; empty if there is none.
    /// - Throws: ``ProgramError`` if it is damaged.
    static func read(in folder: URL) throws(ProgramError) -> PatientFile {
        let url = folder.appendingPathComponent(name)
        guard let data = FileManager.default.contents(atPath: url.path) else { return PatientFile() }
        guard data.count < 1 << 20, let file = try? JSONDecoder().decode(PatientFile.self, from: data) else {
            throw ProgramError("\(url.path) is not of the form {\"site\": \"A\", \"pathologies\": [\"effusion\"]}.")
        }
        return file
    }

    /// Writes the file into a folder.
    func write(in folder: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try Output.write(
            try encoder.encode(self) + Data("\n".utf8), to: folder.appendingPathComponent(Self.name).path)
    }
}
