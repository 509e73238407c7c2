import ArgumentParser
import CaseStore
import Cases
import Foundation
import ImageFormats

/// Registers cases in the worklist.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Register cases in the worklist.",
        discussion: """
            PATH is a DICOM folder (every CT series in it becomes a case), a .nii, .nii.gz, .mha or .nrrd file, or a \
            folder of patients with ct.nii.gz each. The images stay where they are.
            """)

    @Argument(help: "Folders and files.") var paths: [String]
    @OptionGroup var repair: RepairOption
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let store = try home.store()
        let actor = try Program.current().reviewer
        var report = ImportReport()
        let repairs = try repair.repairs()
        for path in paths {
            for source in try CaseSource.find(path) {
                register(source.repairing(repairs), in: store, by: actor, &report)
            }
        }
        Output.endProgress()
        if json {
            try Output.json(report)
        } else {
            report.printForPeople()
        }
        if report.cases.isEmpty { throw ExitCode(ProgramError.Kind.input.rawValue) }
    }

    private func register(
        _ source: CaseSource, in store: any CaseStoring, by actor: String, _ report: inout ImportReport
    ) {
        do {
            for series in try Self.series(of: source, &report) {
                do {
                    let loaded = try LoadedCase.read(series) { done, all in
                        Output.progress("slice \(done) of \(all)")
                    }
                    try store.register(loaded.record, by: actor, now: Date())
                    report.add(loaded)
                } catch {
                    report.skip(series.seriesUID ?? series.url.path, ProgramError(error).description)
                }
            }
        } catch {
            report.skip(source.url.path, ProgramError(error).description)
        }
    }

    /// A folder's CT series, each a case of its own; other sources as they are.
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
        return found.map { CaseSource(url: source.url, seriesUID: $0.seriesUID, repairs: source.repairs) }
    }
}
