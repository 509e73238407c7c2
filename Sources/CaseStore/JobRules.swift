import Cases
import Foundation

/// What may become of a job, whatever keeps it.
package enum JobRules {
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` for a job over nothing, or over a correction twice.
    package static func require(_ corrections: [CorrectionKey]) throws(CaseStoreError) {
        guard !corrections.isEmpty else { throw .invalid(what: "job", reason: "it has no correction to train on") }
        guard Set(corrections).count == corrections.count else {
            throw .invalid(what: "job", reason: "it has a correction twice")
        }
    }

    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` unless the progress is from 0 to 1.
    package static func require(progress: Double) throws(CaseStoreError) {
        guard (0...1).contains(progress) else { throw .invalid(what: "progress", reason: "it is not from 0 to 1") }
    }

    /// - Throws: ``CaseStoreError/illegalJobTransition(_:from:to:)`` unless the one state may follow the other.
    package static func require(_ id: Int64, from: JobState, to: JobState) throws(CaseStoreError) {
        guard from.successors.contains(to) else { throw .illegalJobTransition(id, from: from, to: to) }
    }

    /// What a worker moves its own job to. What waits again does so by being given back, which says until when.
    /// - Throws: ``CaseStoreError/illegalJobTransition(_:from:to:)``.
    package static func requireMove(of job: Job, to state: JobState) throws(CaseStoreError) {
        guard state != .queued, state != .leased else {
            throw .illegalJobTransition(job.id, from: job.state, to: state)
        }
    }

    /// - Throws: ``CaseStoreError/illegalJobTransition(_:from:to:)`` unless the job has ended and may begin anew.
    package static func requireRetry(of job: Job) throws(CaseStoreError) {
        guard job.state.isFinal, job.state.successors.contains(.queued) else {
            throw .illegalJobTransition(job.id, from: job.state, to: .queued)
        }
    }

    /// Whether a waiting job may be taken. A clock that was set back since the job was put off must not keep it
    /// waiting for longer than it was put off for, so it is then due at once.
    /// - Parameters: milliseconds since 1970.
    package static func isDue(notBefore: Int64?, changedAt: Int64, now: Int64) -> Bool {
        guard let notBefore else { return true }
        return now >= notBefore || now < changedAt
    }

    /// How a job that lost its worker ends; `nil` if another worker is to go on with it.
    package static func end(
        ofLostJobWith attempts: Int, of maximum: Int, cancelRequestedBy canceller: String?
    ) -> (state: JobState, result: String)? {
        if let canceller { return (.cancelled, cancelled(by: canceller)) }
        return attempts >= maximum ? (.failed, "\(attempts) workers were lost while working on it") : nil
    }

    /// What the log tells of a job that goes from one state to another.
    package static func details(from: JobState, to: JobState, result: String?) -> [String: String] {
        var details = ["from": from.rawValue, "to": to.rawValue]
        details["result"] = result
        return details
    }

    /// The result of a job that someone cancelled.
    package static func cancelled(by actor: String) -> String { "cancelled by \(actor)" }
}

extension CorrectionSummary {
    /// - Parameters:
    ///   - isReading: whether the case is a second reader's reading.
    ///   - role: what the case's patient is for.
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` unless the correction may be trained on now.
    package func requireTrainable(isReading: Bool, role: PatientRole?) throws(CaseStoreError) {
        func refusal(_ reason: String) -> CaseStoreError { .invalid(what: "job", reason: reason) }
        guard !isSuperseded else { throw refusal("\(key.subject) has a newer revision") }
        guard approval?.allowsUse != false else { throw refusal("\(key.subject) is not approved") }
        guard status != .rejected else { throw refusal("\(key.subject) was rejected") }
        guard !isReading else { throw refusal("\(key.subject) is a second reader's") }
        guard role != .holdOut else {
            throw refusal("the patient of case \(key.caseID) is held out to judge models by")
        }
    }
}
