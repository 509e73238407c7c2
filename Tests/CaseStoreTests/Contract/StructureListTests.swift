import CaseStore
import Cases
import Foundation
import TestSupport
import Testing

@Suite struct StructureListTests {
    private let ptv = StructureListing([
        .init(name: .lungRight),
        .init(name: StructureName(rawValue: "PTV"), isAdded: true, colour: StructureColour("#ff8000")),
    ])

    @Test(arguments: StoreKind.allCases)
    func theNewestListCountsAndTheLogHasThemAll(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        #expect(try f.store.structureListing(of: f.id) == nil)
        let lease = try f.lease()
        try f.store.keep(ptv, lease: lease, now: Fixture.time(11))
        #expect(try f.reopened().structureListing(of: f.id) == ptv)
        let less = StructureListing([.init(name: .lungRight)])
        try f.store.keep(less, lease: lease, now: Fixture.time(12))
        #expect(try f.reopened().structureListing(of: f.id) == less)
        let log = try f.store.audit(after: 2, limit: 9)
        #expect(log.map(\.action) == ["case.structures-listed", "case.structures-listed"])
        #expect(
            log.map(\.details) == [
                "{\"added\":\"1\",\"coloured\":\"1\",\"structures\":\"2\"}",
                "{\"added\":\"0\",\"coloured\":\"0\",\"structures\":\"1\"}",
            ])
        #expect(log.allSatisfy { $0.actor == "ana" && $0.about == .wholeCase(f.id) })
        #expect(try f.store.verifyAudit().isIntact)
    }

    @Test(arguments: StoreKind.allCases)
    func onlyWhoHasTheCaseMayListAndNothingTwice(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let lease = try f.lease(at: 10)
        _ = try f.lease("ben", holder: "host/2", at: 100)
        #expect(throws: CaseStoreError.leaseLost(f.id, takenBy: "ben")) {
            try f.store.keep(ptv, lease: lease, now: Fixture.time(101))
        }
        let mine = try f.lease("ben", holder: "host/2", at: 102)
        for names in [["PTV", "PTV"], [""]] {
            let listing = StructureListing(names.map { StructureListing.Entry(name: StructureName(rawValue: $0)) })
            #expect(throws: CaseStoreError.self) { try f.store.keep(listing, lease: mine, now: Fixture.time(103)) }
        }
        #expect(try f.store.structureListing(of: f.id) == nil)
        #expect(throws: CaseStoreError.noSuchCase("9")) {
            try f.store.structureListing(of: CaseID(rawValue: "9"))
        }
    }

    /// What was proposed may have both, and they are kept apart.
    @Test(arguments: StoreKind.allCases)
    func namesThatDifferInCapitalsAreTwo(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let listing = StructureListing(["Heart", "HEART"].map { .init(name: StructureName(rawValue: $0)) })
        try f.store.keep(listing, lease: try f.lease(), now: Fixture.time(11))
        #expect(try f.reopened().structureListing(of: f.id) == listing)
    }

    /// A structure of a file may be called after a patient, and the log is for ever.
    @Test(arguments: StoreKind.allCases)
    func theLogHasNoNames(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let listing = StructureListing([.init(name: StructureName(rawValue: "GTV Meier"), isAdded: true)])
        try f.store.keep(listing, lease: try f.lease(), now: Fixture.time(11))
        let log = try f.store.audit(after: 0, limit: 99)
        #expect(log.contains { $0.action == "case.structures-listed" } && !log.contains { "\($0)".contains("Meier") })
    }
}
