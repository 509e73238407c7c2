import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// Stored values become HU as numpy computes `rint(stored * slope + intercept)`.
@Suite struct DicomPixelTests {
    /// One slice with the given stored bits.
    private func values(_ stored: [Int16], _ change: (inout DicomItem) -> Void) throws -> [Int16] {
        let folder = try TemporaryFolder()
        var slice = SliceFile(z: 0, values: stored, columns: stored.count, rows: 1)
        slice.item.set(0x0018_0050, "DS", "1")
        change(&slice.item)
        try slice.write(to: folder.file("s"))
        return try DicomFolder.load(folder.url).image.volume.slices[0].values
    }

    private func rescale(_ item: inout DicomItem, slope: String, intercept: String) {
        item.set(0x0028_1053, "DS", slope)
        item.set(0x0028_1052, "DS", intercept)
    }

    @Test func halvesGoToTheEvenNeighbour() throws {
        let hu = try values([-3, -1, 1, 3, 5, 7]) { rescale(&$0, slope: "0.5", intercept: "0") }
        #expect(hu == [-2, 0, 0, 2, 2, 4])
    }

    @Test func decimalStringsAreReadExactly() throws {
        // numpy: rint(15 * 0.1 + 1) = 2 since 15 * 0.1 + 1 = 2.5; rint(25 * 0.3 + 0) = 8 since it is 7.5.
        #expect(try values([15, 25]) { rescale(&$0, slope: "0.1", intercept: "1") } == [2, 4])
        #expect(try values([25, 35]) { rescale(&$0, slope: "3e-1", intercept: "+0") } == [8, 10])
    }

    @Test func unsignedPixelsUseAllTheirBits() throws {
        let hu = try values([-1, Int16.min, 0, 1024]) { item in
            item.set(0x0028_0103, 0)
            rescale(&item, slope: "1", intercept: "-32768")
        }
        #expect(hu == [32767, 0, -32768, -31744])
    }

    @Test func bitsAboveTheStoredOnesAreNotPartOfTheValue() throws {
        // 12 bits: 0xF801 is an overlay's nibble over 0x801, that is −2047 signed and 2049 unsigned.
        func twelve(_ item: inout DicomItem, _ representation: UInt16) {
            item.set(0x0028_0101, 12)
            item.set(0x0028_0102, 11)
            item.set(0x0028_0103, representation)
        }
        let stored = [Int16(bitPattern: 0xF801), Int16(bitPattern: 0x07ff)]
        #expect(try values(stored) { twelve(&$0, 1) } == [-2047, 2047])
        #expect(try values(stored) { twelve(&$0, 0) } == [2049, 2047])
        #expect(
            try values(stored) {
                twelve(&$0, 0)
                rescale(&$0, slope: "2", intercept: "-1024")
            } == [3074, 3070])
    }

    @Test func whatDoesNotFitIsRefusedAndPaddingThatDoesNotFitIsAir() throws {
        let error = #expect(throws: ImageFormatsError.self) {
            try self.values([0, Int16.min]) { self.rescale(&$0, slope: "1", intercept: "-1024") }
        }
        #expect(error?.kind == .unsupported && error?.what.contains("-33792") == true)
        let padded = try values([0, Int16.min]) { item in
            item.set(0x0028_0120, UInt16(0x8000))
            rescale(&item, slope: "1", intercept: "-1024")
        }
        #expect(padded == [-1024, -1000])
        // Padding that fits stays what it is, as other readers have it.
        let kept = try values([0, -2000]) { item in
            item.set(0x0028_0120, UInt16(63536))
            rescale(&item, slope: "1", intercept: "-1024")
        }
        #expect(kept == [-1024, -3024])
        // A range of padding (PS3.3 C.7.5.1.1.2), and a value outside it.
        let range: (inout DicomItem) -> Void = { item in
            item.set(0x0028_0120, UInt16(0x8000))
            item.set(0x0028_0121, UInt16(0x8010))
            item.set(0x0028_1052, "DS", "-1024")
        }
        #expect(try values([5, Int16.min + 3, Int16.min + 16], range) == [-1019, -1000, -1000])
        #expect(throws: ImageFormatsError.self) { try self.values([5, Int16.min + 17], range) }
    }

    @Test func missingRescaleIsWarnedOfAndHalfOfItRefused() throws {
        let folder = try TemporaryFolder()
        var plain = SliceFile(z: 0).item
        plain.set(0x0018_0050, "DS", "1")
        plain.remove(0x0028_1052)
        #expect(loadErrorOf(plain, in: folder)?.kind == .damaged)
        plain.remove(0x0028_1053)
        #expect(loadErrorOf(plain, in: folder) == nil)
        let loaded = try DicomFolder.load(folder.url)
        #expect(loaded.image.warnings.contains { $0.contains("stored values were taken as HU") })
        for bad in ["0", "x", "", "nan", "1e999"] {
            plain.set(0x0028_1053, "DS", bad)
            plain.set(0x0028_1052, "DS", "0")
            #expect(loadErrorOf(plain, in: folder)?.kind == .damaged, "\(bad)")
        }
    }

    private func loadErrorOf(_ item: DicomItem, in folder: TemporaryFolder) -> ImageFormatsError? {
        let bytes = item.file(sopClass: CTSeriesWriter.sopClass, sopInstance: "1.2", .explicit)
        try? Data(bytes).write(to: folder.file("s"))
        return loadError(folder.url)
    }

    @Test func layoutsThatHoldNoHUAreRefused() throws {
        let changes: [(String, (inout DicomItem) -> Void)] = [
            ("8 bits", { $0.set(0x0028_0100, 8) }),
            (
                "8 stored",
                {
                    $0.set(0x0028_0101, 8)
                    $0.set(0x0028_0102, 7)
                }
            ),
            ("high bit", { $0.set(0x0028_0102, 14) }),
            ("colour", { $0.set(0x0028_0002, 3) }),
            ("absurd rows", { $0.set(0x0028_0010, 65_535) }),
            ("fewer rows than pixels", { $0.set(0x0028_0010, 1) }),
            ("no pixels", { $0.remove(0x7fe0_0010) }),
        ]
        for (what, change) in changes {
            let folder = try TemporaryFolder()
            var slice = SliceFile(z: 0)
            slice.item.set(0x0018_0050, "DS", "1")
            change(&slice.item)
            try slice.write(to: folder.file("s"))
            let error = try #require(loadError(folder.url), "\(what)")
            #expect(error.files == ["s"], "\(what): \(error)")
        }
    }

    @Test func sequencesNestedTooDeeplyAreRefused() throws {
        var item = DicomItem()
        for _ in 0..<2000 {
            var outer = DicomItem()
            outer.set(0x0040_a730, items: [item])
            item = outer
        }
        var slice = SliceFile(z: 0)
        slice.item.set(0x0040_a730, items: [item])
        let folder = try TemporaryFolder()
        try slice.write(to: folder.file("deep"))
        #expect(try DicomFolder.scan(folder.url).skipped[0].reason.contains("nested"))
    }
}
