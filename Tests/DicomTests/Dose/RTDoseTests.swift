import Dosimetry
import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// An RTDOSE of three planes of 2 × 3 numbers.
private struct DoseFile {
    var item = DicomItem()

    init(offsets: String = "0\\2\\4", bits: UInt16 = 32, position: String = "10\\20\\30", frames: Int = 3) {
        item.set(0x0008_0016, "UI", "1.2.840.10008.5.1.4.1.1.481.2")
        item.set(0x0008_0018, "UI", "1.2.3.4")
        item.set(0x0008_0060, "CS", "RTDOSE")
        item.set(0x0010_0010, "PN", "Secret^Name")
        item.set(0x0020_000d, "UI", "1.2.9")
        item.set(0x0020_000e, "UI", "1.2.10")
        item.set(0x0020_0032, "DS", position)
        item.set(0x0020_0037, "DS", "1\\0\\0\\0\\1\\0")
        item.set(0x0020_0052, "UI", "1.2.7")
        item.set(0x0028_0002, 1)
        item.set(0x0028_0004, "CS", "MONOCHROME2")
        item.set(0x0028_0008, "IS", "\(frames)")
        item.set(0x0028_0010, 2)
        item.set(0x0028_0011, 3)
        item.set(0x0028_0030, "DS", "2.5\\3")
        item.set(0x0028_0100, bits)
        item.set(0x0028_0101, bits)
        item.set(0x0028_0102, bits - 1)
        item.set(0x0028_0103, 0)
        item.set(0x3004_0002, "CS", "GY")
        item.set(0x3004_0004, "CS", "PHYSICAL")
        item.set(0x3004_000a, "CS", "PLAN")
        item.set(0x3004_000c, "DS", offsets)
        item.set(0x3004_000e, "DS", "1.5E-5")
        // 0, 1000, 2000, …, and beyond 16 bits where there are 32.
        let values = (0..<6 * max(frames, 0)).map { UInt32($0) * (bits == 32 ? 100_000 : 1000) }
        let words: [Int16] =
            bits == 32
            ? values.flatMap { [Int16(truncatingIfNeeded: $0), Int16(truncatingIfNeeded: $0 >> 16)] }
            : values.map { Int16(truncatingIfNeeded: $0) }
        item.set(0x7fe0_0010, words: words)
    }

    func write(to url: URL) throws {
        try Data(item.file(sopClass: "1.2.840.10008.5.1.4.1.1.481.2", sopInstance: "1.2.3.4", .explicit)).write(to: url)
    }
}

@Suite struct RTDoseTests {
    private func read(_ file: DoseFile) throws -> RTDose {
        let folder = try TemporaryFolder()
        let url = folder.file("dose.dcm")
        try file.write(to: url)
        return try RTDoseReader.read(url)
    }

    private func refusal(_ change: (inout DoseFile) -> Void) throws -> String {
        var file = DoseFile()
        change(&file)
        do {
            _ = try read(file)
            return ""
        } catch let error as ImageFormatsError {
            #expect(!error.description.contains("Secret") && error.files == ["dose.dcm"])
            return error.description
        }
    }

    /// The grid, its scale and every number, of 16 bits and of 32.
    @Test(arguments: [UInt16(16), 32])
    func aDoseIsRead(bits: UInt16) throws {
        let dose = try read(DoseFile(bits: bits))
        let geometry = dose.grid.geometry
        #expect(geometry.size == GridSize(x: 3, y: 2, z: 3))
        #expect(geometry.spacing == Spacing(x: 3, y: 2.5, z: 2))
        #expect(geometry.origin == PatientPoint(x: 10, y: 20, z: 30) && geometry.direction == .identity)
        #expect(dose.grid.grayPerUnit == 1.5e-5 && dose.frameOfReferenceUID == "1.2.7" && dose.warnings.isEmpty)
        let step = UInt32(bits == 32 ? 100_000 : 1000)
        #expect(dose.grid.slices == (0..<3).map { z in (0..<6).map { UInt32(z * 6 + $0) * step } })
        #expect(abs(dose.grid.maximum - Double(17 * step) * 1.5e-5) < 1e-12)
    }

