import CaseWork
import Cases
import Foundation
import TestSupport
import Testing

@testable import JobWork

@Suite("Patients of a dataset") struct DicomPatientsTests {
    @Test(
        "a region's name stands for the structure it is asked for as, or a known one",
        arguments: [
            ("Lung_L", .lungLeft), ("lung left", .lungLeft), ("LEFT LUNG", .lungLeft), ("Rt Lung", nil),
            ("lung_rt", .lungRight), ("Oesophagus", .esophagus), ("Nobody", nil),
        ] as [(String, StructureName?)])
    func names(_ region: String, _ structure: StructureName?) {
        #expect(DicomPatients.structureName(region, wanted: nil) == structure)
    }

    @Test("only what is asked for is taken, under the name it is asked for")
    func wanted() {
        let own = StructureName(rawValue: "Tumour 1")
        #expect(DicomPatients.structureName("Tumour 1", wanted: [own]) == own)
        #expect(DicomPatients.structureName("left lung", wanted: [own]) == nil)
    }

    @Test("a patient's file may be missing or say some of it, and is refused where it is damaged")
    func patientFile() throws {
        let folder = try TemporaryFolder()
        #expect(try PatientFile.read(in: folder.url).site == nil)
        try PatientFile(site: "siteA", pathologies: []).write(in: folder.url)
        let read = try PatientFile.read(in: folder.url)
        #expect(read.site == "siteA" && read.pathologies == [] && read.subject == nil)
        try Data("{".utf8).write(to: folder.file("patient.json"))
        #expect(throws: WorkError.self) { try PatientFile.read(in: folder.url) }
    }
}
