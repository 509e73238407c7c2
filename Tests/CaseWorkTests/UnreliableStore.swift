import CaseStore
import Cases
import Foundation
import SQLiteStore
import Synchronization

/// A store that refuses calls, or lets them wait, on demand: every call goes to a real store, except those that are to
/// fail.
final class UnreliableStore: CaseStoring {
    private let real: SQLiteCaseStore
    private let failures = Mutex<[String: CaseStoreError]>([:])
    private let called = Mutex<[String]>([])
    private let held = NSCondition()
    private nonisolated(unsafe) var heldCalls: Set<String> = []

    init(_ real: SQLiteCaseStore) { self.real = real }

    /// Makes a call fail from now on; `nil` lets it through again.
    func fail(_ name: String, with error: CaseStoreError?) { failures.withLock { $0[name] = error } }

    /// Makes a call wait from now on, until it is let go.
    func hold(_ name: String) { held.withLock { _ = heldCalls.insert(name) } }

    /// Lets the waiting calls of a kind go on.
    func letGo(_ name: String) {
        held.withLock {
            heldCalls.remove(name)
            held.broadcast()
        }
    }

    /// The calls so far, failed ones too, in order.
    var calls: [String] { called.withLock { $0 } }

    private func check(_ name: String) throws(CaseStoreError) {
        called.withLock { $0.append(name) }
        held.withLock { while heldCalls.contains(name) { held.wait() } }
        if let error = failures.withLock({ $0[name] }) { throw error }
    }

    @discardableResult func register(_ record: CaseRecord, by actor: String, now: Date) throws(CaseStoreError)
        -> RegistrationOutcome
    {
        try check("register")
        return try real.register(record, by: actor, now: now)
    }

    @discardableResult func register(
        _ record: CaseRecord, of patient: PatientKey, holdOutShare share: Double, by actor: String, now: Date
    ) throws(CaseStoreError) -> RegistrationOutcome {
        try check("register")
        return try real.register(record, of: patient, holdOutShare: share, by: actor, now: now)
    }

    func worklist() throws(CaseStoreError) -> Worklist {
        try check("worklist")
        return try real.worklist()
    }

    func caseRecord(_ id: CaseID) throws(CaseStoreError) -> CaseRecord {
        try check("caseRecord")
        return try real.caseRecord(id)
    }

    func findCase(_ query: String) throws(CaseStoreError) -> CaseID {
        try check("findCase")
        return try real.findCase(query)
    }

    func openForWriting(
        _ id: CaseID, reviewer: String, holder: String, replacing gone: String?, now: Date, duration: TimeInterval
    ) throws(CaseStoreError) -> CaseLease {
        try check("openForWriting")
        return try real.openForWriting(
            id, reviewer: reviewer, holder: holder, replacing: gone, now: now, duration: duration)
    }

    func renew(_ lease: CaseLease, now: Date) throws(CaseStoreError) -> CaseLease {
        try check("renew")
        return try real.renew(lease, now: now)
    }

    func release(_ lease: CaseLease) throws(CaseStoreError) {
        try check("release")
        return try real.release(lease)
    }

    func save(_ prediction: Prediction, for id: CaseID, by actor: String, now: Date) throws(CaseStoreError)
        -> PredictionID
    {
        try check("save")
        return try real.save(prediction, for: id, by: actor, now: now)
    }

    func prediction(_ id: PredictionID) throws(CaseStoreError) -> Prediction {
        try check("prediction")
        return try real.prediction(id)
    }

    func newestPrediction(for id: CaseID) throws(CaseStoreError) -> PredictionID? {
        try check("newestPrediction")
        return try real.newestPrediction(for: id)
    }

    func beginSession(on base: SessionBase, lease: CaseLease, now: Date) throws(CaseStoreError) -> SessionID {
        try check("beginSession")
        return try real.beginSession(on: base, lease: lease, now: now)
    }

    func openSession(of id: CaseID) throws(CaseStoreError) -> ReviewSession? {
        try check("openSession")
        return try real.openSession(of: id)
    }

    func sessions(of id: CaseID) throws(CaseStoreError) -> [ReviewSession] {
        try check("sessions")
        return try real.sessions(of: id)
    }

    func loadSession(_ id: SessionID) throws(CaseStoreError) -> LoadedSession {
        try check("loadSession")
        return try real.loadSession(id)
    }

    func append(
        _ entries: [JournalEntry], from sequence: Int, to session: SessionID, lease: CaseLease, state: SessionState?,
        now: Date
    ) throws(CaseStoreError) {
        try check("append")
        return try real.append(entries, from: sequence, to: session, lease: lease, state: state, now: now)
    }

