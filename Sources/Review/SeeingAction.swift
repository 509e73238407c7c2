import Commands

/// What the user wants to see or to know, and what never changes a mask.
public enum SeeingAction: Hashable, Sendable {
    /// Shows what was said until now.
    case showMessages
    /// Shows what the structure that is edited is, and what the CT is in it.
    case showStatistics
    /// Asks for a key, to tell what it does; behind the first keys of a chord, where there are any.
    case askKey(prefix: String?)
    /// Tells what the key does that was pressed.
    case tellKey(String)
    /// Shows that of the next structure, or the one before, which is edited from now on.
    case describeNext(backwards: Bool)
}

extension ReviewState {
    /// Shows or tells what was asked for.
    mutating func see(_ action: SeeingAction) -> [ReviewEffect] {
        switch action {
        case .showMessages: return showMessages()
        case .showStatistics: return showStatistics()
        case .askKey(let prefix): return askKey(behind: prefix)
        case .tellKey(let text):
            closeOverlay()
            message = StatusMessage(text)
            return []
        case .describeNext(let backwards): return describeNext(backwards: backwards)
        }
    }

    /// Asks for a key, to tell what it does.
    private mutating func askKey(behind prefix: String?) -> [ReviewEffect] {
        if case .overlay(.key) = mode {
            mode = .overlay(.key(prefix: prefix))
            return []
        }
        return open(.key(prefix: prefix))
    }
}
