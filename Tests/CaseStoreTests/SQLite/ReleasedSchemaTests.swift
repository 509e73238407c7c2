import Cases
import Foundation
import GRDB
import TestSupport
import Testing
import Volumes

@testable import CaseStore
@testable import SQLiteStore

/// What was ever released stays readable: the schema after each change is known by its digest, and a store that the
/// program wrote under the first eight changes is kept. It holds two synthetic cases: one corrected by dr-ana and
/// approved by dr-ben, one under review; a model in use, and a job that waits.
@Suite struct ReleasedSchemaTests {
    private static let (first, second) = (
        CaseID(rawValue: "sha256:49dd66d9729ff9c34132c3c8d6f4421fd524fa7d7e1af36f7debb6752cb06cbd"),
        CaseID(rawValue: "2.25.211455192401049583054035212488627332174")
    )
    private static let intact = AuditVerdict.intact(
        rows: 15, lastHash: "e8742db50a3029e877ced47df8a7095dc823225aa3150785b082186fd67e152d")

    private func resource(_ name: String) throws -> URL {
        try #require(Bundle.module.url(forResource: "Resources/\(name)", withExtension: nil))
    }

    /// A copy of the kept store.
    private func released(in folder: TemporaryFolder) throws -> URL {
        let url = folder.file("released.sqlite")
        try FileManager.default.copyItem(at: resource("store-of-8-changes.sqlite"), to: url)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
        return url
    }

    private func time(_ milliseconds: Int64) -> Date { StoredTime.decode(milliseconds) }

    // MARK: The schema

