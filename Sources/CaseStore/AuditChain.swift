import Cases
import Foundation

/// What is written to the append-only log.
package enum AuditAction: String, Sendable {
    case caseRegistered = "case.registered"
    case caseUpdated = "case.updated"
    case leaseTakenOver = "lease.taken-over"
    case predictionSaved = "prediction.saved"
    case sessionBegun = "session.begun"
    case sessionAbandoned = "session.abandoned"
    case sessionRestored = "session.restored"
    case sessionSalvaged = "session.salvaged"
    case correctionFiled = "correction.filed"
    case approvalRequested = "correction.approval-requested"
    case correctionApproved = "correction.approved"
    case correctionReturned = "correction.returned"
    case caseAssigned = "case.assigned"
    case caseDeferred = "case.deferred"
    case caseFlagged = "case.flagged"
    case caseUnflagged = "case.unflagged"
    case readingBegun = "reading.begun"
    case jobQueued = "job.queued"
    case jobMoved = "job.moved"
    case jobTakenOver = "job.taken-over"
    case jobCancelRequested = "job.cancel-requested"
    case modelPublished = "model.published"
    case modelPromoted = "model.promoted"
    case patientAssigned = "patient.assigned"
    case roleGiven = "role.given"
    case structuresListed = "case.structures-listed"
    case caseRouted = "case.routed"
    case correctionSent = "correction.sent"

    /// What is logged when a case is marked.
    package init(_ mark: CaseMark.Kind) {
        switch mark {
        case .deferred: self = .caseDeferred
        case .flagged: self = .caseFlagged
        case .unflagged: self = .caseUnflagged
        }
    }
}

/// The log's length and its last hash, kept beside the rows so that a log whose end was cut off is noticed.
package struct AuditHead: Hashable, Sendable {
    /// How many rows there are.
    package let length: Int
    /// The hash of the last; 64 zeros where there is none.
    package let hash: String

    /// The head of a log without rows.
    package static let empty = AuditHead(length: 0, hash: String(repeating: "0", count: 64))

    /// A head from its parts, as a store reads it.
    package init(length: Int, hash: String) {
        self.length = length
        self.hash = hash
    }

    /// The row that follows, with its hash.
    package func next(
        at: Int64, actor: String, action: AuditAction, subject: AuditSubject, details: [String: String]
    ) throws(CaseStoreError) -> AuditEntry {
        let details = try StoredJSON.encode(details, what: "details")
        func entry(_ hash: String) -> AuditEntry {
            AuditEntry(
                sequence: length + 1, at: StoredTime.decode(at), actor: actor, action: action.rawValue,
                subject: subject.text, details: details, previousHash: self.hash, hash: hash)
        }
        return entry(Canonical.hash(ofForm: entry("").canonicalForm))
    }
}

/// Checks a log row by row, then its head, then that every correction is in it as it was filed. Each check gives the
/// first fault it finds; after one the rest means nothing.
package struct AuditCheck {
    private var head = AuditHead.empty
    private var filed: [String: (sequence: Int, hash: String?)] = [:]

    /// A check that has seen no row.
    package init() {}

    /// Checks the next row; `nil` is one that could not be read.
    package mutating func check(_ entry: AuditEntry?) -> AuditVerdict? {
        let sequence = head.length + 1
        func broken(_ reason: String) -> AuditVerdict { .broken(sequence: sequence, reason: reason) }
        guard let entry else { return broken("the row cannot be read") }
        guard entry.sequence == sequence else { return broken("the row is missing") }
        guard entry.previousHash == head.hash else { return broken("the row does not follow the row before") }
        guard Canonical.hash(ofForm: entry.canonicalForm) == entry.hash else { return broken("the row was changed") }
        if entry.action == AuditAction.correctionFiled.rawValue {
            let details = try? StoredJSON.decode([String: String].self, entry.details, what: "details")
            filed[entry.subject] = (sequence, details?["correctionHash"])
        }
        head = AuditHead(length: sequence, hash: entry.hash)
        return nil
    }

    /// Checks the head that is stored beside the rows; `nil` is one that is missing.
    package func check(head stored: AuditHead?) -> AuditVerdict? {
        let end = head.length
        guard let stored else { return .broken(sequence: end + 1, reason: "the log's head is missing") }
        guard stored.length <= end else {
            return .broken(sequence: end + 1, reason: "the rows from here to \(stored.length) are missing")
        }
        guard stored == head else {
            return .broken(sequence: stored.length + 1, reason: "the row was added from outside")
        }
        return nil
    }

    /// Checks one stored correction, by its hash, against the row that tells of its filing.
    package mutating func check(_ key: CorrectionKey, hash: String) -> AuditVerdict? {
        guard let logged = filed.removeValue(forKey: key.subject) else {
            return .broken(sequence: head.length + 1, reason: "\(key.subject) was filed without a row")
        }
        guard hash == logged.hash else {
            return .broken(sequence: logged.sequence, reason: "\(key.subject) is not as it was filed")
        }
        return nil
    }

    /// The verdict once all rows and all corrections were checked.
    package func verdict() -> AuditVerdict {
        let missing = filed.min { $0.value.sequence < $1.value.sequence }
        return missing.map {
            .broken(sequence: $0.value.sequence, reason: "\($0.key) was filed and is missing")
        } ?? .intact(rows: head.length, lastHash: head.hash)
    }
}
