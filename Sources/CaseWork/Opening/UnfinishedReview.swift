import Cases

/// What is said where another prediction is asked for and an unfinished review has its own.
package enum UnfinishedReview {
    /// Whose masks the review goes on with, and how to begin with the others.
    /// - Parameters:
    ///   - model: whose masks are under review.
    ///   - others: what was asked for.
    package static func keeps(_ model: ModelName, insteadOf others: String) -> String {
        let own = model == .loaded ? "the masks that were loaded from a file" : "the masks of \(model)"
        return "An unfinished review of this case keeps \(own), not \(others). To start with \(others), file or "
            + "discard that review first, then ask again."
    }
}
