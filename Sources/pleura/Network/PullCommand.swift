import Archive
import ArgumentParser
import CaseStore
import CaseWork
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
    @OptionGroup var repair: RepairOption
    @Flag(help: "Print one JSON document.") var json = false
    @OptionGroup var home: HomeOption

    func run() throws {
        let archive = try target.archive()
        if echo {
            try archive.echo()
            if json { try Output.json(["node": archive.name, "echo": "answered"]) }
            Output.note("\(archive.name) answers.")
            return
        }
        if list { return try show(archive) }
        let store = try home.store()
        let actor = try Program.current().reviewer
        let repairs = try repair.repairs()
        let study = try Studies.only(search.query(), at: archive).studyUID
        let folder = DataFolder(try home.folder()).pulled
        let identity = PatientIdentity(
            store: store, home: try home.folder(), holdOutShare: try Program.current().settings.holdOutShare)
        var report = PullReport(node: archive.name, studyUID: study)
        var failure: ProgramError?
        for match in try Studies.ctSeries(of: study, only: series, at: archive) {
            var item = PullReport.Series(seriesUID: match.seriesUID)
            var outcome = SeriesPull.Outcome()
            do {
                let pull = SeriesPull(from: archive, studyUID: study, seriesUID: match.seriesUID, folder: folder)
                let whole = try pull.run(&outcome) { Output.progress("image \($0) of \($1)") }
                for source in try CaseSource.volumes(of: match.seriesUID, in: whole, repairs: repairs) {
                    do {
                        let loaded = try LoadedCase.read(source).known(in: store)
                        try identity.register(loaded, by: actor)
                        item.add(loaded)
                    } catch {
                        // Of several volumes the others are still cases.
                        let reason = ProgramError(error)
                        item.fail(source.volume.map { "volume \($0): \(reason)" } ?? reason.description)
                        failure = failure ?? reason
                    }
                }
            } catch {
                let reason = ProgramError(error)
                item.fail(reason.description)
                failure = failure ?? reason
            }
            item.add(instances: outcome.instances, received: outcome.received, present: outcome.present)
            report.series.append(item)
        }
        Output.endProgress()
        if json {
            for note in report.notes { Output.note(note) }
            try Output.json(report)
        } else {
            Output.lines(report.lines)
        }
        for item in report.series { if let error = item.error { Output.note("pleura: \(error)") } }
        if let failure { throw ExitCode(failure.kind.rawValue) }
    }

    private func show(_ archive: any ImageArchive) throws {
        var list = StudyList(node: archive.name)
        for study in try Studies.matching(search.query(), at: archive) {
            list.studies.append(
                StudyList.Study(
                    studyUID: study.studyUID, date: study.studyDate, description: study.studyDescription,
                    series: try Studies.series(of: study.studyUID, at: archive).map {
                        StudyList.Study.Series(
                            seriesUID: $0.seriesUID, modality: $0.modality, description: $0.seriesDescription,
                            instances: $0.instanceCount)
                    }))
        }
        if json { return try Output.json(list) }
        Output.lines(list.lines)
    }
}
