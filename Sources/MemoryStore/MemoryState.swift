import CaseStore
import Cases
import Foundation
import Volumes

/// Everything a store holds. A value, so that an operation that fails leaves the one of before. Times are milliseconds
/// since 1970, as they are in a file.
struct MemoryState: Sendable {
    struct Case: Sendable {
        var record: CaseRecord
        var touchedAt: Int64
        var patient: String?
        var assignee: String?
        var deferral: Mark?
        var flag: Mark?
        /// Predictions as they were proposed; the last is the newest.
        var proposals: [PredictionID] = []
        var estimates: [PredictionID: CaseEstimate] = [:]
        /// What was added to its structures, and how they are listed.
        var structureListing: StructureListing?
        /// Where its corrections go by themselves.
        var deliveryRoute: DeliveryRoute?
        /// The case that this one is a reading of, and who reads.
        var reading: (caseID: CaseID, reader: String, at: Int64)?
    }

    struct Mark: Sendable {
        var comment: String
        var actor: String
        var at: Int64

        var value: CaseMark { CaseMark(comment: comment, actor: actor, at: StoredTime.decode(at)) }
    }

    struct Lease: Sendable {
        var generation: Int64
        var reviewer: String
        var holder: String?
        var term: LeaseTerm
    }

    struct Session: Sendable {
        var caseID: CaseID
        var prediction: PredictionID
        var startsFrom: Int?
        var reviewer: String
        var begunAt: Int64
        var status = SessionStatus.open
        var touchedAt: Int64
        var steps: [(step: JournalStep, hash: String)] = []
        var state: SessionState?

        var lastHash: String { steps.last?.hash ?? "" }
    }

    struct Correction: Sendable {
        var record: CorrectionRecord
        var masks: [StructureName: Mask]
        var hash: String
        var approval: Approval?
    }

    struct QueuedJob: Sendable {
        var state = JobState.queued
        var model: ModelName
        var corrections: [CorrectionKey]
        var progress = 0.0
        var result: String?
        var attempts = 0
        var notBefore: Int64?
        var holder: String?
        var cancelRequestedBy: String?
        var telemetry: JobTelemetry?
        var queuedAt: Int64
        var changedAt: Int64
        var generation: Int64 = 0
        var term = LeaseTerm(renewedAt: 0, duration: 0, expiresAt: 0)
        var replay: ReplayReport?
    }

    /// In the order of their registration.
    var caseOrder: [CaseID] = []
    var cases: [CaseID: Case] = [:]
    var leases: [CaseID: Lease] = [:]
    var predictions: [PredictionID: (caseID: CaseID, prediction: Prediction)] = [:]
    /// Session `n` is at `n - 1`.
    var sessions: [Session] = []
    /// In the order of their filing.
    var corrections: [Correction] = []
    /// Job `n` is at `n - 1`.
    var jobs: [QueuedJob] = []
    var models: [ModelVersion] = []
    /// Those that were tried last at the end.
    var deliveries: [Delivery] = []
    var promotions: [Promotion] = []
    /// Roles of patients by hash.
    var patients: [String: PatientRole] = [:]
    var patientKeyFingerprint: String?
    var roles: [String: PersonRole] = [:]
    var log: [AuditEntry] = []
    var logHead = AuditHead.empty

    /// Adds a row to the log.
    mutating func log(
        _ at: Int64, _ actor: String, _ action: AuditAction, _ subject: AuditSubject, _ details: [String: String] = [:]
    ) throws(CaseStoreError) {
        let entry = try logHead.next(at: at, actor: actor, action: action, subject: subject, details: details)
        log.append(entry)
        logHead = AuditHead(length: entry.sequence, hash: entry.hash)
    }

    func requireCase(_ id: CaseID) throws(CaseStoreError) -> Case {
        guard let found = cases[id] else { throw .noSuchCase(id.rawValue) }
        return found
    }

    /// A case that no list shows is a second reader's.
    func isReading(_ id: CaseID) -> Bool { cases[id]?.reading != nil }

    mutating func touch(_ id: CaseID, _ at: Int64) { cases[id]?.touchedAt = at }

    func role(of id: CaseID) -> PatientRole? { cases[id]?.patient.flatMap { patients[$0] } }
}
