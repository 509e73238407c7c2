import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// Series that hold several volumes: each is one of its own, and none is ever mixed of two.
@Suite struct SeriesVolumesTests {
    /// A series of `count` volumes of five slices of 2 mm each; image k of volume p holds 100 p + 10 k + 0…5.
    private func series(
        _ count: Int, shift: Double = 0, _ mark: (Int, Int, inout SliceFile) -> Void
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for volume in 0..<count {
            for k in 0..<5 {
                var slice = SliceFile(
                    z: 2 * Double(k) + shift * Double(volume), values: (0..<6).map { Int16(100 * volume + 10 * k + $0) }
                )
                slice.instance = "1.2.3.\(volume + 1).\(k + 1)"
                slice.item.set(0x0008_0018, "UI", slice.instance)
                slice.item.set(0x0020_0013, "IS", "\(volume * 5 + k + 1)")
                mark(volume, k, &slice)
                try slice.write(to: folder.file("v\(volume)-\(k).dcm"))
            }
        }
        return folder
    }

    private func check(_ folder: TemporaryFolder, _ count: Int, keys: [String]? = nil) throws {
        let refusal = try #require(loadError(folder.url))
        #expect(refusal.kind == .inconsistent && refusal.what == "The series holds \(count) volumes", "\(refusal)")
        #expect(refusal.mend.contains("--volume"), "\(refusal)")
        let found = try DicomFolder.scan(folder.url).series
        #expect(found.count == count && Set(found.compactMap(\.volume)).count == count)
        if let keys { #expect(found.map(\.volume) == keys) }
        for (index, series) in found.enumerated() {
            #expect(try series.geometry.get().size.z == 5)
            let loaded = try DicomFolder.load(folder.url, volume: series.volume)
            #expect(loaded.volume == series.volume)
            // Every slice is of one volume.
            let hundreds = Set(loaded.image.volume.slices.map { $0.values[0] / 100 })
            #expect(hundreds.count == 1, "\(series.volume ?? "")")
            #expect(loaded.image.volume.slices.map { $0.values[0] % 100 } == [0, 10, 20, 30, 40])
            let byNumber = try DicomFolder.load(folder.url, volume: "\(index + 1)")
            #expect(byNumber.image.volume == loaded.image.volume)
            #expect(loaded.image.warnings.contains { $0.contains("holds \(count) volumes") })
        }
        #expect(!"\(found)\(refusal)".uppercased().contains("SECRET"))
    }

    @Test(arguments: [
        (UInt32(0x0020_0012), "IS", "acquisition"), (0x0020_0100, "IS", "temporal-position"),
        (0x0020_9241, "FL", "cardiac-phase"), (0x0018_1210, "SH", "kernel"), (0x0018_0060, "DS", "tube-voltage"),
        (0x0018_0086, "IS", "echo"), (0x0020_0011, "IS", "series-number"),
    ])
    func whatTheFilesStateTellsVolumesApart(tag: UInt32, vr: String, key: String) throws {
        let folder = try series(3) { volume, _, slice in
            slice.item.set(tag, vr == "FL" ? "DS" : vr, "\((volume + 1) * 10)")
        }
        try check(folder, 3, keys: ["\(key)=10", "\(key)=20", "\(key)=30"])
    }

    @Test func imageTypesAndRescalesTellVolumesApart() throws {
        let types = try series(2) { volume, _, slice in
            slice.item.set(0x0008_0008, "CS", "ORIGINAL\\PRIMARY\\AXIAL" + (volume == 1 ? "\\MIP" : ""))
        }
        try check(types, 2)
        let slopes = try series(2) { volume, _, slice in
            if volume == 1 { slice.item.set(0x0028_1052, "DS", "100") }
            slice.item.set(
                0x7fe0_0010, words: slice.instance.hasSuffix(".1") ? [0, 1, 2, 3, 4, 5] : [0, 0, 0, 0, 0, 0])
        }
        #expect(try DicomFolder.scan(slopes.url).series.count == 2)
    }

    @Test func twoPatientsAreNeverOneVolume() throws {
        for tag: UInt32 in [0x0010_0010, 0x0010_0020, 0x0010_0030] {
            let folder = try series(2) { volume, _, slice in
                slice.item.set(tag, tag == 0x0010_0010 ? "PN" : "LO", "SECRET\(volume)")
            }
            try check(folder, 2)
            // Nor where their slices would make one volume.
            let parts = try series(2, shift: 10) { volume, _, slice in
                slice.item.set(tag, tag == 0x0010_0010 ? "PN" : "LO", "SECRET\(volume)")
            }
            try check(parts, 2)
        }
    }

    @Test func nearTimesMakeRunsAndAllElseIsRefused() throws {
        let timed = try series(2) { volume, k, slice in
            slice.item.set(0x0008_0032, "TM", "1200\(volume)\(k)")
        }
        try check(timed, 2)
        // At each place both phases, one after the other: the times follow no volume.
        let mixed = try series(2) { volume, k, slice in
            slice.item.set(0x0008_0032, "TM", "1200\(k)\(volume)")
        }
        let refusal = try #require(loadError(mixed.url))
        #expect(refusal.what.contains("Different images lie at the same position"))
        #expect(refusal.mend.contains("tried: ") && refusal.mend.contains("kernel") && refusal.mend.contains("time"))
        let comments = try series(3) { volume, _, slice in slice.item.set(0x0020_4000, "LT", "\(volume * 30)%") }
        #expect(loadError(comments.url)?.mend.contains("order of files") == true)
    }

    @Test func volumesThatInterleaveAreNotOneOfHalfTheSpacing() throws {
        let folder = try series(2, shift: 1) { volume, _, slice in
            slice.item.set(0x0020_9245, "DS", "\(volume * 50)")
        }
        try check(folder, 2, keys: ["respiratory-phase=0", "respiratory-phase=50"])
    }

    @Test func acquisitionsThatContinueOneAnotherAreOneVolume() throws {
        let folder = try series(2, shift: 10) { volume, _, slice in slice.item.set(0x0020_0012, "IS", "\(volume)") }
        let image = try DicomFolder.load(folder.url).image
        #expect(image.volume.geometry.size.z == 10 && image.warnings == [])
        // Each of a spacing of its own are two.
        let uneven = try series(2, shift: 10) { volume, k, slice in
            slice.item.set(0x0020_0012, "IS", "\(volume)")
            if volume == 1 { slice.item.set(0x0020_0032, "DS", "0\\0\\\(10 + 5 * k)") }
        }
        try check(uneven, 2)
    }

    @Test func pagesAndScoutsAreLeftOutByName() throws {
        let folder = try series(1) { _, _, _ in }
        var page = SliceFile(z: 0)
        for tag: UInt32 in [0x0020_0032, 0x0020_0037, 0x0028_0030] { page.item.remove(tag) }
        try page.write(to: folder.file("protocol.dcm"))
        var capture = SliceFile(z: 1)
        capture.item.set(0x0008_0016, "UI", "1.2.840.10008.5.1.4.1.1.7")
        try capture.write(to: folder.file("capture.dcm"))
        var scout = SliceFile(z: 3)
        scout.item.set(0x0020_0037, "DS", "1\\0\\0\\0\\0\\-1")
        try scout.write(to: folder.file("scout.dcm"))
        var colour = SliceFile(z: 8)
        colour.item.set(0x0028_0002, 3)
        try colour.write(to: folder.file("colour.dcm"))
        // One that has a place above the last slice, as if it went on.
        var derived = SliceFile(z: 10)
        derived.item.set(0x0008_0008, "CS", "DERIVED\\SECONDARY\\OTHER")
        try derived.write(to: folder.file("derived.dcm"))
        let image = try DicomFolder.load(folder.url).image
        #expect(image.volume.geometry.size.z == 5 && image.warnings.count == 1)
        let warning = try #require(image.warnings.first)
        #expect(warning.hasPrefix("5 images of the series were left out: "))
        for name in [
            "protocol.dcm", "capture.dcm", "scout.dcm", "colour.dcm", "derived.dcm", "orientation", "position", "pixel",
        ] {
            #expect(warning.contains(name), "\(warning)")
        }
    }

    @Test func aVolumeIsFoundByItsNameAlsoWhereItIsAlone() throws {
        let folder = try series(2) { volume, _, slice in slice.item.set(0x0018_1210, "SH", "B\(volume)0f") }
        for k in 0..<5 { try FileManager.default.removeItem(at: folder.file("v0-\(k).dcm")) }
        #expect(try DicomFolder.load(folder.url).volume == nil)
        #expect(try DicomFolder.load(folder.url, volume: "kernel=B10f").image.volume.slices[0].values[0] == 100)
        #expect(throws: ImageFormatsError.self) { try DicomFolder.load(folder.url, volume: "kernel=B00f") }
        #expect(throws: ImageFormatsError.self) { try DicomFolder.load(folder.url, volume: "nonsense") }
    }

    @Test func aVolumeThatMissesASliceIsStillToldApart() throws {
        let folder = try series(2) { volume, _, slice in slice.item.set(0x0020_0012, "IS", "\(volume + 1)") }
        try FileManager.default.removeItem(at: folder.file("v1-2.dcm"))
        #expect(try DicomFolder.load(folder.url, volume: "acquisition=1").image.volume.geometry.size.z == 5)
        let error = #expect(throws: ImageFormatsError.self) {
            try DicomFolder.load(folder.url, volume: "acquisition=2")
        }
        #expect(error?.what.contains("1 slice missing") == true)
    }

    @Test func traitsAreTheOnesOfTheFile() throws {
        var slice = SliceFile(z: 0)
        slice.item.set(0x0018_1210, "SH", "B30f")
        slice.item.set(0x0018_0060, "DS", "120")
        let folder = try TemporaryFolder()
        try slice.write(to: folder.file("a"))
        let header = try DicomFile(path: folder.file("a").path, withPixels: false).header
        #expect(header.traits[.kernel] == "B30f" && header.traits[.tubeVoltage] == "120")
        #expect(header.traits[.imageType] == "ORIGINAL\\PRIMARY\\AXIAL" && header.traits[.acquisition] == "")
        #expect(!header.traits[.patientID].isEmpty && !header.traits[.patientName].isEmpty)
        #expect(!"\(header)".uppercased().contains("SECRET"))
        #expect(Set(SliceTrait.allCases.map(\.index)) == Set(SliceTrait.allCases.indices))
    }
}
