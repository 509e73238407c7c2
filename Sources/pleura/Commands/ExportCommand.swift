import ArgumentParser
import CaseStore
import CaseWork
import Foundation
import Reports

/// Writes a case's corrected masks.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the corrected masks of a case.",
        discussion: """
            The newest correction's. A rejected case has no masks to use and is refused. What is odd about the image or \
            the masks, slices that were never looked at, empty structures and an unfinished review are told.
            """)

    @Argument(help: "The case id, an unambiguous beginning of it, or where its image is.") var caseID: String
    @Option(help: "rtstruct, seg, nifti, nrrd, seg.nrrd or sr, a DICOM report with measurements.") var format: String
    @Option(
        name: .shortAndLong, help: "The file; for nifti and nrrd also a folder; for sr x.dcm, with x.seg.dcm beside it."
    )
    var output: String
    @Flag(help: "Write an RTSTRUCT as approved by the reviewer of the correction; otherwise it is unapproved.")
    var approve = false
    @Option(help: "Simplify an RTSTRUCT's contours within so many mm; otherwise they follow the voxels' edges.")
    var simplify: Double?
    @Flag(
        help: ArgumentHelp(
            "Draw an RTSTRUCT's contours through the centres of the outermost voxels: for rt-utils only.",
            discussion: "All that fill contours at voxel centres then get a mask that is smaller all round."))
    var throughCentres = false
    @Option(help: "The folder of the original series of a pseudonymised case: the file is then the patient's own.")
    var onto: String?
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        guard let form = CorrectionForm(named: format) else {
            throw ProgramError("\(format) is not a format; there are \(CorrectionForm.list).")
        }
        guard form == .masks(.rtstruct) || (!approve && simplify == nil && !throughCentres) else {
            throw ProgramError("--approve, --simplify and --through-centres are for --format rtstruct.")
        }
        var notes = Notes()
        let export = try CorrectionExport.find(caseID, in: try home.store(), original: onto, notes: &notes)
        var details = export.details(approve: approve, simplify: simplify)
        details.runsThroughCentres = throughCentres
        let masks = try export.masks()
        let files = try export.write(as: form, to: output, details: details, by: Program.conventions)
        notes.tell()
        if json {
            try Output.json(
                ExportReport(
                    caseID: export.record.id.rawValue, revision: export.key.revision, files: files.map(\.path),
                    structures: masks.keys.sorted().map {
                        PredictReport.Structure(name: $0.rawValue, millilitres: masks[$0]?.millilitres ?? 0)
                    }, warnings: notes.sentences))
        } else {
            let places = form == .report ? files.map(\.relativePath).joined(separator: " and ") : output
            Output.note("revision \(export.key.revision) written to \(places)")
        }
    }
}
