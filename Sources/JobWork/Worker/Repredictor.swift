import CaseStore
import CaseWork
import Cases
import Foundation
import Models
import Networks
import Segmentation

/// Predicts cases anew once a better model is in use, one at a time, so that it can be cut off anywhere: what is still
/// to do follows from the store alone.
package struct Repredictor {
    let store: any CaseStoring
    let home: URL
    let catalogue: ModelCatalogue
    let networks: any NetworkMaking
    let log: JobLog

    /// What predicts a data folder's cases anew, by networks of this make.
    package init(
        store: any CaseStoring, home: URL, catalogue: ModelCatalogue, networks: any NetworkMaking, log: JobLog
    ) {
        self.store = store
        self.home = home
        self.catalogue = catalogue
        self.networks = networks
        self.log = log
    }

    /// The cases whose newest prediction another version of the model in use, or the baseline, made, and that nobody
    /// has reviewed, begun or opened; those expected to take most work first. What was loaded from a file stays.
    static func due(_ items: [WorklistItem], model: ModelName, now: Date) -> [WorklistItem] {
        items.filter { item in
            guard item.status == .new, item.openSession == nil, item.revision == nil, let by = item.model else {
                return false
            }
            if let held = item.heldBy, held.expiresAt > now { return false }
            return by != model && (by.base == model.base || by == .baseline)
        }.sorted {
            ($0.estimate?.effortSeconds ?? 0, $0.estimate?.uncertainty ?? 0, $1.record.id.rawValue)
                > ($1.estimate?.effortSeconds ?? 0, $1.estimate?.uncertainty ?? 0, $0.record.id.rawValue)
        }
    }

    /// Predicts all that are due.
    /// - Returns: how many were predicted. A case whose image cannot be read is left as it is.
    package func run(isStopped: @escaping @Sendable () -> Bool) throws -> Int {
        guard let entry = catalogue.preferred(), entry.digest != nil else { return 0 }
        let predictor = CasePredictor(
            ModelChoice(kind: .model(entry), isNamed: true), networks: networks, options: PredictionOptions())
        var (done, failed): (Int, Set<CaseID>) = (0, [])
        while !isStopped() {
            // Asked again each time: somebody may have begun the next one meanwhile.
            let next = Self.due(try store.worklist().items, model: entry.header.name, now: Date())
                .first { !failed.contains($0.record.id) }
            guard let next else { break }
            do {
                let loaded = try LoadedCase.read(next.record.caseSource)
                guard loaded.record.contentDigest == next.record.contentDigest else {
                    throw WorkError("the image is another")
                }
                let outcome = try predictor.predict(loaded.volume, isCancelled: isStopped)
                let made = outcome.prediction
                let isStill = try store.worklist().items.first { $0.record.id == next.record.id }
                guard let isStill, !Self.due([isStill], model: entry.header.name, now: Date()).isEmpty else { continue }
                _ = try store.saveEstimated(made, for: next.record.id, by: "worker")
                log.say("Predicted case \(next.record.id) again with \(entry.header.name).")
                for note in loaded.record.warnings + outcome.warnings { log.say("Case \(next.record.id): \(note)") }
                done += 1
            } catch is CancellationError {
                break
            } catch let error as EngineError {
                throw error
            } catch {
                failed.insert(next.record.id)
                // The reason may hold a path, and a path a name; logs may not.
                log.say(
                    "Case \(next.record.id) could not be predicted again; its old prediction stays. Open it to see why."
                )
            }
        }
        return done
    }
}
