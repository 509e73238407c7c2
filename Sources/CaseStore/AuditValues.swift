import Foundation

/// One row of the append-only log.
public struct AuditEntry: Hashable, Sendable {
    /// Counts the rows from 1.
    public let sequence: Int
    /// When it happened, to the millisecond.
    public let at: Date
    /// Who did it: a reviewer or a program, never a patient.
    public let actor: String
    /// What was done, e.g. `correction.filed`.
    public let action: String
    /// To what, e.g. `case 1.2.3 revision 2`.
    public let subject: String
    /// More about it: a JSON object of strings, keys in order.
    public let details: String
    /// The hash of the row before; 64 zeros for the first.
    public let previousHash: String
    /// SHA-256 in hexadecimal over all of the above; see ``canonicalForm``.
    public let hash: String

    /// A value from its parts, as a store reads it.
    package init(
        sequence: Int, at: Date, actor: String, action: String, subject: String, details: String, previousHash: String,
        hash: String
    ) {
        self.sequence = sequence
        self.at = at
        self.actor = actor
        self.action = action
        self.subject = subject
        self.details = details
        self.previousHash = previousHash
        self.hash = hash
    }

    /// What is hashed: `pleura-audit-1`, the sequence, milliseconds since 1970, actor, action, subject, details and
    /// the previous hash, each as its length in bytes of UTF-8 in decimal, a colon, the bytes and a line feed. No two
    /// rows have one form, whatever characters are in them.
    public var canonicalForm: String {
        Canonical.form([
            "pleura-audit-1", String(sequence), String(StoredTime.rounded(at)), actor, action, subject, details,
            previousHash,
        ])
    }
}

/// Whether the append-only log is whole.
public enum AuditVerdict: Hashable, Sendable {
    /// Every row is as it was written; the last hash may be noted elsewhere to prove it later.
    case intact(rows: Int, lastHash: String)
    /// The first row that is missing, changed or too many, and what is wrong with it.
    case broken(sequence: Int, reason: String)

    /// Whether every row is as it was written.
    public var isIntact: Bool {
        if case .intact = self { true } else { false }
    }
}
