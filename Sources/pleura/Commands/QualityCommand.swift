import ArgumentParser
import Foundation
import Reports

/// How well proposals keep agreeing with what is approved.
struct QualityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quality", abstract: "Watch over time how well proposals agree with what people approve.",
        subcommands: [QualityShowCommand.self, QualityCheckCommand.self, QualitySimulateCommand.self],
        defaultSubcommand: QualityShowCommand.self)
}

/// Which corrections are charted, and how.
struct QualityOptions: ParsableArguments {
    @Option(help: "A chart for each structure (structure), model version (model), and reader, site, scanner and so on.")
    var by = QualityGrouping.model
    @Option(help: "How many of the first corrections of each chart are the baseline, 12 to 1000.") var baseline = 30
    @Flag(help: "Print one JSON document.") var json = false
    @Option(help: "Also draw the charts into this SVG file.") var svg: String?
    @Option(help: "Also write them as a page that needs no other file.") var html: String?
    @OptionGroup var home: HomeOption

    func validate() throws {
        guard (12...1000).contains(baseline) else {
            throw ValidationError("--baseline is 12 to 1000, not \(baseline).")
        }
    }

    /// The charts of the store's corrections; what cannot be read is told.
    func report() throws -> QualityReport {
        guard let store = try home.existingStore() else {
            throw ProgramError("\(home.location.path) holds no cases. Choose another folder with --home.")
        }
        let report = try QualityReport(of: store, by: by, baseline: baseline)
        for warning in report.warnings { Output.note("note: \(warning)") }
        if let svg { try Output.write(Data(report.svg.utf8), to: svg) }
        if let html { try Output.write(Data(try report.page(madeAt: Date()).utf8), to: html) }
        return report
    }
}

/// Shows the charts.
struct QualityShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show each chart: its baseline, its limits, and what is seen.",
        discussion: """
            Charts of the surface Dice of each proposal against the contours that were approved, in the order of their \
            filing. The first corrections are the baseline; every other is judged by Nelson's rules 1 to 4 and a \
            cumulative sum (docs/quality.md).
            """)

    @OptionGroup var options: QualityOptions

    func run() throws {
        let report = try options.report()
        if options.json { try Output.json(report) } else { Output.lines(report.lines) }
    }
}

/// Says whether anybody has to look.
struct QualityCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "End with status 1 while an alarm stands, for cron and its like.",
        discussion: """
            Alarms: a score below the lower limit, nine in a row below the baseline's median, and a cumulative sum of the \
            fall above 5; each stands while one of the chart's newest ten corrections shows it. Corrections that cannot be \
            read end it with 1 as well.
            """)

    @OptionGroup var options: QualityOptions

    func run() throws {
        let report = try options.report()
        if options.json { try Output.json(report) } else { Output.lines(report.alarms) }
        Output.note(report.summary)
        if report.hasAlarm || report.isIncomplete { throw ExitCode(ProgramError.Kind.failed.rawValue) }
    }
}

/// Writes what the rules do on rows of scores made by chance.
struct QualitySimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Tell how often the rules alarm for nothing, and how soon they find a fall.")

    @Option(help: "How many rows of scores.") var rows = 1000
    @Option(help: "Seed of all random choices.") var seed: UInt64 = 1
    @Option(help: "Write the tables into this file, between its two marks, instead of printing them.") var into: String?

    func run() throws {
        guard (1...100_000).contains(rows) else { throw ProgramError("--rows is 1…100000, not \(rows).") }
        let text = QualityReport.simulation(rows: rows, seed: seed)
        guard let into else { return print(text, terminator: "") }
        let marks = ("<!-- made by `pleura quality simulate` -->", "<!-- end -->")
        try Output.write(
            Data(try GenerateDocumentsCommand.text(of: into, between: marks, being: "\n\(text)\n").utf8), to: into)
    }
}

extension QualityGrouping: ExpressibleByArgument {}
