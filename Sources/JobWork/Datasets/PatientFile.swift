import CaseWork
import Foundation

/// What is known of a patient beside the image: `patient.json` in the patient's folder. `pleura phantom` writes it;
/// everything in it is optional.
package struct PatientFile: Codable {
    /// Who scanned.
    package var site: String?
    /// What is wrong with the lungs; an empty list is a healthy patient.
    package var pathologies: [String]?
    /// Who was scanned, where one person has several folders.
    package var subject: String?

    /// What is known of a patient.
    package init(site: String? = nil, pathologies: [String]? = nil, subject: String? = nil) {
        self.site = site
        self.pathologies = pathologies
        self.subject = subject
    }

    static let name = "patient.json"

    /// Reads the file of a folder; empty if there is none.
    /// - Throws: ``WorkError`` if it is damaged.
    package static func read(in folder: URL) throws(WorkError) -> PatientFile {
        let url = folder.appendingPathComponent(name)
        guard let data = FileManager.default.contents(atPath: url.path) else { return PatientFile() }
        guard data.count < 1 << 20, let file = try? JSONDecoder().decode(PatientFile.self, from: data) else {
            throw WorkError("\(url.path) is not of the form {\"site\": \"A\", \"pathologies\": [\"effusion\"]}.")
        }
        return file
    }

    /// Writes the file into a folder.
    package func write(in folder: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try ResultFile.write(
            try encoder.encode(self) + Data("\n".utf8), to: folder.appendingPathComponent(Self.name).path)
    }
}
