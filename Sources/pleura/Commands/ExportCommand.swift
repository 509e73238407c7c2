import ArgumentParser
import CaseStore
import Cases
import Foundation

/// Writes a case's corrected masks.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the corrected masks of a case.",
        discussion: "The newest correction's. A rejected case has no masks to use and is refused.")

    @Argument(help: "The case id, or a beginning of it that no other case has.") var caseID: String
    @Option(help: "rtstruct or nifti.") var format: String
    @Option(name: .shortAndLong, help: "The file; for nifti also a folder.") var output: String
    @OptionGroup var home: HomeOption

    func run() throws {
        guard let form = ExportFormat(rawValue: format) else {
            throw ProgramError("\(format) is not a format; there are \(ExportFormat.list).")
        }
        let store = try home.store()
        let record = try store.caseRecord(try store.findCase(caseID))
        guard let key = try store.newestCorrection(of: record.id) else {
            throw ProgramError("Case \(record.id) has no filed review yet. Review and accept it first.")
        }
        let correction = try store.correction(key)
        guard correction.status != .rejected else {
            throw ProgramError("Case \(record.id) was rejected: \(correction.reason ?? "no reason given").")
        }
        switch try store.approval(of: key)?.verdict {
        case .requested:
            throw ProgramError(
                "Revision \(key.revision) of case \(record.id) waits for a second person's approval: "
                    + "somebody other than \(correction.reviewer) opens it and types :approve.")
        case .returned:
            throw ProgramError("Revision \(key.revision) of case \(record.id) was sent back to \(correction.reviewer).")
        case .approved, nil: break
        }
        let loaded = try LoadedCase.read(record.caseSource)
        guard loaded.record.contentDigest == record.contentDigest else {
            throw ProgramError("The image at \(record.source) is no longer the one that was reviewed.")
        }
        try StructureFiles.write(correction.masks, of: loaded, as: form, to: output, algorithm: nil)
        Output.note("revision \(key.revision) written to \(output)")
    }
}
