import Cases

/// Which cases are listed: terms that must all hold, e.g. `status:new model:unet phantom -is:flagged`.
public struct WorklistFilter: Hashable, Sendable {
    private struct Term: Hashable {
        var key: String?
        var word: String
        var isNegated: Bool
    }

    /// As it was typed.
    public let text: String
    private let terms: [Term]

    /// The keys that may stand before a colon.
    public static let keys = ["status", "model", "who", "structure", "is", "case"]
    /// What may stand behind `is:`.
    public static let kinds = ["open", "mine", "flagged", "held", "unsent"]

    /// A filter from what was typed; every text is one.
    public init(_ text: String) {
        self.text = text
        terms = text.split(whereSeparator: \.isWhitespace).map { part in
            let isNegated = part.hasPrefix("-") && part.count > 1
            let rest = isNegated ? part.dropFirst() : part
            if let colon = rest.firstIndex(of: ":"), Self.keys.contains(rest[..<colon].lowercased()) {
                return Term(
                    key: rest[..<colon].lowercased(), word: rest[rest.index(after: colon)...].lowercased(),
                    isNegated: isNegated)
            }
            return Term(key: nil, word: rest.lowercased(), isNegated: isNegated)
        }
    }

    /// Whether a case is listed.
    public func admits(_ entry: WorklistEntry, for me: String) -> Bool {
        terms.allSatisfy { term in
            // A term of which only the key stands yet admits all.
            term.word.isEmpty || Self.holds(term, entry, me) != term.isNegated
        }
    }

    private static func holds(_ term: Term, _ entry: WorklistEntry, _ me: String) -> Bool {
        func has(_ text: String?) -> Bool { text?.lowercased().contains(term.word) == true }
        let people = [entry.holder, entry.assignee, entry.reviewer]
        switch term.key {
        case "status": return entry.status.rawValue.hasPrefix(term.word)
        case "model": return has(entry.model)
        case "who": return people.contains { has($0) }
        case "structure": return entry.structures.contains { has($0.rawValue) }
        case "case": return has(entry.caseID.rawValue) || has(entry.title)
        case "is":
            switch term.word {
            case "open": return ![.accepted, .corrected, .rejected].contains(entry.status)
            case "mine": return people.contains(me)
            case "flagged": return entry.flag != nil
            case "held": return entry.holder != nil
            case "unsent": return entry.delivery?.isFailure == true
            default: return false
            }
        default:
            return has(entry.title) || has(entry.caseID.rawValue) || has(entry.status.rawValue) || has(entry.model)
                || people.contains { has($0) } || entry.structures.contains { has($0.rawValue) } || has(entry.flag)
                || has(entry.note)
        }
    }
}
