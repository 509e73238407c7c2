import Foundation
import ImageIO
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import Dicom

@Suite struct RTStructTests {
    private let origin = RTStructWriter.Origin(label: "Pleura", date: "20240203", time: "101112", seed: "rt")
    private let red = RTColour(red: 255, green: 10, blue: 0)

    private func series(_ grid: GridGeometry, in folder: TemporaryFolder) throws -> DicomSeriesReference {
        let volume = Volume(geometry: grid, filledWith: -1000)
        return try CTSeriesWriter.write(volume, to: folder.file("ct"), pseudonym: pseudonym, seed: "ct")
    }

    @Test(arguments: [0.1, 0.5, 0.9]) func randomMasksComeBackVoxelForVoxel(density: Double) throws {
        var generator = SeededGenerator(seed: UInt64(density * 10))
        let grid = try obliqueGrid(GridSize(x: 70, y: 31, z: 4))
        let mask = randomMask(grid, density: density, using: &generator)
        let other = randomMask(grid, density: 0.3, using: &generator)
        let folder = try TemporaryFolder()
        let reference = try series(grid, in: folder)
        let file = folder.file("rs.dcm")
        let structures = [
            RTStructureToWrite(name: "Lung_L", mask: mask, colour: red),
            RTStructureToWrite(name: "Größe – 肺", mask: other, colour: red, interpretedType: "GTV"),
            RTStructureToWrite(name: "Empty", mask: Mask(geometry: grid), colour: red),
        ]
        try RTStructWriter.write(structures, on: reference, to: file, origin: origin)
        let first = try Data(contentsOf: file)
        let read = try RTStructReader.read(file)
        #expect(read.structures.map(\.name) == ["Lung_L", "Größe – 肺", "Empty"])
        #expect(read.structures.map(\.interpretedType) == ["ORGAN", "GTV", "ORGAN"])
        #expect(read.structures.map(\.colour) == [red, red, red])
        #expect(read.seriesUID == reference.seriesUID && read.studyUID == reference.studyUID)
        #expect(read.label == "Pleura" && read.warnings == [])
        let loaded = try DicomFolder.load(folder.url)
        #expect(loaded.structureSets == [file])
        let grids = [grid, loaded.image.volume.geometry]
        for grid in grids {
            let back = try read.rasterised(on: grid, frameOfReferenceUID: reference.frameOfReferenceUID)
            #expect(back.warnings == [])
            #expect(back.masks[0].mask.slices == mask.slices)
            #expect(back.masks[1].mask.slices == other.slices)
            #expect(back.masks[2].mask.isEmpty)
        }
        try RTStructWriter.write(structures, on: reference, to: file, origin: origin)
        #expect(try Data(contentsOf: file) == first)
    }

    /// Explicit VR would silently lose a contour over 64 KiB.
    @Test func aContourOf12000PointsSurvives() throws {
        let grid = try axialGrid(20, 6000, 1)
        // A comb of 3000 teeth: two corners at the end of each, two in each gap, and four around the last row and the first corner.
        let comb = Mask(geometry: grid) { $0.x == 0 || $0.y % 2 == 0 }
        let folder = try TemporaryFolder()
        let reference = try series(grid, in: folder)
        let file = folder.file("rs")
        try RTStructWriter.write(
            [RTStructureToWrite(name: "b", mask: comb, colour: red)], on: reference, to: file, origin: origin)
        let read = try RTStructReader.read(file)
        let back = try read.rasterised(on: grid, frameOfReferenceUID: reference.frameOfReferenceUID)
        #expect(back.masks[0].mask == comb)
        #expect(read.structures[0].contours.map(\.points.count) == [3000 * 2 + 2999 * 2 + 4])
    }

