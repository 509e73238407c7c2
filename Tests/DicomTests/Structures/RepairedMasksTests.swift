import Foundation
import ImageIO
import ImageValues
import TestSupport
import Testing
import VolumeFiles
import Volumes

@testable import Dicom

/// Masks and contours of the scanned slices on a CT whose gaps were filled.
@Suite struct RepairedMasksTests {
    /// A cone: its radius in voxels on a slice at a height in mm.
    private func radius(_ z: Double) -> Double { 4 + z / 2 }

    private func series(_ heights: [Double]) throws -> (TemporaryFolder, LoadedDicom) {
        let folder = try TemporaryFolder()
        for (index, z) in heights.enumerated() {
            var slice = SliceFile(z: z, values: [Int16](repeating: 0, count: 32 * 32), columns: 32, rows: 32)
            slice.item.set(0x0028_0030, "DS", "0.5\\0.5")
            try slice.write(to: folder.file("f\(index).dcm"))
        }
        return (folder, try DicomFolder.load(folder.url, repairs: [.gaps]))
    }

    /// The cone on the slices of a grid, decided at their true heights.
    private func cone(_ grid: GridGeometry) -> Mask {
        Mask(geometry: grid) { isIn($0.x, $0.y, Double($0.z) * grid.spacing.z) }
    }

    private func isIn(_ x: Int, _ y: Int, _ z: Double) -> Bool {
        let (dx, dy) = (Double(x) - 15.3, Double(y) - 16.2)
        return dx * dx + dy * dy < radius(z) * radius(z)
    }

    private func structureSet(_ heights: [Double], _ loaded: LoadedDicom, in folder: TemporaryFolder) throws -> URL {
        let contours = heights.map { z in
            StructureSetFile.Contour(
                points: (0..<80).map { i in
                    let angle = 2 * .pi * Double(i) / 80
                    return PatientPoint(
                        x: (15.3 + radius(z) * cos(angle)) / 2, y: (16.2 + radius(z) * sin(angle)) / 2, z: z)
                })
        }
        let file = folder.file("rs.dcm")
        try StructureSetFile(structures: [
            StructureSetFile.Structure(
                name: "A", number: 1, frame: loaded.reference.frameOfReferenceUID, contours: contours)
        ]).write(to: file)
        return file
    }

    private func dice(_ a: Mask, _ b: Mask) throws -> Double {
        2 * Double(try a.intersection(b).count) / Double(a.count + b.count)
    }

    private static let missing: [Double] = [0, 2, 4, 8, 10, 12]
    private static let uneven: [Double] = [0, 2, 4, 6, 8, 11, 14]

