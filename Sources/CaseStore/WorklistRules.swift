import Cases

extension CaseRecord {
    /// - Throws: ``CaseStoreError/invalid(what:reason:)`` for a case without an id.
    package func requireID() throws(CaseStoreError) {
        guard !id.rawValue.isEmpty else { throw .invalid(what: "case", reason: "its id is empty") }
    }

    /// What this record, which is stored, is once `offered` is registered under the same id. What belongs to the image
    /// stays, and so does what was done to make it: a pseudonymised copy, read by itself, does not say.
    /// - Throws: ``CaseStoreError/otherContent(_:stored:offered:)`` if it is another image.
    package func registering(_ offered: CaseRecord) throws(CaseStoreError) -> CaseRecord {
        guard contentDigest == offered.contentDigest, geometry == offered.geometry else {
            throw .otherContent(offered.id, stored: content, offered: offered.content)
        }
        var record = self
        record.source = offered.source
        record.volume = offered.volume
        if Set(structures) != Set(offered.structures) { record.structures = offered.structures }
        record.warnings = offered.warnings
        record.repairs.formUnion(offered.repairs)
        record.place = offered.place
        record.description = offered.description
        record.acquisition = acquisition.updated(by: offered.acquisition)
        return record
    }

    /// What the log says of an update besides that there was one: a site that changed, which decides what the case is
    /// counted under.
    package func details(ofUpdateTo updated: CaseRecord) -> [String: String] {
        let (before, after) = (acquisition.site, updated.acquisition.site)
        guard before != after else { return [:] }
        return ["site": after ?? "", "siteBefore": before ?? ""].filter { !$0.value.isEmpty }
    }

    /// Names the image in an error: its digest, and its grid in case only that differs.
    private var content: String { "\(contentDigest) (\(geometry))" }
}

extension CaseID {
    /// The one case that a query means.
    /// - Parameter matches: the ids that are the query or begin with it, in order.
    /// - Throws: ``CaseStoreError/noSuchCase(_:)``, ``CaseStoreError/ambiguousCase(_:matches:)``.
    package static func only(of matches: [CaseID], for query: String) throws(CaseStoreError) -> CaseID {
        if let exact = matches.first(where: { $0.rawValue == query }) { return exact }
        guard let first = matches.first else { throw .noSuchCase(query) }
        guard matches.count == 1 else { throw .ambiguousCase(query, matches: matches) }
        return first
    }
}

extension CaseMark {
    /// Whether a deferral still stands: until a step is made or a correction filed.
    /// - Parameters: milliseconds since 1970; `nil` where there is none.
    package static func isDeferred(since at: Int64, lastStepAt: Int64?, lastFiledAt: Int64?) -> Bool {
        (lastStepAt ?? 0) <= at && (lastFiledAt ?? 0) <= at
    }
}

extension CaseStatus {
    /// Where a case stands.
    /// - Parameters:
    ///   - correction: how its newest correction ended.
    ///   - approval: where that correction's approval stands.
    package init(
        isDeferred: Bool, hasOpenSession: Bool, correction: CorrectionStatus?, approval: Approval.Verdict?
    ) {
        if isDeferred {
            self = .deferred
        } else if hasOpenSession {
            self = .inProgress
        } else if let correction {
            switch (approval, correction) {
            case (.requested, _): self = .awaiting
            case (.returned, _): self = .returned
            case (_, .accepted): self = .accepted
            case (_, .corrected): self = .corrected
            case (_, .rejected): self = .rejected
            }
        } else {
            self = .new
        }
    }
}