    func saveState(_ state: SessionState, of session: SessionID, lease: CaseLease, now: Date) throws(CaseStoreError) {
        try check("saveState")
        return try real.saveState(state, of: session, lease: lease, now: now)
    }

    func abandon(_ session: SessionID, reason: String, lease: CaseLease, now: Date) throws(CaseStoreError) {
        try check("abandon")
        return try real.abandon(session, reason: reason, lease: lease, now: now)
    }

    func putAsideSessions(of id: CaseID) throws(CaseStoreError) -> [PutAsideSession] {
        try check("putAsideSessions")
        return try real.putAsideSessions(of: id)
    }

    func restore(_ session: SessionID, lease: CaseLease, now: Date) throws(CaseStoreError) -> SessionID {
        try check("restore")
        return try real.restore(session, lease: lease, now: now)
    }

    func salvage(_ session: SessionID, keeping count: Int, lease: CaseLease, now: Date) throws(CaseStoreError)
        -> SessionID
    {
        try check("salvage")
        return try real.salvage(session, keeping: count, lease: lease, now: now)
    }

    func file(_ draft: CorrectionDraft, of session: SessionID, expectedLength: Int, lease: CaseLease, now: Date)
        throws(CaseStoreError) -> Correction
    {
        try check("file")
        return try real.file(draft, of: session, expectedLength: expectedLength, lease: lease, now: now)
    }

    func corrections() throws(CaseStoreError) -> CorrectionList {
        try check("corrections")
        return try real.corrections()
    }

    func correction(_ key: CorrectionKey) throws(CaseStoreError) -> Correction {
        try check("correction")
        return try real.correction(key)
    }

    func newestCorrection(of id: CaseID) throws(CaseStoreError) -> CorrectionKey? {
        try check("newestCorrection")
        return try real.newestCorrection(of: id)
    }

    func audit(after sequence: Int, limit: Int) throws(CaseStoreError) -> [AuditEntry] {
        try check("audit")
        return try real.audit(after: sequence, limit: limit)
    }

    func verifyAudit() throws(CaseStoreError) -> AuditVerdict {
        try check("verifyAudit")
        return try real.verifyAudit()
    }

    func addJob(model: ModelName, corrections: [CorrectionKey], by actor: String, now: Date) throws(CaseStoreError)
        -> Job
    {
        try check("addJob")
        return try real.addJob(model: model, corrections: corrections, by: actor, now: now)
    }

    func jobs() throws(CaseStoreError) -> [Job] {
        try check("jobs")
        return try real.jobs()
    }

    func job(_ id: Int64) throws(CaseStoreError) -> Job {
        try check("job")
        return try real.job(id)
    }

    func takeJob(by holder: String, isGone: (String) -> Bool, maximumAttempts: Int, now: Date, duration: TimeInterval)
        throws(CaseStoreError) -> JobLease?
    {
        try check("takeJob")
        return try real.takeJob(
            by: holder, isGone: isGone, maximumAttempts: maximumAttempts, now: now, duration: duration)
    }

    func heartbeat(_ lease: JobLease, progress: Double, telemetry: JobTelemetry?, now: Date) throws(CaseStoreError)
        -> String?
    {
        try check("heartbeat")
        return try real.heartbeat(lease, progress: progress, telemetry: telemetry, now: now)
    }

    func move(_ lease: JobLease, to state: JobState, progress: Double, result: String?, now: Date)
        throws(CaseStoreError)
    {
        try check("move")
        return try real.move(lease, to: state, progress: progress, result: result, now: now)
    }

    func conclude(_ lease: JobLease, candidate: ModelName, isPromoted: Bool, result: String, now: Date)
        throws(CaseStoreError)
    {
        try check("conclude")
        return try real.conclude(lease, candidate: candidate, isPromoted: isPromoted, result: result, now: now)
    }

    func giveBack(_ lease: JobLease, reason: String, notBefore: Date, now: Date) throws(CaseStoreError) {
        try check("giveBack")
        return try real.giveBack(lease, reason: reason, notBefore: notBefore, now: now)
    }

    func cancelJob(_ id: Int64, by actor: String, now: Date) throws(CaseStoreError) -> Job {
        try check("cancelJob")
        return try real.cancelJob(id, by: actor, now: now)
    }

    func retryJob(_ id: Int64, by actor: String, now: Date) throws(CaseStoreError) -> Job {
        try check("retryJob")
        return try real.retryJob(id, by: actor, now: now)
    }

