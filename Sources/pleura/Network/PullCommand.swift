import Archive
import ArgumentParser
import Exchange
import Files
import Foundation
import Reports

/// Fetches CT series from a DICOM node and registers them.
struct PullCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Fetch CT series from a PACS and register them as cases.",
        discussion: """
            Every CT series of one study, or the one of --series, is fetched into the data folder and registered when it \
            is there as a whole. A pull that broke off goes on where it was. --list only looks.
            """)

    @OptionGroup var target: NodeArgument
    @OptionGroup var search: StudySearch
    @Option(help: "Only this series, by its SeriesInstanceUID.") var series: String?
    @Flag(help: "List the studies that match and their series; fetch nothing.") var list = false
    @Flag(help: "Only check whether the node answers (C-ECHO).") var echo = false
    @Flag(help: "Have the node send to our AE title (C-MOVE) instead of fetching by C-GET.") var move = false
    @OptionGroup var repair: RepairOption
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let archive = try target.archive(moves: move)
        if echo {
            try archive.echo()
            if json { try Output.json(["node": archive.name, "echo": "answered"]) }
            Output.note("\(archive.name) answers.")
            return
        }
        if list { return try show(archive) }
        let (store, program) = (try home.store(), try Program.current())
        let pull = StudyPull(
            from: archive, into: store, identity: try program.identity(store: store, home: home),
            by: program.reviewer, folder: DataFolder(try home.folder()).pulled, repairs: try repair.repairs())
        let (report, failure) = try pull.run(search.query(), only: series) { Output.progress("image \($0) of \($1)") }
        Output.endProgress()
        if json {
            for note in report.notes { Output.note(note) }
            try Output.json(report)
        } else {
            Output.lines(report.lines)
        }
        for item in report.series { if let error = item.error { Output.note("pleura: \(error)") } }
        if let failure { throw ExitCode(ProgramError(failure).kind.rawValue) }
    }

    private func show(_ archive: any ImageArchive) throws {
        let list = try StudyPull.list(search.query(), at: archive)
        try Output.report(list, list.lines, asJSON: json)
    }
}
