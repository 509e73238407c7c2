import CaseStore
import Cases
import Digests
import Foundation
import TestSupport
import Testing

@Suite struct ModelTests {
    private func lineage(parent: String? = nil) -> ModelLineage {
        ModelLineage(
            parent: parent.map(ModelName.init(rawValue:)), recipeDigest: "r", seed: UInt64.max, dataDigest: "d",
            software: "pleura test")
    }

    private func publish(
        _ f: Fixture, _ content: String, evaluation: GateReport? = nil, at seconds: Double = 10
    ) throws -> ModelVersion {
        let file = f.folder.file("candidate.safetensors")
        try Data(content.utf8).write(to: file)
        return try f.store.publish(
            file, as: "lungs", lineage: lineage(), evaluation: evaluation, by: "ana", now: Fixture.time(seconds))
    }

    private static let held = GateReport(
        passes: false, reasons: ["Lung_L may be worse"], holdOut: [], corrected: [], margin: 0.005, confidence: 0.95)

    @Test(arguments: StoreKind.allCases)
    func versionsCountUpAndKeepTheirContent(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let (a, b) = (try publish(f, "one"), try publish(f, "two", evaluation: Self.held))
        #expect(a.name.rawValue == "lungs@1" && b.name.rawValue == "lungs@2")
        #expect(a.digest == SHA256Digest.hex(of: "one") && a.byteCount == 3)
        #expect(try f.store.models() == [a, b])
        #expect(try f.store.model(b.name).evaluation == Self.held)
        #expect(try Data(contentsOf: f.store.file(of: a)) == Data("one".utf8))
        // The same content again is the same version.
        #expect(try publish(f, "one", at: 99) == a)
        #expect(throws: CaseStoreError.noSuchModel("lungs@3")) {
            try f.store.model(ModelName(base: "lungs", version: 3))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aChangedFileIsNoticedAndMendedByPublishingAgain(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let model = try publish(f, "weights")
        let file = try f.store.file(of: model)
        try Data("weightz".utf8).write(to: file)
        #expect(throws: CaseStoreError.self) { try f.store.file(of: model) }
        try FileManager.default.removeItem(at: file)
        #expect(throws: CaseStoreError.self) { try f.store.file(of: model) }
        #expect(try publish(f, "weights") == model)
        #expect(try f.store.file(of: model) == file)
    }

    @Test(arguments: StoreKind.allCases)
    func oneVersionIsInUseAndOneStepGoesBack(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let names = try ["a", "b", "c"].map { try publish(f, $0).name }
        #expect(throws: CaseStoreError.noSuchModel("lungs")) {
            try f.store.rollback("lungs", reason: nil, by: "ana", now: Fixture.time(20))
        }
        for (i, name) in names.enumerated() {
            _ = try f.store.promote(name, reason: nil, by: "ana", now: Fixture.time(20 + Double(i)))
        }
        #expect(try f.store.promotedModel(of: "lungs") == names[2])
        #expect(try f.store.model(ModelName(rawValue: "lungs")).name == names[2])
        let back = try f.store.rollback("lungs", reason: "worse", by: "ben", now: Fixture.time(30))
        #expect(back.model == names[1] && back.before == names[2] && back.kind == .rollback && back.actor == "ben")
        #expect(try f.store.rollback("lungs", reason: nil, by: "ben", now: Fixture.time(31)).model == names[0])
        #expect(throws: CaseStoreError.self) {
            try f.store.rollback("lungs", reason: nil, by: "ben", now: Fixture.time(32))
        }
        #expect(try f.store.promotedModel(of: "lungs") == names[0])
        #expect(try f.store.promotions().map(\.model) == names + [names[1], names[0]])
        #expect(try f.store.verifyAudit().isIntact)
    }

    @Test(arguments: StoreKind.allCases)
    func whatTheGateKeptBackNeedsAReason(_ kind: StoreKind) throws {
        let f = try Fixture(kind)
        let held = try publish(f, "held", evaluation: Self.held)
        for reason in [nil, "", "  "] {
            #expect(throws: CaseStoreError.self) {
                try f.store.promote(held.name, reason: reason, by: "ana", now: Fixture.time(20))
            }
        }
        let promotion = try f.store.promote(
            held.name, reason: "one outlier, looked at by hand", by: "ana", now: Fixture.time(21))
        #expect(promotion.kind == .person)
        let logged = try f.store.audit(after: 0, limit: 100).filter { $0.action == "model.promoted" }
        #expect(logged.count == 1 && logged[0].details.contains("looked at by hand") && logged[0].actor == "ana")
    }

    @Test(arguments: StoreKind.allCases)
    func aJobEndsTogetherWithItsPromotion(_ kind: StoreKind) throws {
        let q = try QueueFixture(kind)
        _ = try q.queue()
        let candidate = try publish(q.f, "candidate")
        let lease = try #require(try q.take())
        func conclude() throws {
            try q.store.conclude(
                lease, candidate: candidate.name, isPromoted: true, result: "better", now: Fixture.time(70))
        }
        // Not before it was evaluated, and then nothing of it.
        #expect(throws: CaseStoreError.self) { try conclude() }
        #expect(try q.store.promotedModel(of: "lungs") == nil)
        try q.store.move(lease, to: .training, progress: 0, result: nil, now: Fixture.time(62))
        try q.store.move(lease, to: .evaluating, progress: 0, result: nil, now: Fixture.time(63))
        try conclude()
        #expect(try q.store.promotedModel(of: "lungs") == candidate.name)
        #expect(try q.store.jobs().map(\.state) == [.promoted])
        #expect(throws: CaseStoreError.self) { try conclude() }
        #expect(try q.store.promotions().count == 1)
    }
}
