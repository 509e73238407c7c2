import Cases
import Foundation

/// The right to write to one case, held by one process at a time.
///
/// Every write names its lease, and the store checks in the write's own transaction that the lease is still the
/// case's newest. So a lease that someone else took over can never write again, whatever the clocks say. Time
/// decides only when a lease may be taken over: once it was not renewed for ``duration``. A lease that ran out but
/// was not taken over still writes, so that a laptop that slept loses nothing.
public struct CaseLease: Hashable, Sendable {
    /// The case.
    public let caseID: CaseID
    /// Who reviews.
    public let reviewer: String
    /// The process that holds it, e.g. host, pid and a UUID.
    public let holder: String
    /// Counts the grants of this case's lease.
    public let generation: Int64
    /// How long it lasts without renewal, in seconds.
    public let duration: TimeInterval
    /// When it may be taken over.
    public let expiresAt: Date

    /// A value from its parts, as a store reads it.
    package init(
        caseID: CaseID, reviewer: String, holder: String, generation: Int64, duration: TimeInterval, expiresAt: Date
    ) {
        self.caseID = caseID
        self.reviewer = reviewer
        self.holder = holder
        self.generation = generation
        self.duration = duration
        self.expiresAt = expiresAt
    }
}

/// What became of a registration.
public enum RegistrationOutcome: Hashable, Sendable {
    /// The case is new.
    case added
    /// The case was known; where it is or what came with it changed.
    case updated
    /// The case was known as it is.
    case unchanged
}

/// One line of the worklist.
public struct WorklistItem: Hashable, Sendable {
    /// The case.
    public let record: CaseRecord
    /// Where it stands.
    public let status: CaseStatus
    /// The newest correction's revision; `nil` if there is none.
    public let revision: Int?
    /// Who filed the newest correction or, for a review in progress, began it.
    public let reviewer: String?
    /// Who holds the case; the lease may have run out, see its date.
    public let heldBy: HeldCase?
    /// When anything last happened to the case.
    public let touchedAt: Date
    /// The structures of the newest prediction, or those that came with the image if there is none.
    public let structures: [StructureName]
    /// Who made the newest prediction.
    public let model: ModelName?
    /// The unfinished review.
    public let openSession: SessionID?
    /// Who is to review it, if it was given to somebody.
    public let assignee: String?
    /// Why and by whom it was put off, if it is.
    public let deferral: CaseMark?
    /// The flag that stands on it.
    public let flag: CaseMark?
    /// Where the approval of its newest correction stands; `nil` where none is needed.
    public let approval: Approval?
    /// What is expected of a review of its newest prediction, if that was estimated.
    public let estimate: CaseEstimate?
    /// Time of the newest correction, seconds.
    public let activeSeconds: Double?

    /// A value from its parts, as a store reads it.
    package init(
        record: CaseRecord, status: CaseStatus, revision: Int?, reviewer: String?, heldBy: HeldCase?, touchedAt: Date,
        structures: [StructureName], model: ModelName?, openSession: SessionID?, assignee: String?, deferral: CaseMark?,
        flag: CaseMark?, approval: Approval?, estimate: CaseEstimate?, activeSeconds: Double?
    ) {
        self.record = record
        self.status = status
        self.revision = revision
        self.reviewer = reviewer
        self.heldBy = heldBy
        self.touchedAt = touchedAt
        self.structures = structures
        self.model = model
        self.openSession = openSession
        self.assignee = assignee
        self.deferral = deferral
        self.flag = flag
        self.approval = approval
        self.estimate = estimate
        self.activeSeconds = activeSeconds
    }
}

/// Who has a case open for writing.
public struct HeldCase: Hashable, Sendable {
    /// Who reviews.
    public let reviewer: String
    /// The process.
    public let holder: String
    /// When it may be taken over.
    public let expiresAt: Date

    /// A value from its parts, as a store reads it.
    package init(reviewer: String, holder: String, expiresAt: Date) {
        self.reviewer = reviewer
        self.holder = holder
        self.expiresAt = expiresAt
    }
}

/// A stored record that could not be read while others could.
public struct DamagedRecord: Hashable, Sendable {
    /// Which record.
    public let what: String
    /// What is wrong with it.
    public let reason: String

    /// A value from its parts, as a store reads it.
    package init(what: String, reason: String) {
        self.what = what
        self.reason = reason
    }
}

/// The worklist: what can be read, and what cannot.
public struct Worklist: Hashable, Sendable {
    /// The cases in the order of their registration.
    public let items: [WorklistItem]
    /// Cases whose record is damaged.
    public let damaged: [DamagedRecord]

    /// A value from its parts, as a store reads it.
    package init(items: [WorklistItem], damaged: [DamagedRecord]) {
        self.items = items
        self.damaged = damaged
    }
}
