import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import VolumeFiles

/// What nibabel and SimpleITK read from our files, and what we read from nibabel's.
@Suite struct OracleTests {
    private struct Nibabel: Decodable {
        let shape: [Int]
        let spacing: [Double]
        let affine: [[Double]]
        let qform: [[Double]]
        let codes: [Int]
        let type: String
        let voxels: [Double]
    }

    private struct SimpleITK: Decodable {
        let shape: [Int]
        let spacing: [Double]
        let origin: [Double]
        let direction: [Double]
        let voxels: [Double]
    }

    private struct Both: Decodable {
        let nibabel: Nibabel
        let simpleitk: SimpleITK
    }

    private struct Written: Decodable {
        let name: String
        let affine: [[Double]]
        let spacing: [Double]
        let voxels: [Double]
    }

    /// Where RAS has a voxel, by nibabel's matrix, against where the grid has it in LPS; in mm.
    private func distance(_ affine: [[Double]], _ grid: GridGeometry) -> Double {
        let last = VoxelIndex(x: grid.size.x - 1, y: grid.size.y - 1, z: grid.size.z - 1)
        var greatest = 0.0
        for voxel in [VoxelIndex(x: 0, y: 0, z: 0), VoxelIndex(x: last.x, y: 0, z: 0), last] {
            let index = [Double(voxel.x), Double(voxel.y), Double(voxel.z), 1]
            let ras = (0..<3).map { row in (0..<4).reduce(0.0) { $0 + affine[row][$1] * index[$1] } }
            greatest = max(greatest, (grid.point(at: voxel) - PatientPoint(x: -ras[0], y: -ras[1], z: ras[2])).length)
        }
        return greatest
    }

    private func near(_ left: [Double], _ right: [Double], within tolerance: Double) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= tolerance }
    }

    private func check(_ answer: Both, _ grid: GridGeometry, _ voxels: [Double], type: String, _ name: String) {
        let (size, direction) = (grid.size, grid.direction)
        let spacing = [grid.spacing.x, grid.spacing.y, grid.spacing.z]
        #expect(answer.nibabel.shape == [size.x, size.y, size.z], "\(name)")
        #expect(answer.nibabel.voxels == voxels, "\(name)")
        #expect(answer.nibabel.type == type, "\(name)")
        #expect(answer.nibabel.codes == [1, 1])
        #expect(answer.nibabel.spacing == spacing.map { Double(Float($0)) })
        #expect(distance(answer.nibabel.affine, grid) < 1e-4, "\(name)")
        #expect(distance(answer.nibabel.qform, grid) < 1e-4, "\(name)")
        #expect(answer.simpleitk.shape == [size.x, size.y, size.z])
        #expect(answer.simpleitk.voxels == voxels, "\(name)")
        #expect(near(answer.simpleitk.spacing, spacing, within: 1e-6))
        #expect(near(answer.simpleitk.origin, [grid.origin.x, grid.origin.y, grid.origin.z], within: 1e-4))
        // SimpleITK lists the matrix by rows; its columns are the axes.
        let rows = [
            direction.x.x, direction.y.x, direction.z.x, direction.x.y, direction.y.y, direction.z.y, direction.x.z,
            direction.y.z, direction.z.z,
        ]
        #expect(near(answer.simpleitk.direction, rows, within: 1e-6), "\(name)")
    }

    @Test func othersReadWhatWeWrite() throws {
        let folder = try TemporaryFolder()
        var grids = try sampleGrids()
        grids.append(
            try GridGeometry(
                size: GridSize(x: 4, y: 3, z: 2), spacing: Spacing(x: 0.7, y: 0.7, z: 1.1),
                origin: PatientPoint(x: 0.1, y: -0.2, z: 1e3)))
        var generator = SeededGenerator(seed: 17)
        var expected: [(String, GridGeometry, [Double], String)] = []
        for (i, grid) in grids.enumerated() {
            let suffix = i % 2 == 0 ? "nii.gz" : "nii"
            let volume = try randomVolume(grid, seed: UInt64(i))
            try NiftiFile.write(volume, to: folder.file("v\(i).\(suffix)"))
            expected.append(("v\(i).\(suffix)", grid, flat(volume).map(Double.init), "int16"))
            let mask = randomMask(grid, density: 0.4, using: &generator)
            let rest = mask.inverted()
            let high = i == 0 ? 1000 : 2
            try NiftiFile.writeLabelMap(
                [(label: 1, mask: mask), (label: high, mask: rest)], geometry: grid,
                to: folder.file("m\(i).\(suffix)"))
            let labels = mask.slices.flatMap { slice in
                (0..<slice.width * slice.height).map { slice[$0 % slice.width, $0 / slice.width] ? 1 : Double(high) }
            }
            expected.append(("m\(i).\(suffix)", grid, labels, i == 0 ? "uint16" : "uint8"))
        }
        let oracle = try PythonOracle("nifti_oracle.py")
        let answers = try oracle.run(["read"] + expected.map { folder.file($0.0).path }, as: [Both].self)
        #expect(answers.count == expected.count)
        for (answer, (name, grid, voxels, type)) in zip(answers, expected) {
            check(answer, grid, voxels, type: type, name)
        }
    }

    @Test func weReadWhatNibabelWrites() throws {
        let folder = try TemporaryFolder()
        let written = try PythonOracle("nifti_oracle.py").run(["write", folder.url.path], as: [Written].self)
        #expect(written.count == 42)
        for file in written {
            let image = try NiftiFile.readVolume(at: folder.file(file.name))
            #expect(flat(image.volume).map(Double.init) == file.voxels.map { $0.rounded(.toNearestOrEven) })
            let grid = image.volume.geometry
            #expect([grid.spacing.x, grid.spacing.y, grid.spacing.z] == file.spacing, "\(file.name)")
            #expect(distance(file.affine, grid) < 1e-5, "\(file.name)")
            #expect(image.warnings.isEmpty)
        }
    }

    @Test func othersReadOurNumbers() throws {
        let folder = try TemporaryFolder()
        let grid = try #require(try sampleGrids().first)
        let area = grid.size.x * grid.size.y
        func value(_ volume: Int, _ z: Int, _ i: Int) -> Float { Float(volume * 1000 + z * 100 + i) / 7 }
        for (count, name) in [(1, "one.nii.gz"), (3, "three.nii")] {
            try NiftiFile.write(on: grid, volumes: count, to: folder.file(name)) { volume, z in
                z == 1 ? nil : (0..<area).map { value(volume, z, $0) }
            }
            let answer = try #require(
                try PythonOracle("nifti_oracle.py").run(["read", folder.file(name).path], as: [Both].self).first)
            #expect(answer.nibabel.type == "float32")
            #expect(answer.nibabel.shape == [grid.size.x, grid.size.y, grid.size.z] + (count > 1 ? [count] : []))
            #expect(distance(answer.nibabel.affine, grid) < 1e-4)
            let expected = (0..<count).flatMap { volume in
                (0..<grid.size.z).flatMap { z in (0..<area).map { z == 1 ? 0 : Double(value(volume, z, $0)) } }
            }
            #expect(answer.nibabel.voxels == expected)
        }
        #expect(throws: ImageFormatsError.self) {
            try NiftiFile.write(on: grid, volumes: 1, to: folder.file("short.nii")) { _, _ in [1, 2] }
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("short.nii").path))
    }
}
