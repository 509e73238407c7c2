import ArgumentParser
import CaseStore
import CaseWork
import Cases
import Foundation
import JobWork
import Reports
import Volumes

/// The fine-tuning queue.
struct QueueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "Corrections and fine-tuning jobs.",
        subcommands: [
            QueueListCommand.self, QueueAddCommand.self, QueueRunCommand.self, QueueShowCommand.self,
            QueueCancelCommand.self, QueueRetryCommand.self, QueueStatsCommand.self,
        ], defaultSubcommand: QueueListCommand.self)
}

/// Lists corrections and jobs.
struct QueueListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List corrections, newest first, and jobs.")

    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let report = try QueueReport(of: try home.store())
        for sentence in report.warnings { Output.note(sentence) }
        try Output.report(report, report.lines, asJSON: json)
    }
}

/// Queues a fine-tuning.
struct QueueAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Queue a fine-tuning job with the corrections that are in no job yet.",
        discussion: "--dry-run only says which corrections would go in, and why each other would not.")

    @Option(help: "The model to train on; otherwise the one in use.") var model: String?
    @Flag(help: "Change nothing.") var dryRun = false
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let report = try Self.add(model, isDry: dryRun, home: home)
        try Output.report(report, report.lines, asJSON: json)
        if report.isEmpty { throw ExitCode(ProgramError.Kind.input.rawValue) }
    }

    /// Queues a job, or says what it would be.
    static func add(_ model: String?, isDry: Bool, home: HomeOption) throws -> QueueAddReport {
        let (store, program) = (try home.store(), try Program.current())
        let added = try QueueSelection.add(
            model, isDry: isDry, in: try ModelOptions.catalogue(home, program), store: store, by: program.reviewer,
            now: Date())
        return QueueAddReport(added.selection, model: added.model, job: added.job, isDry: isDry)
    }
}

/// Queues a fine-tuning and works on it here.
struct QueueRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Queue what there is, and work on the queue here until it is empty.")

    @Option(help: "The model to train on; otherwise the one in use.") var model: String?
    @Option(help: "Threads of the processor; otherwise all.") var threads: Int?
    @Flag(help: "Run even if another worker is running on this machine.") var besideOthers = false
    @Flag(help: "Print the jobs as one JSON document at the end.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let added = try QueueAddCommand.add(model, isDry: false, home: home)
        if !json { Output.lines(added.lines) }
        let lock = besideOthers ? nil : try WorkerLock(for: try home.folder())
        defer { withExtendedLifetime(lock) {} }
        let stop = StopSignal()
        let store = try home.store()
        try Program.current().worker(
            store: store, home: try home.folder(), threads: threads, isStopped: { stop.isSet }
        ).run(once: true)
        let report = QueueReport(jobs: try store.jobs())
        try Output.report(report, report.lines, asJSON: json)
        if stop.isSet { throw ExitCode(1) }
    }
}

/// Shows a job.
struct QueueShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a job: progress, gate, replay and the end of its log.")

    @Argument(help: "The job's number.") var id: Int64
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let store = try home.store()
        let report = JobReport(
            try store.job(id), version: try store.models().last { $0.lineage.job == id },
            replayed: try store.replay(ofJob: id), log: JobFolder(home: home.location, job: id).logTail(20))
        try Output.report(report, report.lines, asJSON: json)
    }
}

/// Cancels a job.
struct QueueCancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancel a job; a running one is stopped by its worker within seconds.")

    @Argument(help: "The job's number.") var id: Int64
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let job = try home.store().cancelJob(id, by: try Program.current().reviewer, now: Date())
        if json { try Output.json(QueueReport.Run(job)) } else { print(job.line) }
    }
}

/// Queues a job again.
struct QueueRetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Queue a failed or cancelled job again.")

    @Argument(help: "The job's number.") var id: Int64
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let job = try home.store().retryJob(id, by: try Program.current().reviewer, now: Date())
        if json { try Output.json(QueueReport.Run(job)) } else { print(job.line) }
    }
}
