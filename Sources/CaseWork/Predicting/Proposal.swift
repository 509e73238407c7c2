import CaseStore
import Cases
import Foundation

extension CasePredictor {
    /// Proposes masks for a case that has no better ones.
    /// - Returns: what to know of the proposal.
    package func propose(
        for loaded: LoadedCase, in store: any CaseStoring, by actor: String,
        progress: @escaping @Sendable (Double, String) -> Void
    ) throws -> [String] {
        let id = loaded.record.id
        if let unfinished = try store.openSession(of: id) {
            let own = try store.prediction(unfinished.prediction).model
            if choice.isNamed, choice.name != own {
                return [UnfinishedReview.keeps(own, insteadOf: "those of \(choice.name)")]
            }
        }
        let isJudged = try store.newestCorrection(of: id) != nil || store.openSession(of: id) != nil
        if let known = try store.newestPrediction(for: id),
            case let prediction = try store.prediction(known), keeps(prediction.model, isJudged: isJudged)
        {
            return prediction.notes + prediction.warningsOfPlausibility
        }
        let outcome = try predict(loaded.volume, progress: progress)
        _ = try store.saveEstimated(outcome.prediction, for: id, by: actor)
        return outcome.warnings
    }
}
