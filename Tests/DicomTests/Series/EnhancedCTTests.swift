import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// CT of many slices in one file.
@Suite struct EnhancedCTTests {
    /// Frames of 3 × 2 pixels at the given heights; frame i holds 10 i + 0…5, and rescales by −1000 unless told
    /// otherwise.
    private func file(
        _ heights: [Double], intercepts: [Double]? = nil, times: [UInt32]? = nil, types: [String]? = nil,
        change: (inout DicomItem) -> Void = { _ in }
    ) -> [UInt8] {
        var item = SliceFile(z: 0).item
        for tag: UInt32 in [0x0020_0032, 0x0020_0037, 0x0028_0030, 0x0028_1052, 0x0028_1053] { item.remove(tag) }
        item.set(0x0008_0016, "UI", "1.2.840.10008.5.1.4.1.1.2.1")
        item.set(0x0028_0008, "IS", String(heights.count))
        func group(_ tag: UInt32, _ content: (inout DicomItem) -> Void) -> (UInt32, DicomItem) {
            var inner = DicomItem()
            content(&inner)
            return (tag, inner)
        }
        var shared = DicomItem()
        for (tag, inner) in [
            group(0x0028_9110) {
                $0.set(0x0028_0030, "DS", "0.5\\0.75"); $0.set(0x0018_0050, "DS", "2")
            },
            group(0x0020_9116) { $0.set(0x0020_0037, "DS", "1\\0\\0\\0\\1\\0") },
        ] { shared.set(tag, items: [inner]) }
        var own: [DicomItem] = []
        for (index, height) in heights.enumerated() {
            var groups = DicomItem()
            let intercept = intercepts?[index] ?? -1000
            for (tag, inner) in [
                group(0x0020_9113) { $0.set(0x0020_0032, "DS", "-5\\7\\\(height)") },
                group(0x0028_9145) {
                    $0.set(0x0028_1052, "DS", "\(intercept)")
                    $0.set(0x0028_1053, "DS", "1")
                    $0.set(0x0028_1054, "LO", "HU")
                },
            ] { groups.set(tag, items: [inner]) }
            if let times {
                let (tag, inner) = group(0x0020_9111) { $0.set(0x0020_9128, longNumbers: [times[index]]) }
                groups.set(tag, items: [inner])
            }
            if let types {
                let (tag, inner) = group(0x0018_9329) { $0.set(0x0008_9007, "CS", types[index]) }
                groups.set(tag, items: [inner])
            }
            own.append(groups)
        }
        item.set(0x5200_9229, items: [shared])
        item.set(0x5200_9230, items: own)
        item.set(0x7fe0_0010, words: heights.indices.flatMap { i in (0..<6).map { Int16(10 * i + $0) } })
        change(&item)
        return item.file(sopClass: "1.2.840.10008.5.1.4.1.1.2.1", sopInstance: "1.2.3.4", .explicit)
    }

    private func load(_ bytes: [UInt8]) throws -> LoadedDicom {
        let folder = try TemporaryFolder()
        try Data(bytes).write(to: folder.file("mf.dcm"))
        return try DicomFolder.load(folder.url)
    }

    /// Found by fuzzing: where the frames' attributes come after the pixels, a reader that stops before the pixels sees
    /// none of the frames that one which goes on has counted.
    @Test func framesDescribedAfterThePixelsAreNoCrash() throws {
        let bytes = Data(file([0, 2, 4]))
        let own = try #require(bytes.range(of: Data([0x00, 0x52, 0x30, 0x92]))).lowerBound
        let pixels = try #require(bytes.range(of: Data([0xe0, 0x7f, 0x10, 0x00]))).lowerBound
        try #require(own < pixels)
        let swapped = bytes[..<own] + bytes[pixels...] + bytes[own..<pixels]
        let error = #expect(throws: ImageFormatsError.self) { try load([UInt8](swapped)) }
        #expect(error?.kind == .damaged || error?.kind == .notAnImage, "\(String(describing: error))")
    }