    func publish(
        _ file: URL, as base: String, lineage: ModelLineage, evaluation: GateReport?, by actor: String, now: Date
    ) throws(CaseStoreError) -> ModelVersion {
        try check("publish")
        return try real.publish(file, as: base, lineage: lineage, evaluation: evaluation, by: actor, now: now)
    }

    func models() throws(CaseStoreError) -> [ModelVersion] {
        try check("models")
        return try real.models()
    }

    func model(_ name: ModelName) throws(CaseStoreError) -> ModelVersion {
        try check("model")
        return try real.model(name)
    }

    func file(of model: ModelVersion) throws(CaseStoreError) -> URL {
        try check("file")
        return try real.file(of: model)
    }

    func promotedModel(of base: String) throws(CaseStoreError) -> ModelName? {
        try check("promotedModel")
        return try real.promotedModel(of: base)
    }

    func promote(_ name: ModelName, reason: String?, by actor: String, now: Date) throws(CaseStoreError) -> Promotion {
        try check("promote")
        return try real.promote(name, reason: reason, by: actor, now: now)
    }

    func rollback(_ base: String, reason: String?, by actor: String, now: Date) throws(CaseStoreError) -> Promotion {
        try check("rollback")
        return try real.rollback(base, reason: reason, by: actor, now: now)
    }

    func promotions() throws(CaseStoreError) -> [Promotion] {
        try check("promotions")
        return try real.promotions()
    }

    @discardableResult func assignPatient(
        _ patient: PatientKey, to id: CaseID, holdOutShare share: Double, by actor: String, now: Date
    ) throws(CaseStoreError) -> PatientRole {
        try check("assignPatient")
        return try real.assignPatient(patient, to: id, holdOutShare: share, by: actor, now: now)
    }

    func role(of id: CaseID) throws(CaseStoreError) -> PatientRole? {
        try check("role")
        return try real.role(of: id)
    }

    func patients() throws(CaseStoreError) -> [CaseID: AssignedPatient] {
        try check("patients")
        return try real.patients()
    }

    func assign(_ id: CaseID, to assignee: String?, by actor: String, now: Date) throws(CaseStoreError) {
        try check("assign")
        return try real.assign(id, to: assignee, by: actor, now: now)
    }

    func mark(_ id: CaseID, _ mark: CaseMark.Kind, comment: String, by actor: String, now: Date) throws(CaseStoreError)
    {
        try check("mark")
        return try real.mark(id, mark, comment: comment, by: actor, now: now)
    }

    func judge(_ key: CorrectionKey, _ verdict: Approval.Verdict, comment: String, by actor: String, now: Date)
        throws(CaseStoreError)
    {
        try check("judge")
        return try real.judge(key, verdict, comment: comment, by: actor, now: now)
    }

    func approval(of key: CorrectionKey) throws(CaseStoreError) -> Approval? {
        try check("approval")
        return try real.approval(of: key)
    }

    func beginReading(of id: CaseID, by reader: String, now: Date) throws(CaseStoreError) -> CaseID {
        try check("beginReading")
        return try real.beginReading(of: id, by: reader, now: now)
    }

    func readings(of id: CaseID) throws(CaseStoreError) -> [Reading] {
        try check("readings")
        return try real.readings(of: id)
    }

    func save(_ estimate: CaseEstimate, of prediction: PredictionID, for id: CaseID, now: Date) throws(CaseStoreError) {
        try check("save")
        return try real.save(estimate, of: prediction, for: id, now: now)
    }

    func keep(_ prediction: Prediction, for id: CaseID, by actor: String, now: Date) throws(CaseStoreError)
        -> PredictionID
    {
        try check("keep")
        return try real.keep(prediction, for: id, by: actor, now: now)
    }

    func save(_ replay: ReplayReport, now: Date) throws(CaseStoreError) {
        try check("save")
        return try real.save(replay, now: now)
    }

    func replay(ofJob id: Int64) throws(CaseStoreError) -> ReplayReport? {
        try check("replay")
        return try real.replay(ofJob: id)
    }

    func give(_ role: PersonRole, to account: String, by actor: String, now: Date) throws(CaseStoreError) {
        try check("give")
        return try real.give(role, to: account, by: actor, now: now)
    }

    func roles() throws(CaseStoreError) -> [String: PersonRole] {
        try check("roles")
        return try real.roles()
    }

    func ownRole() throws(CaseStoreError) -> PersonRole {
        try check("ownRole")
        return try real.ownRole()
    }
}
