@testable import CaseStore
import Cases
import Digests
import Foundation
import TestSupport
import Testing

@Suite struct HoldOutTests {
    private func hasher(_ f: Fixture) throws -> PatientHasher {
        try PatientHasher(keyFile: f.folder.file("patients.key"))
    }

    private func register(_ f: Fixture, _ id: String, digest: String) throws -> CaseID {
        try f.store.register(
            Fixture.record(id, digest: digest, geometry: f.geometry), by: "ana", now: Fixture.time(2))
        return CaseID(rawValue: id)
    }

    @Test func hashesAreHMAC() {
        // RFC 4231, test cases 1, 2 and 6.
        let long = [UInt8](repeating: 0xaa, count: 131)
        #expect(
            SHA256Digest.hmacHex(key: [UInt8](repeating: 0x0b, count: 20), message: "Hi There")
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            SHA256Digest.hmacHex(key: Array("Jefe".utf8), message: "what do ya want for nothing?")
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            SHA256Digest.hmacHex(key: long, message: "Test Using Larger Than Block-Size Key - Hash Key First")
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test(arguments: StoreKind.allCases)
    func aPatientKeepsItsRoleWhateverHappens(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let patient = try hasher(f).hash("hospital/4711")
        let role = try f.store.assignPatient(patient, to: f.id, holdOutShare: 1, by: "ana", now: Fixture.time(3))
        #expect(role == .holdOut)
        // Asked again with another share, another identity, after a new start, for another series of the patient.
        let other = try register(f, "1.2.840.2", digest: "bb")
        let store = try f.reopened()
        #expect(
            try store.assignPatient(patient, to: f.id, holdOutShare: 0, by: "ana", now: Fixture.time(4)) == .holdOut)
        #expect(
            try store.assignPatient(
                hasher(f).hash("someone else"), to: f.id, holdOutShare: 0, by: "ana", now: Fixture.time(5)) == .holdOut)
        #expect(
            try store.assignPatient(patient, to: other, holdOutShare: 0, by: "ana", now: Fixture.time(6)) == .holdOut)
        #expect(try store.role(of: other) == .holdOut)
        #expect(Set(try store.patients().values.map(\.key)).count == 1)
    }

    @Test(arguments: StoreKind.allCases)
    func theSameImageIsTheSamePatient(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let (a, b) = (try register(f, "a", digest: "same"), try register(f, "b", digest: "same"))
        let hasher = try hasher(f)
        #expect(
            try f.store.assignPatient(hasher.hash("x"), to: a, holdOutShare: 1, by: "ana", now: Fixture.time(3))
                == .holdOut)
        // Exported, renamed and imported again under another identity.
        #expect(
            try f.store.assignPatient(hasher.hash("y"), to: b, holdOutShare: 0, by: "ana", now: Fixture.time(4))
                == .holdOut)
    }

    @Test(arguments: StoreKind.allCases)
    func whoIsHeldOutIsNeverTrainedOn(_ kind: StoreKind) throws {
        let q = try QueueFixture(kind)
        let patient = try hasher(q.f).hash("p")
        try q.store.assignPatient(patient, to: q.f.id, holdOutShare: 1, by: "ana", now: Fixture.time(3))
        #expect(throws: CaseStoreError.self) { try q.queue() }
        #expect(try q.store.role(of: q.f.id) == .holdOut)
    }

    @Test(arguments: StoreKind.allCases)
    func anotherKeyIsRefusedRatherThanGivingSecondRoles(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        try f.store.assignPatient(
            hasher(f).hash("p"), to: f.id, holdOutShare: 0.2, by: "ana", now: Fixture.time(3))
        let other = try register(f, "1.2.840.2", digest: "bb")
        let lost = PatientHasher(key: [UInt8](repeating: 7, count: 32))
        #expect(throws: CaseStoreError.self) {
            try f.store.assignPatient(
                lost.hash("p"), to: other, holdOutShare: 0.2, by: "ana", now: Fixture.time(4))
        }
        #expect(try f.store.role(of: other) == nil)
    }

    @Test func theShareIsKept() throws {
        let hasher = PatientHasher(key: Array(0..<32))
        let held = (0..<4000).count { hasher.hash("patient \($0)").lot < 0.2 }
        // Binomial: 800 ± 4 deviations of 25.3.
        #expect((699...901).contains(held))
    }

    @Test func theKeyIsMadeOnceAndForItsOwnerAlone() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("patients.key")
        let first = try PatientHasher(keyFile: file)
        #expect(try PatientHasher(keyFile: file).hash("x") == first.hash("x"))
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["patients.key"])
        try Data([1, 2, 3]).write(to: file)
        #expect(throws: CaseStoreError.self) { try PatientHasher(keyFile: file) }
    }

    @Test(arguments: StoreKind.allCases)
    func aCaseAndItsPatientAreFiledTogetherOrNotAtAll(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let record = Fixture.record("1.2.840.7", digest: "cc", geometry: f.geometry)
        try f.store.assignPatient(
            hasher(f).hash("hospital/1"), to: f.id, holdOutShare: 0, by: "ana", now: Fixture.time(3))
        // A key that is not this store's refuses the patient, and with it the case.
        let foreign = try PatientHasher(keyFile: f.folder.file("other.key"))
        #expect(throws: CaseStoreError.self) {
            try f.store.register(
                record, of: foreign.hash("hospital/2"), holdOutShare: 0, by: "ana", now: Fixture.time(4))
        }
        #expect(throws: CaseStoreError.self) {
            try f.store.register(
                record, of: hasher(f).hash("hospital/2"), holdOutShare: 2, by: "ana", now: Fixture.time(4))
        }
        #expect(throws: CaseStoreError.noSuchCase("1.2.840.7")) { try f.store.caseRecord(record.id) }
        #expect(
            try f.store.register(
                record, of: hasher(f).hash("hospital/2"), holdOutShare: 1, by: "ana", now: Fixture.time(5)) == .added)
        #expect(try f.store.role(of: record.id) == .holdOut)
        #expect(
            try f.store.register(
                record, of: hasher(f).hash("hospital/2"), holdOutShare: 0, by: "ana", now: Fixture.time(6))
                == .unchanged)
        #expect(try f.store.role(of: record.id) == .holdOut)
    }
}
