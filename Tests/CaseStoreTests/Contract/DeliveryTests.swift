import CaseStore
import Cases
import Foundation
import TestSupport
import Testing

@Suite("Deliveries of corrections") struct DeliveryTests {
    @Test(arguments: StoreKind.allCases)
    func theNewestWayOfACaseCounts(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        #expect(try f.store.deliveryRoutes().isEmpty)
        let clinic = DeliveryRoute(node: "clinic", forms: ["rtstruct", "sr"])
        try f.store.send(f.id, by: clinic, actor: "listen", now: Fixture.time(11))
        #expect(try f.reopened().deliveryRoutes() == [f.id: clinic])
        try f.store.send(f.id, by: .nowhere, actor: "ana", now: Fixture.time(12))
        #expect(try f.reopened().deliveryRoutes() == [f.id: .nowhere])
        let log = try f.store.audit(after: 2, limit: 9)
        #expect(log.map(\.action) == ["case.routed", "case.routed"])
        #expect(log.map(\.details) == [#"{"as":"rtstruct sr","to":"clinic"}"#, #"{"to":"nowhere"}"#])
        #expect(log.map(\.actor) == ["listen", "ana"])
        for wrong in [
            DeliveryRoute(node: "clinic", forms: []), DeliveryRoute(node: "", forms: ["seg"]),
            DeliveryRoute(node: "clinic", forms: ["seg", "seg"]),
        ] {
            #expect(throws: CaseStoreError.self) {
                try f.store.send(f.id, by: wrong, actor: "ana", now: Fixture.time(13))
            }
        }
        #expect(throws: CaseStoreError.noSuchCase("9")) {
            try f.store.send(CaseID(rawValue: "9"), by: clinic, actor: "ana", now: Fixture.time(13))
        }
        #expect(try f.store.deliveryRoutes() == [f.id: .nowhere])
        #expect(try f.store.verifyAudit().isIntact)
    }

    @Test(arguments: StoreKind.allCases)
    func theLastAttemptCountsAndWhatWasSentStaysSent(_ kind: StoreKind) throws {
        let q = try QueueFixture(kind)
        let (key, store) = (q.key, q.store)
        let before = try store.audit(after: 0, limit: 999).count
        func attempt(_ form: String, _ result: DeliveryAttempt.Result) -> DeliveryAttempt {
            DeliveryAttempt(key, to: "clinic", as: form, result)
        }
        for second in 0..<2 {
            try store.keep(
                attempt("seg", .failed("nobody answers")), by: "listen", now: Fixture.time(900 + Double(second)))
        }
        try store.keep(attempt("rtstruct", .sent(object: "1.2.3")), by: "listen", now: Fixture.time(910))
        #expect(try store.audit(after: 0, limit: 999).count == before + 1)
        let seen = try q.f.reopened().deliveries()
        #expect(
            seen.map(\.last) == [
                attempt("seg", .failed("nobody answers")), attempt("rtstruct", .sent(object: "1.2.3")),
            ])
        #expect(seen.map(\.attempts) == [2, 1] && seen.map(\.isSent) == [false, true])
        #expect(seen.map(\.at) == [Fixture.time(901), Fixture.time(910)])
        // Not twice, and not back.
        for result in [DeliveryAttempt.Result.sent(object: "1.2.4"), .failed("again", isSilent: true)] {
            #expect(throws: CaseStoreError.self) {
                try store.keep(attempt("rtstruct", result), by: "listen", now: Fixture.time(920))
            }
        }
        try store.keep(attempt("seg", .sent(object: "1.2.5")), by: "listen", now: Fixture.time(930))
        #expect(try store.deliveries().map(\.attempts) == [1, 3])
        let other = CorrectionKey(caseID: key.caseID, revision: 7)
        #expect(throws: CaseStoreError.noSuchCorrection(other)) {
            try store.keep(
                DeliveryAttempt(other, to: "clinic", as: "seg", .failed("no")), by: "listen", now: Fixture.time(940))
        }
        let last = try #require(try store.audit(after: 0, limit: 999).last)
        #expect(last.action == "correction.sent" && last.about == .correction(key))
        #expect(last.details == #"{"as":"seg","object":"1.2.5","to":"clinic"}"#)
        #expect(try store.verifyAudit().isIntact)
    }
}
