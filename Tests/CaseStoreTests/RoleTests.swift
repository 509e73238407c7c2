import Cases
import Foundation
import TestSupport
import Testing

@testable import CaseStore
@testable import SQLiteStore

@Suite struct RoleTests {
    private let now = Date(timeIntervalSince1970: 1_700_000_000)

    /// Two people with accounts of their own on one store.
    private func stores() throws -> (ana: SQLiteCaseStore, ben: SQLiteCaseStore, folder: TemporaryFolder) {
        let folder = try TemporaryFolder()
        func open(_ account: String) throws -> SQLiteCaseStore {
            try SQLiteCaseStore(
                url: folder.file("pleura.sqlite"), migrator: Schema.migrator, account: account, prepare: { _ in })
        }
        return (try open("ana"), try open("ben"), folder)
    }

    private func publish(_ bytes: String, _ store: SQLiteCaseStore, _ folder: TemporaryFolder) throws -> ModelName {
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

    @Test func withoutAnyRoleEverybodyIsAdmin() throws {
        let (ana, ben, _) = try stores()
        #expect(try ana.ownRole() == .admin)
        #expect(try ben.roles().isEmpty)
    }

    @Test func theFirstRoleIsAnAdminsAndOneIsAlwaysLeft() throws {
        let (ana, ben, _) = try stores()
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

    @Test func anAccountGivesItselfNothingWhateverItCallsItself() throws {
        let (ana, ben, _) = try stores()
        try ana.give(.admin, to: "ana", by: "ana", now: now)
        // The name on the screen is anybody's to set.
        let error = refused { try ben.give(.admin, to: "ben", by: "ana", now: now) }
        #expect(error == .notAllowed(account: "ben", action: "give roles", needs: .admin))
        #expect(try ben.ownRole() == .reader)
    }

    @Test func onlyAnAdminPutsModelsInUse() throws {
        let (ana, ben, folder) = try stores()
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

    @Test func rolesAreNeverChangedInTheDatabase() throws {
        let (ana, _, _) = try stores()
        try ana.give(.admin, to: "ana", by: "ana", now: now)
        for statement in [
            "UPDATE roles SET role = 'reader'", "DELETE FROM roles",
            "INSERT OR REPLACE INTO roles (sequence, account, role, actor, at) VALUES (1, 'ben', 'admin', 'x', 0)",
        ] {
            #expect(throws: (any Error).self, "\(statement)") {
                try ana.write("try") { db in try db.execute(sql: statement) }
            }
        }
    }
}
