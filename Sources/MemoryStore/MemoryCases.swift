import CaseStore
import Cases
import Foundation

extension MemoryCaseStore {
    /// See ``CaseStoring/register(_:by:now:)``.
    @discardableResult
    package func register(
        _ record: CaseRecord, by actor: String, now: Date
    ) throws(CaseStoreError) -> RegistrationOutcome {
        let at = try StoredTime.encode(now)
        try record.requireID()
        return try write(.cases) { state throws(CaseStoreError) in try state.register(record, at, actor) }
    }

    /// See ``CaseStoring/register(_:of:holdOutShare:by:now:)``.
    @discardableResult
    package func register(
        _ record: CaseRecord, of patient: PatientKey, holdOutShare share: Double, by actor: String, now: Date
    ) throws(CaseStoreError) -> RegistrationOutcome {
        let at = try StoredTime.encode(now)
        try record.requireID()
        try PatientKey.require(holdOutShare: share)
        return try write(.cases) { state throws(CaseStoreError) in
            let outcome = try state.register(record, at, actor)
            _ = try state.assign(patient, to: record.id, holdOutShare: share, at, actor)
            return outcome
        }
    }

    /// See ``CaseStoring/caseRecord(_:)``.
    package func caseRecord(_ id: CaseID) throws(CaseStoreError) -> CaseRecord {
        try read { state throws(CaseStoreError) in try state.requireCase(id).record }
    }

    /// See ``CaseStoring/findCase(_:)``.
    package func findCase(_ query: String) throws(CaseStoreError) -> CaseID {
        guard !query.isEmpty else { throw .noSuchCase("(empty)") }
        return try read { state throws(CaseStoreError) in
            let matches = state.caseOrder.filter {
                !state.isReading($0)
                    && ($0.rawValue.hasPrefix(query) || $0.rawValue.hasPrefix("sha256:" + query))
            }
            return try CaseID.only(of: Array(matches.sorted { $0.rawValue < $1.rawValue }.prefix(10)), for: query)
        }
    }

    /// See ``CaseStoring/worklist()``.
    package func worklist() throws(CaseStoreError) -> Worklist {
        try read { state throws(CaseStoreError) in
            Worklist(items: state.caseOrder.filter { !state.isReading($0) }.compactMap(state.item), damaged: [])
        }
    }

    // MARK: Patients

    /// See ``HoldOutStoring/assignPatient(_:to:holdOutShare:by:now:)``.
    @discardableResult
    package func assignPatient(
        _ patient: PatientKey, to id: CaseID, holdOutShare share: Double, by actor: String, now: Date
    ) throws(CaseStoreError) -> PatientRole {
        let at = try StoredTime.encode(now)
        try PatientKey.require(holdOutShare: share)
        return try write(.patients) { state throws(CaseStoreError) in
            try state.assign(patient, to: id, holdOutShare: share, at, actor)
        }
    }

    /// See ``HoldOutStoring/role(of:)``.
    package func role(of id: CaseID) throws(CaseStoreError) -> PatientRole? {
        try read { state throws(CaseStoreError) in state.role(of: id) }
    }

    /// See ``HoldOutStoring/patients()``.
    package func patients() throws(CaseStoreError) -> [CaseID: AssignedPatient] {
        try read { state throws(CaseStoreError) in
            state.cases.compactMapValues { each in
                each.patient.flatMap { key in state.patients[key].map { AssignedPatient(key: key, role: $0) } }
            }
        }
    }
}

extension MemoryState {
    mutating func register(
        _ record: CaseRecord, _ at: Int64, _ actor: String
    ) throws(CaseStoreError) -> RegistrationOutcome {
        guard var known = cases[record.id] else {
            insert(record, at)
            try log(at, actor, .caseRegistered, .wholeCase(record.id), ["contentDigest": record.contentDigest])
            return .added
        }
        let merged = try known.record.registering(record)
        guard merged != known.record else { return .unchanged }
        let details = known.record.details(ofUpdateTo: merged)
        known.record = merged
        known.touchedAt = at
        cases[record.id] = known
        try log(at, actor, .caseUpdated, .wholeCase(record.id), details)
        return .updated
    }

    mutating func insert(_ record: CaseRecord, _ at: Int64) {
        caseOrder.append(record.id)
        cases[record.id] = Case(record: record, touchedAt: at)
    }

    mutating func assign(
        _ patient: PatientKey, to id: CaseID, holdOutShare share: Double, _ at: Int64, _ actor: String
    ) throws(CaseStoreError) -> PatientRole {
        let digest = try requireCase(id).record.contentDigest
        if let known = patientKeyFingerprint { try patient.requireKey(known) }
        patientKeyFingerprint = patient.keyFingerprint
        if let role = role(of: id) { return role }
        // The same image under another name is the same patient.
        let twin = caseOrder.first { cases[$0]?.record.contentDigest == digest && cases[$0]?.patient != nil }
        let key = twin.flatMap { cases[$0]?.patient } ?? patient.hash
        let role = patients[key] ?? patient.role(holdOutShare: share)
        if patients[key] == nil {
            patients[key] = role
            try log(at, actor, .patientAssigned, .patient(key: key), ["role": role.rawValue])
        }
        cases[id]?.patient = key
        return role
    }

    /// A line of the worklist.
    func item(_ id: CaseID) -> WorklistItem? {
        guard let each = cases[id] else { return nil }
        let correction = corrections.last { $0.record.key.caseID == id }
        let open = openSession(of: id)
        let session = open.map { sessions[$0] }
        let newest = each.proposals.last.flatMap { predictions[$0] }
        let deferral = each.deferral.flatMap { mark in
            CaseMark.isDeferred(
                since: mark.at, lastStepAt: session?.touchedAt, lastFiledAt: correction?.record.filedAt)
                ? mark.value : nil
        }
        let estimate = each.proposals.last.flatMap { each.estimates[$0] }
        let held = leases[id].flatMap { lease in
            lease.holder.map {
                HeldCase(
                    reviewer: lease.reviewer, holder: $0, expiresAt: StoredTime.decode(lease.term.expiresAt))
            }
        }
        return WorklistItem(
            record: each.record,
            status: CaseStatus(
                isDeferred: deferral != nil, hasOpenSession: session != nil, correction: correction?.record.status,
                approval: correction?.approval?.verdict),
            revision: correction?.record.key.revision, reviewer: session?.reviewer ?? correction?.record.reviewer,
            heldBy: held, touchedAt: StoredTime.decode(max(each.touchedAt, session?.touchedAt ?? 0)),
            structures: (newest.map { Array($0.prediction.masks.keys) } ?? each.record.structures).sorted(),
            model: newest?.prediction.model, openSession: open.map(MemoryState.sessionID), assignee: each.assignee,
            deferral: deferral, flag: each.flag?.value, approval: correction?.approval,
            estimate: estimate?.effortSeconds == nil && estimate?.uncertainty == nil ? nil : estimate,
            activeSeconds: correction?.record.activeSeconds)
    }
}
