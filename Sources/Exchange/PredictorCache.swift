import CaseWork
import Cases

/// Predictors whose networks are loaded, so that not every series loads its model anew.
package final class PredictorCache {
    private var known: [ModelName: CasePredictor] = [:]

    /// An empty cache.
    package init() {}

    /// The predictor of the same model that was used before, or this one.
    package func reuse(_ predictor: CasePredictor) -> CasePredictor {
        let name = predictor.choice.name
        // A file of somebody's own, without a version, may have another content by now.
        guard (name.version ?? 0) > 0 || !name.isModel, let earlier = known[name],
            earlier.choice.isNamed == predictor.choice.isNamed
        else {
            known[name] = predictor
            return predictor
        }
        return earlier
    }
}
