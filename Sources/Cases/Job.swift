import Foundation

/// Where a fine-tuning run stands.
public enum JobState: String, Hashable, Sendable, Codable, CaseIterable {
    /// Waits for a worker.
    case queued
    /// A worker has taken it.
    case leased
    /// Weights are being trained.
    case training
    /// The candidate is measured on the hold-out patients.
    case evaluating
    /// The candidate became the promoted model.
    case promoted
    /// The candidate was not good enough, or waits for a person.
    case held
    /// It could not be finished.
    case failed
    /// A person stopped it.
    case cancelled
}

/// A fine-tuning run over a set of corrections.
public struct Job: Hashable, Sendable {
    /// The key, given by the store.
    public let id: Int64
    /// Where it stands.
    public let state: JobState
    /// The model it starts from.
    public let model: ModelName
    /// The corrections it trains on: case and revision.
    public let corrections: [CorrectionKey]
    /// From 0 to 1.
    public let progress: Double
    /// What came of it, for people.
    public let result: String?

    /// A job from its parts.
    public init(
        id: Int64, state: JobState, model: ModelName, corrections: [CorrectionKey], progress: Double,
        result: String?
    ) {
        self.id = id
        self.state = state
        self.model = model
        self.corrections = corrections
        self.progress = progress
        self.result = result
    }
}

/// Names one correction.
public struct CorrectionKey: Hashable, Sendable, Codable {
    /// The case.
    public let caseID: CaseID
    /// The revision.
    public let revision: Int

    /// A key from its parts.
    public init(caseID: CaseID, revision: Int) {
        self.caseID = caseID
        self.revision = revision
    }
}
