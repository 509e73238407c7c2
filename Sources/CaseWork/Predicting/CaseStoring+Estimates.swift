import CaseStore
import Cases
import Foundation

extension CaseStoring {
    /// Keeps a prediction and, where the model said how sure it is, what correcting it is expected to take: by that the
    /// worklist is ordered.
    package func saveEstimated(_ prediction: Prediction, for id: CaseID, by actor: String) throws -> PredictionID {
        let saved = try save(prediction, for: id, by: actor, now: Date())
        if let effort = ExpectedEffort(prediction) {
            let estimate = CaseEstimate(effortSeconds: effort.seconds, uncertainty: effort.uncertainty)
            try save(estimate, of: saved, for: id, now: Date())
        }
        return saved
    }
}
