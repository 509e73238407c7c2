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
}
