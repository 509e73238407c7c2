import CaseStore
import Cases
import Foundation
import TestSupport
import Testing
import Volumes

@Suite struct CaseTests {
    @Test(arguments: StoreKind.allCases)
    func registersOnce(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        #expect(try f.store.caseRecord(f.id) == f.record)
        #expect(try f.store.register(f.record, by: "ana", now: Fixture.time(5)) == .unchanged)
        var moved = f.record
        moved.source = "/elsewhere"
        moved.structures = [.lungLeft, .heart]
        moved.warnings = []
        moved.repairs = [.gaps, .tilt]
        moved.place = "/elsewhere/AA/ph"
        moved.description = "Lung B70f"
        #expect(try f.store.register(moved, by: "ana", now: Fixture.time(6)) == .updated)
        #expect(try f.store.caseRecord(f.id) == moved)
        #expect(try f.store.worklist().items.map(\.touchedAt) == [Fixture.time(6)])
        // The path may name the patient: it is in no log row.
        #expect(try f.store.audit(after: 0, limit: 100).allSatisfy { !"\($0)".contains("elsewhere") })
    }

    /// A pseudonymised copy that is read by itself says nothing of what was done to the original; the image is the same.
    @Test(arguments: StoreKind.allCases)
    func whatWasDoneToMakeAnImageIsNotForgotten(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        var repaired = f.record
        repaired.repairs = [.gaps]
        #expect(try f.store.register(repaired, by: "ana", now: Fixture.time(5)) == .updated)
        #expect(try f.store.register(f.record, by: "ana", now: Fixture.time(6)) == .unchanged)
        #expect(try f.reopened().caseRecord(f.id).repairs == [.gaps])
        var more = f.record
        more.repairs = [.tilt]
        more.description = "again"
        #expect(try f.store.register(more, by: "ana", now: Fixture.time(7)) == .updated)
        #expect(try f.store.caseRecord(f.id).repairs == [.gaps, .tilt])
        #expect(try f.store.worklist().items.map(\.record.repairs) == [[.gaps, .tilt]])
        // A second reader's reading of it is of the same image.
        let reading = try f.store.beginReading(of: f.id, by: "ben", now: Fixture.time(8))
        #expect(try f.store.caseRecord(reading).repairs == [.gaps, .tilt])
    }

    /// What the files say may come later, and a site is given by people: neither is lost when less is known.
    @Test(arguments: StoreKind.allCases)
    func whereAnImageIsFromIsKeptAndAdded(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        #expect(try f.store.caseRecord(f.id).acquisition == Acquisition())
        var scanned = f.record
        scanned.acquisition = Acquisition(
            manufacturer: "GE", scannerModel: "Revolution", kernel: #"LUNG\2"#, hasContrast: false)
        #expect(try f.store.register(scanned, by: "ana", now: Fixture.time(5)) == .updated)
        #expect(try f.store.register(f.record, by: "ana", now: Fixture.time(6)) == .unchanged)
        var sited = f.record
        sited.acquisition.site = "Nörd"
        #expect(try f.store.register(sited, by: "ben", now: Fixture.time(7)) == .updated)
        var all = scanned.acquisition
        all.site = "Nörd"
        #expect(try f.reopened().caseRecord(f.id).acquisition == all)
        #expect(try f.store.worklist().items.map(\.record.acquisition) == [all])
        let updates = try f.store.audit(after: 0, limit: 100).filter { $0.action == "case.updated" }.map(\.details)
        #expect(updates == ["{}", #"{"site":"Nörd"}"#])
        // A second reader's reading is of the same image.
        let reading = try f.store.beginReading(of: f.id, by: "ben", now: Fixture.time(8))
        #expect(try f.store.caseRecord(reading).acquisition == all)
        let other = CaseRecord(
            id: CaseID(rawValue: "1.2.840.77"), seriesUID: nil, source: "/b", contentDigest: "cc", geometry: f.geometry,
            minimumHU: 0, maximumHU: 1, structures: [], warnings: [], acquisition: all)
        try f.store.register(other, by: "ana", now: Fixture.time(9))
        #expect(try f.reopened().caseRecord(other.id) == other)
    }

    @Test(arguments: StoreKind.allCases)
    func refusesAnotherImageUnderTheSameID(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let other = Fixture.record(f.id.rawValue, digest: "bb", geometry: f.geometry)
        do {
            try f.store.register(other, by: "ana", now: Fixture.time(5))
            Issue.record("another image was taken")
        } catch {
            #expect("\(error)".contains("aa") && "\(error)".contains("bb") && "\(error)".contains(f.id.rawValue))
        }
        let grid = try GridGeometry(size: f.geometry.size, spacing: Spacing(x: 1, y: 1, z: 1))
        #expect(throws: CaseStoreError.self) {
            try f.store.register(
                Fixture.record(f.id.rawValue, geometry: grid), by: "ana", now: Fixture.time(5))
        }
        #expect(try f.store.caseRecord(f.id) == f.record)
    }

