import ArgumentParser
import CaseStore
import CaseWork
import Foundation
import Reports
import Volumes

/// The append-only log.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "The append-only log of everything that was done to cases.",
        subcommands: [AuditVerifyCommand.self, AuditShowCommand.self])
}

/// Checks that nothing in the log was changed or taken out.
struct AuditVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that nothing in the log was changed or removed.")

    @OptionGroup var home: HomeOption

    func run() throws {
        switch try home.store().verifyAudit() {
        case .intact(let rows, let lastHash):
            print("intact: \(Plural.count(rows, "row"))")
            print("last hash \(lastHash)")
        case .broken(let sequence, let reason):
            throw ProgramError("The log is broken at row \(sequence): \(reason).", .failed)
        }
    }
}

/// Prints the log, or the story of a case.
struct AuditShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the log, oldest first, or the story of a case.",
        discussion: "With CASE: what was done to it, by whom and when, with the jobs and models it went into.")

    @Argument(help: "A case id, the beginning of one, or where its image is.") var caseID: String?
    @Flag(help: "Print one JSON document.") var json = false
    @Option(help: "Only rows after this number.") var after = 0
    @OptionGroup var home: HomeOption

    func run() throws {
        let store = try home.store()
        let rows = try AuditStory.rows(of: store, after: after)
        guard let caseID else {
            if json {
                try Output.json(["rows": rows])
            } else {
                for row in rows { print(row.line) }
            }
            return
        }
        let story = try AuditStory(of: try store.findCase(named: caseID), rows, store)
        try Output.report(story, story.lines, asJSON: json)
    }
}
