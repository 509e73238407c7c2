import Cases
import Foundation

/// How long something that a process holds, a case or a job, must be left to it. Milliseconds since 1970.
package struct LeaseTerm: Hashable, Sendable {
    /// When it was taken or last renewed.
    package var renewedAt: Int64
    /// How long it lasts without renewal, milliseconds.
    package var duration: Int64
    /// When it may be taken over.
    package var expiresAt: Int64

    /// A term from its parts, as a store reads it.
    package init(renewedAt: Int64, duration: Int64, expiresAt: Int64) {
        self.renewedAt = renewedAt
        self.duration = duration
        self.expiresAt = expiresAt
    }

    /// A term that begins now.
    /// - Parameter duration: seconds.
    package init(from now: Int64, for duration: TimeInterval) {
        let length = Int64((duration * 1000).rounded())
        self.init(renewedAt: now, duration: length, expiresAt: now + length)
    }

    /// Whether what someone else holds must still be respected.
    ///
    /// If the clock says a time before the last renewal it was set back, and how long ago that was is unknown: the term
    /// is made to end one duration from now, so that it neither lasts for ever nor ends under its holder, who renews
    /// more often. The changed term is to be kept.
    package mutating func lasts(at now: Int64) -> Bool {
        if now < renewedAt {
            self = LeaseTerm(renewedAt: now, duration: duration, expiresAt: now + duration)
            return true
        }
        return now < expiresAt
    }

    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` unless the duration is 1…86,400 seconds.
    package static func require(_ duration: TimeInterval) throws(CaseStoreError) {
        guard (1...86_400).contains(duration) else {
            throw .invalid(what: "lease", reason: "it must last 1…86,400 seconds")
        }
    }

    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` for a case's lease that nobody could tell from another's.
    package static func require(
        reviewer: String, holder: String, _ duration: TimeInterval
    ) throws(CaseStoreError) {
        try require(duration)
        guard !reviewer.isEmpty, !holder.isEmpty else {
            throw .invalid(what: "lease", reason: "it needs a reviewer and a holder")
        }
    }

    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` for a job's lease that nobody could tell from another's.
    package static func require(holder: String, _ duration: TimeInterval) throws(CaseStoreError) {
        try require(duration)
        guard !holder.isEmpty else { throw .invalid(what: "lease", reason: "it needs a holder") }
    }
}

extension CaseLease {
    /// A lease that is granted or renewed now.
    package init(
        of caseID: CaseID, reviewer: String, holder: String, generation: Int64, duration: TimeInterval,
        _ term: LeaseTerm
    ) {
        self.init(
            caseID: caseID, reviewer: reviewer, holder: holder, generation: generation, duration: duration,
            expiresAt: StoredTime.decode(term.expiresAt))
    }

    /// The same lease, kept until the end of a new term.
    package func renewed(_ term: LeaseTerm) -> CaseLease {
        CaseLease(of: caseID, reviewer: reviewer, holder: holder, generation: generation, duration: duration, term)
    }
}

extension CaseLease {
    /// Compares the lease with the case's newest.
    /// - Parameter holder: who holds that one; `nil` once it was released.
    /// - Throws: ``CaseStoreError/leaseLost(_:takenBy:)`` unless this is the newest.
    package func requireNewest(generation: Int64, holder: String?, reviewer: String) throws(CaseStoreError) {
        guard generation == self.generation, holder == self.holder else {
            throw .leaseLost(caseID, takenBy: holder == nil ? nil : reviewer)
        }
    }
}

extension JobLease {
    /// Compares the lease with the job's newest.
    /// - Throws: ``CaseStoreError/jobLost(_:)`` unless this is the newest.
    package func requireNewest(generation: Int64, holder: String?) throws(CaseStoreError) {
        guard generation == self.generation, holder == self.holder else { throw .jobLost(job.id) }
    }
}
