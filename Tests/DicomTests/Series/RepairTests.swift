import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// Series that make no regular grid until somebody asks for a repair.
@Suite struct RepairTests {
    /// Rows of 6 pixels of 0.75 mm whose column i of slice k holds 100 k + 10 i.
    private func slice(_ z: Double, x: Double = 0, _ k: Int) -> SliceFile {
        var file = SliceFile(z: z, values: (0..<12).map { Int16(100 * k + 10 * ($0 % 6)) }, columns: 6, rows: 2)
        file.item.set(0x0020_0032, "DS", "\(x)\\0\\\(z)")
        return file
    }

    private func folder(_ slices: [SliceFile]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (index, slice) in slices.enumerated() { try slice.write(to: folder.file("f\(index).dcm")) }
        return folder
    }

    @Test func tiltIsRefusedOrShifted() throws {
        // Each slice of 2 mm lies half a pixel further to the left.
        let folder = try folder((0..<3).map { slice(Double($0) * 2, x: 0.375 * Double($0), $0) })
        let refused = try #require(loadError(folder.url))
        #expect(refused.kind == .inconsistent && refused.mend.contains("--repair tilt"))
        #expect(kind { _ = try DicomFolder.load(folder.url, repairs: [.gaps]) } == .inconsistent)
        let loaded = try DicomFolder.load(folder.url, repairs: [.tilt])
        let volume = loaded.image.volume
        // One pixel wider; the lowest slice stays where it was.
        #expect(volume.geometry.size == GridSize(x: 7, y: 2, z: 3))
        #expect(volume.geometry.origin == PatientPoint(x: 0, y: 0, z: 0))
        #expect(volume.geometry.direction == .identity && volume.geometry.spacing.z == 2)
        // By hand: slice 1 is shifted by half a pixel, so that column 1 is the mean of its columns 0 and 1; at the rim
        // the outer pixel's own area. Slice 2 is shifted by a whole pixel.
        #expect(volume.slices[0].values[0..<7] == [0, 10, 20, 30, 40, 50, -1000])
        #expect(volume.slices[1].values[0..<7] == [100, 105, 115, 125, 135, 145, 150])
        #expect(volume.slices[2].values[0..<7] == [-1000, 200, 210, 220, 230, 240, 250])
        #expect(loaded.image.warnings.count == 1)
        #expect(loaded.image.repairs == [.tilt])
        #expect(loaded.image.warnings[0].hasPrefix("Gantry tilt was corrected by shear: slices were shifted"))
        // A mask goes out on the images' own planes.
        let mask = Mask(geometry: volume.geometry) { $0.x == 3 }
        let file = folder.file("rs.dcm")
        try RTStructWriter.write(
            [RTStructureToWrite(name: "A", mask: mask, colour: RTColour(red: 1, green: 2, blue: 3))],
            on: loaded.reference, to: file,
            origin: RTStructWriter.Origin(label: "a", date: "20200101", time: "120000", seed: "a"))
        let back = try RTStructReader.read(file).rasterised(on: volume.geometry, frameOfReferenceUID: "1.2.7")
        #expect(back.masks[0].mask == mask)
        // Positions that wander are no tilt.
        let wandering = try self.folder((0..<4).map { slice(Double($0) * 2, x: $0 == 2 ? 1 : 0, $0) })
        #expect(kind { _ = try DicomFolder.load(wandering.url, repairs: [.tilt]) } == .inconsistent)
    }

