import CaseStore
import Cases
import Foundation

extension CasePredictor {
    /// Proposes masks for a case that has no better ones.
    /// - Parameter structures: those that are kept of what the model predicts; empty for all.
    /// - Returns: what to know of the proposal.
    package func propose(
        for loaded: LoadedCase, in store: any CaseStoring, by actor: String, keeping structures: [StructureName] = [],
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
        var outcome = try predict(loaded.volume, progress: progress)
        if !structures.isEmpty { outcome.prediction = try outcome.prediction.keeping(structures) }
        _ = try store.saveEstimated(outcome.prediction, for: id, by: actor)
        return outcome.warnings
    }
}

extension Prediction {
    /// The same with fewer structures.
    /// - Throws: ``WorkError`` for one that was not predicted: masks that somebody relies on must not be missing without a
    ///   word.
    func keeping(_ structures: [StructureName]) throws(WorkError) -> Prediction {
        let missing = structures.filter { masks[$0] == nil }
        guard missing.isEmpty else {
            throw WorkError(
                "\(model) predicts no \(missing.map(\.rawValue).joined(separator: ", ")); it predicts "
                    + "\(masks.keys.sorted().map(\.rawValue).joined(separator: ", ")).")
        }
        let kept = masks.filter { structures.contains($0.key) }
        guard kept.count < masks.count else { return self }
        // The model's uncertainty is of all its structures together: of some of them nobody knows it.
        let names = kept.keys.sorted().map(\.rawValue).joined(separator: ", ")
        return Prediction(
            model: model, recipeDigest: recipeDigest, masks: kept, preprocessing: preprocessing,
            notes: notes + ["Of what \(model) predicts, only \(names) was asked for."], uncertainty: nil)
    }
}
