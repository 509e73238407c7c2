import CaseStore
import Cases
import Foundation
import GRDB
import Volumes

/// One row of the corrections as it is stored, so that what is hashed is what is written.
struct CorrectionRow {
    let key: CorrectionKey
    let session: SessionID
    let prediction: PredictionID
    let status: CorrectionStatus
    let reason: String?
    let outcomes: String
    let slicesTouched: String
    let slicesSeen: String
    let activeSeconds: Double
    let reviewer: String
    let model: ModelName
    let filedAt: Int64
    let journalLength: Int
    let journalHash: String

    /// A draft as it will be stored.
    init(
        _ draft: CorrectionDraft, revision: Int, session: ReviewSession, model: ModelName, reviewer: String,
        filedAt: Int64, journalHash: String
    ) throws {
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

    init(_ row: Row) throws {
        key = CorrectionKey(caseID: CaseID(rawValue: try row.read("case_id")), revision: try row.read("revision"))
        session = SessionID(rawValue: try row.read("session_id"))
        prediction = PredictionID(rawValue: try row.read("prediction_id"))
        status = try row.readRaw("status")
        reason = try row.readOptional("reason")
        outcomes = try row.read("outcomes")
        slicesTouched = try row.read("slices_touched")
        slicesSeen = try row.read("slices_seen")
        activeSeconds = try row.read("active_seconds")
        reviewer = try row.read("reviewer")
        model = ModelName(rawValue: try row.read("model"))
        filedAt = try row.read("filed_at")
        journalLength = try row.read("journal_length")
        journalHash = try row.read("journal_hash")
    }

    /// Over every field and mask.
    func hash(_ masks: [(StructureName, [UInt8])]) -> String {
        Canonical.hash(
            [
                "pleura-correction-1", key.caseID.rawValue, String(key.revision), session.description,
                prediction.rawValue, status.rawValue, reason == nil ? "without" : "reason", reason ?? "", outcomes,
                slicesTouched, slicesSeen, String(activeSeconds.bitPattern, radix: 16), reviewer, model.rawValue,
                String(filedAt), String(journalLength), journalHash,
            ] + masks.map(\.0.rawValue), blobs: masks.map(\.1))
    }

    func insert(_ db: Database, hash: String) throws {
        try db.execute(
            sql: """
                INSERT INTO corrections (case_id, revision, session_id, prediction_id, status, reason, outcomes,
                    slices_touched, slices_seen, active_seconds, reviewer, model, filed_at, journal_length,
                    journal_hash, hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                key.caseID.rawValue, key.revision, session.rawValue, prediction.rawValue, status.rawValue, reason,
                outcomes, slicesTouched, slicesSeen, activeSeconds, reviewer, model.rawValue, filedAt,
                journalLength, journalHash, hash,
            ])
    }

    func summary(isSuperseded: Bool) throws -> CorrectionSummary {
        CorrectionSummary(
            key: key, status: status, reason: reason,
            outcomes: try StoredJSON.decode([StructureOutcome].self, outcomes, what: "outcomes"),
            slicesTouched: try StoredJSON.decode([Int].self, slicesTouched, what: "slices touched"),
            slicesSeen: try StoredJSON.decode([Int].self, slicesSeen, what: "slices seen"),
            activeSeconds: activeSeconds, reviewer: reviewer, model: model, prediction: prediction,
            filedAt: StoredTime.decode(filedAt), isSuperseded: isSuperseded)
    }
}
