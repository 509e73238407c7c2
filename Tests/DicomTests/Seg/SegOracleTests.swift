import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// Segmentations of ours as highdicom reads them, and highdicom's as we do.
@Suite struct SegOracleTests {
    private struct Segment: Decodable {
        let number: Int
        let label: String
        let type: String
        let algorithm: [String]
        let codes: [[String]]
        let shape: [Int]
        let affine: [[Double]]
        let voxels: [Int]
    }

    private struct Answer: Decodable {
        let segments: [Segment]
        let series: [String]
        let instances: [String]
        let frames: Int
        let overlap: String
    }

    private struct Written: Decodable {
        let name: String
        let voxels: [[Int]]
    }

    private func flat(_ mask: Mask) -> [Int] {
        mask.slices.flatMap { slice in
            (0..<slice.height).flatMap { y in (0..<slice.width).map { slice[$0, y] ? 1 : 0 } }
        }
    }

    @Test func highdicomReadsWhatWeWrite() throws {
        var generator = SeededGenerator(seed: 5)
        let grid = try obliqueGrid(GridSize(x: 21, y: 13, z: 5))
        let (folder, reference) = try segSeries(grid)
        var left = randomMask(grid, density: 0.4, using: &generator)
        left[slice: 3] = MaskSlice(width: 21, height: 13)
        let right = randomMask(grid, density: 0.4, using: &generator)
        let red = RTColour(red: 255, green: 0, blue: 0)
        var origin = segOrigin
        origin.method = DrawingMethod(.reviewed, modelName: "lungs-unet2d@7")
        let file = folder.file("seg.dcm")
        try SegWriter.write(
            [
                SegmentToWrite(name: "Lung_L", mask: left, colour: red),
                SegmentToWrite(name: "Größe", mask: right, colour: red),
            ], on: reference, to: file, origin: origin)
        let answer = try PythonOracle("seg_oracle.py").run(["read", file.path], as: [Answer].self)[0]
        #expect(answer.frames == 9 && answer.overlap == "YES")
        #expect(answer.series == [reference.seriesUID])
        #expect(answer.instances == reference.slices.map(\.sopInstanceUID))
        #expect(answer.segments.map(\.label) == ["Lung_L", "Größe"])
        #expect(answer.segments.map(\.voxels) == [flat(left), flat(right)])
        let first = answer.segments[0]
        #expect(first.type == "SEMIAUTOMATIC" && first.algorithm == ["lungs-unet2d@7", "lungs-unet2d", "7"])
        #expect(first.codes.map { $0[0] } == ["91723000", "39607008", "7771000"])
        #expect(first.shape == [21, 13, 5])
        for voxel in [VoxelIndex(x: 0, y: 0, z: 0), VoxelIndex(x: 20, y: 12, z: 4)] {
            let index = [Double(voxel.x), Double(voxel.y), Double(voxel.z), 1]
            let place = (0..<3).map { row in (0..<4).reduce(0.0) { $0 + first.affine[row][$1] * index[$1] } }
            #expect((grid.point(at: voxel) - PatientPoint(x: place[0], y: place[1], z: place[2])).length < 1e-6)
        }
    }

    @Test func weReadWhatHighdicomWrites() throws {
        // Encoders of JPEG 2000 want 32 pixels a side.
        let grid = try axialGrid(37, 33, 5)
        let (folder, reference) = try segSeries(grid)
        let ct = folder.file("ct")
        let out = folder.url
        let written = try PythonOracle("seg_oracle.py").run(["write", ct.path, out.path, "7"], as: [Written].self)
        #expect(written.count == 7)
        for file in written {
            let read = try SegReader.read(
                folder.file(file.name), on: grid, frameOfReferenceUID: reference.frameOfReferenceUID)
            #expect(read.structures.map { flat($0.mask) } == file.voxels, "\(file.name)")
            #expect(read.structures.allSatisfy { $0.segment.label.hasPrefix("Größe") }, "\(file.name)")
            #expect(read.warnings.count == (file.name == "fractional.dcm" ? 1 : 0), "\(file.name)")
            // The same without the CT, on the grid of the frames.
            let own = try SegReader.read(folder.file(file.name))
            #expect(try own.structures.map { flat(try $0.mask.placed(on: grid)) } == file.voxels, "\(file.name)")
        }
        let low = try SegReader.read(folder.file("fractional.dcm"), on: grid, threshold: 0.25)
        let high = try SegReader.read(folder.file("fractional.dcm"), on: grid, threshold: 0.75)
        #expect(low.structures[0].mask.count > high.structures[0].mask.count)
    }
}
