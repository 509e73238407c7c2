import Archive
import ArgumentParser
import CaseStore
import CaseWork
import Cases
import Files
import Foundation
import Reports

/// Sends a case's corrected masks to a DICOM node.
struct PushCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push", abstract: "Send the corrected masks of a case to a PACS.",
        discussion: """
            The newest correction's, as an RTSTRUCT or a SEG that refers to the images it was drawn on. The same \
            correction is the same object each time: to push again after trouble makes no second one.
            """)

    @OptionGroup var target: NodeArgument
    @Argument(help: "The case id, or an unambiguous beginning of it.") var caseID: String
    @Option(help: "rtstruct or seg.") var format = "rtstruct"
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
        guard let form = ExportFormat(rawValue: format), [.rtstruct, .seg].contains(form) else {
            throw ProgramError("\(format) is not sent to a PACS; there are rtstruct and seg.")
        }
        guard form == .rtstruct || (!approve && simplify == nil) else {
            throw ProgramError("--approve and --simplify are for --format rtstruct.")
        }
        let archive = try target.archive()
        var notes = Notes()
        let export = try CorrectionExport.find(caseID, in: try home.store(), original: onto, notes: &notes)
        guard onto != nil || !Pseudonymised.holds(export.record, home: home.location) else {
            throw ProgramError(
                "Case \(export.record.id) was imported under a pseudonym, which the PACS does not know. Give the folder of "
                    + "the original series with --onto.")
        }
        let folder = DataFolder(try home.folder()).outgoing(getpid())
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("object.dcm")
        var details = export.details(approve: approve, simplify: simplify)
        details.madeAt = export.correction.filedAt
        try StructureFiles.write(
            try export.masks(), of: export.loaded, as: form, to: file.path, algorithm: nil, details: details,
            by: Program.conventions)
        let outcome = try ObjectPush(to: archive).run(file, patience: commit ? patience : nil)
        var report = PushReport(
            node: archive.name, caseID: export.record.id.rawValue, revision: export.key.revision,
            sopInstanceUID: outcome.sopInstanceUID, warnings: notes.sentences + outcome.remarks)
        if let answer = outcome.answer { report.commitment = answer.rawValue }
        if json {
            try Output.json(report)
        } else {
            print("\(report.sopInstanceUID)  stored at \(report.node)  commitment: \(report.commitment)")
        }
        for warning in report.warnings { Output.note("note: \(warning)") }
        if outcome.answer == .failed { throw ExitCode(ProgramError.Kind.failed.rawValue) }
    }
}
