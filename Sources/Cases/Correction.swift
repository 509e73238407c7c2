import Foundation
import Volumes

/// How a finished review ended.
public enum CorrectionStatus: String, Hashable, Sendable, Codable {
    /// The prediction was right as it stood.
    case accepted
    /// The prediction was changed and the result accepted.
    case corrected
    /// Neither prediction nor result may be used; the reason is kept.
    case rejected
}

/// What the review of one structure came to.
public struct StructureOutcome: Hashable, Sendable, Codable {
    /// The structure.
    public let name: StructureName
    /// Surface Dice of the final mask against the prediction at ``tolerance``; `nil` where both are empty, and where nothing
    /// was predicted of the structure.
    public let surfaceDiceAgainstPrediction: Double?
    /// The tolerance of that surface Dice, mm.
    public let tolerance: Millimetres
    /// Added path length: contour that had to be drawn anew, mm.
    public let addedPathLength: Millimetres

    /// An outcome from its parts.
    public init(
        name: StructureName, surfaceDiceAgainstPrediction: Double?, tolerance: Millimetres,
        addedPathLength: Millimetres
    ) {
        self.name = name
        self.surfaceDiceAgainstPrediction = surfaceDiceAgainstPrediction
        self.tolerance = tolerance
        self.addedPathLength = addedPathLength
    }

    /// The contour that a proposal lacked; `nil` where nothing was proposed of the structure, so that its whole contour says
    /// nothing against who proposed the others, and where neither side has any.
    public var pathAgainstPrediction: Millimetres? { surfaceDiceAgainstPrediction == nil ? nil : addedPathLength }
}

/// The finished review of one case. Immutable once filed; reopening the case makes a new revision.
public struct Correction: Hashable, Sendable {
    /// The case.
    public let caseID: CaseID
    /// Counts the reviews of one case from 1. The store gives it.
    public let revision: Int
    /// How the review ended.
    public let status: CorrectionStatus
    /// Why, for a rejection.
    public let reason: String?
    /// The final masks, all on the case's grid.
    public let masks: [StructureName: Mask]
    /// What the review of each structure came to, in the structures' order.
    public let outcomes: [StructureOutcome]
    /// The slices on which a voxel of a structure that was proposed differs from the prediction, in order.
    public let slicesTouched: [Int]
    /// The slices that were on screen, in order.
    public let slicesSeen: [Int]
    /// Time with the case in seconds, pauses left out.
    public let activeSeconds: Double
    /// Who reviewed.
    public let reviewer: String
    /// Who had proposed the masks.
    public let model: ModelName
    /// When it was filed.
    public let filedAt: Date

    /// A correction from its parts.
    public init(
        caseID: CaseID, revision: Int, status: CorrectionStatus, reason: String?,
        masks: [StructureName: Mask], outcomes: [StructureOutcome], slicesTouched: [Int], slicesSeen: [Int],
        activeSeconds: Double, reviewer: String, model: ModelName, filedAt: Date
    ) {
        self.caseID = caseID
        self.revision = revision
        self.status = status
        self.reason = reason
        self.masks = masks
        self.outcomes = outcomes
        self.slicesTouched = slicesTouched
        self.slicesSeen = slicesSeen
        self.activeSeconds = activeSeconds
        self.reviewer = reviewer
        self.model = model
        self.filedAt = filedAt
    }

    /// Whether the masks may be used and nothing that was proposed was changed. Structures may have been added: the status is
    /// then ``CorrectionStatus/corrected``.
    public var isAsProposed: Bool { status != .rejected && slicesTouched.isEmpty }
}
