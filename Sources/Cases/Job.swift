import Foundation

/// Where a fine-tuning job stands.
public enum JobState: String, Hashable, Sendable, Codable, CaseIterable {
    /// Waits for a worker.
    case queued
    /// A worker has taken it and prepares.
    case leased
    /// The model is being trained.
    case training
    /// The candidate is compared with the incumbent on the hold-out.
    case evaluating
    /// The candidate is better and in use.
    case promoted
    /// The candidate is not in use: the gate kept it back.
    case held
    /// The job could not be finished.
    case failed
    /// The job was taken back.
    case cancelled
}

/// A fine-tuning run over a set of corrections.
public struct Job: Hashable, Sendable {
    /// Number in the store.
    public let id: Int64
    /// Where it stands.
    public let state: JobState
    /// The model it starts from.
    public let model: ModelName
    /// The corrections it trains on, by case and revision.
    public let corrections: [CorrectionKey]
    /// How far it is, 0…1.
    public let progress: Double
    /// How it ended, or why it waits again, in a sentence.
    public let result: String?
    /// How often a worker has taken it.
    public let attempts: Int
    /// When it may be taken again after a failure; `nil` for at once.
    public let notBefore: Date?
    /// The process that works on it.
    public let holder: String?
    /// Who asked for it to be cancelled while it runs.
    public let cancelRequestedBy: String?
    /// What the worker last told of it.
    public let telemetry: JobTelemetry?
    /// When it was queued.
    public let queuedAt: Date
    /// When anything last changed.
    public let changedAt: Date

    /// A job from its parts.
    public init(
        id: Int64, state: JobState, model: ModelName, corrections: [CorrectionKey], progress: Double,
        result: String?, attempts: Int, notBefore: Date?, holder: String?, cancelRequestedBy: String?,
        telemetry: JobTelemetry?, queuedAt: Date, changedAt: Date
    ) {
        self.id = id
        self.state = state
        self.model = model
        self.corrections = corrections
        self.progress = progress
        self.result = result
        self.attempts = attempts
        self.notBefore = notBefore
        self.holder = holder
        self.cancelRequestedBy = cancelRequestedBy
        self.telemetry = telemetry
        self.queuedAt = queuedAt
        self.changedAt = changedAt
    }
}

/// What a worker tells of a job while it works on it.
public struct JobTelemetry: Hashable, Sendable, Codable {
    /// The epoch, from 1; 0 before the first.
    public var epoch: Int
    /// How many epochs there will be at most.
    public var epochs: Int
    /// The step within the epoch, from 1.
    public var step: Int
    /// Steps of an epoch.
    public var steps: Int
    /// The mean loss of each finished epoch, oldest first.
    public var losses: [Double]
    /// What is left, in seconds, where it can be told.
    public var secondsLeft: Double?
    /// The median surface Dice on the hold-out after the newest epoch, where it was measured.
    public var holdOutSurfaceDice: Double?
    /// What is done now, in a few words.
    public var activity: String

    /// Telemetry from its parts.
    public init(
        epoch: Int = 0, epochs: Int = 0, step: Int = 0, steps: Int = 0, losses: [Double] = [],
        secondsLeft: Double? = nil, holdOutSurfaceDice: Double? = nil, activity: String
    ) {
        self.epoch = epoch
        self.epochs = epochs
        self.step = step
        self.steps = steps
        self.losses = losses
        self.secondsLeft = secondsLeft
        self.holdOutSurfaceDice = holdOutSurfaceDice
        self.activity = activity
    }
}

/// Names one correction.
public struct CorrectionKey: Hashable, Sendable, Codable {
    /// The case.
    public let caseID: CaseID
    /// Counts the corrections of the case, from 1.
    public let revision: Int

    /// A key from its parts.
    public init(caseID: CaseID, revision: Int) {
        self.caseID = caseID
        self.revision = revision
    }
}
