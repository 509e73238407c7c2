import Foundation
import Testing

@testable import Dicom

@Suite("What made a series") struct EquipmentTests {
    private func equipment(_ change: (inout SliceFile) -> Void) throws -> SeriesEquipment? {
        let made = try folder(ofSlicesAt: [0, 2, 4]) { _, slice in change(&slice) }
        return try DicomFolder.load(made.url).reference.equipment()
    }

    @Test func isWhatItsFilesSay() throws {
        let found = try equipment {
            $0.item.set(0x0008_0070, "LO", "SIEMENS ")
            $0.item.set(0x0008_1090, "LO", "SOMATOM  Force")
            $0.item.set(0x0018_1210, "SH", "Br40d\\3")
            $0.item.set(0x0018_0010, "LO", "Ultravist 370")
            $0.item.set(0x0008_0080, "LO", "Secret Hospital")
        }
        #expect(
            found
                == SeriesEquipment(
                    manufacturer: "SIEMENS", scannerModel: "SOMATOM Force", kernel: #"Br40d\3"#, hasContrast: true))
        #expect(!"\(String(describing: found))".contains("Secret"))
    }

    @Test func isUnknownWhereNothingIsSaid() throws {
        let none = SeriesEquipment(manufacturer: nil, scannerModel: nil, kernel: nil, hasContrast: nil)
        #expect(try equipment { _ in } == none)
        #expect(
            try equipment {
                $0.item.set(0x0008_0070, "LO", "")
                $0.item.set(0x0008_1090, "LO", " - ")
                $0.item.set(0x0018_1210, "SH", "\\")
                $0.item.set(0x0018_0010, "LO", "")
            } == none)
    }

    @Test(
        arguments: [
            ("NONE", false), ("No contrast", false), ("Iodine", true), ("WITHOUT CONTRAST", false),
            ("W/O CONTRAST", false),
            ("NON-CONTRAST", false), ("No contrast agent", false), ("UNENHANCED", false), ("0 ml", false), ("N/A", nil),
            ("100", nil), ("unknown", nil), ("Ultravist 370", true), ("Novopaque", true), ("Non-ionic", true),
            ("APPLIED", true), ("0ml", false), ("0.0 ml", false), ("0,0 ml", false), ("0.5 ml Omnipaque", true),
            ("05 ml", true), ("0.", nil), ("(none)", false), ("-none-", false), ("N", nil), ("y.", nil),
            ("<Unknown>", nil),
            ("80 ml i.v.", true), ("Iodine (no reaction)", true),
        ] as [(String, Bool?)])
    func contrastIsGivenOrNot(_ agent: String, _ isGiven: Bool?) throws {
        #expect(try equipment { $0.item.set(0x0018_0010, "LO", agent) }?.hasContrast == isGiven)
    }

    /// A group of cases that have this in common would be none.
    @Test(arguments: ["UNKNOWN", "unknown", "N/A", "(Unknown)", "<unspecified>.", "- n/a -"])
    func isUnknownWhereTheFilesSayThatNobodyKnows(_ word: String) throws {
        let found = try equipment {
            $0.item.set(0x0008_0070, "LO", word)
            $0.item.set(0x0008_1090, "LO", word)
            $0.item.set(0x0018_1210, "SH", word)
        }
        #expect(found == SeriesEquipment(manufacturer: nil, scannerModel: nil, kernel: nil, hasContrast: nil))
        let named = try equipment { $0.item.set(0x0008_1090, "LO", "(Unknown) CT 7") }
        #expect(named?.scannerModel == "(Unknown) CT 7")
    }

    @Test func cannotBeReadFromFilesThatAreGone() throws {
        let made = try folder(ofSlicesAt: [0, 2, 4])
        let reference = try DicomFolder.load(made.url).reference
        for slice in reference.slices { try FileManager.default.removeItem(at: slice.file) }
        #expect(reference.equipment() == nil)
    }
}
