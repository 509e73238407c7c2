import CaseStore
import Cases
import Foundation
import GRDB
import TestSupport
import Testing
import Volumes

@testable import SQLiteStore

@Suite struct SchemaTests {
    @Test func aStoreOfTheFirstVersionIsBroughtUpToDate() throws {
        let folder = try TemporaryFolder()
        let url = folder.file("old.sqlite")
        let geometry = try GridGeometry(size: GridSize(x: 4, y: 4, z: 2), spacing: Spacing(x: 1, y: 1, z: 1))
        let queue = try DatabaseQueue(path: url.path)
        try Schema.migrator.migrate(queue, upTo: "1: cases, reviews, corrections, jobs, log")
        let json = String(decoding: try JSONEncoder().encode(geometry), as: UTF8.self)
        try queue.write { db in
            #expect(try !db.tableExists("readings"))
            try db.execute(
                sql: """
                    INSERT INTO cases (id, source, content_digest, geometry, minimum_hu, maximum_hu, structures, warnings,
                        touched_at) VALUES ('old', '/x', 'd', ?, 0, 1, '[]', '[]', 1735732800000)
                    """, arguments: [json])
        }
        try queue.close()
        let store = try SQLiteCaseStore(url: url)
        #expect(try store.worklist().items.map(\.record.id.rawValue) == ["old"])
        #expect(try store.worklist().items.map { $0.record.place + $0.record.description } == [""])
        try store.assign(CaseID(rawValue: "old"), to: "ana", by: "ana", now: Fixture.time(1))
        #expect(try store.worklist().items.first?.assignee == "ana")
    }

    /// What a store of every earlier version holds opens, as a case of a series of one volume.
    @Test(arguments: 1...6) func casesFromBeforeVolumesStillOpen(version: Int) throws {
        let folder = try TemporaryFolder()
        let url = folder.file("store.sqlite")
        let geometry = try GridGeometry(size: GridSize(x: 4, y: 4, z: 2), spacing: Spacing(x: 1, y: 1, z: 1))
        let queue = try DatabaseQueue(path: url.path)
        let earlier = try #require(Schema.migrator.migrations.first { $0.hasPrefix("\(version):") })
        try Schema.migrator.migrate(queue, upTo: earlier)
        let json = String(decoding: try JSONEncoder().encode(geometry), as: UTF8.self)
        try queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO cases (id, series_uid, source, content_digest, geometry, minimum_hu, maximum_hu,
                        structures, warnings, touched_at)
                    VALUES ('1.2', '1.2', '/x', 'd', ?, 0, 1, '[]', '[]', 1735732800000)
                    """, arguments: [json])
        }
        try queue.close()
        let store = try SQLiteCaseStore(url: url)
        var record = try store.caseRecord(CaseID(rawValue: "1.2"))
        #expect(record.volume == nil && record.seriesUID == "1.2")
        // It comes to be one volume of several.
        record.volume = "acquisition=2"
        #expect(try store.register(record, by: "ana", now: Fixture.time(1)) == .updated)
        #expect(try store.caseRecord(record.id).volume == "acquisition=2")
        #expect(try store.register(record, by: "ana", now: Fixture.time(2)) == .unchanged)
    }

    @Test func fiveHundredCasesAreOneQuery() throws {
        let f = try Fixture()
        for n in 0..<500 {
            let id = "1.9.\(n)"
            try f.store.register(Fixture.record(id, geometry: f.geometry), by: "ana", now: Fixture.time(2))
        }
        try f.store.assign(CaseID(rawValue: "1.9.499"), to: "ben", by: "ana", now: Fixture.time(3))
        let statements = StatementCounter()
        let store = try SQLiteCaseStore(url: f.url, migrator: Schema.migrator) { db in
            db.trace(options: .statement) { if "\($0)".contains("FROM cases") { statements.add() } }
        }
        let items = try store.worklist().items
        #expect(items.count == 501 && items.last?.assignee == "ben")
        #expect(statements.count == 1)
    }
}

/// Counts from whatever thread SQLite traces on.
private final class StatementCounter: @unchecked Sendable {
    private let lock = NSLock()
    private var value = 0
    func add() { lock.withLock { value += 1 } }
    var count: Int { lock.withLock { value } }
}