    @Test func gapsAreRefusedOrFilled() throws {
        let folder = try folder([0, 2, 6, 8].enumerated().map { slice($0.element, $0.offset) })
        let refused = try #require(loadError(folder.url))
        #expect(refused.mend.contains("--repair gaps"))
        let loaded = try DicomFolder.load(folder.url, repairs: [.gaps, .tilt])
        let volume = loaded.image.volume
        #expect(volume.geometry.size.z == 5 && volume.geometry.spacing.z == 2)
        // The slice at 4 mm is the mean of those at 2 mm (100…) and 6 mm (200…).
        #expect(volume.slices.map { $0.values[1] } == [10, 110, 160, 210, 310])
        #expect(loaded.image.repairs == [.gaps])
        #expect(loaded.image.warnings.contains { $0.hasPrefix("Slices were interpolated at 1 of 5 positions where") })
        #expect(loaded.reference.slices.map(\.isInterpolated) == [false, false, true, false, false])
        let mask = Mask(geometry: volume.geometry) { $0.x == 3 }
        let file = folder.file("rs.dcm")
        try RTStructWriter.write(
            [RTStructureToWrite(name: "A", mask: mask, colour: RTColour(red: 1, green: 2, blue: 3))],
            on: loaded.reference, to: file,
            origin: RTStructWriter.Origin(label: "a", date: "20200101", time: "120000", seed: "a"))
        let back = try RTStructReader.read(file).rasterised(on: volume.geometry, frameOfReferenceUID: "1.2.7")
        #expect(back.masks[0].mask == mask)
        let seg = folder.file("seg.dcm")
        try SegWriter.write(
            [SegmentToWrite(name: "A", mask: mask, colour: RTColour(red: 1, green: 2, blue: 3))],
            on: loaded.reference, to: seg, origin: segOrigin)
        #expect(try SegReader.read(seg, on: volume.geometry).structures[0].mask == mask)
    }

    @Test func variableSpacingIsMadeEvenAndWideGapsAreNot() throws {
        // 0, 2, 4, 7, 10: mostly 2 or 3 mm; the middle of the sorted gaps is 3, so that 10 mm make three steps.
        let uneven = try folder([0, 2, 4, 7, 10].enumerated().map { slice($0.element, $0.offset) })
        #expect(loadError(uneven.url)?.kind == .inconsistent)
        let volume = try DicomFolder.load(uneven.url, repairs: [.gaps]).image.volume
        #expect(volume.geometry.size.z == 4)
        // At 3⅓ mm: two thirds of the way from the slice at 2 mm (100) to that at 4 mm (200).
        #expect(volume.slices.map { $0.values[0] } == [0, 167, 289, 400])
        let wide = try folder([0, 2, 4, 24, 26].enumerated().map { slice($0.element, $0.offset) })
        #expect(kind { _ = try DicomFolder.load(wide.url, repairs: [.gaps]) } == .inconsistent)
    }

    @Test func overlappingSlicesLieOnTheirCentres() throws {
        let folder = try folder(
            (0..<3).map { index in
                var file = slice(Double(index) * 2, index)
                file.item.set(0x0018_0050, "DS", "5")
                return file
            })
        let image = try DicomFolder.load(folder.url).image
        #expect(image.volume.geometry.spacing.z == 2 && image.warnings == [])
    }

    @Test func aFileWithoutPreambleAndOneOfPointsAndDirectories() throws {
        let folder = try folder((0..<2).map { slice(Double($0) * 2, $0) })
        // Without preamble and meta group, as older programs wrote: the bare data set, implicit little endian.
        try Data(slice(4, 2).item.encoded(.implicit)).write(to: folder.file("bare"))
        var directory = DicomItem()
        directory.set(0x0004_1130, "CS", "X")
        directory.set(0x0008_0016, "UI", "1.2.840.10008.1.3.10")
        try Data(directory.file(sopClass: "1.2.840.10008.1.3.10", sopInstance: "1.2", .explicit))
            .write(to: folder.file("DICOMDIR"))
        let loaded = try DicomFolder.load(folder.url)
        #expect(loaded.image.volume.slices.map { $0.values[1] } == [10, 110, 210])
        #expect(loaded.skipped == [SkippedFile(path: "DICOMDIR", reason: "DICOMDIR")])
    }

    @Test func aRegularSeriesIsLeftAlone() throws {
        let folder = try folder((0..<3).map { slice(Double($0) * 2, $0) })
        let plain = try DicomFolder.load(folder.url)
        let asked = try DicomFolder.load(folder.url, repairs: Set(CTRepair.allCases))
        #expect(plain.image.volume == asked.image.volume && asked.image.warnings == [])
    }
}
