import Cases
import Foundation
import GRDB
import TestSupport
import Testing
import Volumes

@testable import CaseStore
@testable import SQLiteStore

@Suite struct FileTests {
    private func error(_ url: URL) -> CaseStoreError? {
        do {
            _ = try SQLiteCaseStore(url: url)
            return nil
        } catch { return error }
    }

    private func isNotAStore(_ error: CaseStoreError?) -> Bool { if case .notAStore = error { true } else { false } }
    private func isNotWritable(_ error: CaseStoreError?) -> Bool {
        if case .notWritable = error { true } else { false }
    }

    @Test func garbageIsRefusedAndLeftAlone() throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 5)
        var headed = Data("SQLite format 3\0".utf8)
        headed.append(contentsOf: (0..<5000).map { _ in UInt8.random(in: 0...255, using: &generator) })
        let contents = [Data("hello".utf8), Data(count: 4096), headed, Data("SQLite format 3\0".utf8)]
        for (i, data) in contents.enumerated() {
            let url = folder.file("garbage-\(i)")
            try data.write(to: url)
            #expect(error(url) != nil, "\(i)")
            #expect(try Data(contentsOf: url) == data)
        }
        #expect(isNotAStore(error(folder.file("garbage-0"))))
        #expect(isNotAStore(error(folder.url)))
    }

    /// The locks that this process holds on a file, as the kernel lists them.
    private func locks(on url: URL) throws -> Int {
        let inode = try #require(
            try FileManager.default.attributesOfItem(atPath: url.path)[.systemFileNumber] as? Int)
        return try String(contentsOfFile: "/proc/locks", encoding: .utf8).split(separator: "\n")
            .filter { $0.contains("POSIX") && $0.contains(" \(getpid()) ") && $0.contains(":\(inode) ") }.count
    }

    /// Without them another process that closes the store would delete the write-ahead log of this one.
    @Test func openingAStoreTwiceKeepsTheLocksOfTheFirst() throws {
        let f = try Fixture()
        let before = try locks(on: f.url)
        #expect(before > 0)
        let second = try SQLiteCaseStore(url: f.url)
        #expect(try locks(on: f.url) >= before)
        try second.close()
        #expect(try locks(on: f.url) > 0)
    }

    @Test func anotherProgramsDatabaseIsRefusedAndLeftAlone() throws {
        let folder = try TemporaryFolder()
        for (i, sql) in ["CREATE TABLE bookmarks (x)", "PRAGMA application_id = 7"].enumerated() {
            let url = folder.file("other-\(i)")
            let queue = try DatabaseQueue(path: url.path)
            try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
            try queue.close()
            let before = try Data(contentsOf: url)
            #expect(isNotAStore(error(url)), "\(sql)")
            #expect(try Data(contentsOf: url) == before)
        }
    }

    @Test func aNewerStoreIsRefused() throws {
        let folder = try TemporaryFolder()
        let url = folder.file("s")
        var newer = Schema.migrator
        newer.registerMigration("2: holograms") { try $0.execute(sql: "CREATE TABLE holograms (x)") }
        try SQLiteCaseStore(url: url, migrator: newer, prepare: { _ in }).close()
        #expect(error(url) == .newerVersion(path: url.path, unknownChanges: ["2: holograms"]))
        _ = try SQLiteCaseStore(url: url, migrator: newer, prepare: { _ in })
    }

    @Test func aPlaceThatCannotBeWrittenIsNamed() throws {
        #expect(isNotWritable(error(URL(fileURLWithPath: "/proc/pleura/store.sqlite"))))
        #expect(isNotWritable(error(URL(fileURLWithPath: "/proc/store.sqlite"))))
        #expect(isNotWritable(error(URL(fileURLWithPath: "/dev/null/store.sqlite"))))
    }

    @Test(.enabled(if: geteuid() != 0, "permissions do not hold for root"))
    func aPlaceWithoutPermissionIsNamed() throws {
        let f = try Fixture()
        try f.sqlite().close()
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: f.url.path)
        #expect(isNotWritable(error(f.url)))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: f.url.path)
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: f.folder.url.path)
        #expect(isNotWritable(error(f.url)))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: f.folder.url.path)
    }

    @Test func aFullDiskLosesNothing() throws {
        let f = try Fixture()
        try f.sqlite().close()
        let full = try SQLiteCaseStore(url: f.url, migrator: Schema.migrator) { db in
            // As many pages as there are and few more.
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages + 8)")
        }
        var ana = try Reviewer(f, lease: try f.lease(store: full), store: full)
        var generator = SeededGenerator(seed: 1)
        var failure: CaseStoreError?
        while failure == nil && ana.review.length < 1000 {
            let entry = try ana.flip(
                .lungLeft, row: 3, columns: 0..<Int.random(in: 1..<70, using: &generator), slice: 2)
            do { try ana.write(entry) } catch let error as CaseStoreError { failure = error }
        }
        #expect(failure == .noSpace(path: f.url.path, operation: "write to the journal"))
        try full.close()
        // There is space again.
        let store = try SQLiteCaseStore(url: f.url)
        #expect(try store.loadSession(ana.session).replayed().review == ana.review)
        #expect(try store.verifyAudit().isIntact)
    }

    @Test func manyOpenANewStoreAtOnce() async throws {
        let folder = try TemporaryFolder()
        let url = folder.url.appendingPathComponent("new/deep/store.sqlite")
        let opened = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { (try? SQLiteCaseStore(url: url)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(opened == 8)
        let attributes = try FileManager.default.attributesOfItem(atPath: url.deletingLastPathComponent().path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    @Test func strokesAreFlushed() throws {
        let f = try Fixture()
        let settings = try f.sqlite().write("look") { db in
            (
                try Int.fetchOne(db, sql: "PRAGMA synchronous"), try String.fetchOne(db, sql: "PRAGMA journal_mode"),
                try Int.fetchOne(db, sql: "PRAGMA foreign_keys")
            )
        }
        #expect(settings == (2, "wal", 1))
        let state = try f.sqlite().write("look", flushed: false) { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        #expect(state == 1)
        #expect(try f.sqlite().write("look") { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
    }

    @Test func aFileDamagedInAnyPageNeverStopsTheProgram() throws {
        let f = try Fixture()
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        let filed = try ana.file()
        try f.sqlite().close()
        let whole = try Data(contentsOf: f.url)
        var generator = SeededGenerator(seed: 77)
        for n in 0..<40 {
            var data = whole
            for _ in 0..<(1 << (n % 8)) {
                data[Int.random(in: 0..<data.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let url = f.folder.file("damaged-\(n)")
            try data.write(to: url)
            guard let store = try? SQLiteCaseStore(url: url) else { continue }
            _ = try? store.worklist()
            _ = try? store.verifyAudit()
            _ = try? store.corrections()
            _ = try? store.jobs()
            // Whatever still loads is what was written.
            if let p = try? store.prediction(f.predictionID) { #expect(p == f.prediction) }
            if let c = try? store.correction(CorrectionKey(caseID: f.id, revision: 1)) { #expect(c == filed) }
            if let loaded = try? store.loadSession(ana.session), let (review, damage) = try? loaded.replayed(),
                damage == nil
            {
                #expect(review == ana.review)
            }
            _ = try? store.register(f.record, by: "x", now: Fixture.time(99))
        }
    }
}
