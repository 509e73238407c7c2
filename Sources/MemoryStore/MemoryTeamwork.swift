import CaseStore
import Cases
import Foundation

extension MemoryCaseStore {
    /// See ``TeamStoring/assign(_:to:by:now:)``.
    package func assign(
        _ id: CaseID, to assignee: String?, by actor: String, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try AssignmentRules.require(assignee: assignee)
        try write(.teamwork) { state throws(CaseStoreError) in
            _ = try state.requireCase(id)
            state.cases[id]?.assignee = assignee
            try state.log(at, actor, .caseAssigned, .wholeCase(id), ["to": assignee ?? "nobody"])
        }
    }

    /// See ``TeamStoring/mark(_:_:comment:by:now:)``.
    package func mark(
        _ id: CaseID, _ kind: CaseMark.Kind, comment: String, by actor: String, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try write(.teamwork) { state throws(CaseStoreError) in
            _ = try state.requireCase(id)
            let mark = MemoryState.Mark(comment: comment, actor: actor, at: at)
            switch kind {
            case .deferred: state.cases[id]?.deferral = mark
            case .flagged: state.cases[id]?.flag = mark
            case .unflagged: state.cases[id]?.flag = nil
            }
            try state.log(
                at, actor, AuditAction(kind), .wholeCase(id), comment.isEmpty ? [:] : ["comment": comment])
        }
    }

    /// See ``TeamStoring/judge(_:_:comment:by:now:)``.
    package func judge(
        _ key: CorrectionKey, _ verdict: Approval.Verdict, comment: String, by actor: String, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try verdict.requireJudgement()
        try write(.teamwork) { state throws(CaseStoreError) in
            try RoleRules.require(
                .approver, to: "approve a correction or send it back", account: account, in: state.roles)
            try state.summary(key).requireJudgeable(by: actor)
            state.setApproval(of: key, verdict, comment, actor, at)
            state.touch(key.caseID, at)
            try state.log(
                at, actor, verdict.action, .correction(key), comment.isEmpty ? [:] : ["comment": comment])
        }
    }

    /// See ``TeamStoring/approval(of:)``.
    package func approval(of key: CorrectionKey) throws(CaseStoreError) -> Approval? {
        try read { state throws(CaseStoreError) in try state.summary(key).approval }
    }

    /// See ``TeamStoring/save(_:of:for:now:)``.
    package func save(
        _ estimate: CaseEstimate, of prediction: PredictionID, for id: CaseID, now: Date
    ) throws(CaseStoreError) {
        _ = try StoredTime.encode(now)
        try estimate.requireValid()
        try write(.teamwork) { state throws(CaseStoreError) in
            try state.requirePrediction(prediction, of: id)
            state.cases[id]?.estimates[prediction] = estimate
        }
    }

    // MARK: Second readings

    /// See ``TeamStoring/beginReading(of:by:now:)``.
    package func beginReading(of id: CaseID, by reader: String, now: Date) throws(CaseStoreError) -> CaseID {
        let at = try StoredTime.encode(now)
        try ReadingRules.require(reader: reader)
        return try write(.teamwork) { state throws(CaseStoreError) in
            let readingID = ReadingRules.id(of: id, by: reader)
            if state.cases[readingID] != nil { return readingID }
            let record = try state.requireCase(id).record
            let reviews = state.sessions.filter { $0.caseID == id }
            try ReadingRules.require(reader: reader, hasReviewed: reviews.contains { $0.reviewer == reader })
            let newest = reviews.last?.prediction ?? state.cases[id]?.proposals.last
            let proposed = try ReadingRules.require(newest.flatMap { state.predictions[$0]?.prediction })
            state.insert(record.renamed(readingID), at)
            state.cases[readingID]?.reading = (id, reader, at)
            try state.log(at, reader, .readingBegun, .wholeCase(id), ["reading": readingID.rawValue])
            try state.save(
                proposed, PredictionID(of: readingID, proposed), for: readingID, isProposed: true, at, reader)
            return readingID
        }
    }

    /// See ``TeamStoring/readings(of:)``.
    package func readings(of id: CaseID) throws(CaseStoreError) -> [Reading] {
        try read { state throws(CaseStoreError) in
            state.caseOrder.compactMap { readingID in
                guard let reading = state.cases[readingID]?.reading, reading.caseID == id else { return nil }
                return Reading(
                    id: readingID, caseID: id, reader: reading.reader, begunAt: StoredTime.decode(reading.at),
                    correction: state.newestCorrection(of: readingID))
            }
        }
    }

    // MARK: Roles

    /// See ``RoleStoring/give(_:to:by:now:)``.
    package func give(
        _ role: PersonRole, to account: String, by actor: String, now: Date
    ) throws(CaseStoreError) {
        let at = try StoredTime.encode(now)
        try RoleRules.require(account: account)
        try write(.roles) { state throws(CaseStoreError) in
            try RoleRules.require(.admin, to: "give roles", account: self.account, in: state.roles)
            state.roles = try RoleRules.roles(state.roles, giving: role, to: account)
            try state.log(
                at, actor, .roleGiven, .account(account), ["role": role.rawValue, "account": self.account])
        }
    }

    /// See ``RoleStoring/roles()``.
    package func roles() throws(CaseStoreError) -> [String: PersonRole] {
        try read { state throws(CaseStoreError) in state.roles }
    }

    /// See ``RoleStoring/ownRole()``.
    package func ownRole() throws(CaseStoreError) -> PersonRole {
        try read { state throws(CaseStoreError) in RoleRules.role(of: account, in: state.roles) }
    }
}
