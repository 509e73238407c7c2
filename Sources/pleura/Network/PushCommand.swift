import Archive
import ArgumentParser
import CaseWork
import Exchange
import Files
import Foundation
import Reports

/// Sends a case's corrected masks to a DICOM node.
struct PushCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push", abstract: "Send the corrected masks of a case to a PACS.",
        discussion: """
            The newest correction's, as an RTSTRUCT or a SEG that refers to the images it was drawn on, or as a report \
            with the SEG it refers to. The same correction is the same object each time: to push again after trouble makes no second one.
            """)

    @OptionGroup var target: NodeArgument
    @Argument(help: "The case id, or an unambiguous beginning of it.") var caseID: String
    @Option(help: "rtstruct, seg or sr.") var format = "rtstruct"
    @Flag(help: "Mark the RTSTRUCT as approved by the reviewer of the correction; otherwise it is unapproved.")
    var approve = false
    @Option(help: "Simplify the RTSTRUCT's contours within so many mm.") var simplify: Double?
    @Flag(
        help:
            "Ask the node to confirm that it has stored what it was sent (storage commitment), and wait for its report."
    )
    var commit = false
    @Option(help: "How long to wait for the report, seconds.") var patience = 60
    @Option(help: "The folder of the original series of a pseudonymised case.") var onto: String?
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        guard let form = CorrectionForm(named: format), [.masks(.rtstruct), .masks(.seg), .report].contains(form) else {
            throw ProgramError("\(format) is not sent to a PACS; there are rtstruct, seg and sr.")
        }
        guard form == .masks(.rtstruct) || (!approve && simplify == nil) else {
            throw ProgramError("--approve and --simplify are for --format rtstruct.")
        }
        let archive = try target.archive()
        var options = CorrectionPush.Options(form: form)
        (options.approve, options.simplify, options.onto) = (approve, simplify, onto)
        if commit { options.patience = patience }
        let (report, isUncommitted) = try CorrectionPush(
            to: archive, from: try home.store(), data: DataFolder(try home.folder()), conventions: Program.conventions
        ).run(caseID, options)
        if json {
            try Output.json(report)
        } else {
            print("\(report.sopInstanceUID)  stored at \(report.node)  commitment: \(report.commitment)")
        }
        for warning in report.warnings { Output.note("note: \(warning)") }
        if isUncommitted { throw ExitCode(ProgramError.Kind.failed.rawValue) }
    }
}
