import Foundation
import ImageIO
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import VolumeFiles

@Suite struct NrrdWritingTests {
    private let red = RTColour(red: 255, green: 0, blue: 51)

    private struct Answer: Decodable {
        let header: [String: String]
        let shape: [Int]
        let voxels: [Int]
    }

    @Test func whatIsWrittenComesBackAndSimpleITKAgrees() throws {
        var generator = SeededGenerator(seed: 4)
        let folder = try TemporaryFolder()
        let grid = try obliqueGrid(GridSize(x: 9, y: 7, z: 4))
        let volume = try randomVolume(grid, using: &generator)
        try NrrdFile.write(volume, to: folder.file("ct.nrrd"))
        let back = try ImageReader.read(folder.file("ct.nrrd"))
        #expect(back.volume.slices == volume.slices && back.volume.geometry.agrees(with: grid, within: 1e-9))
        let mask = randomMask(grid, density: 0.5, using: &generator)
        try NrrdFile.writeLabelMap(
            [(label: 2, mask: mask), (label: 300, mask: mask.inverted())], geometry: grid,
            to: folder.file("labels.nrrd"))
        let labels = try MaskReader.read(folder.file("labels.nrrd"))
        #expect(labels.masks[2]?.slices == mask.slices && labels.masks[300]?.slices == mask.inverted().slices)
        #expect(kind { try NrrdFile.write(mask, to: folder.file("a.nii")) } == .notWritten)
        #expect(
            kind {
                try NrrdFile.writeLabelMap(
                    [(label: 1, mask: mask), (label: 2, mask: mask)], geometry: grid, to: folder.file("b.nrrd"))
            } == .unsupported)
        let answers = try PythonOracle("nrrd_oracle.py").run(
            [folder.file("ct.nrrd").path, folder.file("labels.nrrd").path], as: [Answer].self)
        #expect(answers[0].shape == [9, 7, 4])
        #expect(answers[0].voxels == volume.slices.flatMap(\.values).map(Int.init))
        #expect(answers[1].voxels.filter { $0 == 2 }.count == mask.count)
    }

    @Test func segmentsOfSlicer() throws {
        let folder = try TemporaryFolder()
        let grid = try axialGrid(6, 5, 3)
        let left = Mask(geometry: grid) { $0.x < 2 }
        let right = Mask(geometry: grid) { $0.x > 3 }
        let file = folder.file("a.seg.nrrd")
        let plain = [
            NrrdSegmentToWrite(name: "Lung_L", mask: left, colour: red),
            NrrdSegmentToWrite(name: "Größe\\n", mask: right, colour: red),
        ]
        try NrrdFile.writeSegmentation(plain, geometry: grid, to: file)
        #expect(try MaskReader.names(for: file) == [1: "Lung_L", 2: "Größe\\n"])
        #expect(try NrrdFile.segmentColours(at: file) == [1: red, 2: red])
        let map = try MaskReader.read(file)
        #expect(map.geometry == grid && map.masks == [1: left, 2: right])
        let answer = try PythonOracle("nrrd_oracle.py").run([file.path], as: [Answer].self)[0]
        #expect(answer.shape == [6, 5, 3])
        #expect(answer.header["Segment0_Name"] == "Lung_L" && answer.header["Segment0_LabelValue"] == "1")
        #expect(answer.header["Segment0_Color"] == "1.0 0.0 0.2")
        #expect(answer.header["Segment0_Tags"]?.contains("SCT^39607008^Lung~SCT^7771000^Left") == true)
        #expect(answer.header["Segmentation_MasterRepresentation"] == "Binary labelmap")

        // Overlapping ones go to layers of their own, where labels begin at 1 again.
        let heart = Mask(geometry: grid) { $0.x == 1 }
        try NrrdFile.writeSegmentation(
            plain + [NrrdSegmentToWrite(name: "Heart", mask: heart, colour: red)], geometry: grid, to: file)
        #expect(try MaskReader.read(file).masks == [1: left, 2: right, 3: heart])
        #expect(try MaskReader.names(for: file) == [1: "Lung_L", 2: "Größe\\n", 3: "Heart"])
        let layered = try PythonOracle("nrrd_oracle.py").run([file.path], as: [Answer].self)[0]
        #expect(layered.shape == [2, 6, 5, 3])
        #expect(layered.header["Segment2_Layer"] == "1" && layered.header["Segment2_LabelValue"] == "1")
        // Layers alternate: voxel (1, 0, 0) is in the left lung and in the heart.
        #expect(layered.voxels[2...3] == [1, 1])
        #expect(kind { _ = try ImageReader.read(file) } == .unsupported)
    }

    @Test func aLayerWithoutItsSegmentIsRefused() throws {
        let folder = try TemporaryFolder()
        let grid = try axialGrid(4, 4, 2)
        let all = Mask(geometry: grid) { _ in true }
        let file = folder.file("a.seg.nrrd")
        try NrrdFile.writeSegmentation(
            ["A", "B"].map { NrrdSegmentToWrite(name: $0, mask: all, colour: red) }, geometry: grid, to: file)
        #expect(try MaskReader.read(file).masks.count == 2)
        func rewrite(_ from: String, _ to: String) throws {
            var bytes = try Data(contentsOf: file)
            let range = try #require(bytes.range(of: Data(from.utf8)))
            bytes.replaceSubrange(range, with: Data(to.utf8))
            try bytes.write(to: folder.file("b.seg.nrrd"))
        }
        try rewrite("Segment1_LabelValue:=1", "Segment1_LabelValue:=4")
        #expect(kind { _ = try MaskReader.read(folder.file("b.seg.nrrd")) } == .damaged)
        try rewrite("Segment1_Layer:=1", "Segment1_Layer:=0")
        #expect(kind { _ = try MaskReader.read(folder.file("b.seg.nrrd")) } == .damaged)
    }
}
