import ArgumentParser
import CaseStore
import Foundation

/// The append-only log.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "The append-only log of everything that was done to cases.",
        subcommands: [AuditVerifyCommand.self, AuditShowCommand.self])
}

/// Checks that nothing in the log was changed or taken out.
struct AuditVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that nothing in the log was changed or taken out.")

    @OptionGroup var home: HomeOption

    func run() throws {
        switch try home.store().verifyAudit() {
        case .intact(let rows, let lastHash):
            print("intact: \(rows) rows")
            print("last hash \(lastHash)")
        case .broken(let sequence, let reason):
            throw ProgramError("The log is broken at row \(sequence): \(reason).", .failed)
        }
    }
}

/// Prints the log.
struct AuditShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Print the log, oldest first.")

    @Flag(help: "Print one JSON document.") var json = false
    @Option(help: "Only rows behind this number.") var after = 0
    @OptionGroup var home: HomeOption

    private struct Row: Encodable {
        let sequence: Int
        let at: Date
        let actor: String
        let action: String
        let subject: String
        let details: String
        let hash: String
    }

    func run() throws {
        let store = try home.store()
        var rows: [Row] = []
        var last = after
        while true {
            let page = try store.audit(after: last, limit: 1000)
            guard let end = page.last else { break }
            last = end.sequence
            rows += page.map {
                Row(
                    sequence: $0.sequence, at: $0.at, actor: $0.actor, action: $0.action, subject: $0.subject,
                    details: $0.details, hash: $0.hash)
            }
        }
        if json {
            try Output.json(["rows": rows])
        } else {
            for row in rows {
                print(
                    "\(row.sequence)  \(row.at.ISO8601Format())  \(row.actor)  \(row.action)  \(row.subject)  \(row.details)"
                )
            }
        }
    }
}
