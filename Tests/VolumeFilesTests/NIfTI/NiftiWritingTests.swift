import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import VolumeFiles

/// Grids whose numbers float32 holds: supine, oblique (3-4-5), left-handed.
func sampleGrids() throws -> [GridGeometry] {
    let size = GridSize(x: 67, y: 5, z: 3)
    let spacing = Spacing(x: 0.75, y: 1.25, z: 2.5)
    let origin = PatientPoint(x: -120.5, y: 33.25, z: -400)
    func vector(_ x: Double, _ y: Double, _ z: Double) -> PatientVector { PatientVector(x: x, y: y, z: z) }
    return try [
        .identity,
        GridDirection(x: vector(0.8, 0.6, 0), y: vector(-0.6, 0.8, 0), z: vector(0, 0, 1)),
        GridDirection(x: vector(0, 0.6, 0.8), y: vector(1, 0, 0), z: vector(0, 0.8, -0.6)),
        GridDirection(x: vector(1, 0, 0), y: vector(0, 1, 0), z: vector(0, 0, -1)),
        GridDirection(x: vector(-0.8, 0, 0.6), y: vector(0, 1, 0), z: vector(0.6, 0, 0.8)),
    ].map { try GridGeometry(size: size, spacing: spacing, origin: origin, direction: $0) }
}

@Suite struct NiftiWritingTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    @Test func volumesComeBackFromPlainAndCompressedFiles() throws {
        for (i, grid) in try sampleGrids().enumerated() {
            let volume = try randomVolume(grid, seed: UInt64(i))
            for name in ["v.nii", "v.nii.gz"] {
                try NiftiFile.write(volume, to: folder.file(name))
                let image = try NiftiFile.readVolume(at: folder.file(name))
                #expect(flat(image.volume) == flat(volume))
                #expect(image.volume.geometry.agrees(with: grid, within: 1e-4))
                #expect(image.volume.geometry.spacing == grid.spacing)
                #expect(image.warnings.isEmpty, "\(image.warnings)")
            }
        }
    }

    @Test func theBytesOfASmallFile() throws {
        let grid = try GridGeometry(
            size: GridSize(x: 2, y: 1, z: 1), spacing: Spacing(x: 2, y: 3, z: 4),
            origin: PatientPoint(x: 10, y: 20, z: 30))
        let volume = try Volume(geometry: grid, slices: [VolumeSlice(width: 2, height: 1, values: [-1, 300])])
        try NiftiFile.write(volume, to: folder.file("v.nii"))
        // Put together from the tables of nifti1.h: LPS identity is RAS turned by 180° about z, quaternion (0, 0, 1).
        var expected = NiftiBytes()
        expected.dim = [3, 2, 1, 1, 1, 1, 1, 1]
        expected.pixdim = [1, 2, 3, 4, 0, 0, 0, 0]
        expected.slope = 1
        expected.qformCode = 1
        expected.quatern = [0, 0, 1]
        expected.qoffset = [-10, -20, 30]
        expected.sform = [-2, 0, 0, -10, 0, -3, 0, -20, 0, 0, 4, 30]
        expected.data = [0xff, 0xff, 0x2c, 0x01]
        var bytes = expected.file
        bytes[38] = UInt8(ascii: "r")
        bytes[72] = 16
        #expect(Array(try Data(contentsOf: folder.file("v.nii"))) == bytes)
    }

    @Test func masksComeBack() throws {
        var generator = SeededGenerator(seed: 5)
        for grid in try sampleGrids() {
            let mask = randomMask(grid, density: 0.3, using: &generator)
            for name in ["m.nii", "m.nii.gz"] {
                try NiftiFile.write(mask, to: folder.file(name))
                let map = try NiftiFile.readLabels(at: folder.file(name))
                #expect(map.masks.keys.sorted() == [1])
                #expect(try map.masks[1]?.adopting(grid) == mask)
            }
        }
    }

    @Test func labelMapsKeepTheirLabels() throws {
        let left = try asciiMask([["##..", "#..."]])
        let right = try asciiMask([["...#", "..##"]])
        for (a, b) in [(1, 2), (7, 255), (3, 300), (65_535, 1)] {
            try NiftiFile.writeLabelMap(
                [(label: a, mask: left), (label: b, mask: right)], geometry: left.geometry,
                to: folder.file("l.nii.gz"))
            let map = try NiftiFile.readLabels(at: folder.file("l.nii.gz"))
            #expect(map.masks == [a: left, b: right])
        }
        try NiftiFile.writeLabelMap([], geometry: left.geometry, to: folder.file("e.nii"))
        #expect(try NiftiFile.readLabels(at: folder.file("e.nii")).masks.isEmpty)
    }

    @Test func labelMapsThatCannotBeAreRefusedAndLeaveNothing() throws {
        let left = try asciiMask([["##..", "#..."]])
        let over = try asciiMask([[".#..", "...."]])
        let other = try asciiMask([["##..", "#..."]], spacing: Spacing(x: 2, y: 1, z: 1))
        let url = folder.file("l.nii")
        func kindOf(_ structures: [(label: Int, mask: Mask)]) -> ImageFormatsError.Kind? {
            kind { try NiftiFile.writeLabelMap(structures, geometry: left.geometry, to: url) }
        }
        #expect(kindOf([(label: 1, mask: left), (label: 2, mask: over)]) == .unsupported)
        #expect(kindOf([(label: 0, mask: left)]) == .unsupported)
        #expect(kindOf([(label: 65_536, mask: left)]) == .unsupported)
        #expect(kindOf([(label: 1, mask: left), (label: 1, mask: left)]) == .unsupported)
        #expect(kindOf([(label: 1, mask: other)]) == .inconsistent)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }

    @Test func aFailedWriteLeavesTheOldFile() throws {
        let mask = try asciiMask([["##..", "#..."]])
        let over = try asciiMask([[".#..", "...."]])
        let url = folder.file("m.nii.gz")
        try NiftiFile.write(mask, to: url)
        let before = try Data(contentsOf: url)
        #expect(throws: ImageFormatsError.self) {
            try NiftiFile.writeLabelMap(
                [(label: 1, mask: mask), (label: 2, mask: over)], geometry: mask.geometry, to: url)
        }
        #expect(try Data(contentsOf: url) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["m.nii.gz"])
        #expect(kind { try NiftiFile.write(mask, to: folder.file("m.png")) } == .notWritten)
        #expect(kind { try NiftiFile.write(mask, to: folder.file("none/m.nii")) } == .notWritten)
        try FileManager.default.createDirectory(at: folder.file("d.nii"), withIntermediateDirectories: true)
        #expect(kind { try NiftiFile.write(mask, to: folder.file("d.nii")) } == .notWritten)
    }

    @Test func axesTooLongForNifti1AreWrittenAsNifti2() throws {
        let grid = try GridGeometry(size: GridSize(x: 40_000, y: 1, z: 1), spacing: Spacing(x: 0.7, y: 1, z: 1))
        let mask = Mask(geometry: grid) { $0.x == 39_999 }
        try NiftiFile.write(mask, to: folder.file("m.nii.gz"))
        let map = try NiftiFile.readLabels(at: folder.file("m.nii.gz"))
        #expect(map.masks[1] == mask)
        #expect(map.geometry.spacing.x == 0.7)
    }
}
