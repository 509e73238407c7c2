import CaseStore
import Cases
import Dicom
import Foundation
import ImageValues

/// Registers the cases that are found at a path, one by one: what cannot be taken leaves the others as they are.
package struct CaseImport {
    /// What became of one thing that was found.
    package enum Outcome {
        /// It is a case now.
        case registered(LoadedCase)
        /// What there is to know of the case that was registered last: its prediction's remarks.
        case warned([String])
        /// It was left out, and why.
        case skipped(path: String, reason: String)
    }

    private let store: any CaseStoring
    private let actor: String
    private let identity: PatientIdentity
    private let predictor: CasePredictor?
    private let pseudonyms: Pseudonymised?
    private let site: String?

    /// An import into a store.
    /// - Parameters:
    ///   - actor: who does it, for the log.
    ///   - identity: says whose a case is.
    ///   - predictor: predicts each case at once; `nil` to leave that to its review.
    ///   - pseudonyms: registers copies under a pseudonym instead of the images themselves.
    ///   - site: where the images come from, also of cases that have another site so far; `nil` if nobody says.
    package init(
        into store: any CaseStoring, by actor: String, identity: PatientIdentity, predictor: CasePredictor?,
        pseudonyms: Pseudonymised?, site: String? = nil
    ) {
        self.store = store
        self.actor = actor
        self.identity = identity
        self.predictor = predictor
        self.pseudonyms = pseudonyms
        self.site = site
    }

    /// Registers what a source holds: every CT volume of a folder, or the file.
    /// - Parameters:
    ///   - progress: is told how far reading and predicting are.
    ///   - report: is told of every outcome, in order.
    package func register(
        _ source: CaseSource, progress: @escaping @Sendable (String) -> Void, report: (Outcome) -> Void
    ) {
        do {
            for series in try Self.series(of: source, report) {
                do {
                    let read = try LoadedCase.read(series) { done, all in progress("slice \(done) of \(all)") }
                    let loaded = try pseudonyms.map { try $0.copy(of: read) } ?? read.known(in: store)
                    let known = loaded.made(by: loaded.record.acquisition.updated(by: Acquisition(site: site)))
                    report(.registered(try identity.register(known, by: actor)))
                    if let predictor {
                        report(
                            .warned(
                                try predictor.propose(for: loaded, in: store, by: actor) { share, step in
                                    progress("\(step) \(Int(share * 100)) %")
                                }))
                    }
                } catch {
                    let place = series.seriesUID ?? series.url.path
                    report(
                        .skipped(
                            path: series.volume.map { "\(place) (volume \($0))" } ?? place,
                            reason: WorkError(error).description))
                }
            }
        } catch {
            report(.skipped(path: source.url.path, reason: WorkError(error).description))
        }
    }

    /// A folder's CT volumes, each a case of its own; other sources as they are.
    private static func series(
        of source: CaseSource, _ report: (Outcome) -> Void
    ) throws(ImageFormatsError) -> [CaseSource] {
        guard source.isFolder else { return [source] }
        let scan = try DicomFolder.scan(source.url, repairs: source.repairs)
        for file in scan.skipped { report(.skipped(path: file.path, reason: file.reason)) }
        for series in scan.series where series.modality != "CT" {
            report(
                .skipped(
                    path: source.url.path,
                    reason: "series \(series.seriesUID) is of modality \(series.modality), not CT"))
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
