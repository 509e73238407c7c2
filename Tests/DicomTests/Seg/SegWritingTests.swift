import Anatomy
import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// Segmentations of ours, as we read them back and as the file has them.
@Suite struct SegWritingTests {
    private let red = RTColour(red: 255, green: 10, blue: 0)

    @Test(arguments: [0.1, 0.5, 0.9]) func randomMasksComeBackVoxelForVoxel(density: Double) throws {
        var generator = SeededGenerator(seed: UInt64(density * 10))
        // Neither rows nor frames end on a byte.
        let grid = try obliqueGrid(GridSize(x: 69, y: 31, z: 5))
        let (folder, reference) = try segSeries(grid)
        var mask = randomMask(grid, density: density, using: &generator)
        mask[slice: 2] = MaskSlice(width: 69, height: 31)
        var other = randomMask(grid, density: 0.3, using: &generator)
        other[slice: 0] = MaskSlice(width: 69, height: 31)
        other[slice: 4] = MaskSlice(width: 69, height: 31)
        let file = folder.file("seg.dcm")
        let segments = [
            SegmentToWrite(name: "Lung_L", mask: mask, colour: red),
            SegmentToWrite(name: "Größe – 肺", mask: other, colour: red),
            SegmentToWrite(name: "Heart", mask: Mask(geometry: grid), colour: red),
        ]
        try SegWriter.write(segments, on: reference, to: file, origin: segOrigin)
        let first = try Data(contentsOf: file)
        let read = try SegReader.read(file, on: grid, frameOfReferenceUID: reference.frameOfReferenceUID)
        #expect(read.structures.map(\.segment.label) == ["Lung_L", "Größe – 肺", "Heart"])
        #expect(read.structures.map(\.mask) == [mask, other, Mask(geometry: grid)])
        #expect(read.structures.allSatisfy { $0.segment.colour == red })
        #expect(read.referencedSeriesUID == reference.seriesUID && read.studyUID == reference.studyUID)
        #expect(read.kind == .binary && read.warnings == [])
        // Its own grid is the series', too: the lowest and the highest slice have frames.
        let own = try SegReader.read(file)
        #expect(own.geometry.agrees(with: grid))
        #expect(own.structures.map(\.mask.slices) == [mask.slices, other.slices, Mask(geometry: grid).slices])
        let loaded = try DicomFolder.load(folder.url)
        #expect(loaded.segmentations == [file] && SegReader.isSegmentation(file))
        // The same input gives the same bytes.
        try SegWriter.write(segments, on: reference, to: file, origin: segOrigin)
        #expect(try Data(contentsOf: file) == first)
    }

    @Test func anEmptyEndIsLeftOutAndFoundAgain() throws {
        let grid = try axialGrid(5, 4, 9)
        let (folder, reference) = try segSeries(grid)
        let mask = Mask(geometry: grid) { [2, 6].contains($0.z) && $0.x == 3 }
        let file = folder.file("seg.dcm")
        try SegWriter.write(
            [SegmentToWrite(name: "Lung_R", mask: mask, colour: red)], on: reference, to: file, origin: segOrigin)
        let own = try SegReader.read(file)
        // Frames on slices 2 and 6, whose spacing of 2 mm the file states: five slices from z = 104 mm on.
        #expect(own.geometry.size == GridSize(x: 5, y: 4, z: 5))
        #expect(own.geometry.origin == PatientPoint(x: -10, y: -20, z: 104))
        #expect(own.structures[0].mask.count == 8)
        #expect(try own.structures[0].mask.placed(on: grid) == mask)
        #expect(try SegReader.read(file, on: grid).structures[0].mask == mask)
    }

    @Test func whatItSaysOfItself() throws {
        let grid = try axialGrid(4, 4, 2)
        let (folder, reference) = try segSeries(grid)
        let file = folder.file("seg.dcm")
        let mask = Mask(geometry: grid) { $0.x == 1 }
        var origin = segOrigin
        origin.method = DrawingMethod(.reviewed, modelName: "lungs-unet2d@7")
        try SegWriter.write(
            [
                SegmentToWrite(name: "Lungs", mask: mask, colour: red),
                SegmentToWrite(name: "Odd thing", mask: mask, colour: red),
            ], on: reference, to: file, origin: origin)
        let segments = try SegReader.read(file).structures.map(\.segment)
        #expect(segments[0].algorithmType == "SEMIAUTOMATIC" && segments[0].algorithmVersion == "7")
        #expect(segments[0].algorithmName == "lungs-unet2d@7")
        #expect(segments[0].anatomy?.type.value == "39607008" && segments[0].anatomy?.modifier?.value == "51440002")
        #expect(segments[1].anatomy?.type.meaning == "Tissue")
        // A person alone is no algorithm.
        origin.method = DrawingMethod(.manual)
        try SegWriter.write(
            [SegmentToWrite(name: "Heart", mask: mask, colour: red)], on: reference, to: file, origin: origin)
        let manual = try SegReader.read(file).structures[0].segment
        #expect(manual.algorithmType == "MANUAL" && manual.algorithmName.isEmpty)
    }

