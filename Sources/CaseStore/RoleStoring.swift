import Cases
import Foundation
import Glibc

/// What a person may do. Each role may do what those before it may.
public enum PersonRole: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// Review cases, and queue corrections.
    case reader
    /// Approve others' corrections.
    case approver
    /// Put models in use and take them out of it, give roles.
    case admin

    /// By what they may do.
    public static func < (a: PersonRole, b: PersonRole) -> Bool { a.rank < b.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Roles of the operating system's accounts. The store asks the system in whose name its process runs, so that a
/// display name that somebody sets for himself changes nothing. As long as no role was given, everybody is admin; from
/// then on who has none is a reader. See ``CaseStoring`` for what holds for every operation.
///
/// Who may write to the store's file with other programs is beyond this; the log shows what was done to its rows.
public protocol RoleStoring: Sendable {
    /// Gives an account a role. The first role that is given must be an admin's, and one admin is always left.
    /// - Throws: ``CaseStoreError/notAllowed(account:action:needs:)``, ``CaseStoreError/invalid(what:reason:)``.
    func give(_ role: PersonRole, to account: String, by actor: String, now: Date) throws(CaseStoreError)

    /// The roles that were given, by account.
    func roles() throws(CaseStoreError) -> [String: PersonRole]

    /// The role of the account in whose name this process runs.
    func ownRole() throws(CaseStoreError) -> PersonRole
}
