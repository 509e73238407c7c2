import Cases
import Foundation
import Volumes

/// A correction without its masks as it is stored, so that what is hashed is what is written.
package struct CorrectionRecord: Sendable {
    package let key: CorrectionKey
    package let session: SessionID
    package let prediction: PredictionID
    package let status: CorrectionStatus
    package let reason: String?
    package let outcomes: String
    package let slicesTouched: String
    package let slicesSeen: String
    package let activeSeconds: Double
    package let reviewer: String
    package let model: ModelName
    package let filedAt: Int64
    package let journalLength: Int
    package let journalHash: String

    /// A draft as it will be stored.
    package init(
        _ draft: CorrectionDraft, revision: Int, session: ReviewSession, model: ModelName, reviewer: String,
        filedAt: Int64, journalHash: String
    ) throws(CaseStoreError) {
        key = CorrectionKey(caseID: session.caseID, revision: revision)
        self.session = session.id
        prediction = session.prediction
        status = draft.status
        reason = draft.reason
        outcomes = try StoredJSON.encode(draft.outcomes, what: "outcomes")
        slicesTouched = try StoredJSON.encode(draft.slicesTouched, what: "slices")
        slicesSeen = try StoredJSON.encode(draft.slicesSeen, what: "slices")
        activeSeconds = draft.activeSeconds
        self.reviewer = reviewer
        self.model = model
        self.filedAt = filedAt
        journalLength = session.journalLength
        self.journalHash = journalHash
    }

    /// A record from its parts, as a store reads it.
    package init(
        key: CorrectionKey, session: SessionID, prediction: PredictionID, status: CorrectionStatus, reason: String?,
        outcomes: String, slicesTouched: String, slicesSeen: String, activeSeconds: Double, reviewer: String,
        model: ModelName, filedAt: Int64, journalLength: Int, journalHash: String
    ) {
        self.key = key
        self.session = session
        self.prediction = prediction
        self.status = status
        self.reason = reason
        self.outcomes = outcomes
        self.slicesTouched = slicesTouched
        self.slicesSeen = slicesSeen
        self.activeSeconds = activeSeconds
        self.reviewer = reviewer
        self.model = model
        self.filedAt = filedAt
        self.journalLength = journalLength
        self.journalHash = journalHash
    }

    /// Over every field and mask.
    package func hash(_ masks: [(StructureName, [UInt8])]) -> String {
        Canonical.hash(
            [
                "pleura-correction-1", key.caseID.rawValue, String(key.revision), session.description,
                prediction.rawValue, status.rawValue, reason == nil ? "without" : "reason", reason ?? "", outcomes,
                slicesTouched, slicesSeen, String(activeSeconds.bitPattern, radix: 16), reviewer, model.rawValue,
                String(filedAt), String(journalLength), journalHash,
            ] + masks.map(\.0.rawValue), blobs: masks.map(\.1))
    }

    /// The record as lists show it, still without its approval.
    package func summary(isSuperseded: Bool) throws(CaseStoreError) -> CorrectionSummary {
        CorrectionSummary(
            key: key, status: status, reason: reason,
            outcomes: try StoredJSON.decode([StructureOutcome].self, outcomes, what: "outcomes"),
            slicesTouched: try StoredJSON.decode([Int].self, slicesTouched, what: "slices touched"),
            slicesSeen: try StoredJSON.decode([Int].self, slicesSeen, what: "slices seen"),
            activeSeconds: activeSeconds, reviewer: reviewer, model: model, prediction: prediction,
            filedAt: StoredTime.decode(filedAt), isSuperseded: isSuperseded)
    }
}

extension CorrectionKey {
    /// The correction as the log and errors name it.
    package var subject: String { AuditSubject.correction(self).text }
}

extension CorrectionSummary {
    /// The whole correction.
    package func with(_ masks: [StructureName: Mask]) -> Correction {
        Correction(
            caseID: key.caseID, revision: key.revision, status: status, reason: reason, masks: masks,
            outcomes: outcomes, slicesTouched: slicesTouched, slicesSeen: slicesSeen, activeSeconds: activeSeconds,
            reviewer: reviewer, model: model, filedAt: filedAt)
    }
}
