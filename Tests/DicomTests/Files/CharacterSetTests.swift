import CDcmtk
import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// Names in no, a wrong or an unusual character set: image work goes on, and exports name the same patient.
@Suite struct CharacterSetTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        /// SpecificCharacterSet, `nil` for none.
        let set: String?
        let bytes: [UInt8]
        /// As it reads; `nil` where it cannot.
        let text: String?
        var testDescription: String { name }
    }

    /// Bytes as Python's codecs write them.
    static let cases = [
        Case(name: "none, ASCII", set: nil, bytes: Array("Wang^Xiaodong".utf8), text: "Wang^Xiaodong"),
        Case(
            name: "none, GBK inside", set: nil, bytes: [0xcd, 0xf5, 0x5e, 0xd0, 0xa1, 0xb6, 0xab], text: nil),
        Case(
            name: "none, Latin-1 inside", set: nil,
            bytes: [0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72, 0x5e, 0x4a, 0xf6, 0x72, 0x67], text: nil),
        Case(name: "none, UTF-8 inside", set: nil, bytes: Array("王^小东".utf8), text: "王^小东"),
        Case(
            name: "UTF-8, GBK inside", set: "ISO_IR 192", bytes: [0xcd, 0xf5, 0x5e, 0xd0, 0xa1, 0xb6, 0xab], text: nil),
        Case(
            name: "Latin-1", set: "ISO_IR 100",
            bytes: [0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72, 0x5e, 0x4a, 0xf6, 0x72, 0x67], text: "Müller^Jörg"),
        Case(
            name: "Latin-1, misspelt", set: "ISO_IR_100",
            bytes: [0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72, 0x5e, 0x4a, 0xf6, 0x72, 0x67], text: "Müller^Jörg"),
        Case(name: "no term at all", set: "KLINGON", bytes: [0xf8, 0xd0, 0xff], text: nil),
        Case(
            name: "GB18030", set: "GB18030", bytes: [0xcd, 0xf5, 0x5e, 0xd0, 0xa1, 0xb6, 0xab], text: "王^小东"),
        Case(
            name: "ISO 2022 IR 87", set: "\\ISO 2022 IR 87",
            bytes: Array("Yamada^Tarou=".utf8) + [0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42, 0x5e]
                + [0x1b, 0x24, 0x42, 0x42, 0x40, 0x4f, 0x3a, 0x1b, 0x28, 0x42],
            text: "Yamada^Tarou=山田^太郎"),
        Case(
            name: "ISO 2022 IR 13 and 87, half-width katakana", set: "ISO 2022 IR 13\\ISO 2022 IR 87",
            bytes: [0xd4, 0xcf, 0xc0, 0xde, 0x5e, 0xc0, 0xdb, 0xb3, 0x3d]
                + [0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x4a, 0x5e]
                + [0x1b, 0x24, 0x42, 0x42, 0x40, 0x4f, 0x3a, 0x1b, 0x28, 0x4a],
            text: "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎"),
        Case(
            name: "ISO 2022 IR 149", set: "\\ISO 2022 IR 149",
            bytes: Array("Hong^Gildong=".utf8)
                + [0x1b, 0x24, 0x29, 0x43, 0xfb, 0xf3, 0x5e, 0x1b, 0x24, 0x29, 0x43, 0xd1, 0xce, 0xd4, 0xd7],
            text: "Hong^Gildong=洪^吉洞"),
        Case(name: "ISO 2022 IR 87, broken off", set: "\\ISO 2022 IR 87", bytes: [0x1b, 0x24, 0x42, 0x3b], text: nil),
    ]

    private func series(_ case: Case) throws -> TemporaryFolder {
        try folder(ofSlicesAt: [0, 2, 4]) { _, slice in
            slice.item.remove(0x0008_0005)
            if let set = `case`.set { slice.item.set(0x0008_0005, "CS", set) }
            slice.item.set(0x0010_0010, "PN", characters: `case`.bytes)
        }
    }

    private func patient(of file: URL) throws -> DicomPatientTexts { try DicomPatientTexts(of: file) }

    @Test(arguments: cases) func theSeriesIsReadAndExported(_ item: Case) throws {
        let folder = try series(item)
        let loaded = try DicomFolder.load(folder.url)
        #expect(loaded.image.volume.geometry.size.z == 3)
        #expect(loaded.image.warnings.count == (item.text == nil ? 1 : 0), "\(loaded.image.warnings)")
        for warning in loaded.image.warnings { #expect(warning.contains("character set")) }
        #expect(try DicomPatient.identity(of: loaded.reference) == "dicom-id:SECRET-ID")
        let mask = Mask(geometry: loaded.image.volume.geometry) { $0.z == 1 }
        let red = RTColour(red: 255, green: 0, blue: 0)
        for structure in ["Lung_L", "Größe – 肺"] {
            let (rs, seg) = (folder.file("rs-\(structure).dcm"), folder.file("seg-\(structure).dcm"))
            let warnings = try RTStructWriter.write(
                [RTStructureToWrite(name: structure, mask: mask, colour: red)], on: loaded.reference, to: rs,
                origin: RTStructWriter.Origin(label: "Pleura", date: "20240203", time: "101112", seed: "names"))
            let others = try SegWriter.write(
                [SegmentToWrite(name: structure, mask: mask, colour: red)], on: loaded.reference, to: seg,
                origin: segOrigin)
            #expect(warnings == others && warnings.count == (item.text == nil ? 1 : 0), "\(warnings)")
            #expect(try RTStructReader.read(rs).structures.map(\.name) == [structure])
            #expect(SegReader.segments(of: seg).map(\.name) == [structure])
            for file in [rs, seg] {
                let written = try patient(of: file)
                if let text = item.text {
                    #expect(written.isConverted && written.characterSet == Array("ISO_IR 192".utf8))
                    #expect(written.text(\.patient_name) == text)
                } else if structure == "Lung_L" {
                    // Byte for byte, under the same term.
                    #expect(written.bytes(\.patient_name) == item.bytes)
                    #expect(written.characterSet == Array((item.set ?? "").utf8))
                } else {
                    let masked = item.bytes.map { $0 < 0x80 && $0 >= 0x20 ? $0 : UInt8(ascii: "?") }
                    #expect(written.bytes(\.patient_name) == masked)
                }
            }
        }
    }

    @Test func twoNamesThatCannotBeReadStayTwo() throws {
        let names: [[UInt8]] = [[0xcd, 0xf5], [0xcd, 0xf6]]
        let identities = try names.map { name in
            let folder = try folder(ofSlicesAt: [0, 2, 4]) { _, slice in
                slice.item.set(0x0010_0010, "PN", characters: name)
                slice.item.set(0x0010_0020, "LO", "")
                slice.item.set(0x0010_0030, "DA", "19700101")
            }
            return try DicomPatient.identity(of: try DicomFolder.load(folder.url).reference)
        }
        #expect(identities[0] != nil && identities[0] != identities[1])
    }

    @Test func aNameThatIsTooLongIsCutAndToldOf() throws {
        let folder = try folder(ofSlicesAt: [0, 2, 4]) { _, slice in
            slice.item.set(0x0008_0005, "CS", "ISO_IR 192")
            slice.item.set(0x0010_0010, "PN", String(repeating: "肺", count: 200))
        }
        let loaded = try DicomFolder.load(folder.url)
        #expect(loaded.image.warnings.count == 1 && loaded.image.warnings[0].contains("longer than DICOM allows"))
        let written = try patient(of: loaded.reference.slices[0].file)
        #expect(written.isConverted && written.text(\.patient_name).allSatisfy { $0 == "肺" })
    }
}