    @Test func patientAndStudyAreThoseOfTheSeries() throws {
        let grid = try axialGrid(4, 4, 1)
        let folder = try TemporaryFolder()
        let reference = try series(grid, in: folder)
        let mask = Mask(geometry: grid) { $0.x == 1 }
        try RTStructWriter.write(
            [RTStructureToWrite(name: "a", mask: mask, colour: red)], on: reference, to: folder.file("rs"),
            origin: origin)
        let text = String(decoding: try Data(contentsOf: folder.file("rs")), as: UTF8.self)
        #expect(text.contains("Secret^Name") && text.contains("SECRET-ID"))
        // Coordinates by hand: column 1 spans x = −10 + 0.75 ± 0.375, all rows y = −20 − 0.25 … −18.25, z = 100.
        #expect(
            text.contains("-9.625\\-20.25\\100\\-8.875\\-20.25\\100\\-8.875\\-18.25\\100\\-9.625\\-18.25\\100")
                || text.contains("-8.875\\-20.25\\100\\-8.875\\-18.25\\100\\-9.625\\-18.25\\100\\-9.625\\-20.25\\100"))
    }

    private func structures(_ contours: [RTContour], frame: String = "F") -> RTStruct {
        RTStruct(
            label: "", sopInstanceUID: "", studyUID: "", seriesUID: "", frameOfReferenceUID: frame,
            structures: [
                RTStructure(
                    number: 1, name: "A", interpretedType: "", colour: nil, frameOfReferenceUID: "", contours: contours)
            ], warnings: [])
    }

    /// A square around voxels 1…2 of both axes on the axial grid, in the plane of a slice index.
    private func square(_ z: Double, from: Double = 0.5, to: Double = 2.5) throws -> RTContour {
        let grid = try axialGrid(5, 5, 3)
        let corners = [(from, from), (to, from), (to, to), (from, to)]
        return RTContour(
            points: corners.map { grid.point(at: ContinuousIndex(x: $0.0, y: $0.1, z: z)) }, sopInstanceUID: "")
    }

    private func fill(_ contours: [RTContour], frame: String = "F") throws -> RasterisedStructures {
        try structures(contours).rasterised(on: try axialGrid(5, 5, 3), frameOfReferenceUID: frame)
    }

    @Test func planesAreTakenToTheNearestSliceAndOthersReported() throws {
        let plain = try fill([try square(1)])
        #expect(plain.masks[0].mask.count == 4 && plain.masks[0].mask.slices[1][1, 2])
        #expect(plain.warnings == [])
        let between = try fill([try square(1.3)])
        #expect(between.masks[0].mask.slices[1].count == 4)
        #expect(between.warnings.count == 1 && between.warnings[0].contains("between slices"))
        let outside = try fill([try square(2.6), try square(-0.7)])
        #expect(outside.masks[0].mask.isEmpty && outside.warnings[0].contains("2 contours lie outside the CT"))
        // A plane beside must neither cancel nor add to the slice's own contour.
        let beside = try fill([try square(1.4, from: -0.5, to: 4.5), try square(1)])
        #expect(beside.masks[0].mask.count == 4)
        #expect(beside.warnings.contains { $0.contains("nearer contours") })
    }

    @Test func repeatedSlantedAndShortContoursAreReported() throws {
        let twice = try fill([try square(1), try square(1)])
        #expect(twice.masks[0].mask.count == 4 && twice.warnings[0].contains("twice"))
        var points = try square(1).points
        points[0].z += 1
        let slanted = try fill([RTContour(points: points, sopInstanceUID: "")])
        #expect(slanted.masks[0].mask.isEmpty && slanted.warnings.count == 2)
        let short = try fill([RTContour(points: Array(points[1...2]), sopInstanceUID: "")])
        #expect(short.masks[0].mask.isEmpty && short.warnings.count == 2)
    }

    @Test func aContourInsideAnotherIsAHole() throws {
        let ring = try fill([try square(0, from: -0.5, to: 4.5), try square(0, from: 1.5, to: 2.5)])
        #expect(asciiRows(ring.masks[0].mask.slices[0]) == ["#####", "#####", "##.##", "#####", "#####"])
    }

    @Test func anotherFrameOfReferenceIsRefused() throws {
        let error = #expect(throws: ImageFormatsError.self) { try fill([try square(1)], frame: "G") }
        #expect(error?.kind == .inconsistent)
        #expect(try fill([try square(1)], frame: "").warnings.count == 1)
    }

    @Test func whatDoesNotFitTheSeriesIsNotWritten() throws {
        let grid = try axialGrid(4, 4, 2)
        let folder = try TemporaryFolder()
        let reference = try series(grid, in: folder)
        let good = RTStructureToWrite(name: "a", mask: Mask(geometry: grid), colour: red)
        let wrongGrid = RTStructureToWrite(name: "b", mask: Mask(geometry: try axialGrid(4, 4, 3)), colour: red)
        let longName = RTStructureToWrite(
            name: String(repeating: "x", count: 65), mask: Mask(geometry: grid), colour: red)
        for list in [[], [good, good], [good, wrongGrid], [longName]] {
            #expect(throws: ImageFormatsError.self) {
                try RTStructWriter.write(list, on: reference, to: folder.file("rs"), origin: self.origin)
            }
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("rs").path))
        #expect(throws: ImageFormatsError.self) {
            try RTStructWriter.write([good], on: reference, to: folder.file("none/rs"), origin: self.origin)
        }
    }

    @Test func damagedStructureSetsNeverCrash() throws {
        var generator = SeededGenerator(seed: 77)
        let grid = try axialGrid(9, 9, 2)
        let folder = try TemporaryFolder()
        let reference = try series(grid, in: folder)
        let mask = randomMask(grid, density: 0.5, using: &generator)
        try RTStructWriter.write(
            [RTStructureToWrite(name: "a", mask: mask, colour: red)], on: reference, to: folder.file("rs"),
            origin: origin)
        let whole = [UInt8](try Data(contentsOf: folder.file("rs")))
        for variant in 0..<150 {
            var bytes = whole
            if variant % 2 == 0 { bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &generator))) }
            for _ in 0..<(variant % 2 * 4) {
                bytes[Int.random(in: 128..<bytes.count, using: &generator)] = UInt8.random(
                    in: 0...255, using: &generator)
            }
            try Data(bytes).write(to: folder.file("v"))
            let read = try? RTStructReader.read(folder.file("v"))
            _ = try? read?.rasterised(on: grid, frameOfReferenceUID: reference.frameOfReferenceUID)
        }
        #expect(throws: ImageFormatsError.self) { try RTStructReader.read(reference.slices[0].file) }
    }

    @Test func aDamagedContourTakesItsWholeStructureAlong() throws {
        let grid = try axialGrid(9, 9, 2)
        let folder = try TemporaryFolder()
        let reference = try series(grid, in: folder)
        let mask = Mask(geometry: grid) { $0.x == 4 }
        try RTStructWriter.write(
            [
                RTStructureToWrite(name: "a", mask: mask, colour: red),
                RTStructureToWrite(name: "b", mask: mask, colour: red),
            ], on: reference, to: folder.file("rs"), origin: origin)
        var data = try Data(contentsOf: folder.file("rs"))
        let range = try #require(data.range(of: Data("\\-20.25\\".utf8)))
        data.replaceSubrange(range, with: Data("\\-20.x5\\".utf8))
        try data.write(to: folder.file("rs"))
        let read = try RTStructReader.read(folder.file("rs"))
        #expect(read.structures.map(\.name) == ["b"])
        #expect(read.warnings == ["Structure “a” was left out: a contour of it is damaged."])
        #expect(read.leftOut == [LeftOutStructure(name: "a", reason: "a contour of it is damaged")])
        let named = try MaskReader.readNamed(folder.file("rs"), on: mask.geometry)
        #expect(named.masks.map(\.name) == ["b"] && named.leftOut == read.leftOut)
    }
}
