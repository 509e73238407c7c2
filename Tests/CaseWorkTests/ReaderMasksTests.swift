import CaseStore
import Cases
import Consensus
import Foundation
import TestSupport
import Testing
import VolumeFiles
import Volumes

@testable import CaseWork

/// Several readings of one image: of a case, of files, and of both.
@Suite struct ReaderMasksTests {
    private let one: ImagedCase
    private var geometry: GridGeometry { one.record.geometry }

    init() throws { one = try ImagedCase() }

    private func read(_ queries: String...) throws -> (ReaderMasks, [String]) {
        var notes = Notes()
        let read = try ReaderMasks.read(
            queries, ct: nil, in: one.store, by: ImagedCase.conventions, notes: &notes)
        return (read, notes.sentences)
    }

    /// A mask in a file of its own.
    private func file(_ path: String, _ isInside: (VoxelIndex) -> Bool) throws -> String {
        let url = one.folder.file(path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try NiftiFile.write(Mask(geometry: geometry, where: isInside), to: url)
        return url.path
    }

    /// Files another reader's reading of the case, of which he saw no other.
    private func second(_ reader: String, _ mask: Mask, status: CorrectionStatus = .corrected) throws {
        let id = try one.store.beginReading(of: one.record.id, by: reader, now: Date())
        let lease = try one.store.openForWriting(id, reviewer: reader, holder: "host/2", now: Date(), duration: 60)
        defer { try? one.store.release(lease) }
        let base = try #require(try one.store.newestPrediction(for: id))
        let session = try one.store.beginSession(on: .prediction(base), lease: lease, now: Date())
        let patch = try MaskPatch(from: try #require(one.masks[.lungLeft]), to: mask)
        try one.store.append(
            JournalEntry(
                kind: .edit, structure: .lungLeft, name: "brush", slice: 0, patch: patch,
                digestAfter: mask.digest(ofSlicesTouchedBy: patch)), sequence: 1, to: session, lease: lease, now: Date()
        )
        let draft = CaseStore.CorrectionDraft(
            status: status, reason: status == .rejected ? "motion" : nil, masks: mask.isEmpty ? [:] : [.lungLeft: mask],
            outcomes: [
                StructureOutcome(name: .lungLeft, surfaceDiceAgainstPrediction: 1, tolerance: 2, addedPathLength: 0)
            ], slicesTouched: [0], slicesSeen: [0, 1, 2, 3], activeSeconds: 60)
        _ = try one.store.file(draft, of: session, expectedLength: 1, lease: lease, now: Date())
    }

    @Test func readingsOfACaseAreFoundWithTheirReaders() throws {
        try one.file(.accepted, seen: [0, 1, 2])
        let wider = Mask(geometry: geometry) { $0.x < 4 }
        try second("bea", wider)
        let (read, notes) = try read(one.record.id.rawValue)
        #expect(read.readers == ["ana", "bea"] && read.structures.map(\.name) == [.lungLeft])
        #expect(read.structures[0].masks == [try #require(one.masks[.lungLeft]), wider])
        #expect(read.loaded?.record.id == one.record.id)
        #expect(notes.contains("ana: 1 of 4 slices were neither on screen nor changed during the review."))
    }

    /// A case that was adjudicated has what both came to as its newest correction.
    @Test func aRevisionBehindASecondReadingIsTold() throws {
        try one.file(.accepted)
        try second("bea", Mask(geometry: geometry) { $0.x < 4 })
        #expect(try !read(one.record.id.rawValue).1.contains { $0.contains("after a second reading") })
        try one.file(.accepted)
        #expect(
            try read(one.record.id.rawValue).1.contains {
                $0.hasPrefix("Revision 2 of ana was filed after a second reading")
            })
    }

    @Test func aReaderWhoFoundNothingHasReadItAndOneWhoRejectedHasNot() throws {
        try one.file(.accepted)
        try second("bea", Mask(geometry: geometry))
        try second("cal", Mask(geometry: geometry) { $0.x < 5 }, status: .rejected)
        let (read, notes) = try read(one.record.id.rawValue)
        #expect(read.readers == ["ana", "bea"] && read.structures[0].masks[1].isEmpty)
        #expect(notes.contains("cal has rejected the case and is left out."))
    }

    @Test func masksInFilesJoinTheReadingsOfACase() throws {
        try one.file(.accepted)
        let other = try file("third/Lung_L.nii.gz") { $0.x < 2 }
        let folder = URL(fileURLWithPath: other).deletingLastPathComponent().path
        let (read, _) = try read(one.record.id.rawValue, folder)
        #expect(read.readers == ["ana", folder] && read.structures[0].masks[1].count == 2 * 8 * 4)
    }

    /// An image in a file looks like masks until somebody asks the store.
    @Test func aCaseIsNamedByItsImageToo() throws {
        try one.file(.accepted)
        try second("bea", Mask(geometry: geometry) { $0.x < 4 })
        #expect(try read(one.record.source).0.readers == ["ana", "bea"])
        #expect(try one.store.hasCase(imagedAt: one.record.source))
        let masks = try file("x/Heart.nii.gz") { $0.x < 2 }
        #expect(try !one.store.hasCase(imagedAt: masks))
        var notes = Notes()
        let error = #expect(throws: WorkError.self) {
            try ReaderMasks.read(["1.2.3"], ct: nil, in: nil, by: ImagedCase.conventions, notes: &notes)
        }
        #expect(error?.description.contains("there are no cases") == true)
    }

