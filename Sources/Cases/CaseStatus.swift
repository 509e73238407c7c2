/// Where a case stands in the worklist.
public enum CaseStatus: String, Hashable, Sendable, Codable, CaseIterable {
    /// Never reviewed.
    case new
    /// A review was begun and not finished.
    case inProgress = "in-progress"
    /// The newest review accepted the prediction unchanged.
    case accepted
    /// The newest review corrected the prediction.
    case corrected
    /// The newest review rejected the case.
    case rejected
    /// Put off until somebody takes it up again.
    case deferred
    /// Reviewed, and waits for a second person's approval.
    case awaiting = "awaiting-approval"
    /// A second person did not approve and sent it back to its author.
    case returned
}
