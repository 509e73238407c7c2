import Cases
import Foundation

/// A word to whoever takes a case up next: it was put off, or there is something to look at.
public struct CaseMark: Hashable, Sendable {
    /// What is marked.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// The case was put off.
        case deferred
        /// There is something about it.
        case flagged
        /// There is no longer.
        case unflagged
    }

    /// What somebody had to say.
    public let comment: String
    /// Who.
    public let actor: String
    /// When, to the millisecond.
    public let at: Date

    /// A value from its parts, as a store reads it.
    package init(comment: String, actor: String, at: Date) {
        self.comment = comment
        self.actor = actor
        self.at = at
    }
}

/// Where the approval of a correction by a second person stands.
public struct Approval: Hashable, Sendable {
    /// How far it is.
    public enum Verdict: String, Hashable, Sendable, Codable {
        /// It waits for somebody other than its author.
        case requested
        /// It counts.
        case approved
        /// It went back to its author.
        case returned
    }

    /// How far it is.
    public let verdict: Verdict
    /// What the second person had to say.
    public let comment: String
    /// Who asked for it or gave it.
    public let actor: String
    /// When, to the millisecond.
    public let at: Date

    /// A value from its parts, as a store reads it.
    package init(verdict: Verdict, comment: String, actor: String, at: Date) {
        self.verdict = verdict
        self.comment = comment
        self.actor = actor
        self.at = at
    }

    /// Whether the correction may be exported and trained on.
    public var allowsUse: Bool { verdict == .approved }
}

/// A second reader's reading of a case.
public struct Reading: Hashable, Sendable {
    /// Under which id its journal and its corrections are.
    public let id: CaseID
    /// The case that was read.
    public let caseID: CaseID
    /// Who read it.
    public let reader: String
    /// When it was begun, to the millisecond.
    public let begunAt: Date
    /// The newest correction that was filed of it; `nil` while it is under way.
    public let correction: CorrectionKey?

    /// A value from its parts, as a store reads it.
    package init(id: CaseID, caseID: CaseID, reader: String, begunAt: Date, correction: CorrectionKey?) {
        self.id = id
        self.caseID = caseID
        self.reader = reader
        self.begunAt = begunAt
        self.correction = correction
    }
}

/// What a review of a prediction is expected to take.
public struct CaseEstimate: Hashable, Sendable {
    /// Time, seconds; `nil` where it is unknown.
    public var effortSeconds: Double?
    /// How unsure the model is, from 0 to 1; `nil` where it is unknown.
    public var uncertainty: Double?

    /// An estimate from its parts.
    public init(effortSeconds: Double?, uncertainty: Double?) {
        self.effortSeconds = effortSeconds
        self.uncertainty = uncertainty
    }
}
