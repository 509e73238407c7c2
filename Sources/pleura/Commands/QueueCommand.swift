import ArgumentParser
import CaseStore
import Foundation

/// The fine-tuning queue.
struct QueueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "Corrections and fine-tuning jobs.",
        subcommands: [QueueListCommand.self], defaultSubcommand: QueueListCommand.self)
}

/// Lists corrections and jobs.
struct QueueListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List corrections, newest first, and jobs.")

    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let store = try home.store()
        let list = try store.corrections()
        let jobs = try store.jobs()
        for damaged in list.damaged { Output.note("damaged: \(damaged.what): \(damaged.reason)") }
        if json {
            try Output.json(
                QueueReport(
                    corrections: list.corrections.map(QueueReport.Item.init), jobs: jobs.map(QueueReport.Run.init)))
            return
        }
        if list.corrections.isEmpty { print("No corrections yet.") }
        for correction in list.corrections {
            let scores = correction.outcomes.map { outcome in
                let score = outcome.surfaceDiceAgainstPrediction.map { String(format: "%.3f", $0) } ?? "n/a"
                return "\(outcome.name) \(score)"
            }.joined(separator: "  ")
            let note = correction.isSuperseded ? "  (superseded)" : ""
            print(
                "\(correction.key.caseID)  r\(correction.key.revision)  \(correction.status.rawValue)  \(scores)  "
                    + "\(correction.slicesTouched.count) slices  \(correction.reviewer)\(note)")
        }
        for job in jobs {
            print(
                "job \(job.id)  \(job.state.rawValue)  \(job.model)  \(Int(job.progress * 100)) %  \(job.result ?? "")")
        }
    }
}
