import Cases

extension CorrectionSummary {
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` unless this person may judge the correction now.
    package func requireJudgeable(by actor: String) throws(CaseStoreError) {
        func refusal(_ reason: String) -> CaseStoreError { .invalid(what: "approval", reason: reason) }
        guard let approval else { throw refusal("this correction needs none") }
        guard approval.verdict == .requested else {
            throw refusal("\(approval.actor) has judged this correction already")
        }
        guard reviewer != actor else { throw refusal("nobody approves a correction of his own") }
        guard !isSuperseded else { throw refusal("this correction has a newer revision") }
    }
}

extension Approval.Verdict {
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` for what a second person cannot say.
    package func requireJudgement() throws(CaseStoreError) {
        guard self != .requested else {
            throw .invalid(what: "approval", reason: "a correction asks for approval when it is filed")
        }
    }

    /// What the log calls it.
    package var action: AuditAction {
        switch self {
        case .requested: .approvalRequested
        case .approved: .correctionApproved
        case .returned: .correctionReturned
        }
    }
}

extension CaseEstimate {
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` unless its numbers are in their ranges.
    package func requireValid() throws(CaseStoreError) {
        guard effortSeconds.map({ $0.isFinite && $0 >= 0 }) ?? true, uncertainty.map((0...1).contains) ?? true else {
            throw .invalid(what: "estimate", reason: "its numbers are out of range")
        }
    }
}

/// Who may read a case a second time, and under which id.
package enum ReadingRules {
    /// The id of a reader's reading of a case. It does not hold the reader's name: ids are shown, and of a blinded
    /// reading nobody need know whose it is.
    package static func id(of id: CaseID, by reader: String) -> CaseID {
        CaseID(rawValue: "reading:" + Canonical.hash(["pleura-reading-1", id.rawValue, reader]))
    }

    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` for a reading by nobody.
    package static func require(reader: String) throws(CaseStoreError) {
        guard !reader.isEmpty else { throw .invalid(what: "reading", reason: "it needs a reader") }
    }

    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` if the reader began a review of the case.
    package static func require(reader: String, hasReviewed: Bool) throws(CaseStoreError) {
        guard !hasReviewed else {
            throw .invalid(
                what: "reading", reason: "\(reader) has reviewed this case and is no second reader of it")
        }
    }

    /// The prediction a reading begins with.
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` where there is none.
    package static func require(_ proposed: Prediction?) throws(CaseStoreError) -> Prediction {
        guard let proposed else {
            throw .invalid(what: "reading", reason: "the case has no prediction yet; open or predict it first")
        }
        return proposed
    }
}

/// Who a case can be given to.
package enum AssignmentRules {
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` for a name without a letter.
    package static func require(assignee: String?) throws(CaseStoreError) {
        guard assignee != "" else { throw .invalid(what: "assignment", reason: "it names nobody") }
    }
}

/// What an account may do, whatever keeps the roles.
package enum RoleRules {
    /// The role of an account. As long as no role was given, everybody is admin.
    package static func role(of account: String, in roles: [String: PersonRole]) -> PersonRole {
        roles.isEmpty ? .admin : roles[account] ?? .reader
    }

    /// - Throws: ``CaseStoreError/notAllowed(account:action:needs:)``.
    package static func require(
        _ role: PersonRole, to action: String, account: String, in roles: [String: PersonRole]
    ) throws(CaseStoreError) {
        guard self.role(of: account, in: roles) >= role else {
            throw .notAllowed(account: account, action: action, needs: role)
        }
    }

    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` for a name that is no account's.
    package static func require(account: String) throws(CaseStoreError) {
        guard !account.isEmpty, account.utf8.count <= 256 else {
            throw .invalid(what: "role", reason: "it names no account")
        }
    }

    /// The roles once one more is given.
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` if no admin were left.
    package static func roles(
        _ roles: [String: PersonRole], giving role: PersonRole, to account: String
    ) throws(CaseStoreError) -> [String: PersonRole] {
        var all = roles
        all[account] = role
        guard all.values.contains(.admin) else {
            throw .invalid(what: "role", reason: "someone has to be admin")
        }
        return all
    }
}

extension PatientKey {
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` unless the share is from 0 to 1.
    package static func require(holdOutShare share: Double) throws(CaseStoreError) {
        guard (0...1).contains(share) else { throw .invalid(what: "hold-out", reason: "its share is not from 0 to 1") }
    }

    /// What a patient whom the store sees for the first time is for.
    package func role(holdOutShare share: Double) -> PatientRole { lot < share ? .holdOut : .training }

    /// - Parameter known: the fingerprint of the key that the store's patients were hashed with.
    /// - Throws: ``CaseStoreError/damaged(what:reason:)`` for another key, which would give known patients a second
    ///   role.
    package func requireKey(_ known: String) throws(CaseStoreError) {
        guard known == keyFingerprint else {
            throw .damaged(
                what: "key of the patients' hashes",
                reason: "it is not the one that this store's patients were hashed with")
        }
    }
}
