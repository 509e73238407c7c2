import ArgumentParser
import CaseStore
import Foundation
import SQLiteStore

/// Who may do what.
struct RolesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roles", abstract: "Who may approve corrections and put models in use.",
        subcommands: [RolesListCommand.self, RolesGiveCommand.self], defaultSubcommand: RolesListCommand.self)
}

/// Lists the roles.
struct RolesListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the roles of accounts.")

    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    private struct Report: Encodable {
        let account: String
        let role: String
        let roles: [String: String]
    }

    func run() throws {
        let store = try home.store()
        let roles = try store.roles()
        let own = try store.ownRole()
        if json {
            try Output.json(
                Report(
                    account: SQLiteCaseStore.currentAccount, role: own.rawValue, roles: roles.mapValues(\.rawValue)))
            return
        }
        if roles.isEmpty { print("No role has been assigned yet, so everybody is admin.") }
        for (account, role) in roles.sorted(by: { $0.key < $1.key }) { print("\(role.rawValue)  \(account)") }
        print("You are \(SQLiteCaseStore.currentAccount): \(own.rawValue)")
    }
}

/// Gives a role.
struct RolesGiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "give", abstract: "Give an account of the operating system a role.",
        discussion: """
            reader: review and queue. approver: also approve others' corrections. admin: also put models in use, take \
            them out, give roles. The first role given must be an admin's; then who has none is a reader.
            """)

    @Argument(help: "The account's name.") var account: String
    @Argument(help: "reader, approver or admin.") var role: String
    @OptionGroup var home: HomeOption

    func run() throws {
        guard let role = PersonRole(rawValue: role) else {
            throw ProgramError("\(role) is not a role; there are reader, approver and admin.")
        }
        try home.store().give(role, to: account, by: try Program.current().reviewer, now: Date())
        print("\(account) is \(role.rawValue)")
    }
}