    @Test func codesOfStructures() {
        func parts(_ name: String) -> [String?] {
            let code = AnatomyCode(structure: name)
            return [code.category.value, code.type.value, code.modifier?.value]
        }
        // PS3.16: lung 39607008, left 7771000, right 24028007, both 51440002, heart 80891009, left atrium 82471001.
        #expect(parts("Lung_L") == ["91723000", "39607008", "7771000"])
        #expect(parts("Lung_R") == ["91723000", "39607008", "24028007"])
        #expect(parts("Lungs") == ["91723000", "39607008", "51440002"])
        #expect(parts("Heart") == ["91723000", "80891009", nil])
        #expect(parts("Atrium_L") == ["91723000", "82471001", nil])
        #expect(parts("SpinalCord") == ["91723000", "2748008", nil])
        #expect(parts("GTVp") == ["49755003", "372087000", nil])
        #expect(parts("Nothing_L") == ["85756007", "85756007", "7771000"])
        for name in ["Lung_L", "Lung_R", "Lungs", "Heart", "Esophagus", "SpinalCord", "Trachea"] {
            #expect(AnatomyCode(structure: name).structureName == name)
        }
    }

    @Test func aStructureOfAFileHasTheCodeOfItsFile() throws {
        let catalogue = try StructureCatalogue.builtIn.adding(
            Data(
                """
                {"structures": [{"name": "Thymus", "code": {"value": "9875009", "meaning": "Thymus"}},
                  {"name": "Lobe_LUL", "code": {"value": "45653009", "meaning": "Upper lobe", "side": "left"}}]}
                """.utf8), place: "mine")
        let thymus = AnatomyCode(structure: "Thymus", in: catalogue)
        #expect(thymus.category.value == "91723000" && thymus.type == DicomCode("9875009", "SCT", "Thymus"))
        #expect(thymus.modifier == nil && thymus.structureName(in: catalogue) == "Thymus")
        #expect(thymus.structureName == nil && AnatomyCode(structure: "Thymus").type.value == "85756007")
        let lobe = AnatomyCode(structure: "Lobe_LUL", in: catalogue)
        #expect(lobe.type.value == "45653009" && lobe.modifier?.value == "7771000")
        #expect(lobe.structureName(in: catalogue) == "Lobe_LUL")
    }

    @Test func coloursSurviveCIELab() {
        // sRGB red is L* 54.29, a* 80.82, b* 69.89 under D50 (Bruce Lindbloom's calculator).
        let lab = RTColour(red: 255, green: 0, blue: 0).cieLab.map(Double.init)
        #expect(abs(lab[0] / 65_535 * 100 - 54.29) < 0.01)
        #expect(abs(lab[1] / 65_535 * 255 - 128 - 80.82) < 0.02)
        #expect(abs(lab[2] / 65_535 * 255 - 128 - 69.89) < 0.02)
        for red in stride(from: UInt8(0), through: 255, by: 51) {
            for green in stride(from: UInt8(0), through: 255, by: 51) {
                let colour = RTColour(red: red, green: green, blue: 200)
                #expect(RTColour(cieLab: colour.cieLab.map(Int.init)) == colour)
            }
        }
        #expect(RTColour(cieLab: [1, 2, -1]) == nil && RTColour(cieLab: [1, 2]) == nil)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let grid = try axialGrid(4, 4, 2)
        let (folder, reference) = try segSeries(grid)
        let mask = Mask(geometry: grid) { $0.x == 1 }
        func failure(_ segments: [SegmentToWrite]) -> ImageFormatsError.Kind? {
            kind { try SegWriter.write(segments, on: reference, to: folder.file("s.dcm"), origin: segOrigin) }
        }
        let one = SegmentToWrite(name: "A", mask: mask, colour: red)
        #expect(failure([]) == .notWritten)
        #expect(failure([one, one]) == .notWritten)
        #expect(failure([SegmentToWrite(name: "a\\b", mask: mask, colour: red)]) == .notWritten)
        let other = Mask(geometry: try axialGrid(4, 4, 3))
        #expect(failure([SegmentToWrite(name: "A", mask: other, colour: red)]) == .inconsistent)
        #expect(failure([one]) == nil)
        // Of another frame of reference, off the voxels, outside the image.
        let file = folder.file("s.dcm")
        #expect(kind { _ = try SegReader.read(file, on: grid, frameOfReferenceUID: "1.2.3") } == .inconsistent)
        func shifted(_ x: Double, _ size: GridSize) throws -> GridGeometry {
            try GridGeometry(
                size: size, spacing: grid.spacing, origin: grid.origin + PatientVector(x: x, y: 0, z: 0))
        }
        #expect(kind { _ = try SegReader.read(file, on: shifted(0.3, grid.size)) } == .inconsistent)
        #expect(kind { _ = try SegReader.read(file, on: shifted(1.5, grid.size)) } == .inconsistent)
        // A voxel of 0.75 mm to the left, one column less: the same place one column on.
        let moved = try SegReader.read(file, on: shifted(0.75, GridSize(x: 3, y: 4, z: 2)))
        #expect(moved.structures[0].mask.slices[0][0, 0] && moved.structures[0].mask.count == 8)
    }

