import ArgumentParser
import CaseStore
import CaseWork
import Foundation
import Reports
import Volumes

/// Reviews that were put aside.
struct SessionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "List reviews whose edits were discarded, and bring one back.",
        discussion: "Edits that were discarded to start over are put aside, never deleted.",
        subcommands: [SessionsListCommand.self, SessionsRestoreCommand.self],
        defaultSubcommand: SessionsListCommand.self)
}

/// Lists them.
struct SessionsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the reviews that were put aside, the newest of each case first.")

    @Argument(help: "A case id, its beginning, or where its image is; otherwise all cases.") var caseID: String?
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let store = try home.store()
        let cases = try caseID.map { [try store.findCase(named: $0)] } ?? store.worklist().items.map(\.record.id)
        let found = try cases.flatMap { try store.putAsideSessions(of: $0) }
        if json {
            try Output.json(SessionsReport(found))
            return
        }
        if found.isEmpty { print("No review was put aside.") }
        for put in found {
            print(put.line)
        }
    }
}

/// Brings one back.
struct SessionsRestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Make a review that was put aside the case's unfinished review.",
        discussion: "An unfinished review that the case has now is put aside in turn. The next review offers to resume."
    )

    @Argument(help: "The case's id, its beginning, or where its image is.") var caseID: String
    @Argument(help: "The number of the session, as listed.") var number: Int64
    @OptionGroup var home: HomeOption

    func run() throws {
        let reviewer = try Program.current().reviewer
        let store = try home.store()
        let id = try store.findCase(named: caseID)
        let restored = try RestoredSession(number, of: id, by: reviewer, in: store)
        print(
            "session \(number) is the unfinished review of \(id) now, as session \(restored.session) with "
                + "\(Plural.count(restored.steps, "step")). Open it: pleura review \(id)")
    }
}
