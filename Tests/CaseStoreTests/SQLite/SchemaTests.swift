import Cases
import Foundation
import GRDB
import TestSupport
import Testing
import Volumes

@testable import CaseStore
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

    /// A store of the ninth version with a case for each list of warnings.
    private func ninthVersion(_ url: URL, warnings: [String], _ more: (Database) throws -> Void = { _ in }) throws {
        let geometry = try GridGeometry(size: GridSize(x: 4, y: 4, z: 2), spacing: Spacing(x: 1, y: 1, z: 1))
        let queue = try DatabaseQueue(path: url.path)
        try Schema.migrator.migrate(queue, upTo: "9: parts of edits")
        let json = String(decoding: try JSONEncoder().encode(geometry), as: UTF8.self)
        try queue.write { db in
            for (number, text) in warnings.enumerated() {
                try db.execute(
                    sql: """
                        INSERT INTO cases (id, source, content_digest, geometry, minimum_hu, maximum_hu, structures,
                            warnings, touched_at) VALUES (?, '/x', 'd', ?, 0, 1, '[]', ?, 1735732800000)
                        """, arguments: ["\(number)", json, text])
            }
            try more(db)
        }
        try queue.close()
    }

    @Test func repairsThatWarningsToldOfAreKnown() throws {
        let folder = try TemporaryFolder()
        let url = folder.file("old.sqlite")
        let tilt = "\"Gantry tilt was corrected by shear: slices were shifted within their planes by up to 3.0 mm; …\""
        let gaps = "\"Slices were interpolated at 3 of 40 positions where none was scanned; …\""
        try ninthVersion(
            url,
            warnings: [
                "[]", "[\(tilt)]", "[\"odd\", \(gaps)]", "[\(gaps), \(tilt)]",
                "[\"RS.dcm, beside the CT: Slices were interpolated at 1 of 2\"]",
                "[3, null, \"slices were interpolated\"]",
            ])
        let store = try SQLiteCaseStore(url: url)
        let repairs = try (0..<6).map { number in
            number < 5 ? try store.caseRecord(CaseID(rawValue: "\(number)")).repairs : []
        }
        #expect(repairs == [[], [.tilt], [.gaps], [.gaps, .tilt], [], []])
        // The sixth is damaged, as it was, and hides nobody.
        #expect(try store.worklist().items.count == 5 && store.worklist().damaged.map(\.what) == ["case 5"])
    }

    @Test func warningsThatAreNoJSONKeepNoStoreClosed() throws {
        let folder = try TemporaryFolder()
        let url = folder.file("old.sqlite")
        try ninthVersion(url, warnings: ["[]", "[\"Slices were interpolated"])
        let worklist = try SQLiteCaseStore(url: url).worklist()
        #expect(worklist.items.map(\.record.id.rawValue) == ["0"] && worklist.damaged.map(\.what) == ["case 1"])
    }

    /// What the program of before wrote, with the id that it gave it.
    @Test func notesAmongTheStepsOfEarlierPredictionsAreNotes() throws {
        let folder = try TemporaryFolder()
        let url = folder.file("old.sqlite")
        let geometry = try GridGeometry(size: GridSize(x: 4, y: 4, z: 2), spacing: Spacing(x: 1, y: 1, z: 1))
        let mask = Mask(geometry: geometry) { $0.x == 1 }
        let lines = ["loaded from a file", "note: “Lung L” was read as Lung_L.", "note: note: thick slices"]
        let id = Canonical.hash(
            ["pleura-prediction-1", "0", "loaded-file", "3"] + lines + ["Lung_L"], blobs: [mask.runLengthEncoded()])
        try ninthVersion(url, warnings: ["[]"]) { db in
            try db.execute(
                sql: "INSERT INTO prediction_masks (prediction_id, structure, data) VALUES (?, 'Lung_L', ?)",
                arguments: [id, Data(mask.runLengthEncoded())])
            try db.execute(
                sql: "INSERT INTO predictions (id, case_id, model, preprocessing) VALUES (?, '0', 'loaded-file', ?)",
                arguments: [id, StoredJSON.encode(lines, what: "steps")])
            try db.execute(
                sql: "INSERT INTO proposals (case_id, prediction_id, proposed_at) VALUES ('0', ?, 1735732800000)",
                arguments: [id])
        }
        let store = try SQLiteCaseStore(url: url)
        let caseID = CaseID(rawValue: "0")
        let newest = try #require(try store.newestPrediction(for: caseID))
        let prediction = try store.prediction(newest)
        #expect(prediction.notes == ["“Lung L” was read as Lung_L.", "note: thick slices"])
        #expect(prediction.preprocessing == ["loaded from a file"] && prediction.recipeDigest == nil)
        // The same file, loaded again, is the same prediction.
        let again = Prediction(
            model: .loaded, masks: [.lungLeft: mask], preprocessing: ["loaded from a file"], notes: prediction.notes)
        #expect(prediction == again)
        #expect(try store.save(again, for: caseID, by: "ana", now: Fixture.time(1)) == newest)
        #expect(newest.rawValue == id)
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
