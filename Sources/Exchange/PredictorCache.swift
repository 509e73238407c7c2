import CaseWork
import Cases
import Foundation
import Models

/// Predictors whose networks are loaded, so that not every series loads its model anew.
package final class PredictorCache {
    /// All that makes one choice what it is.
    private struct Choice: Hashable {
        /// `nil` for the baseline.
        var model: ModelCatalogue.Entry?
        var isNamed: Bool
        var warning: String?
        /// A file that no registry vouches for may have another content by now.
        var size, seconds, nanoseconds: Int?

        init(_ choice: ModelChoice) {
            (isNamed, warning) = (choice.isNamed, choice.warning)
            guard case .model(let entry) = choice.kind else { return }
            model = entry
            var about = stat()
            guard stat(entry.url.path, &about) == 0 else { return }
            (size, seconds, nanoseconds) = (
                Int(about.st_size), about.st_mtim.tv_sec, about.st_mtim.tv_nsec
            )
        }
    }

    private var known: [ModelName: (choice: Choice, predictor: CasePredictor)] = [:]

    /// An empty cache.
    package init() {}

    /// The predictor of the same choice that was used before, or this one.
    package func reuse(_ predictor: CasePredictor) -> CasePredictor {
        let choice = Choice(predictor.choice)
        if let earlier = known[predictor.choice.name], earlier.choice == choice { return earlier.predictor }
        known[predictor.choice.name] = (choice, predictor)
        return predictor
    }
}
