import CaseStore
import Cases
import Foundation
import GRDB
import MemoryStore
import TestSupport
import Testing
import Volumes

@testable import SQLiteStore

/// The stores that keep the contract of `CaseStoring`; each test of the folder Contract runs on all of them.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
    case sqlite, memory

    var testDescription: String { rawValue }
}

/// An empty store of a kind, in a folder of its own.
struct StoreUnderTest {
    let folder: TemporaryFolder
    let url: URL
    let store: any CaseStoring

    init(_ kind: StoreKind, account: String = SQLiteCaseStore.currentAccount) throws {
        folder = try TemporaryFolder()
        url = folder.file("store.sqlite")
        store =
            switch kind {
            case .sqlite: try Self.open(url, account)
            case .memory: MemoryCaseStore(folder: folder.url, account: account)
            }
    }

    /// The same contents as another process or another account sees them.
    func reopened(account: String = SQLiteCaseStore.currentAccount) throws -> any CaseStoring {
        if let memory = store as? MemoryCaseStore { return MemoryCaseStore(sharing: memory, account: account) }
        return try Self.open(url, account)
    }

    private static func open(_ url: URL, _ account: String) throws -> SQLiteCaseStore {
        try SQLiteCaseStore(url: url, migrator: Schema.migrator, account: account, prepare: { _ in })
    }
}

/// A store with one case and one prediction.
struct Fixture {
    let base: StoreUnderTest
    let geometry: GridGeometry
    let record: CaseRecord
    let prediction: Prediction
    let predictionID: PredictionID
    var id: CaseID { record.id }
    var store: any CaseStoring { base.store }
    var folder: TemporaryFolder { base.folder }
    var url: URL { base.url }

    /// The store itself where it is a file.
    func sqlite() throws -> SQLiteCaseStore { try #require(store as? SQLiteCaseStore) }

    /// The store as another process sees it.
    func reopened() throws -> any CaseStoring { try base.reopened() }

    /// Noon on 1 January 2025, in UTC, and some seconds.
    static func time(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_735_732_800 + seconds) }

    static func record(_ id: String, digest: String = "aa", geometry: GridGeometry) -> CaseRecord {
        CaseRecord(
            id: CaseID(rawValue: id), seriesUID: id, source: "/images/\(id)", contentDigest: digest,
            geometry: geometry, minimumHU: -1024, maximumHU: 1500, structures: [.lungRight], warnings: ["odd"])
    }

    init(_ kind: StoreKind = .sqlite) throws {
        base = try StoreUnderTest(kind)
        let store = base.store
        geometry = try GridGeometry(
            size: GridSize(x: 70, y: 9, z: 4), spacing: Spacing(x: 0.9765625, y: 0.1 + 0.2, z: 3),
            origin: PatientPoint(x: -250.1, y: 1 / 3, z: 1e-7))
        record = Self.record("1.2.840.1", geometry: geometry)
        try store.register(record, by: "ana", now: Self.time(0))
        prediction = Prediction(
            model: ModelName(rawValue: "lungs-unet2d@7"),
            masks: [
                .lungLeft: Mask(geometry: geometry) { $0.x > 40 && $0.z > 0 },
                .lungRight: Mask(geometry: geometry) { $0.x < 20 },
                .heart: Mask(geometry: geometry),
            ], preprocessing: ["resample 1 mm", "clip −1000…400"])
        predictionID = try store.save(prediction, for: record.id, by: "ana", now: Self.time(1))
    }

    func lease(
        _ reviewer: String = "ana", holder: String = "host/1", at seconds: Double = 10, store: (any CaseStoring)? = nil
    ) throws -> CaseLease {
        try (store ?? self.store).openForWriting(
            id, reviewer: reviewer, holder: holder, now: Self.time(seconds), duration: 60)
    }

    /// Files a correction of ana's that a second person has to approve.
    func filedForApproval() throws -> CorrectionKey {
        var ana = try Reviewer(self, lease: try lease())
        try ana.writeFive()
        var draft = ana.draft()
        draft.needsApproval = true
        return CorrectionKey(caseID: id, revision: try ana.file(draft).revision)
    }

