import CaseStore
import Cases
import Foundation
import TestSupport
import Testing

@Suite struct RoleTests {
    private let now = Date(timeIntervalSince1970: 1_700_000_000)

    /// Two people with accounts of their own on one store.
    private func stores(
        _ kind: StoreKind
    ) throws -> (ana: any CaseStoring, ben: any CaseStoring, folder: TemporaryFolder) {
        let base = try StoreUnderTest(kind, account: "ana")
        return (base.store, try base.reopened(account: "ben"), base.folder)
    }

    private func publish(_ bytes: String, _ store: any CaseStoring, _ folder: TemporaryFolder) throws -> ModelName {
        let file = folder.file("\(bytes).safetensors")
        try Data(bytes.utf8).write(to: file)
        let lineage = ModelLineage(parent: nil, recipeDigest: "r", seed: 1, dataDigest: "d", software: "s")
        return try store.publish(file, as: "lungs", lineage: lineage, evaluation: nil, by: "ana", now: now).name
    }

    private func refused(_ body: () throws -> Void) -> CaseStoreError? {
        do {
            try body()
            return nil
        } catch {
            return error as? CaseStoreError
        }
    }

    @Test(arguments: StoreKind.allCases)
    func withoutAnyRoleEverybodyIsAdmin(_ kind: StoreKind) throws {
        let (ana, ben, _) = try stores(kind)
        #expect(try ana.ownRole() == .admin)
        #expect(try ben.roles().isEmpty)
    }

    @Test(arguments: StoreKind.allCases)
    func theFirstRoleIsAnAdminsAndOneIsAlwaysLeft(_ kind: StoreKind) throws {
        let (ana, ben, _) = try stores(kind)
        #expect(throws: CaseStoreError.self) { try ana.give(.reader, to: "ben", by: "ana", now: now) }
        try ana.give(.admin, to: "ana", by: "ana", now: now)
        #expect(try ben.ownRole() == .reader)
        #expect(throws: CaseStoreError.self) { try ana.give(.reader, to: "ana", by: "ana", now: now) }
        try ana.give(.admin, to: "ben", by: "ana", now: now)
        try ben.give(.approver, to: "ana", by: "ben", now: now)
        #expect(try ana.roles() == ["ana": .approver, "ben": .admin])
        #expect(try ana.verifyAudit().isIntact)
        #expect(try ana.audit(after: 0, limit: 9).map(\.action) == ["role.given", "role.given", "role.given"])
    }

    @Test(arguments: StoreKind.allCases)
    func anAccountGivesItselfNothingWhateverItCallsItself(_ kind: StoreKind) throws {
        let (ana, ben, _) = try stores(kind)
        try ana.give(.admin, to: "ana", by: "ana", now: now)
        // The name on the screen is anybody's to set.
        let error = refused { try ben.give(.admin, to: "ben", by: "ana", now: now) }
        #expect(error == .notAllowed(account: "ben", action: "give roles", needs: .admin))
        #expect(try ben.ownRole() == .reader)
    }

    @Test(arguments: StoreKind.allCases)
    func onlyAnAdminPutsModelsInUse(_ kind: StoreKind) throws {
        let (ana, ben, folder) = try stores(kind)
        try ana.give(.admin, to: "ana", by: "ana", now: now)
        let first = try publish("one", ben, folder)
        let second = try publish("two", ben, folder)
        // The first version takes nobody's place.
        _ = try ben.promote(first, reason: "the installed model", by: "ben", now: now)
        let error = refused { _ = try ben.promote(second, reason: "mine", by: "ben", now: now) }
        #expect(error == .notAllowed(account: "ben", action: "put a model in use", needs: .admin))
        #expect(try ben.promotedModel(of: "lungs") == first)
        _ = try ana.promote(second, reason: "better", by: "ana", now: now)
        let back = refused { _ = try ben.rollback("lungs", reason: nil, by: "ben", now: now) }
        #expect(back == .notAllowed(account: "ben", action: "take a model out of use", needs: .admin))
        _ = try ana.rollback("lungs", reason: nil, by: "ana", now: now)
        #expect(try ben.promotedModel(of: "lungs") == first)
    }
}
