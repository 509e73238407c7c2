import Cases

/// What a row of the log is about. The log stores it as text, which its hashes cover, so that the text stays as it is;
/// whoever looks for rows compares values.
public enum AuditSubject: Hashable, Sendable {
    /// A case as a whole: `case X`.
    case wholeCase(CaseID)
    /// A review session of a case: `case X session 3`.
    case session(SessionID, of: CaseID)
    /// A correction of a case: `case X revision 2`.
    case correction(CorrectionKey)
    /// A job: `job 1`.
    case job(Int64)
    /// A model version: `model lungs@2`.
    case model(ModelName)
    /// A patient, by the beginning of their key, which says nothing of who they are: `patient 0123456789ab`.
    case patient(String)
    /// An account of the system: `account ana`.
    case account(String)

    /// How many characters of a patient's key the log has.
    private static let keyLength = 12

    /// The patient with a key, of which only the beginning is kept.
    package static func patient(key: String) -> AuditSubject { .patient(String(key.prefix(keyLength))) }

    /// As the log has it.
    public var text: String {
        switch self {
        case .wholeCase(let id): "case \(id.rawValue)"
        case .session(let session, let id): "case \(id.rawValue) session \(session.rawValue)"
        case .correction(let key): "case \(key.caseID.rawValue) revision \(key.revision)"
        case .job(let id): "job \(id)"
        case .model(let name): "model \(name.rawValue)"
        case .patient(let key): "patient \(key)"
        case .account(let name): "account \(name)"
        }
    }

    /// Reads what the log has.
    ///
    /// A case's id may have blanks. What ends as a session or a revision is taken for one: no id of ours ends so.
    /// - Returns: `nil` for what no program of ours has written.
    public init?(_ text: String) {
        guard let blank = text.firstIndex(of: " ") else { return nil }
        let name = String(text[text.index(after: blank)...])
        guard !name.isEmpty else { return nil }
        switch text[..<blank] {
        case "case": self = Self.ofCase(name)
        case "job":
            guard let id = Int64(name) else { return nil }
            self = .job(id)
        case "model": self = .model(ModelName(rawValue: name))
        case "patient": self = .patient(name)
        case "account": self = .account(name)
        default: return nil
        }
    }

    private static func ofCase(_ name: String) -> AuditSubject {
        let words = name.split(separator: " ", omittingEmptySubsequences: false)
        if words.count > 2 {
            let id = CaseID(rawValue: words.dropLast(2).joined(separator: " "))
            switch words[words.count - 2] {
            case "session":
                if let number = Int64(words[words.count - 1]) { return .session(SessionID(rawValue: number), of: id) }
            case "revision":
                if let number = Int(words[words.count - 1]) {
                    return .correction(CorrectionKey(caseID: id, revision: number))
                }
            default: break
            }
        }
        return .wholeCase(CaseID(rawValue: name))
    }

    /// The case that it is, or is of; `nil` for what belongs to no single case.
    public var caseID: CaseID? {
        switch self {
        case .wholeCase(let id), .session(_, let id): id
        case .correction(let key): key.caseID
        case .job, .model, .patient, .account: nil
        }
    }
}

extension AuditEntry {
    /// What the row is about; `nil` if no program of ours has written it so.
    public var about: AuditSubject? { AuditSubject(subject) }
}
