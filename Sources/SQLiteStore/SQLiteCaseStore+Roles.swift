import CaseStore
import Cases
import Foundation
import GRDB

/// The change of the schema that keeps roles.
extension Schema {
    static let roles = """
        CREATE TABLE roles (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            account TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN ('reader', 'approver', 'admin')),
            actor TEXT NOT NULL,
            at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX roles_of_account ON roles(account, sequence);
        CREATE TRIGGER roles_only_grow BEFORE INSERT ON roles
        WHEN EXISTS (SELECT 1 FROM roles WHERE sequence = NEW.sequence)
        BEGIN SELECT RAISE(ABORT, 'roles never change'); END;
        """

    /// Tables of ``roles`` whose rows are only ever added.
    static let rolesImmutable = [("roles", "roles")]
}

extension SQLiteCaseStore {
    /// See ``RoleStoring/give(_:to:by:now:)``.
    public func give(
        _ role: PersonRole, to account: String, by actor: String, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try RoleRules.require(account: account)
        try write("give a role") { db in
            try require(.admin, to: "give roles", db)
            _ = try RoleRules.roles(Self.roles(db), giving: role, to: account)
            try db.execute(
                sql: "INSERT INTO roles (account, role, actor, at) VALUES (?, ?, ?, ?)",
                arguments: [account, role.rawValue, actor, at])
            try Self.log(
                db, at, actor, .roleGiven, .account(account), ["role": role.rawValue, "account": self.account])
        }
    }

    /// See ``RoleStoring/roles()``.
    public func roles() throws(CaseStoreError) -> [String: PersonRole] {
        try read("list the roles") { db in try Self.roles(db) }
    }

    /// See ``RoleStoring/ownRole()``.
    public func ownRole() throws(CaseStoreError) -> PersonRole {
        try read("find a role") { db in RoleRules.role(of: account, in: try Self.roles(db)) }
    }

    /// Call in the transaction of what needs the role.
    func require(_ role: PersonRole, to action: String, _ db: Database) throws {
        try RoleRules.require(role, to: action, account: account, in: Self.roles(db))
    }

    private static func roles(_ db: Database) throws -> [String: PersonRole] {
        var roles: [String: PersonRole] = [:]
        for row in try Row.fetchAll(db, sql: "SELECT account, role FROM roles ORDER BY sequence") {
            roles[try row.read("account")] = try row.readRaw("role")
        }
        return roles
    }
}

extension SQLiteCaseStore {
    /// The account in whose name this process runs.
    public static var currentAccount: String {
        if let entry = getpwuid(geteuid()) { return String(cString: entry.pointee.pw_name) }
        return "uid\(geteuid())"
    }
}
