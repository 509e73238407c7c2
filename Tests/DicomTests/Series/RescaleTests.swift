import Foundation
import ImageValues
import TestSupport
import Testing
import Volumes

@testable import Dicom

/// Where slope and intercept may stand, and what is made of a series in which they are missing.
@Suite struct RescaleTests {
    /// HU of a slice of 16 × 16 pixels: air around tissue around lung, a little different from slice to slice.
    static func hounsfield(_ z: Int) -> [Int16] {
        (0..<256).map { i in
            let (x, y) = (Double(i % 16) - 7.5, Double(i / 16) - 7.5)
            let radius = (x * x + y * y).squareRoot() + Double(z) * 0.1
            let noise = Int16(truncatingIfNeeded: (i &* 37 &+ z &* 11) % 13)
            return (radius > 7 ? -1000 : radius > 4 ? 30 : -800) + noise
        }
    }

    /// A series of slices that store HU + 1024 and say so, each changed by `change`.
    private func series(
        _ change: (Int, inout SliceFile) -> Void = { _, _ in }
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for z in 0..<6 {
            var slice = SliceFile(z: Double(z) * 2, values: Self.hounsfield(z).map { $0 + 1024 }, columns: 16, rows: 16)
            slice.item.set(0x0028_1052, "DS", "-1024")
            change(z, &slice)
            try slice.write(to: folder.file("f\(z).dcm"))
        }
        return folder
    }

    private func load(_ folder: TemporaryFolder) throws -> LoadedImage { try DicomFolder.load(folder.url).image }

