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
                "{\"added\":\"PTV\",\"structures\":\"Lung_R PTV\"}", "{\"added\":\"\",\"structures\":\"Lung_R\"}",
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
        for names in [["PTV", "ptv"], [""]] {
            let listing = StructureListing(names.map { StructureListing.Entry(name: StructureName(rawValue: $0)) })
            #expect(throws: CaseStoreError.self) { try f.store.keep(listing, lease: mine, now: Fixture.time(103)) }
        }
        #expect(try f.store.structureListing(of: f.id) == nil)
        #expect(throws: CaseStoreError.noSuchCase("9")) {
            try f.store.structureListing(of: CaseID(rawValue: "9"))
        }
    }
}
