import CaseStore
import Cases
import Foundation
import GRDB
import SQLiteStore
import TestSupport
import Testing

@Suite struct AuditTests {
    private func filed() throws -> Fixture {
        let f = try Fixture()
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        _ = try ana.file()
        try f.store.register(Fixture.record("2", geometry: f.geometry), by: "ben", now: Fixture.time(70))
        return f
    }

    @Test func tellsWhatHappened() throws {
        let f = try filed()
        let log = try f.store.audit(after: 0, limit: 100)
        #expect(
            log.map(\.action) == [
                "case.registered", "prediction.saved", "session.begun", "correction.filed", "case.registered",
            ])
        #expect(log.map(\.sequence) == [1, 2, 3, 4, 5] && log.map(\.actor) == ["ana", "ana", "ana", "ana", "ben"])
        #expect(log[3].subject == "case 1.2.840.1 revision 1" && log[3].at == Fixture.time(50))
        #expect(try f.store.audit(after: 3, limit: 1).map(\.sequence) == [4])
        #expect(try f.store.verifyAudit() == .intact(rows: 5, lastHash: log[4].hash))
    }

    /// The first row's hash as coreutils' sha256sum gives it for the documented form.
    @Test func hashesAreOfTheDocumentedForm() throws {
        let f = try Fixture()
        let first = try #require(try f.store.audit(after: 0, limit: 1).first)
        #expect(
            first.canonicalForm == "14:pleura-audit-1\n1:1\n13:1735732800000\n3:ana\n15:case.registered\n"
                + "14:case 1.2.840.1\n22:{\"contentDigest\":\"aa\"}\n64:\(String(repeating: "0", count: 64))\n")
        #expect(first.hash == "99691e184b6d02ba341e0a30a74f711a89875f81d083a414a3262f587d73dee2")
    }

    @Test(arguments: [
        ("UPDATE audit SET actor = 'eve' WHERE sequence = 2", 2),
        ("UPDATE audit SET at = at + 1 WHERE sequence = 1", 1),
        ("UPDATE audit SET action = 'x' WHERE sequence = 5", 5),
        ("UPDATE audit SET subject = 'x' WHERE sequence = 3", 3),
        ("UPDATE audit SET details = '{}' WHERE sequence = 4", 4),
        ("UPDATE audit SET hash = 'x' WHERE sequence = 5", 5),
        ("UPDATE audit SET hash = 'x' WHERE sequence = 2", 2),
        ("UPDATE audit SET previous_hash = 'x' WHERE sequence = 4", 4),
        ("DELETE FROM audit WHERE sequence = 1", 1),
        ("DELETE FROM audit WHERE sequence = 3", 3),
        ("DELETE FROM audit WHERE sequence = 5", 5),
        ("DELETE FROM audit WHERE sequence > 2", 3),
        ("DELETE FROM audit", 1),
        ("DELETE FROM audit WHERE sequence = 3; UPDATE audit SET sequence = sequence - 1 WHERE sequence > 3", 3),
        ("DELETE FROM audit_head", 6),
        ("UPDATE audit_head SET length = 4", 5),
        ("DELETE FROM correction_masks; DELETE FROM corrections", 4),
        ("UPDATE corrections SET hash = 'x'", 4),
        ("UPDATE corrections SET revision = 2; UPDATE correction_masks SET revision = 2", 6),
    ])
    func namesTheFirstBadRow(sql: String, row: Int) throws {
        let f = try filed()
        try f.dropTriggers()
        try f.raw { try $0.execute(sql: "PRAGMA foreign_keys = OFF; \(sql)") }
        guard case .broken(let sequence, let reason) = try f.store.verifyAudit() else {
            Issue.record("not found: \(sql)")
            return
        }
        #expect(sequence == row, "\(reason)")
    }

    @Test func anEmptyLogIsWhole() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteCaseStore(url: folder.file("s"))
        #expect(try store.verifyAudit() == .intact(rows: 0, lastHash: String(repeating: "0", count: 64)))
    }
}
