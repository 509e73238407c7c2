import Dicom
import Foundation
import ImageValues
import Synchronization
import TestSupport
import Testing
import VolumeFiles
import Volumes

@testable import ImageIO

@Suite struct DispatchTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    @Test func filesAreKnownBySuffixOrByContents() throws {
        let zeros = [UInt8](repeating: 0, count: 16)
        var nifti = NiftiBytes()
        nifti.data = zeros
        let meta = Array(metaImageHeader(local: true).utf8) + zeros
        let nrrd = Array(nrrdHeader().utf8) + zeros
        for (name, bytes) in [
            ("a.nii", nifti.file), ("a.NII", nifti.file), ("a", nifti.file), ("b.mha", meta), ("b", meta),
            ("c.nrrd", nrrd), ("c", nrrd), ("c.dat", nrrd),
        ] {
            let url = folder.file(name)
            try Data(bytes).write(to: url)
            #expect(ImageReader.canRead(url), "\(name)")
            #expect(try ImageReader.read(url).volume.geometry.size == GridSize(x: 2, y: 2, z: 2))
            #expect(try MaskReader.read(url).masks.isEmpty)
        }
        try Data("hello".utf8).write(to: folder.file("d.txt"))
        #expect(!ImageReader.canRead(folder.file("d.txt")))
        #expect(!ImageReader.canRead(folder.file("none.nii")))
        #expect(kind { _ = try ImageReader.read(folder.file("d.txt")) } == .notAnImage)
        #expect(kind { _ = try ImageReader.read(folder.file("none.nii")) } == .notFound)
        #expect(kind { _ = try MaskReader.read(folder.file("d.txt")) } == .notAnImage)
        #expect(kind { _ = try MaskReader.read(folder.url) } == .unsupported)
        #expect(ImageReader.canRead(folder.url))
    }

    @Test func anImageWithoutAnythingLightIsReadWithAWarning() throws {
        var nifti = NiftiBytes()
        for (name, first, count) in [("labels.nii", UInt8(0), 1), ("ct.nii", 0xFF, 0)] {
            // 16-bit voxels: 0, or -1 as the first.
            nifti.data = [first, first] + [UInt8](repeating: 0, count: 14)
            try Data(nifti.file).write(to: folder.file(name))
            let warnings = try ImageReader.read(folder.file(name)).warnings
            #expect(warnings.filter { $0.contains("hardly a CT") }.count == count, "\(name)")
        }
    }

    @Test func masksAreToldFromImages() throws {
        for (values, isMask) in [
            ([0, 1, 2, 255, 0, 0, 0, 0], true), ([0, 0.25, 1, 0.5, 0, 0, 0, 0], true),
            ([0, 0, 0, 0, 0, 0, 0, 0], true), ([-1, 1, 2, 255, 0, 0, 0, 0], false),
            ([0, 1.5, 2.5, 255, 0, 0, 0, 0], false),
        ] {
            var nifti = NiftiBytes()
            nifti.datatype = 16
            nifti.data = nifti.encoded(values)
            try nifti.write(to: folder.file("a.nii"))
            #expect(ImageReader.isMask(folder.file("a.nii")) == isMask, "\(values)")
        }
        // A CT without its intercept has more values than a label map.
        var nifti = NiftiBytes()
        nifti.dim = [3, 20, 20, 1, 1, 1, 1, 1]
        nifti.data = nifti.encoded((0..<400).map(Double.init))
        try nifti.write(to: folder.file("b.nii"))
        #expect(!ImageReader.isMask(folder.file("b.nii")))
        #expect(!ImageReader.isMask(folder.file("none.nii")))
        try Data("hello".utf8).write(to: folder.file("c.nii"))
        #expect(!ImageReader.isMask(folder.file("c.nii")))
    }

    @Test func dicomFoldersAndFilesAreHandedOn() throws {
        let grid = try GridGeometry(size: GridSize(x: 4, y: 3, z: 3), spacing: Spacing(x: 1, y: 1, z: 2))
        var volume = Volume(geometry: grid, filledWith: -500)
        volume[VoxelIndex(x: 3, y: 0, z: 2)] = 77
        let ct = folder.url.appendingPathComponent("CT")
        try CTSeriesWriter.write(
            volume, to: ct,
            pseudonym: DicomPseudonym(patientName: "Test^One", patientID: "P1", date: "20200101", time: "120000"),
            seed: "dispatch")
        let steps = Mutex(0)
        let image = try ImageReader.read(ct) { done, _ in steps.withLock { $0 = max($0, done) } }
        #expect(image.volume == volume)
        #expect(image.seriesUID?.isEmpty == false)
        #expect(steps.withLock { $0 } == 3)
        #expect(try ImageReader.read(ct, series: image.seriesUID).volume == volume)
        #expect(kind { _ = try ImageReader.read(ct, series: "1.2.3") } != nil)
        // A file of another suffix is known by its magic.
        let renamed = folder.file("slice")
        try FileManager.default.copyItem(at: ct.appendingPathComponent("slice-0001.dcm"), to: renamed)
        #expect(ImageReader.canRead(renamed))
        #expect(kind { _ = try MaskReader.read(renamed) } == .unsupported)
    }

    @Test func namesOfLabels() throws {
        let url = folder.file("lungs.v2.nii.gz")
        #expect(MaskReader.namesFile(for: url).lastPathComponent == "lungs.v2.json")
        #expect(try MaskReader.names(for: url).isEmpty)
        let json = folder.file("lungs.v2.json")
        try Data("{\"1\": \"Lung_L\", \"2\": \"Lung_R\"}".utf8).write(to: json)
        #expect(try MaskReader.names(for: url) == [1: "Lung_L", 2: "Lung_R"])
        // What dcm2niix and others put beside an image speaks of no label.
        let longest = "{\"Notes\": \"" + String(repeating: "x", count: 1 << 20) + "\"}"
        for foreign in [
            "[]", "{}", "3", "{\"x\": \"Lung_L\"}", longest,
            "{\"Modality\": \"CT\", \"Manufacturer\": \"ACME\", \"EchoTime\": 0.1, \"ImageType\": [\"A\", \"B\"]}",
        ] {
            try Data(foreign.utf8).write(to: json)
            #expect(try MaskReader.names(for: url).isEmpty, "\(foreign.prefix(80))")
        }
        for bad in ["{\"0\": \"Lung_L\"}", "{\"1\": 2}", "{\"1\": \"\"}", "{\"1\":", "{\"1\": \"A\", \"x\": \"B\"}"] {
            try Data(bad.utf8).write(to: json)
            #expect(kind { _ = try MaskReader.names(for: url) } == .damaged, "\(bad)")
        }
    }

    @Test func aLabelThatTheLegendNamesIsThereAlthoughEmpty() throws {
        let grid = try GridGeometry(size: GridSize(x: 3, y: 2, z: 2), spacing: Spacing(x: 1, y: 1, z: 1))
        let url = folder.file("map.nii.gz")
        try NiftiFile.writeLabelMap([(2, Mask(geometry: grid) { $0.x == 1 })], geometry: grid, to: url)
        #expect(try MaskReader.readNamed(url).masks.map(\.name) == ["map"])
        try Data("{\"1\": \"Lung_L\", \"2\": \"Lung_R\"}".utf8).write(to: folder.file("map.json"))
        let read = try MaskReader.readNamed(url).masks
        #expect(read.map(\.name) == ["Lung_L", "Lung_R"] && read.map(\.mask.isEmpty) == [true, false])
        // One that the legend does not name is not called as the file, which holds several.
        try Data("{\"1\": \"Lung_L\"}".utf8).write(to: folder.file("map.json"))
        #expect(try MaskReader.readNamed(url).masks.map(\.name) == ["Lung_L", "Label_2"])
    }
}
