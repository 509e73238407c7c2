import Archive
import CaseStore
import CaseWork
import Dicom
import Foundation
import Reports
import Volumes

/// Pulls CT series of one study from an archive and registers them as cases.
package struct StudyPull {
    private let archive: any ImageArchive
    private let store: any CaseStoring
    private let identity: PatientIdentity
    private let actor: String
    private let folder: URL
    private let repairs: Set<CTRepair>

    /// A pull into a store.
    /// - Parameters:
    ///   - identity: says whose a case is.
    ///   - actor: who does it, for the log.
    ///   - folder: `pacs` in the data folder.
    ///   - repairs: what may be resampled where a series makes no regular volume.
    package init(
        from archive: any ImageArchive, into store: any CaseStoring, identity: PatientIdentity, by actor: String,
        folder: URL, repairs: Set<CTRepair>
    ) {
        self.archive = archive
        self.store = store
        self.identity = identity
        self.actor = actor
        self.folder = folder
        self.repairs = repairs
    }

    /// Pulls; a series that fails leaves the others as they are.
    /// - Parameters:
    ///   - only: one series, by its UID; `nil` for all of the study.
    ///   - progress: is told how many of how many images are there.
    /// - Returns: what came of each series, and the first failure.
    /// - Throws: where nothing can be pulled at all: ``ArchiveError``, ``WorkError``.
    package func run(
        _ query: ArchiveQuery, only: String?, progress: @escaping (Int, Int) -> Void
    ) throws -> (report: PullReport, failure: WorkError?) {
        let study = try Studies.only(query, at: archive).studyUID
        var report = PullReport(node: archive.name, studyUID: study)
        var failure: WorkError?
        for match in try Studies.ctSeries(of: study, only: only, at: archive) {
            var item = PullReport.Series(seriesUID: match.seriesUID)
            var outcome = SeriesPull.Outcome()
            do {
                let pull = SeriesPull(from: archive, studyUID: study, seriesUID: match.seriesUID, folder: folder)
                let whole = try pull.run(&outcome, progress: progress)
                for source in try CaseSource.volumes(of: match.seriesUID, in: whole, repairs: repairs) {
                    do {
                        let loaded = try LoadedCase.read(source).known(in: store)
                        item.add(try identity.register(loaded, by: actor))
                    } catch {
                        // Of several volumes the others are still cases.
                        let reason = WorkError(error)
                        item.fail(source.volume.map { "volume \($0): \(reason)" } ?? reason.description)
                        failure = failure ?? reason
                    }
                }
            } catch {
                let reason = WorkError(error)
                item.fail(reason.description)
                failure = failure ?? reason
            }
            item.add(instances: outcome.instances, received: outcome.received, present: outcome.present)
            report.series.append(item)
        }
        return (report, failure)
    }

    /// The studies that match, with their series; fetches nothing.
    package static func list(_ query: ArchiveQuery, at archive: any ImageArchive) throws -> StudyList {
        var list = StudyList(node: archive.name)
        for study in try Studies.matching(query, at: archive) {
            list.studies.append(
                StudyList.Study(
                    studyUID: study.studyUID, date: study.studyDate, description: study.studyDescription,
                    series: try Studies.series(of: study.studyUID, at: archive).map {
                        StudyList.Study.Series(
                            seriesUID: $0.seriesUID, modality: $0.modality, description: $0.seriesDescription,
                            instances: $0.instanceCount)
                    }))
        }
        return list
    }
}