    /// A second connection that knows no rules, for looking and for tampering.
    @discardableResult
    func raw<T>(_ body: (Database) throws -> T) throws -> T {
        let queue = try DatabaseQueue(path: url.path)
        defer { try? queue.close() }
        return try queue.writeWithoutTransaction(body)
    }

    /// Drops every trigger, as who tampers would.
    func dropTriggers() throws {
        try raw { db in
            for name in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
                try db.execute(sql: "DROP TRIGGER \(name)")
            }
        }
    }
}

/// A review as a user would make it: steps written one by one.
struct Reviewer {
    let fixture: Fixture
    let store: any CaseStoring
    let lease: CaseLease
    let session: SessionID
    var review: ReplayedSession

    init(_ fixture: Fixture, lease: CaseLease, base: SessionBase? = nil, store: (any CaseStoring)? = nil) throws {
        self.fixture = fixture
        self.store = store ?? fixture.store
        self.lease = lease
        session = try self.store.beginSession(
            on: base ?? .prediction(fixture.predictionID), lease: lease, now: Fixture.time(20))
        review = try self.store.loadSession(session).replayed().review
    }

    /// The step that flips some voxels of one row.
    func flip(_ structure: StructureName, row y: Int, columns: Range<Int>, slice z: Int) throws -> JournalEntry {
        let old = review.masks[structure] ?? Mask(geometry: review.geometry)
        var new = old
        for x in columns { new[VoxelIndex(x: x, y: y, z: z)].toggle() }
        return step(.edit, structure, try MaskPatch(from: old, to: new), slice: z)
    }

    func undo() throws -> JournalEntry {
        let edit = try #require(review.standing.last)
        return step(.undo, edit.structure, edit.patch, slice: edit.slice)
    }

    func redo() throws -> JournalEntry {
        let edit = try #require(review.redoable.last)
        return step(.redo, edit.structure, edit.patch, slice: edit.slice)
    }

    private func step(
        _ kind: JournalEntry.Kind, _ structure: StructureName, _ patch: MaskPatch, slice: Int
    ) -> JournalEntry {
        var after = review.masks[structure] ?? Mask(geometry: review.geometry)
        try? after.apply(patch)
        return JournalEntry(
            kind: kind, structure: structure, name: "brush", slice: slice, patch: patch,
            digestAfter: after.digest(ofSlicesTouchedBy: patch))
    }

    mutating func write(_ entry: JournalEntry, at seconds: Double = 30) throws {
        try store.append(
            entry, sequence: review.length + 1, to: session, lease: lease, now: Fixture.time(seconds))
        try review.apply(entry)
    }

    /// Five steps: edits of two structures and a new one, an undo and a redo.
    mutating func writeFive() throws {
        try write(flip(.lungLeft, row: 2, columns: 30..<45, slice: 1))
        try write(flip(.lungRight, row: 3, columns: 60..<70, slice: 3))
        try write(flip(.trachea, row: 4, columns: 0..<3, slice: 0))
        try write(undo())
        try write(redo())
    }

    func draft(_ status: CorrectionStatus = .corrected) -> CorrectionDraft {
        CorrectionDraft(
            status: status, reason: status == .rejected ? "metal" : nil, masks: review.masks,
            outcomes: [
                StructureOutcome(
                    name: .lungLeft, surfaceDiceAgainstPrediction: 0.9621, tolerance: 2, addedPathLength: 12.5),
                StructureOutcome(
                    name: .heart, surfaceDiceAgainstPrediction: nil, tolerance: 2, addedPathLength: 0),
            ], slicesTouched: [0, 1, 3], slicesSeen: [0, 1, 2, 3], activeSeconds: 81.25)
    }

    func file(_ draft: CorrectionDraft? = nil, at seconds: Double = 50) throws -> Correction {
        try store.file(
            draft ?? self.draft(), of: session, expectedLength: review.length, lease: lease,
            now: Fixture.time(seconds))
    }
}
