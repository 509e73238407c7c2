import Cases
import Foundation

/// The queue of fine-tuning jobs. Every operation is one transaction; see ``CaseStoring`` for what holds for all.
///
/// A worker takes a job with a lease and keeps it by heartbeats. A worker that was killed, hangs or lost its power
/// is replaced once its lease has run out, or at once where its process is known to be gone; whatever it writes then
/// is refused, because every write of a worker names its lease. At most one job of a model runs at a time, whoever
/// asks and whatever the clocks say: the database itself forbids a second one.
public protocol JobStoring: Sendable {
    /// Queues a fine-tuning run over corrections, each the newest of its case and not rejected. The same corrections
    /// for the same model, still waiting, give the job that is there.
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` for no correction, a correction twice, an old revision, a
    ///   rejected case, or a case whose patient is held out.
    func addJob(
        model: ModelName, corrections: [CorrectionKey], by actor: String, now: Date
    ) throws(CaseStoreError) -> Job

    /// All jobs, oldest first.
    func jobs() throws(CaseStoreError) -> [Job]

    /// One job.
    /// - Throws: ``CaseStoreError/noSuchJob(_:)``.
    func job(_ id: Int64) throws(CaseStoreError) -> Job

    /// Takes the oldest job that may run: one whose worker is gone, or one that waits while no other job of its model
    /// runs. A job that was to be cancelled and lost its worker is cancelled on the way; one that has had
    /// `maximumAttempts` workers fails.
    /// - Parameters:
    ///   - holder: names the process, see ``LeaseHolder``.
    ///   - isGone: whether a holder's process has certainly ended.
    ///   - duration: 1…86,400 seconds, after which the job may be taken over.
    func takeJob(
        by holder: String, isGone: (String) -> Bool, maximumAttempts: Int, now: Date, duration: TimeInterval
    ) throws(CaseStoreError) -> JobLease?

    /// Keeps the job and tells how far it is.
    /// - Returns: who wants the job cancelled; `nil` if it is to go on.
    /// - Throws: ``CaseStoreError/jobLost(_:)`` once another worker has it: stop at once.
    func heartbeat(
        _ lease: JobLease, progress: Double, telemetry: JobTelemetry?, now: Date
    ) throws(CaseStoreError) -> String?

    /// Moves the job on: `training`, `evaluating`, or to an end, which gives the lease back.
    /// - Throws: ``CaseStoreError/jobLost(_:)``, ``CaseStoreError/illegalJobTransition(_:from:to:)``.
    func move(
        _ lease: JobLease, to state: JobState, progress: Double, result: String?, now: Date
    ) throws(CaseStoreError)

    /// Ends the job with its candidate, which was published before: puts it in use and ends as `promoted`, or ends as
    /// `held`, in one transaction.
    /// - Throws: ``CaseStoreError/jobLost(_:)``, ``CaseStoreError/noSuchModel(_:)``.
    func conclude(
        _ lease: JobLease, candidate: ModelName, isPromoted: Bool, result: String, now: Date
    ) throws(CaseStoreError)

    /// Gives the job back after a failure that may pass: it waits again until then.
    func giveBack(_ lease: JobLease, reason: String, notBefore: Date, now: Date) throws(CaseStoreError)

    /// Cancels a waiting job, or asks its worker to stop.
    func cancelJob(_ id: Int64, by actor: String, now: Date) throws(CaseStoreError) -> Job

    /// Queues a failed or cancelled job again, with its attempts counted anew.
    /// - Throws: ``CaseStoreError/illegalJobTransition(_:from:to:)``, ``CaseStoreError/invalid(what:reason:)`` if a
    ///   correction of it has been superseded meanwhile.
    func retryJob(_ id: Int64, by actor: String, now: Date) throws(CaseStoreError) -> Job
}

/// The right to work on one job, held by one process at a time.
public struct JobLease: Hashable, Sendable {
    /// The job as it was taken.
    public let job: Job
    /// The process that holds it.
    public let holder: String
    /// Counts the grants of this job.
    public let generation: Int64
    /// How long it lasts without a heartbeat, in seconds.
    public let duration: TimeInterval

    /// A value from its parts, as a store reads it.
    package init(job: Job, holder: String, generation: Int64, duration: TimeInterval) {
        self.job = job
        self.holder = holder
        self.generation = generation
        self.duration = duration
    }
}
