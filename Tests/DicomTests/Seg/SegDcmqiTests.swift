import Digests
import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// Segmentations of ours as dcmqi reads them, and dcmqi's as we do.
@Suite struct SegDcmqiTests {
    private struct Segment: Decodable {
        let label: String
        let shape: [Int]
        let count: Int
        let origin: [Double]
        let spacing: [Double]
        let direction: [Double]
        let sha256: String
    }

    private func digest(_ mask: Mask) -> String {
        let digest = SHA256Digest()
        for slice in mask.slices {
            digest.update(
                (0..<slice.height).flatMap { y in (0..<slice.width).map { x in slice[x, y] ? UInt8(1) : 0 } })
        }
        return digest.finish()
    }

    private func expect(_ segment: Segment, _ mask: Mask) {
        let grid = mask.geometry
        #expect(segment.shape == [grid.size.x, grid.size.y, grid.size.z])
        #expect(segment.count == mask.count && segment.sha256 == digest(mask))
        let axes = [grid.direction.x, grid.direction.y, grid.direction.z]
        // SimpleITK lists the direction's matrix by rows; its columns are the axes.
        let rows = axes.map(\.x) + axes.map(\.y) + axes.map(\.z)
        let found = segment.origin + segment.spacing + segment.direction
        let wanted = [grid.origin.x, grid.origin.y, grid.origin.z, grid.spacing.x, grid.spacing.y, grid.spacing.z]
        for (found, wanted) in zip(found, wanted + rows) { #expect(abs(found - wanted) < 1e-4, "\(segment)") }
    }

    @Test func dcmqiReadsWhatWeWrite() throws {
        var generator = SeededGenerator(seed: 6)
        let grid = try obliqueGrid(GridSize(x: 21, y: 13, z: 5))
        let (folder, reference) = try segSeries(grid)
        var left = randomMask(grid, density: 0.4, using: &generator)
        left[slice: 3] = MaskSlice(width: 21, height: 13)
        let right = randomMask(grid, density: 0.4, using: &generator)
        let red = RTColour(red: 255, green: 0, blue: 0)
        let file = folder.file("seg.dcm")
        let masks = [("Lung_L", left), ("Lung_R", right)]
        try SegWriter.write(
            masks.map { SegmentToWrite(name: $0.0, mask: $0.1, colour: red) }, on: reference, to: file,
            origin: segOrigin)
        let answer = try PythonOracle("dcmqi_oracle.py").run(["read", file.path], as: [Segment].self)
        #expect(answer.map(\.label) == ["Lung_L", "Lung_R"])
        for (segment, (_, mask)) in zip(answer, masks) { expect(segment, mask) }
    }

    @Test func weReadWhatDcmqiWrites() throws {
        let grid = try axialGrid(21, 13, 5)
        let (folder, reference) = try segSeries(grid)
        let file = folder.file("theirs.dcm")
        let answer = try PythonOracle("dcmqi_oracle.py").run(
            ["write", folder.file("ct").path, file.path, "3"], as: [Segment].self)
        let read = try SegReader.read(file, on: grid, frameOfReferenceUID: reference.frameOfReferenceUID)
        #expect(read.structures.map(\.segment.label) == ["one", "two"] && read.warnings == [])
        try #require(answer.count == read.structures.count)
        for (segment, structure) in zip(answer, read.structures) { expect(segment, structure.mask) }
    }
}
