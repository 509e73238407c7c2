import CaseStore
import Cases
import Foundation
import TestSupport
import Testing

@Suite struct AuditTests {
    private func filed(_ kind: StoreKind) throws -> Fixture {
        let f = try Fixture(kind)
        var ana = try Reviewer(f, lease: try f.lease())
        try ana.writeFive()
        _ = try ana.file()
        try f.store.register(Fixture.record("2", geometry: f.geometry), by: "ben", now: Fixture.time(70))
        return f
    }

    @Test(arguments: StoreKind.allCases)
    func tellsWhatHappened(_ kind: StoreKind) throws {
        let f = try filed(kind)
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
    @Test(arguments: StoreKind.allCases)
    func hashesAreOfTheDocumentedForm(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let first = try #require(try f.store.audit(after: 0, limit: 1).first)
        #expect(
            first.canonicalForm == "14:pleura-audit-1\n1:1\n13:1735732800000\n3:ana\n15:case.registered\n"
                + "14:case 1.2.840.1\n22:{\"contentDigest\":\"aa\"}\n64:\(String(repeating: "0", count: 64))\n")
        #expect(first.hash == "99691e184b6d02ba341e0a30a74f711a89875f81d083a414a3262f587d73dee2")
    }

    @Test(arguments: StoreKind.allCases)
    func anEmptyLogIsWhole(_ kind: StoreKind) throws {
        let store = try StoreUnderTest(kind).store
        #expect(try store.verifyAudit() == .intact(rows: 0, lastHash: String(repeating: "0", count: 64)))
    }
}
