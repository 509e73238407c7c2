import ArgumentParser
import CaseStore
import CaseWork
import Cases
import Dicom
import Foundation
import ImageValues
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
        let store = try home.store()
        let program = try Program.current()
        let actor = program.reviewer
        let folder = try home.folder()
        let identity = PatientIdentity(store: store, home: folder, holdOutShare: program.settings.holdOutShare)
        let predictor = predict ? try models.predictor(home, program) : nil
        let pseudonyms = try pseudonymise.map { try Pseudonymised(keyFile: $0, home: folder) }
        var report = ImportReport()
        let repairs = try repair.repairs()
        for path in paths {
            let (sources, masks) = try CaseSource.search(path)
            for mask in masks { report.skip(mask.path, "a mask (few whole numbers, or 0 to 1), no CT") }
            for source in sources {
                register(source.repairing(repairs), as: pseudonyms, in: store, by: actor, identity, predictor, &report)
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

    private func register(
        _ source: CaseSource, as pseudonyms: Pseudonymised?, in store: any CaseStoring, by actor: String,
        _ identity: PatientIdentity, _ predictor: CasePredictor?, _ report: inout ImportReport
    ) {
        do {
            for series in try Self.series(of: source, &report) {
                do {
                    let read = try LoadedCase.read(series) { done, all in
                        Output.progress("slice \(done) of \(all)")
                    }
                    let loaded = try pseudonyms.map { try $0.copy(of: read) } ?? read.known(in: store)
                    try identity.register(loaded, by: actor)
                    report.add(loaded)
                    if let predictor {
                        report.warnLast(
                            of: try predictor.propose(for: loaded, in: store, by: actor) { share, step in
                                Output.progress("\(step) \(Int(share * 100)) %")
                            })
                    }
                } catch {
                    let place = series.seriesUID ?? series.url.path
                    report.skip(
                        series.volume.map { "\(place) (volume \($0))" } ?? place, ProgramError(error).description)
                }
            }
        } catch {
            report.skip(source.url.path, ProgramError(error).description)
        }
    }

    /// A folder's CT volumes, each a case of its own; other sources as they are.
    private static func series(
        of source: CaseSource, _ report: inout ImportReport
    ) throws(ImageFormatsError) -> [CaseSource] {
        guard source.isFolder else { return [source] }
        let scan = try DicomFolder.scan(source.url, repairs: source.repairs)
        for file in scan.skipped { report.skip(file.path, file.reason) }
        for series in scan.series where series.modality != "CT" {
            report.skip(source.url.path, "series \(series.seriesUID) is of modality \(series.modality), not CT")
        }
        let found = scan.series.filter { $0.modality == "CT" }
        guard !found.isEmpty else {
            throw ImageFormatsError(
                .notAnImage, "no CT series was found", files: [source.url.path],
                mend: "Give the folder that holds the DICOM slices, or the image file itself.")
        }
        return found.map {
            CaseSource(url: source.url, seriesUID: $0.seriesUID, volume: $0.volume, repairs: source.repairs)
        }
    }
}
