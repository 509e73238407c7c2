import CaseStore
import Cases
import Foundation
import Volumes

extension MemoryCaseStore {
    /// See ``CaseStoring/file(_:of:expectedLength:lease:now:)``.
    package func file(
        _ draft: CorrectionDraft, of session: SessionID, expectedLength: Int, lease: CaseLease, now: Date
    ) throws(CaseStoreError) -> Cases.Correction {
        let at = try StoredTime.encode(now)
        return try write(.corrections) { state throws(CaseStoreError) in
            let loaded = try state.loadSession(session)
            guard loaded.session.caseID == lease.caseID else { throw .noSuchSession(session) }
            try loaded.requireResult(draft)
            let index = try state.requireOpen(session, lease)
            let length = loaded.session.journalLength
            guard length == expectedLength else {
                throw .journalMoved(session, expected: expectedLength, found: length)
            }
            let journalHash = state.sessions[index].lastHash
            let record = try CorrectionRecord(
                draft, revision: (state.newestCorrection(of: lease.caseID)?.revision ?? 0) + 1,
                session: loaded.session, model: loaded.reference.model, reviewer: lease.reviewer, filedAt: at,
                journalHash: journalHash)
            let hash = record.hash(draft.masks.coded())
            state.corrections.append(MemoryState.Correction(record: record, masks: draft.masks, hash: hash))
            state.close(index, as: .filed, at)
            state.touch(lease.caseID, at)
            try state.log(
                at, lease.reviewer, .correctionFiled, .correction(record.key),
                [
                    "status": draft.status.rawValue, "session": session.description, "correctionHash": hash,
                    "journalLength": String(length), "journalHash": journalHash,
                    "prediction": loaded.session.prediction.rawValue,
                ])
            if draft.needsApproval {
                state.setApproval(of: record.key, .requested, "", lease.reviewer, at)
                try state.log(at, lease.reviewer, .approvalRequested, .correction(record.key))
            }
            return try record.summary(isSuperseded: false).with(draft.masks)
        }
    }

    /// See ``CaseStoring/corrections()``.
    package func corrections() throws(CaseStoreError) -> CorrectionList {
        try read { state throws(CaseStoreError) in
            var list: [CorrectionSummary] = []
            for each in state.corrections.reversed() where !state.isReading(each.record.key.caseID) {
                list.append(try state.summary(each.record.key))
            }
            return CorrectionList(corrections: list, damaged: [])
        }
    }

    /// See ``CaseStoring/correction(_:)``.
    package func correction(_ key: CorrectionKey) throws(CaseStoreError) -> Cases.Correction {
        try read { state throws(CaseStoreError) in try state.correction(key) }
    }

    /// See ``CaseStoring/newestCorrection(of:)``.
    package func newestCorrection(of id: CaseID) throws(CaseStoreError) -> CorrectionKey? {
        try read { state throws(CaseStoreError) in state.newestCorrection(of: id) }
    }

    // MARK: The log

    /// See ``CaseStoring/audit(after:limit:)``.
    package func audit(after sequence: Int, limit: Int) throws(CaseStoreError) -> [AuditEntry] {
        try read { state throws(CaseStoreError) in
            Array(state.log.dropFirst(max(0, sequence)).prefix(max(0, limit)))
        }
    }

    /// See ``CaseStoring/verifyAudit()``.
    package func verifyAudit() throws(CaseStoreError) -> AuditVerdict {
        try read { state throws(CaseStoreError) in
            var check = AuditCheck()
            for entry in state.log { if let fault = check.check(entry) { return fault } }
            if let fault = check.check(head: state.logHead) { return fault }
            for each in state.corrections {
                if let fault = check.check(each.record.key, hash: each.hash) { return fault }
            }
            return check.verdict()
        }
    }
}

extension MemoryState {
    private func stored(_ key: CorrectionKey) throws(CaseStoreError) -> Correction {
        guard let found = corrections.first(where: { $0.record.key == key }) else { throw .noSuchCorrection(key) }
        return found
    }

    func newestCorrection(of id: CaseID) -> CorrectionKey? {
        corrections.last { $0.record.key.caseID == id }?.record.key
    }

    func summary(_ key: CorrectionKey) throws(CaseStoreError) -> CorrectionSummary {
        let found = try stored(key)
        var summary = try found.record.summary(isSuperseded: newestCorrection(of: key.caseID) != key)
        summary.approval = found.approval
        return summary
    }

    func correction(_ key: CorrectionKey) throws(CaseStoreError) -> Cases.Correction {
        let found = try stored(key)
        guard found.hash == found.record.hash(found.masks.coded()) else {
            throw .damaged(what: key.subject, reason: "its hash does not match")
        }
        return try found.record.summary(isSuperseded: false).with(found.masks)
    }

    mutating func setApproval(
        of key: CorrectionKey, _ verdict: Approval.Verdict, _ comment: String, _ actor: String, _ at: Int64
    ) {
        guard let index = corrections.firstIndex(where: { $0.record.key == key }) else { return }
        corrections[index].approval = Approval(
            verdict: verdict, comment: comment, actor: actor, at: StoredTime.decode(at))
    }
}
