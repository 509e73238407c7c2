import ArgumentParser
import CaseWork
import Cases
import Foundation
import Reports

/// Registers cases in the worklist.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Register cases in the worklist.",
        discussion: """
            PATH is a DICOM folder (every CT series in it becomes a case, and every phase or kernel of a series that \
            holds several), a .nii, .nii.gz, .mha or .nrrd file, a folder of patients with ct.nii.gz each, or a folder \
            of such files under any names, of which masks are left out. The images stay where they are.
            """)

    @Argument(help: "Folders and files.") var paths: [String]
    @Option(help: "What the place is called that the images come from, also for cases that have another site so far.")
    var site: String?
    @Flag(help: "Predict each case now, so that its review opens at once.") var predict = false
    @OptionGroup var models: ModelOptions
    @OptionGroup var repair: RepairOption
    @Option(
        help: ArgumentHelp(
            "Register copies under a pseudonym, made with the key in this file (created if it does not exist).",
            valueName: "key"))
    var pseudonymise: String?
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let program = try Program.current()
        let store = try home.store()
        let registrar = CaseImport(
            into: store, by: program.reviewer,
            identity: try program.identity(store: store, home: home),
            predictor: predict ? try models.predictor(home, program) : nil,
            pseudonyms: try pseudonymise.map { try Pseudonymised(keyFile: $0, home: home.folder()) },
            site: try site.map(Acquisition.site(typed:)))
        var report = ImportReport()
        let repairs = try repair.repairs()
        for path in paths {
            let (sources, masks) = try CaseSource.search(path)
            for mask in masks { report.skip(mask.path, "a mask (few whole numbers, or 0 to 1), no CT") }
            for source in sources {
                registrar.register(source.repairing(repairs), progress: Output.progress) { report.add($0) }
            }
        }
        Output.endProgress()
        if json {
            for note in report.notes { Output.note(note) }
            try Output.json(report)
        } else {
            Output.lines(report.lines)
            for note in report.skippedNotes { Output.note(note) }
        }
        if report.isEmpty { throw ExitCode(ProgramError.Kind.input.rawValue) }
    }
}