    /// Offsets may count from the first plane or be the planes' own z, upward or downward (PS3.3 C.8.8.3.2).
    @Test func planesLieWhereTheirOffsetsSay() throws {
        for offsets in ["0\\2\\4", "30\\32\\34"] {
            let geometry = try read(DoseFile(offsets: offsets)).grid.geometry
            #expect(geometry.point(at: ContinuousIndex(x: 0, y: 0, z: 2)).z == 34, "\(offsets)")
        }
        for offsets in ["0\\-2\\-4", "30\\28\\26"] {
            let geometry = try read(DoseFile(offsets: offsets)).grid.geometry
            #expect(geometry.point(at: ContinuousIndex(x: 0, y: 0, z: 2)).z == 26, "\(offsets)")
            #expect(geometry.spacing.z == 2 && geometry.direction.determinant == -1)
        }
    }

    @Test func oddDosesAreTold() throws {
        var file = DoseFile()
        file.item.set(0x3004_000a, "CS", "BEAM")
        file.item.set(0x3004_0004, "CS", "EFFECTIVE")
        let dose = try read(file)
        #expect(dose.warnings.count == 2)
        #expect(dose.warnings[0].contains("not of a whole plan") && dose.warnings[1].contains("biological effect"))
    }

    @Test func whatIsNoDoseIsRefused() throws {
        #expect(try refusal { _ in } == "")
        #expect(try refusal { $0.item.set(0x3004_0002, "CS", "RELATIVE") }.contains("not in Gy (DoseUnits RELATIVE)"))
        #expect(try refusal { $0.item.set(0x3004_0004, "CS", "ERROR") }.contains("difference of two doses"))
        #expect(try refusal { $0.item.set(0x3004_000e, "DS", "0") }.contains("no usable DoseGridScaling"))
        #expect(try refusal { $0.item.set(0x3004_000e, "DS", "1E30") }.contains("the dose scale is wrong"))
        #expect(try refusal { $0.item.set(0x3004_000c, "DS", "0\\2\\5") }.contains("not evenly apart"))
        #expect(try refusal { $0.item.set(0x3004_000c, "DS", "0\\2") }.contains("3 planes and 2 offsets"))
        #expect(try refusal { $0.item.set(0x3004_000c, "DS", "7\\9\\11") }.contains("neither 0 nor the z"))
        #expect(try refusal { $0.item.set(0x3004_000c, "DS", "0\\0\\0") } != "")
        #expect(try refusal { $0.item.set(0x3004_000c, "DS", "0\\x\\4") }.contains("no number"))
        #expect(try refusal { $0.item.set(0x0028_0103, 1) }.contains("not unsigned"))
        #expect(try refusal { $0.item.set(0x0028_0100, 8) }.contains("neither 16 nor 32 bits"))
        #expect(try refusal { $0.item.set(0x0028_0101, 24) }.contains("BitsStored"))
        #expect(try refusal { $0.item.set(0x0028_0010, 3) }.contains("shorter than Rows"))
        #expect(try refusal { $0.item.set(0x0028_0008, "IS", "2000000000") } != "")
        #expect(try refusal { $0.item.set(0x0020_0037, "DS", "1\\0\\0\\1\\0\\0") }.contains("make no grid"))
        #expect(
            try refusal {
                $0.item.set(0x0008_0016, "UI", "1.2.840.10008.5.1.4.1.1.2")
                $0.item.set(0x0008_0060, "CS", "CT")
            }.contains("holds no dose, but CT"))
        let folder = try TemporaryFolder()
        #expect(throws: ImageFormatsError.self) { try RTDoseReader.read(folder.file("none.dcm")) }
    }
}
