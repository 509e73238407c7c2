import Cases
import Foundation
import Volumes

/// What the reviewer files; case, reviewer, model, revision and time are the store's to add, so that they cannot be
/// mixed up.
public struct CorrectionDraft: Hashable, Sendable {
    /// How the review ended.
    public var status: CorrectionStatus
    /// Why, for a rejection; otherwise the reviewer's comment, if there is one.
    public var reason: String?
    /// The final masks: every structure of the session that has a voxel, each exactly as the journal leads to it.
    public var masks: [StructureName: Mask]
    /// What the review of each structure came to.
    public var outcomes: [StructureOutcome]
    /// The slices on which a voxel differs from the prediction, in order.
    public var slicesTouched: [Int]
    /// The slices that were on screen, in order.
    public var slicesSeen: [Int]
    /// Time with the case in seconds, finite and not negative.
    public var activeSeconds: Double
    /// Whether a second person has to approve it before it counts.
    public var needsApproval: Bool

    /// A draft from its parts.
    public init(
        status: CorrectionStatus, reason: String? = nil, masks: [StructureName: Mask], outcomes: [StructureOutcome],
        slicesTouched: [Int], slicesSeen: [Int], activeSeconds: Double, needsApproval: Bool = false
    ) {
        self.status = status
        self.reason = reason
        self.masks = masks
        self.outcomes = outcomes
        self.slicesTouched = slicesTouched
        self.slicesSeen = slicesSeen
        self.activeSeconds = activeSeconds
        self.needsApproval = needsApproval
    }
}

/// A correction without its masks, as lists show it.
public struct CorrectionSummary: Hashable, Sendable {
    /// Case and revision.
    public let key: CorrectionKey
    /// How the review ended.
    public let status: CorrectionStatus
    /// Why, for a rejection.
    public let reason: String?
    /// What the review of each structure came to.
    public let outcomes: [StructureOutcome]
    /// The slices on which a voxel of a structure that was proposed differs from the prediction.
    public let slicesTouched: [Int]
    /// The slices that were on screen.
    public let slicesSeen: [Int]
    /// Time with the case in seconds.
    public let activeSeconds: Double
    /// Who reviewed.
    public let reviewer: String
    /// Who had proposed the masks.
    public let model: ModelName
    /// The prediction that was reviewed.
    public let prediction: PredictionID
    /// When it was filed, to the millisecond.
    public let filedAt: Date
    /// Whether the case has a newer correction. Only one that is not superseded counts for training.
    public let isSuperseded: Bool

    /// A value from its parts, as a store reads it.
    package init(
        key: CorrectionKey, status: CorrectionStatus, reason: String?, outcomes: [StructureOutcome],
        slicesTouched: [Int], slicesSeen: [Int], activeSeconds: Double, reviewer: String, model: ModelName,
        prediction: PredictionID, filedAt: Date, isSuperseded: Bool
    ) {
        self.key = key
        self.status = status
        self.reason = reason
        self.outcomes = outcomes
        self.slicesTouched = slicesTouched
        self.slicesSeen = slicesSeen
        self.activeSeconds = activeSeconds
        self.reviewer = reviewer
        self.model = model
        self.prediction = prediction
        self.filedAt = filedAt
        self.isSuperseded = isSuperseded
    }
    /// Where its approval by a second person stands; `nil` where none is needed.
    public package(set) var approval: Approval?

    /// Whether the masks may be used and nothing that was proposed was changed; structures may have been added.
    public var isAsProposed: Bool { status != .rejected && slicesTouched.isEmpty }
}

/// The corrections: what can be read, and what cannot.
public struct CorrectionList: Hashable, Sendable {
    /// Newest first.
    public let corrections: [CorrectionSummary]
    /// Corrections whose record is damaged.
    public let damaged: [DamagedRecord]

    /// A value from its parts, as a store reads it.
    package init(corrections: [CorrectionSummary], damaged: [DamagedRecord]) {
        self.corrections = corrections
        self.damaged = damaged
    }
}