    @Test func oneReadingAloneIsRefused() throws {
        let none = #expect(throws: WorkError.self) { try read(one.record.id.rawValue) }
        #expect(none?.description.contains("no filed reading") == true)
        try one.file(.accepted)
        let alone = #expect(throws: WorkError.self) { try read(one.record.id.rawValue) }
        #expect(alone?.description.contains("one reading only, ana") == true)
    }

    @Test func readersWhoHaveOneMaskEachMeanTheSameStructure() throws {
        let paths = (try file("a.nii.gz") { $0.x < 2 }, try file("b.nii.gz") { $0.x < 3 })
        let (read, notes) = try read(paths.0, paths.1)
        #expect(read.structures.map(\.name.rawValue) == ["a"] && read.structures[0].masks.count == 2)
        #expect(notes.contains { $0.contains("a, b were taken for one structure, a") })
    }

    @Test func aStructureThatOneReaderLacksIsThatOfTheOthers() throws {
        for (reader, names) in [
            ("r1", ["Heart", "Lung_L"]), ("r2", ["Heart"]), ("r3", ["Heart", "Trachea", "Lung_L"]),
        ] {
            for name in names { _ = try file("\(reader)/\(name).nii.gz") { $0.y < 4 } }
        }
        let folders = ["r1", "r2", "r3"].map { one.folder.file($0).path }
        let (read, notes) = try read(folders[0], folders[1], folders[2])
        #expect(read.structures.map(\.name.rawValue) == ["Lung_L", "Heart"])
        #expect(read.structures[0].readers == [0, 2] && read.structures[1].readers == [0, 1, 2])
        #expect(notes.contains { $0.hasPrefix("Trachea was read by \(folders[2]) alone") })
        #expect(notes.contains { $0.hasPrefix("Lung_L was not read by \(folders[1])") })
    }

    @Test func masksOnAnotherGridAreRefused() throws {
        let here = try file("a.nii.gz") { $0.x < 2 }
        let grid = try GridGeometry(size: geometry.size, spacing: Spacing(x: 2, y: 2, z: 4))
        let there = one.folder.file("b.nii.gz")
        try NiftiFile.write(Mask(geometry: grid) { $0.x < 2 }, to: there)
        let error = #expect(throws: WorkError.self) { try read(here, there.path) }
        #expect(error?.description.contains("is not on the grid of the others") == true)
    }

    @Test func whatTheyComeToIsWrittenWithTiesCounted() throws {
        let paths = try (0..<4).map { reader in try file("r\(reader)/Heart.nii.gz") { $0.x < [2, 3, 3, 2][reader] } }
            .map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
        var notes = Notes()
        let masks = try ReaderMasks.read(paths, ct: nil, in: one.store, by: ImagedCase.conventions, notes: &notes)
        let vote = try ReaderConsensus(of: masks, by: .majority, tolerance: { _ in 1 }, notes: &notes)
        #expect(notes.sentences == ["Heart: half of the readers have 32 voxels, which are left out."])
        let out = one.folder.file("out")
        let files = try vote.write(as: .nifti, to: out.path, by: ImagedCase.conventions)
        #expect(files.map(\.lastPathComponent) == ["Heart.nii.gz"])
        #expect(vote.rows[0].mask == Mask(geometry: vote.rows[0].mask.geometry) { $0.x < 2 })
        var reread = Notes()
        let back = try StructureFiles.read(
            out, on: masks.geometry, frameOfReferenceUID: "", by: ImagedCase.conventions, notes: &reread)
        #expect(back.masks.values.first == vote.rows[0].mask)
        // Readers and, behind them, what they come to.
        #expect(vote.rows[0].agreement.surfaceDice.count == 5 && vote.rows[0].agreement.surfaceDice[4][0] == 1)
        let estimate = try ReaderConsensus(of: masks, by: .staple, tolerance: { _ in 1 }, notes: &notes)
        #expect(estimate.rows[0].staple?.readers.count == 4 && estimate.rows[0].ties == nil)
        // DICOM objects refer to slices, and nothing says of which CT these are.
        let error = #expect(throws: WorkError.self) {
            try vote.write(as: .rtstruct, to: out.path, by: ImagedCase.conventions)
        }
        #expect(error?.description.contains("--ct") == true)
    }
}