    private func expectHounsfield(_ image: LoadedImage, _ comment: Comment) {
        for z in 0..<6 { #expect(image.volume.slices[z].values == Self.hounsfield(z), comment) }
    }

    private static func rescale(_ slope: String, _ intercept: String) -> DicomItem {
        var inner = DicomItem()
        inner.set(0x0028_1052, "DS", intercept)
        inner.set(0x0028_1053, "DS", slope)
        var groups = DicomItem()
        groups.set(0x0028_9145, items: [inner])
        return groups
    }

    @Test func itMayDifferFromSliceToSlice() throws {
        let folder = try series { z, slice in
            slice.item.set(0x0028_1052, "DS", "\(-100 * z)")
            slice.item.set(0x7fe0_0010, words: Self.hounsfield(z).map { $0 + Int16(100 * z) })
        }
        let image = try load(folder)
        expectHounsfield(image, "an intercept a slice")
        #expect(image.warnings == [])
    }

    @Test func aSliceWithoutOneIsReadAsItsNeighboursShowAndNamed() throws {
        // Stored as the others are, with the statement lost or empty.
        for isEmpty in [false, true] {
            let folder = try series { z, slice in
                guard z == 2 || z == 5 else { return }
                slice.item.remove(0x0028_1052)
                slice.item.remove(0x0028_1053)
                if isEmpty { slice.item.set(0x0028_1052, "DS", "") }
            }
            let image = try load(folder)
            expectHounsfield(image, "lost")
            let warning = try #require(image.warnings.first)
            #expect(image.warnings.count == 1 && warning.contains("2 of 6 slices"), "\(image.warnings)")
            #expect(warning.contains("f2.dcm") && warning.contains("f5.dcm") && warning.contains("-1024"), "\(warning)")
        }
        // Stored in HU.
        let folder = try series { z, slice in
            guard z == 2 else { return }
            slice.item.remove(0x0028_1052)
            slice.item.remove(0x0028_1053)
            slice.item.set(0x7fe0_0010, words: Self.hounsfield(2))
        }
        let image = try load(folder)
        expectHounsfield(image, "in HU")
        #expect(image.warnings.count == 1 && image.warnings[0].contains("f2.dcm"), "\(image.warnings)")
    }

    @Test func whereTheVoxelsDoNotTellTheSeriesIsRefusedByName() throws {
        // An intercept of -20 moves tissue by less than anatomy does.
        let folder = try series { z, slice in
            slice.item.set(0x7fe0_0010, words: Self.hounsfield(z).map { $0 + 20 })
            slice.item.set(0x0028_1052, "DS", "-20")
            guard z == 3 else { return }
            slice.item.remove(0x0028_1052)
            slice.item.remove(0x0028_1053)
        }
        let error = try #require(loadError(folder))
        #expect(error.kind == .inconsistent && error.files == ["f3.dcm"] && !error.mend.isEmpty, "\(error)")
        // One half of the statement, or a word for a number, is no statement that may be passed over.
        for (slope, intercept) in [("", "-1024"), ("1", ""), ("1", "abc"), ("0", "-1024")] {
            let broken = try series { z, slice in
                guard z == 3 else { return }
                slice.item.set(0x0028_1052, "DS", intercept)
                slice.item.set(0x0028_1053, "DS", slope)
            }
            #expect(loadError(broken)?.kind == .damaged, "\(slope) \(intercept)")
        }
    }

    @Test func aSeriesWithoutAnyIsWarnedOfTwice() throws {
        let folder = try series { _, slice in
            slice.item.remove(0x0028_1052)
            slice.item.remove(0x0028_1053)
        }
        let image = try load(folder)
        #expect(image.volume.range.lowerBound.value == 24)
        #expect(image.warnings.contains { $0.contains("no rescale slope and intercept") })
        #expect(image.warnings.contains { $0.contains("No voxel is near -1000 HU") }, "\(image.warnings)")
    }

    /// An enhanced CT that states its rescale where `change` puts it.
    private func enhanced(
        file: (Int, inout DicomItem) -> Void = { _, _ in }, shared change: (inout DicomItem) -> Void = { _ in },
        top: (inout DicomItem) -> Void = { _ in }
    ) throws -> LoadedImage {
        var item = SliceFile(z: 0, columns: 16, rows: 16).item
        for tag: UInt32 in [0x0020_0032, 0x0020_0037, 0x0028_0030, 0x0028_1052, 0x0028_1053] { item.remove(tag) }
        item.set(0x0008_0016, "UI", "1.2.840.10008.5.1.4.1.1.2.1")
        item.set(0x0028_0008, "IS", "6")
        func with(_ tag: UInt32, _ vr: String, _ text: String) -> DicomItem {
            var inner = DicomItem()
            inner.set(tag, vr, text)
            return inner
        }
        var shared = DicomItem()
        change(&shared)
        shared.set(0x0028_9110, items: [with(0x0028_0030, "DS", "0.5\\0.75")])
        shared.set(0x0020_9116, items: [with(0x0020_0037, "DS", "1\\0\\0\\0\\1\\0")])
        let own = (0..<6).map { z in
            var groups = DicomItem()
            file(z, &groups)
            groups.set(0x0020_9113, items: [with(0x0020_0032, "DS", "0\\0\\\(2 * z)")])
            return groups
        }
        item.set(0x5200_9229, items: [shared])
        item.set(0x5200_9230, items: own)
        item.set(0x7fe0_0010, words: (0..<6).flatMap { z in Self.hounsfield(z).map { $0 + 1024 } })
        top(&item)
        let folder = try TemporaryFolder()
        let bytes = item.file(sopClass: "1.2.840.10008.5.1.4.1.1.2.1", sopInstance: "1.2.3.4", .explicit)
        try Data(bytes).write(to: folder.file("e.dcm"))
        return try DicomFolder.load(folder.url).image
    }

    private static func add(_ intercept: String, to item: inout DicomItem) {
        var inner = DicomItem()
        inner.set(0x0028_1052, "DS", intercept)
        inner.set(0x0028_1053, "DS", "1")
        item.set(0x0028_9145, items: [inner])
    }

    @Test func framesTakeItFromWhereverItStands() throws {
        let top: (inout DicomItem) -> Void = {
            $0.set(0x0028_1052, "DS", "-1024")
            $0.set(0x0028_1053, "DS", "1")
        }
        for (name, image) in [
            ("frames", try enhanced(file: { _, item in Self.add("-1024", to: &item) })),
            ("shared", try enhanced(shared: { Self.add("-1024", to: &$0) })),
            ("data set", try enhanced(top: top)),
            // Some frames state it, for the others the shared groups or the data set do.
            ("mixed", try enhanced(file: { z, item in if z < 3 { Self.add("-1024", to: &item) } }, top: top)),
            // An empty group states nothing.
            ("empty", try enhanced(file: { _, item in item.set(0x0028_9145, items: [DicomItem()]) }, top: top)),
        ] {
            expectHounsfield(image, "\(name)")
            #expect(image.warnings == [], "\(name)")
        }
        let twice = try enhanced(
            file: { _, item in Self.add("-1024", to: &item) },
            top: {
                $0.set(0x0028_1052, "DS", "0")
                $0.set(0x0028_1053, "DS", "1")
            })
        expectHounsfield(twice, "groups before the data set")
        #expect(twice.warnings.count == 1 && twice.warnings[0].contains("two different rescale"), "\(twice.warnings)")
        let other = try enhanced(shared: { item in
            var inner = DicomItem()
            inner.set(0x0028_1052, "DS", "-1024")
            inner.set(0x0028_1053, "DS", "1")
            inner.set(0x0028_1054, "LO", "MGML")
            item.set(0x0028_9145, items: [inner])
        })
        #expect(other.warnings.count == 1 && other.warnings[0].contains("MGML"), "\(other.warnings)")
        let some = try enhanced(file: { z, item in if z != 4 { Self.add("-1024", to: &item) } })
        expectHounsfield(some, "one frame without")
        #expect(some.warnings.count == 1 && some.warnings[0].contains("1 of 6 slices"), "\(some.warnings)")
    }

    @Test func aClassicSliceMayStateItInItsGroups() throws {
        let folder = try series { _, slice in
            slice.item.remove(0x0028_1052)
            slice.item.remove(0x0028_1053)
            slice.item.set(0x5200_9229, items: [Self.rescale("1", "-1024")])
        }
        let image = try load(folder)
        expectHounsfield(image, "shared groups")
        #expect(image.warnings == [])
    }
}
