import Cases
import Foundation

/// Where cases, predictions, reviews, corrections, jobs and the append-only log are kept. Names no database.
///
/// Every operation is all or nothing, also when the process is killed in the middle: once it returns, what it
/// wrote survives a kill and a power cut (``saveState(_:of:lease:now:)`` and ``renew(_:now:)``, which are cheap,
/// survive a kill but may fall back by seconds at a power cut). Operations block; call them off the UI thread, from
/// as many threads and processes as you like. Times are passed in and kept to the millisecond. No patient identity
/// is kept; a record's `source` path is, because the image must be found again, and it appears in no log or error.
public protocol CaseStoring: JobStoring, ModelStoring, HoldOutStoring, TeamStoring, ReplayStoring, RoleStoring,
    StructureStoring, DeliveryStoring
{
    // MARK: Cases

    /// Files a case, or brings its source, structures and warnings up to date if it is known.
    /// - Throws: ``CaseStoreError/otherContent(_:stored:offered:)`` if the id is filed with another image.
    @discardableResult
    func register(_ record: CaseRecord, by actor: String, now: Date) throws(CaseStoreError) -> RegistrationOutcome

    /// Files a case as ``register(_:by:now:)`` does, together with whose it is, as
    /// ``HoldOutStoring/assignPatient(_:to:holdOutShare:by:now:)`` says: both or neither.
    /// - Throws: what either throws; nothing is filed then.
    @discardableResult
    func register(
        _ record: CaseRecord, of patient: PatientKey, holdOutShare share: Double, by actor: String, now: Date
    ) throws(CaseStoreError) -> RegistrationOutcome

    /// All cases with where they stand, in one query.
    func worklist() throws(CaseStoreError) -> Worklist

    /// One case.
    /// - Throws: ``CaseStoreError/noSuchCase(_:)``.
    func caseRecord(_ id: CaseID) throws(CaseStoreError) -> CaseRecord

    /// The case whose id is, or alone begins with, `query` (`sha256:` may be left out).
    /// - Throws: ``CaseStoreError/noSuchCase(_:)``, ``CaseStoreError/ambiguousCase(_:matches:)``.
    func findCase(_ query: String) throws(CaseStoreError) -> CaseID

    // MARK: Leases

    /// Takes the right to write to a case. A lease that was not renewed for its duration is taken over, and so is
    /// the caller's own; `replacing` names a holder that the caller knows to be gone (its process has ended), whose
    /// lease is then taken over at once. A clock that was set back shortens a foreign lease to one duration from
    /// now; one that was set forward can cost a holder its lease, never let two write.
    /// - Parameters:
    ///   - holder: names the process: host, pid and a UUID.
    ///   - duration: 1…86,400 seconds.
    /// - Throws: ``CaseStoreError/leased(_:reviewer:holder:until:)``, ``CaseStoreError/noSuchCase(_:)``.
    func openForWriting(
        _ id: CaseID, reviewer: String, holder: String, replacing gone: String?, now: Date, duration: TimeInterval
    ) throws(CaseStoreError) -> CaseLease

    /// Keeps a lease for another duration from now.
    /// - Throws: ``CaseStoreError/leaseLost(_:takenBy:)``.
    func renew(_ lease: CaseLease, now: Date) throws(CaseStoreError) -> CaseLease

    /// Gives a lease back; one that is lost already is left alone.
    func release(_ lease: CaseLease) throws(CaseStoreError)

    // MARK: Predictions

    /// Keeps a prediction and makes it the case's newest. The same content twice has the same id and is kept once.
    /// - Throws: ``CaseStoreError/wrongGrid(_:structure:expected:found:)``.
    func save(
        _ prediction: Prediction, for id: CaseID, by actor: String, now: Date
    ) throws(CaseStoreError) -> PredictionID

    /// Reads a prediction back, verified against its id.
    /// - Throws: ``CaseStoreError/noSuchPrediction(_:)``, ``CaseStoreError/damaged(what:reason:)``.
    func prediction(_ id: PredictionID) throws(CaseStoreError) -> Prediction

    /// The prediction that was saved last for a case.
    func newestPrediction(for id: CaseID) throws(CaseStoreError) -> PredictionID?

    // MARK: Review sessions

    /// Begins a review.
    /// - Throws: ``CaseStoreError/sessionStillOpen(_:_:)`` if the case has an unfinished one.
    func beginSession(on base: SessionBase, lease: CaseLease, now: Date) throws(CaseStoreError) -> SessionID

    /// The unfinished review of a case.
    func openSession(of id: CaseID) throws(CaseStoreError) -> ReviewSession?

    /// All reviews of a case, oldest first.
    func sessions(of id: CaseID) throws(CaseStoreError) -> [ReviewSession]

    /// Reads a review back. Damage in the journal costs only the steps from there on, and is told.
    func loadSession(_ id: SessionID) throws(CaseStoreError) -> LoadedSession

    /// Writes steps to the journal, all or none, before anything else is done with them. Repeating a call that was
    /// in doubt is harmless: steps that are written already are recognised.
    /// - Parameter sequence: the number of the first of them: the journal's length plus one.
    /// - Throws: ``CaseStoreError/leaseLost(_:takenBy:)``, ``CaseStoreError/journalMoved(_:expected:found:)``,
    ///   ``CaseStoreError/sessionClosed(_:_:)``.
    func append(
        _ entries: [JournalEntry], from sequence: Int, to session: SessionID, lease: CaseLease, state: SessionState?,
        now: Date
    ) throws(CaseStoreError)

    /// Saves where the review stands: slice, slices seen, time, view.
    func saveState(
        _ state: SessionState, of session: SessionID, lease: CaseLease, now: Date
    ) throws(CaseStoreError)

    /// Ends a review without a result. Its journal is kept.
    func abandon(_ session: SessionID, reason: String, lease: CaseLease, now: Date) throws(CaseStoreError)

    /// The reviews of a case that were put aside and hold steps, the newest first.
    func putAsideSessions(of id: CaseID) throws(CaseStoreError) -> [PutAsideSession]

    /// Goes on with a review that was put aside: its sound steps are copied into a new session. The case's unfinished
    /// review, if there is one, is put aside in turn; nothing is overwritten or deleted.
    /// - Throws: ``CaseStoreError/noSuchSession(_:)`` for one of another case, ``CaseStoreError/notPutAside(_:_:)``,
    ///   ``CaseStoreError/leaseLost(_:takenBy:)``.
    func restore(_ session: SessionID, lease: CaseLease, now: Date) throws(CaseStoreError) -> SessionID

    /// Goes on from the first `count` steps of a review whose journal is damaged behind them: they are copied into
    /// a new session, and the damaged one is abandoned with its journal kept.
    /// - Throws: ``CaseStoreError/journalDamaged(_:_:)`` if fewer than `count` steps are sound.
    func salvage(
        _ session: SessionID, keeping count: Int, lease: CaseLease, now: Date
    ) throws(CaseStoreError) -> SessionID

    // MARK: Corrections

    /// Files the result of a review as the case's next revision and closes the session. The store replays the
    /// journal and refuses masks that are not what it leads to.
    /// - Parameter expectedLength: the journal's length as the caller saw it.
    func file(
        _ draft: CorrectionDraft, of session: SessionID, expectedLength: Int, lease: CaseLease, now: Date
    ) throws(CaseStoreError) -> Correction

    /// All corrections, newest first, without masks.
    func corrections() throws(CaseStoreError) -> CorrectionList

    /// One correction with its masks, verified.
    func correction(_ key: CorrectionKey) throws(CaseStoreError) -> Correction

    /// The newest revision of a case's corrections.
    func newestCorrection(of id: CaseID) throws(CaseStoreError) -> CorrectionKey?

    // MARK: The append-only log

    /// Rows behind number `sequence`, oldest first, at most `limit`.
    func audit(after sequence: Int, limit: Int) throws(CaseStoreError) -> [AuditEntry]

    /// Checks the log's chain of hashes, its length, and that every correction is in it as it was filed. Who can
    /// write to the store's file can also forge a whole new chain; note the last hash elsewhere to prove it.
    func verifyAudit() throws(CaseStoreError) -> AuditVerdict
}

extension CaseStoring {
    /// Takes the right to write to a case, waiting for no one; see ``openForWriting(_:reviewer:holder:replacing:now:duration:)``.
    public func openForWriting(
        _ id: CaseID, reviewer: String, holder: String, now: Date, duration: TimeInterval
    ) throws(CaseStoreError) -> CaseLease {
        try openForWriting(id, reviewer: reviewer, holder: holder, replacing: nil, now: now, duration: duration)
    }

    /// Writes one step to the journal.
    public func append(
        _ entry: JournalEntry, sequence: Int, to session: SessionID, lease: CaseLease, state: SessionState? = nil,
        now: Date
    ) throws(CaseStoreError) {
        try append([entry], from: sequence, to: session, lease: lease, state: state, now: now)
    }
}
