import Foundation
import TestSupport
import Testing
import Volumes

@testable import Dicom

@Suite struct DicomSeriesTests {
    @Test(arguments: [1, 2, 3]) func anObliqueSeriesWithShuffledNamesComesBackVoxelForVoxel(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let grid = try obliqueGrid(GridSize(x: 19, y: 13, z: 11))
        let volume = try randomVolume(grid, using: &generator)
        let folder = try TemporaryFolder()
        let sub = folder.file("a").appendingPathComponent("b")
        let written = try CTSeriesWriter.write(volume, to: sub, pseudonym: pseudonym, seed: "s\(seed)")
        let names = (0..<11).map { "\($0)" }.shuffled(using: &generator)
        for (reference, name) in zip(written.slices, names) {
            let target =
                Int(name).map { $0 % 2 == 0 } == true ? folder.file("x" + name) : sub.appendingPathComponent(name)
            try FileManager.default.moveItem(at: reference.file, to: target)
        }
        try Data("notes".utf8).write(to: folder.file("notes.txt"))
        try Data().write(to: folder.file("empty"))
        let loaded = try DicomFolder.load(folder.url)
        #expect(loaded.image.volume.slices == volume.slices)
        #expect(loaded.image.volume.geometry.agrees(with: grid, within: 1e-9))
        #expect(loaded.image.warnings == [])
        #expect(loaded.image.seriesUID == written.seriesUID)
        #expect(loaded.reference.slices.map(\.sopInstanceUID) == written.slices.map(\.sopInstanceUID))
        #expect(loaded.reference.frameOfReferenceUID == written.frameOfReferenceUID)
        #expect(
            loaded.skipped == [
                SkippedFile(path: "empty", reason: "it is empty (0 bytes)"),
                SkippedFile(path: "notes.txt", reason: "not DICOM", isForeign: true),
            ])
    }

    @Test func theSameSeedGivesTheSameBytesAndAnotherOneOtherUIDs() throws {
        var generator = SeededGenerator(seed: 9)
        let volume = try randomVolume(try axialGrid(7, 5, 2), using: &generator)
        let folder = try TemporaryFolder()
        let a = try CTSeriesWriter.write(volume, to: folder.file("a"), pseudonym: pseudonym, seed: "one")
        let b = try CTSeriesWriter.write(volume, to: folder.file("b"), pseudonym: pseudonym, seed: "one")
        let c = try CTSeriesWriter.write(volume, to: folder.file("c"), pseudonym: pseudonym, seed: "two")
        for z in 0..<2 {
            #expect(try Data(contentsOf: a.slices[z].file) == Data(contentsOf: b.slices[z].file))
            #expect(a.slices[z].sopInstanceUID != c.slices[z].sopInstanceUID)
        }
        let uids = [a.studyUID, a.seriesUID, a.frameOfReferenceUID] + a.slices.map(\.sopInstanceUID)
        #expect(Set(uids).count == 5)
        #expect(uids.allSatisfy { $0.hasPrefix("2.25.") && $0.count <= 64 })
    }

    /// Origin, spacing and direction as the files' text says, worked out by hand.
    @Test func geometryIsWhatTheFilesState() throws {
        let folder = try folder(ofSlicesAt: [4.3, -1.2, 1.55])
        let grid = try DicomFolder.load(folder.url).image.volume.geometry
        #expect(grid.size == GridSize(x: 3, y: 2, z: 3))
        #expect(grid.spacing.x == 0.75 && grid.spacing.y == 0.5)
        #expect(abs(grid.spacing.z - 2.75) < 1e-12)
        #expect(grid.origin == PatientPoint(x: 0, y: 0, z: -1.2))
        #expect(grid.direction == .identity)
    }

    @Test func scanReadsHeadersOnlyAndNamesWhatItSkips() throws {
        let folder = try folder(ofSlicesAt: [0, 2, 4, 6, 8, 10]) { index, slice in
            if index == 1 { slice.item.set(0x0008_0060, "CS", "MR") }
            if index == 2 { slice.item.set(0x0008_0008, "CS", "ORIGINAL\\PRIMARY\\LOCALIZER") }
            if index == 3 { slice.item.set(0x0028_0008, "IS", "7") }
            if index == 4 { slice.item.set(0x0020_000e, "UI", "1.2.4") }
            if index == 5 { slice.item.set(0x0008_0060, "CS", "RTSTRUCT") }
        }
        let scan = try DicomFolder.scan(folder.url)
        #expect(scan.series.map(\.seriesUID) == ["1.2.3", "1.2.4"])
        #expect(scan.series.map(\.sliceCount) == [1, 1])
        #expect(scan.structureSets.map(\.lastPathComponent) == ["f5.dcm"])
        #expect(
            scan.skipped == [
                SkippedFile(path: "f1.dcm", reason: "modality MR"), SkippedFile(path: "f2.dcm", reason: "localizer"),
                SkippedFile(path: "f3.dcm", reason: "several images in one CT Image, which has one"),
            ])
        #expect(!"\(scan)".contains("Secret") && !"\(scan)".contains("SECRET"))
        let whole = try TemporaryFolder()
        var generator = SeededGenerator(seed: 4)
        let volume = try randomVolume(try axialGrid(6, 4, 3), using: &generator)
        let written = try CTSeriesWriter.write(volume, to: whole.url, pseudonym: pseudonym, seed: "scan")
        let series = try #require(try DicomFolder.scan(whole.url).series.first)
        #expect(series.files == written.slices.map(\.file))
        #expect(try series.geometry.get().agrees(with: volume.geometry, within: 1e-9))
        #expect(series.summary == "CT “THORAX 2.0”, 6×4×3 at 0.75×0.5×2 mm")
    }

    @Test func aFolderOfOnlyOtherThingsIsRefused() throws {
        let folder = try folder(ofSlicesAt: [0]) { _, slice in slice.item.set(0x0028_0008, "IS", "7") }
        #expect(loadError(folder.url)?.kind == .notAnImage)
        let empty = try TemporaryFolder()
        #expect(loadError(empty.url)?.kind == .notAnImage)
        #expect(loadError(empty.file("absent"))?.kind == .notFound)
    }

    @Test func linksThatLoopAndPipesDoNotStopAScan() throws {
        let folder = try folder(ofSlicesAt: [0, 2])
        try FileManager.default.createSymbolicLink(at: folder.file("loop"), withDestinationURL: folder.url)
        #expect(mkfifo(folder.file("pipe").path, 0o600) == 0)
        #expect(try DicomFolder.load(folder.url).image.volume.geometry.size.z == 2)
    }

    @Test func progressCountsEveryFileOnce() throws {
        let folder = try folder(ofSlicesAt: [0, 2, 4, 6])
        let seen = Seen()
        _ = try DicomFolder.load(folder.url) { done, all in seen.add(done, all) }
        #expect(seen.values == [1, 2, 3, 4])
    }

    private final class Seen: @unchecked Sendable {
        private let lock = NSLock()
        private(set) var values: [Int] = []
        func add(_ done: Int, _ all: Int) { lock.withLock { values.append(all == 4 ? done : -1) } }
    }

    @Test func previewShowsASliceOfTheMiddle() throws {
        let folder = try folder(ofSlicesAt: [0, 2, 4, 6, 8]) { index, slice in
            if index == 2 { slice.item.set(0x0008_0060, "CS", "MR") }
        }
        let preview = try #require(try DicomFolder.preview(folder.url))
        #expect(preview.slice.values == [0, 1, 2, 3, 4, 5])
        #expect(preview.geometry.size == GridSize(x: 3, y: 2, z: 1))
        #expect(preview.geometry.spacing == Spacing(x: 0.75, y: 0.5, z: 1))
        #expect(preview.seriesUID == "1.2.3")
        #expect(preview.file.lastPathComponent == "f1.dcm")
        let empty = try TemporaryFolder()
        #expect(try DicomFolder.preview(empty.url) == nil)
        #expect(DicomFolder.spreadOrder(6).sorted() == Array(0..<6))
    }
}

extension DicomPreview: Equatable {
    public static func == (a: DicomPreview, b: DicomPreview) -> Bool { a.file == b.file && a.slice == b.slice }
}