    @Test(
        "Contours of the scanned slices are interpolated where slices were, with a warning",
        arguments: [
            (missing, [3]), (uneven, [5, 6]),
        ])
    func contours(heights: [Double], made: [Int]) throws {
        let (folder, loaded) = try series(heights)
        let grid = loaded.image.volume.geometry
        #expect(loaded.reference.scannedPlanes.count == heights.count)
        let file = try structureSet(heights, loaded, in: folder)
        let read = try MaskReader.readNamed(
            file, on: grid, frameOfReferenceUID: loaded.reference.frameOfReferenceUID, reference: loaded.reference)
        let truth = cone(grid)
        #expect(try dice(read.masks[0].mask, truth) > 0.97)
        for z in 0..<grid.size.z { #expect(!read.masks[0].mask.slices[z].isEmpty, "\(z)") }
        #expect(read.warnings.count == 1 && read.warnings[0].contains("was interpolated on slice"))
        // Scanning the headers alone tells the same.
        let scanned = try DicomFolder.scan(folder.url, repairs: [.gaps]).series[0].reference
        #expect(scanned == loaded.reference)
        #expect(read.warnings[0].contains(Plural.slices(made)), "\(read.warnings)")
    }

    @Test("A contour that was drawn on the slice that is missing counts there")
    func contourOfTheMissingSlice() throws {
        let (folder, loaded) = try series(Self.missing)
        let file = try structureSet([0, 2, 4, 6, 8, 10, 12], loaded, in: folder)
        let read = try MaskReader.readNamed(
            file, on: loaded.image.volume.geometry, frameOfReferenceUID: loaded.reference.frameOfReferenceUID,
            reference: loaded.reference)
        let truth = cone(loaded.image.volume.geometry)
        #expect(try dice(read.masks[0].mask, truth) > 0.99 && read.warnings == [])
    }

    @Test("A structure that ends at a gap ends halfway, and one that has no contour there stays out of it")
    func ends() throws {
        let (folder, loaded) = try series([0, 2, 4, 8, 10, 12])
        let file = try structureSet([0, 2, 4], loaded, in: folder)
        let read = try MaskReader.readNamed(
            file, on: loaded.image.volume.geometry, frameOfReferenceUID: loaded.reference.frameOfReferenceUID,
            reference: loaded.reference)
        #expect(read.masks[0].mask.slices.map(\.isEmpty) == [false, false, false, true, true, true, true])
    }

    @Test("A segmentation of the scanned slices is interpolated likewise", arguments: [missing, uneven])
    func segmentation(heights: [Double]) throws {
        let (folder, loaded) = try series(heights)
        let grid = loaded.image.volume.geometry
        let frames = heights.map { z in
            SegFile.Frame(
                values: (0..<32 * 32).map { isIn($0 % 32, $0 / 32, z) ? 1 : 0 }, segment: 1,
                position: PatientPoint(x: 0, y: 0, z: z))
        }
        let seg = SegFile(
            kind: "FRACTIONAL", segments: [SegFile.Segment(number: 1, label: "A")], frames: frames,
            frameOfReference: loaded.reference.frameOfReferenceUID)
        try seg.write(to: folder.file("seg.dcm"), on: grid)
        let read = try MaskReader.readNamed(
            folder.file("seg.dcm"), on: grid, frameOfReferenceUID: loaded.reference.frameOfReferenceUID,
            reference: loaded.reference)
        #expect(try dice(read.masks[0].mask, cone(grid)) > 0.97)
        #expect(read.warnings.contains { $0.contains("was interpolated on slice") })
    }

    @Test("A label map of the scanned slices is taken slice by slice, either way up", arguments: [missing, uneven])
    func labelMap(heights: [Double]) throws {
        let (folder, loaded) = try series(heights)
        let grid = loaded.image.volume.geometry
        let truth = cone(grid)
        for runsDown in [false, true] {
            // What a program writes that takes the spacing of the first two slices for that of all.
            let own = try GridGeometry(
                size: GridSize(x: 32, y: 32, z: heights.count), spacing: Spacing(x: 0.5, y: 0.5, z: 2),
                origin: PatientPoint(x: 0, y: 0, z: runsDown ? heights[heights.count - 1] : 0),
                direction: runsDown
                    ? GridDirection(
                        x: PatientVector(x: 1, y: 0, z: 0), y: PatientVector(x: 0, y: 1, z: 0),
                        z: PatientVector(x: 0, y: 0, z: -1)) : .identity)
            let order = runsDown ? heights.reversed() : heights
            let file = folder.file("A.nii")
            try NiftiFile.write(Mask(geometry: own) { isIn($0.x, $0.y, order[$0.z]) }, to: file)
            let read = try MaskReader.readNamed(
                file, on: grid, frameOfReferenceUID: "", reference: loaded.reference)
            #expect(read.geometry == grid)
            #expect(try dice(read.masks[0].mask, truth) > 0.97)
            #expect(read.warnings.contains { $0.contains("slices that were scanned") })
            #expect(read.warnings.contains { $0.contains("was interpolated on slice") })
        }
        // One of the filled grid is what it is.
        try NiftiFile.write(truth, to: folder.file("A.nii"))
        let filled = try MaskReader.readNamed(
            folder.file("A.nii"), on: grid, frameOfReferenceUID: "", reference: loaded.reference)
        #expect(try filled.masks[0].mask.adopting(grid) == truth && filled.warnings == [])
    }
}
