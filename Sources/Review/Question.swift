import Commands

/// What is being typed.
public enum PromptKind: Hashable, Sendable {
    /// A command, after `:`.
    case command
    /// Why the case is rejected.
    case rejection
    /// What there is about the case.
    case flag
    /// Why a correction goes back to its author.
    case sendingBack
}

/// What is asked.
public enum Question: Hashable, Sendable {
    /// Take up a review that was left: how many edits it holds.
    case resume(edits: Int)
    /// Leave although steps are not on disk yet.
    case quitUnsaved
    /// Leave although something of this name is being worked out.
    case quitWorking(String)
    /// Accept with these concerns, one clause each, or none; with this comment.
    case accept([String], comment: String)
    /// Approve the correction that this author has filed.
    case approve(author: String)
    /// Reject the case for this reason.
    case reject(reason: String)

    /// What has to be typed, and Enter pressed, for an answer that gives up work: no key means it, and nobody types it
    /// by mistake.
    public static let discardWord = "discard"

    /// Whether one of its answers gives up work, so that it has to be typed.
    public var mayDiscard: Bool {
        switch self {
        case .resume, .quitUnsaved: true
        case .quitWorking, .accept, .approve, .reject: false
        }
    }
}

extension ReviewMode: AskingMode {
    package var asks: Bool {
        switch self {
        case .question, .sessions: true
        case .normal, .pointer, .prompt, .help, .warnings, .overlay: false
        }
    }

    package func asksTheSame(as other: ReviewMode) -> Bool {
        if case .sessions = self, case .sessions = other { return true }
        return self == other
    }
}

extension ReviewState: AskingScreen {}

extension ReviewAction {
    /// Whether it could answer a question.
    var mayAnswer: Bool {
        switch self {
        case .answer, .confirm, .cancel, .line(.type), .line(.deleteBackwards), .line(.deleteWord), .scrollHelp,
            .restoreSession:
            true
        default: false
        }
    }
}