    @Test func framesThatContradictOrBelongToNobody() throws {
        let grid = try axialGrid(8, 4, 2)
        let (folder, reference) = try segSeries(grid)
        let file = folder.file("s.dcm")
        /// Writes a mask, then changes bytes where they come last: those of the second frame.
        func rewritten(_ mask: Mask, _ from: [UInt8], _ to: [UInt8]) throws -> URL {
            try SegWriter.write(
                [SegmentToWrite(name: "A", mask: mask, colour: red)], on: reference, to: file, origin: segOrigin)
            var bytes = try Data(contentsOf: file)
            let range = try #require(bytes.range(of: Data(from), options: .backwards))
            bytes.replaceSubrange(range, with: to)
            try bytes.write(to: file)
            return file
        }
        let (second, first) = (Array("-10\\-20\\102".utf8), Array("-10\\-20\\100".utf8))
        let equal = Mask(geometry: grid) { $0.x == 1 }
        let frame = reference.frameOfReferenceUID
        let once = try SegReader.read(
            try rewritten(equal, second, first), on: grid, frameOfReferenceUID: frame)
        #expect(once.structures[0].mask.count == 4 && once.warnings == [])
        let differing = Mask(geometry: grid) { $0.x == $0.z }
        let contradicting = try rewritten(differing, second, first)
        #expect(kind { _ = try SegReader.read(contradicting, on: grid) } == .inconsistent)
        // The second frame names segment 9.
        let number: [UInt8] = [0x62, 0, 0x0b, 0, 0x55, 0x53, 2, 0, 1, 0]
        let nobody = try rewritten(equal, number, number.dropLast(2) + [9, 0])
        let read = try SegReader.read(nobody, on: grid, frameOfReferenceUID: frame)
        #expect(read.structures[0].mask.count == 4 && read.warnings.count == 1)
    }

    @Test func dciodvfyFindsNoError() throws {
        let grid = try axialGrid(7, 5, 3)
        let (folder, reference) = try segSeries(grid)
        let mask = Mask(geometry: grid) { $0.x > $0.y }
        var origin = segOrigin
        origin.method = DrawingMethod(.automatic, modelName: "lungs-unet2d@7")
        try SegWriter.write(
            [
                SegmentToWrite(name: "Lung_L", mask: mask, colour: red),
                SegmentToWrite(name: "Heart", mask: mask.inverted(), colour: red),
            ], on: reference, to: folder.file("seg.dcm"), origin: origin)
        #expect(try dciodvfyErrors(folder.file("seg.dcm")) == [])
    }
}

let segOrigin = SegWriter.Origin(
    description: "Pleura", date: "20240203", time: "101112", seed: "seg",
    method: DrawingMethod(.automatic, modelName: "baseline-threshold"), creator: "Doe^Jane")

/// A series of ours to draw on.
func segSeries(_ grid: GridGeometry) throws -> (TemporaryFolder, DicomSeriesReference) {
    let folder = try TemporaryFolder()
    let volume = Volume(geometry: grid, filledWith: -1000)
    return (folder, try CTSeriesWriter.write(volume, to: folder.file("ct"), pseudonym: pseudonym, seed: "ct"))
}

/// What dicom3tools' validator calls an error.
func dciodvfyErrors(_ file: URL) throws -> [String] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["dciodvfy", file.path]
    let pipe = Pipe()
    process.standardError = pipe
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    // It names the kind of object it took the file for, or it has not looked.
    guard !text.isEmpty else { return ["dciodvfy said nothing; is dicom3tools installed?"] }
    return text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("Error") }
}