    @Test(arguments: StoreKind.allCases)
    func findsByIDOrUniquePrefix(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        for id in ["1.2.840.12", "sha256:beef01", "sha256:bead02"] {
            try f.store.register(Fixture.record(id, geometry: f.geometry), by: "ana", now: Fixture.time(2))
        }
        #expect(try f.store.findCase("1.2.840.1") == f.id)  // Exact, although another begins so.
        #expect(try f.store.findCase("1.2.840.12").rawValue == "1.2.840.12")
        #expect(try f.store.findCase("beef").rawValue == "sha256:beef01")
        #expect(try f.store.findCase("sha256:bea").rawValue == "sha256:bead02")
        #expect(throws: CaseStoreError.noSuchCase("7")) { try f.store.findCase("7") }
        #expect(throws: CaseStoreError.noSuchCase("%")) { try f.store.findCase("%") }
        #expect(throws: CaseStoreError.noSuchCase("(empty)")) { try f.store.findCase("") }
        #expect(
            throws: CaseStoreError.ambiguousCase(
                "be", matches: ["sha256:bead02", "sha256:beef01"].map(CaseID.init(rawValue:)))
        ) { try f.store.findCase("be") }
    }

    @Test(arguments: StoreKind.allCases)
    func worklistTellsWhereCasesStand(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        for n in 2...4 {
            try f.store.register(
                Fixture.record("1.2.840.\(n)", geometry: f.geometry), by: "ana", now: Fixture.time(2))
        }
        let second = CaseID(rawValue: "1.2.840.2")
        let lease = try f.lease("ana")
        var reviewer = try Reviewer(f, lease: lease)
        try reviewer.writeFive()
        var items = try f.store.worklist().items
        #expect(items.map(\.record.id.rawValue) == ["1.2.840.1", "1.2.840.2", "1.2.840.3", "1.2.840.4"])
        #expect(items.map(\.status) == [.inProgress, .new, .new, .new])
        #expect(items[0].structures == [.lungLeft, .lungRight, .heart])
        #expect(items[1].structures == [.lungRight] && items[1].model == nil && items[1].reviewer == nil)
        #expect(items[0].model == f.prediction.model && items[0].reviewer == "ana" && items[0].revision == nil)
        #expect(items[0].openSession == reviewer.session)
        #expect(items[0].touchedAt == Fixture.time(30))
        #expect(items[0].heldBy?.holder == "host/1" && items[0].heldBy?.expiresAt == Fixture.time(70))
        _ = try reviewer.file()
        try f.store.release(lease)
        items = try f.store.worklist().items
        #expect(items[0].status == .corrected && items[0].revision == 1 && items[0].heldBy == nil)
        #expect(items[0].touchedAt == Fixture.time(50))
        #expect(items[1].record.id == second && items[1].touchedAt == Fixture.time(2))
    }

    @Test(arguments: StoreKind.allCases)
    func refusesImpossibleTimes(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        for time in [Double.nan, .infinity, -1e12, 1e12] {
            #expect(throws: CaseStoreError.self) {
                try f.store.register(f.record, by: "ana", now: Date(timeIntervalSince1970: time))
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func unknownCasesAreNamed(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let id = CaseID(rawValue: "none")
        #expect(throws: CaseStoreError.noSuchCase("none")) { try f.store.caseRecord(id) }
        #expect(throws: CaseStoreError.noSuchCase("none")) {
            try f.store.save(f.prediction, for: id, by: "ana", now: Fixture.time(1))
        }
        #expect(throws: CaseStoreError.noSuchCase("none")) {
            try f.store.openForWriting(id, reviewer: "a", holder: "h", now: Fixture.time(1), duration: 60)
        }
    }
}