    @Test func framesAreSlicesInOrderOfHeight() throws {
        let folder = try TemporaryFolder()
        try Data(file([4, 0, 2], intercepts: [-1000, -500, 0])).write(to: folder.file("mf.dcm"))
        let loaded = try DicomFolder.load(folder.url)
        let volume = loaded.image.volume
        #expect(volume.geometry.size == GridSize(x: 3, y: 2, z: 3))
        #expect(volume.geometry.spacing == Spacing(x: 0.75, y: 0.5, z: 2))
        #expect(volume.geometry.origin == PatientPoint(x: -5, y: 7, z: 0))
        // Frame 1 is lowest, then frame 2, then frame 0.
        #expect(
            volume.slices.map(\.values) == [
                [-490, -489, -488, -487, -486, -485], [20, 21, 22, 23, 24, 25], [-1000, -999, -998, -997, -996, -995],
            ])
        #expect(loaded.reference.slices.map(\.frame) == [2, 3, 1])
        #expect(Set(loaded.reference.slices.map(\.sopInstanceUID)).count == 1)
        #expect(loaded.image.warnings == [])
        let scan = try DicomFolder.scan(folder.url)
        #expect(scan.series.count == 1 && scan.series[0].files.count == 1 && scan.series[0].sliceCount == 3)
        #expect(try DicomFolder.preview(folder.url)?.slice.values == [-490, -489, -488, -487, -486, -485])
        // A segmentation names file and frame.
        let mask = Mask(geometry: volume.geometry) { $0.z == 1 }
        try SegWriter.write(
            [SegmentToWrite(name: "A", mask: mask, colour: RTColour(red: 1, green: 2, blue: 3))],
            on: loaded.reference, to: folder.file("seg.dcm"), origin: segOrigin)
        #expect(try SegReader.read(folder.file("seg.dcm"), on: volume.geometry).structures[0].mask == mask)
        let seg = try DicomFile(path: folder.file("seg.dcm").path, withPixels: true)
        #expect(try seg.frames().map(\.sourceInstance) == [loaded.reference.slices[0].sopInstanceUID])
    }

    @Test func timesOfOneFileAreVolumesOfTheirOwn() throws {
        let folder = try TemporaryFolder()
        let heights: [Double] = [0, 2, 4, 0, 2, 4]
        try Data(file(heights, times: [1, 1, 1, 2, 2, 2])).write(to: folder.file("mf.dcm"))
        #expect(loadError(folder.url)?.what == "The series holds 2 volumes")
        let scan = try DicomFolder.scan(folder.url)
        #expect(scan.series.map(\.volume) == ["temporal-position=1", "temporal-position=2"])
        let second = try DicomFolder.load(folder.url, volume: "2")
        #expect(second.image.volume.slices.map { $0.values[0] } == [-970, -960, -950])
        #expect(second.reference.slices.map(\.frame) == [4, 5, 6])
    }

    @Test func aLocalizerAmongTheFramesIsLeftOut() throws {
        let folder = try TemporaryFolder()
        let types = (0..<5).map { "ORIGINAL\\PRIMARY\\\($0 == 4 ? "LOCALIZER" : "VOLUME")\\NONE" }
        try Data(file([0, 2, 4, 6, 3], types: types)).write(to: folder.file("mf.dcm"))
        let image = try DicomFolder.load(folder.url).image
        #expect(image.volume.geometry.size.z == 4)
        #expect(image.warnings == ["1 image of the series was left out: mf.dcm frame 5 (localizer)."])
    }

    @Test func whatIsMissingOrContradictsIsRefused() throws {
        #expect(kind { _ = try load(file([0, 2, 4])) } == nil)
        #expect(kind { _ = try load(file([0, 2, 6, 8])) } == .inconsistent)
        // The same place twice, with other pixels.
        #expect(kind { _ = try load(file([0, 2, 2, 4])) } == .inconsistent)
        #expect(kind { _ = try load(file([0, 2]) { $0.set(0x0028_0008, "IS", "3") }) } != nil)
        #expect(kind { _ = try load(file([0, 2]) { $0.remove(0x5200_9230) }) } != nil)
        #expect(kind { _ = try load(file([0, 2]) { $0.set(0x7fe0_0010, words: [0, 1, 2, 3, 4, 5]) }) } == .damaged)
        #expect(kind { _ = try load(file([0, 2]) { $0.set(0x0028_0010, 60_000) }) } == .damaged)
        var bytes = file([0, 2, 4])
        bytes.removeLast(8)
        #expect(kind { _ = try load(bytes) } == .damaged)
    }
}