    /// SHA-256 over type, name and statement of everything in the schema, blanks drawn together; of what GRDB and
    /// SQLite keep for themselves nothing.
    private func digest(_ db: Database) throws -> String {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT type, name, sql FROM sqlite_master
                WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'grdb_migrations' ORDER BY type, name
                """)
        return Canonical.hash(
            try rows.flatMap { row in
                let statement: String = try row.read("sql")
                return [
                    try row.read("type"), try row.read("name"),
                    statement.split(whereSeparator: \.isWhitespace).joined(separator: " "),
                ]
            })
    }

    @Test func noReleasedChangeOfTheSchemaIsEverEdited() throws {
        let known = try JSONDecoder().decode(
            [String: String].self, from: Data(contentsOf: resource("schema-digests.json")))
        let queue = try DatabaseQueue()
        var found: [String: String] = [:]
        for change in Schema.migrator.migrations {
            try Schema.migrator.migrate(queue, upTo: change)
            found[change] = try queue.read(digest)
        }
        // A new change adds its line to the file. A line that is there belongs to stores out in the world.
        #expect(found == known)
        #expect(Set(found.values).count == found.count)
    }

    @Test func theKeptStoreIsOfTheEighthChange() throws {
        let folder = try TemporaryFolder()
        let url = try released(in: folder)
        let queue = try DatabaseQueue(path: url.path)
        let known = try JSONDecoder().decode(
            [String: String].self, from: Data(contentsOf: resource("schema-digests.json")))
        #expect(try queue.read(digest) == known["8: what cases are called"])
        #expect(try queue.read(Schema.migrator.appliedIdentifiers).count == 8)
    }

    // MARK: The kept store

    @Test func theKeptStoreOpensAsItWas() throws {
        let folder = try TemporaryFolder()
        let url = try released(in: folder)
        let store = try SQLiteCaseStore(url: url)
        let items = try store.worklist().items
        try #require(items.map(\.record.id) == [Self.first, Self.second])
        #expect(items.map(\.record.source) == ["/images/phantom-01/ct.nii.gz", "/images/d/phantom-01/CT"])
        #expect(items.map(\.record.description) == ["", "synthetic thorax siteA"])
        #expect(items.map(\.record.geometry.size) == Array(repeating: GridSize(x: 64, y: 64, z: 12), count: 2))
        #expect(items.map(\.record.minimumHU) == [-1021, -1014] && items.map(\.record.maximumHU) == [537, 625])
        #expect(items.map(\.status) == [.corrected, .inProgress] && items.map(\.revision) == [1, nil])
        #expect(items.map(\.reviewer) == ["dr-ana", "dr-ana"] && items.map(\.model) == [.baseline, .baseline])
        #expect(items.map(\.openSession) == [nil, SessionID(rawValue: 2)])
        #expect(items.map(\.touchedAt) == [time(1_795_975_950_582), time(1_795_975_970_416)])
        #expect(items.map(\.structures) == [[.lungLeft, .lungRight], [.lungLeft, .lungRight]])
        #expect(items[1].flag == CaseMark(comment: "thick slices", actor: "dr-ana", at: time(1_795_975_963_792)))
        #expect(
            items[0].approval
                == Approval(verdict: .approved, comment: "fine", actor: "dr-ben", at: time(1_795_975_950_582)))
        #expect(items.allSatisfy { $0.heldBy == nil && $0.assignee == nil && $0.deferral == nil })
        try expectReviews(in: store)
        #expect(try store.verifyAudit() == Self.intact)
        #expect(try store.audit(after: 14, limit: 5).map(\.action) == ["job.queued"])
        let model = ModelName(rawValue: "lungs-unet2d@1")
        #expect(try store.models().map(\.name) == [model] && store.promotedModel(of: "lungs-unet2d") == model)
        #expect(try store.promotions().map(\.kind) == [.person])
        #expect(try store.patients().mapValues(\.role) == [Self.first: .training, Self.second: .training])
        #expect(try store.roles().isEmpty && store.readings(of: Self.first).isEmpty)
    }

    /// The journals, the correction and the job, as far as every version of the schema has kept them.
    private func expectReviews(in store: SQLiteCaseStore) throws {
        let filed = try store.loadSession(SessionID(rawValue: 1))
        #expect(filed.session.status == .filed && filed.session.caseID == Self.first)
        #expect(
            filed.entries.map(\.kind) == [
                .edit, .edit, .undo, .redo, .edit, .edit, .undo, .undo, .redo, .redo, .edit,
            ])
        #expect(filed.entries.map(\.slice) == [6, 8, 8, 8, 8, 8, 8, 8, 8, 8, 2])
        // An edit of two structures, as it was written before parts were kept; undone and redone as one.
        #expect(
            filed.entries[4...9].map(\.name).sorted() == Array(repeating: "merge [1/2]", count: 3)
                + Array(repeating: "merge [2/2]", count: 3))
        #expect(filed.entries.map(\.nameAndPart.part?.number) == [nil, nil, nil, nil, 1, 2, 2, 1, 1, 2, nil])
        #expect(filed.entries.allSatisfy { $0.part == nil && ["brush", "merge"].contains($0.nameAndPart.name) })
        let (review, damage) = try filed.replayed()
        #expect(damage == nil && review.length == 11 && review.standing.count == 5)
        #expect(filed.entries.last?.digestAfter == 1_812_701_245_162_991_222)
        let key = CorrectionKey(caseID: Self.first, revision: 1)
        let summary = try #require(try store.corrections().corrections.first)
        #expect(summary.key == key && summary.status == .corrected && summary.slicesTouched == Array(2...10))
        #expect(summary.outcomes.map(\.surfaceDiceAgainstPrediction) == [0.6634734956367186, 0])
        #expect(summary.outcomes.map(\.addedPathLength) == [4273.4375, 0] && summary.activeSeconds == 60.6393039226532)
        #expect(try store.correction(key).masks == review.masks)
        let open = try store.loadSession(SessionID(rawValue: 2))
        #expect(open.session.status == .open && open.damage == nil)
        #expect(open.entries.map(\.kind) == [.edit, .undo, .edit, .edit])
        #expect(open.entries.map(\.name) == ["brush", "brush", "brush", "brush"])
        #expect(open.state == SessionState(currentSlice: 6, seenSlices: [6], activeSeconds: 13.835477709770203))
        #expect(try open.replayed().damage == nil)
        let job = try #require(try store.jobs().first)
        #expect(job.state == .queued && job.model.rawValue == "lungs-unet2d@1" && job.corrections == [key])
    }

    @Test func itsReviewIsGoneOnWithAndFiled() throws {
        let folder = try TemporaryFolder()
        let url = try released(in: folder)
        let store = try SQLiteCaseStore(url: url)
        let now = time(1_795_980_000_000)
        let lease = try store.openForWriting(
            Self.second, reviewer: "dr-ana", holder: "host/1", now: now, duration: 60)
        let session = SessionID(rawValue: 2)
        var (review, _) = try store.loadSession(session).replayed()
        let newest = try #require(review.standing.last)
        var mask = try #require(review.masks[newest.structure])
        try mask.apply(newest.patch)
        let undo = JournalEntry(
            kind: .undo, structure: newest.structure, name: newest.name, slice: newest.slice, patch: newest.patch,
            digestAfter: mask.digest(ofSlicesTouchedBy: newest.patch))
        try store.append(undo, sequence: 5, to: session, lease: lease, now: now)
        try review.apply(undo)
        let filed = try store.file(
            CorrectionDraft(
                status: .corrected, masks: review.masks, outcomes: [], slicesTouched: [6], slicesSeen: [6],
                activeSeconds: 20), of: session, expectedLength: 5, lease: lease, now: now)
        #expect(filed.revision == 1 && filed.masks == review.masks)
        #expect(try store.verifyAudit().isIntact)
    }

    // MARK: Every version before

    /// The rows of the kept store in a file of an earlier schema, as far as it has their tables and columns.
    private func store(ofChange change: String, in folder: TemporaryFolder) throws -> URL {
        let (source, url) = (try released(in: folder), folder.file("pleura.sqlite"))
        let queue = try DatabaseQueue(path: url.path)
        try Schema.migrator.migrate(queue, upTo: change)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF")
            try db.execute(sql: "ATTACH DATABASE ? AS released", arguments: [source.path])
            // The rules of the triggers are for the program, which writes row by row.
            let triggers = try Row.fetchAll(db, sql: "SELECT name, sql FROM main.sqlite_master WHERE type = 'trigger'")
            for trigger in triggers {
                try db.execute(sql: "DROP TRIGGER main.\(trigger.read("name", as: String.self))")
            }
            let tables = try String.fetchAll(
                db,
                sql: """
                    SELECT name FROM main.sqlite_master
                    WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'grdb_migrations'
                    """)
            for table in tables {
                // What came after the eighth change has no rows there.
                let columns = try String.fetchAll(
                    db,
                    sql: """
                        SELECT name FROM pragma_table_info(:table, 'main')
                        INTERSECT SELECT name FROM pragma_table_info(:table, 'released')
                        """, arguments: ["table": table]
                ).joined(separator: ", ")
                try db.execute(sql: "DELETE FROM main.\(table)")
                try db.execute(sql: "INSERT INTO main.\(table) (\(columns)) SELECT \(columns) FROM released.\(table)")
            }
            for trigger in triggers { try db.execute(sql: trigger.read("sql")) }
            try db.execute(sql: "DETACH DATABASE released")
            #expect(try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").isEmpty)
        }
        try queue.close()
        return url
    }

    @Test(arguments: 0..<9)
    func aStoreOfEveryEarlierVersionIsBroughtUpToDateWithItsRows(index: Int) throws {
        let folder = try TemporaryFolder()
        let url = try store(ofChange: Schema.migrator.migrations[index], in: folder)
        let store = try SQLiteCaseStore(url: url)
        try expectReviews(in: store)
        #expect(try store.verifyAudit() == Self.intact)
        let items = try store.worklist().items
        try #require(items.map(\.record.id) == [Self.first, Self.second])
        // What a version did not know of is not there; the rest is.
        #expect(items.map(\.status) == [.corrected, .inProgress])
        #expect(items.map { $0.flag?.comment } == (index >= 3 ? [nil, "thick slices"] : [nil, nil]))
        #expect(items[0].approval?.verdict == (index >= 3 ? .approved : nil))
        #expect(items.map(\.record.description) == (index >= 7 ? ["", "synthetic thorax siteA"] : ["", ""]))
        #expect(try store.models().count == (index >= 1 ? 1 : 0))
        #expect(items.allSatisfy { $0.record.repairs.isEmpty && $0.record.acquisition == Acquisition() })
        for item in items {
            let newest = try #require(try store.newestPrediction(for: item.record.id))
            let prediction = try store.prediction(newest)
            #expect(prediction.recipeDigest == nil && prediction.notes.isEmpty && !prediction.preprocessing.isEmpty)
        }
        // And it takes what is new.
        try store.mark(Self.first, .flagged, comment: "apex", by: "dr-ben", now: time(1_795_980_000_000))
        #expect(try store.worklist().items[0].flag?.comment == "apex")
        let digests = try JSONDecoder().decode(
            [String: String].self, from: Data(contentsOf: resource("schema-digests.json")))
        let newest = try #require(Schema.migrator.migrations.last)
        #expect(try store.read("look", digest) == digests[newest])
    }
}
