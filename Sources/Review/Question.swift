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

/// How far a question has come: nothing that was typed before it could be read answers it.
public struct Asking: Hashable, Sendable {
    /// Whether it has been on the screen, and whatever had been typed until then is gone.
    public internal(set) var isShown = false
    /// What has been typed as an answer.
    public internal(set) var typed = ""
    /// Whether something was typed before it was on the screen, which was thrown away.
    public internal(set) var missed = false
    /// What was typed and entered and is none of the answers; empty once something else is typed.
    public internal(set) var misunderstood = ""
}

/// What keys mean on a screen that asks questions.
package protocol AskingMode {
    /// Whether something is asked or offered whose answer has consequences.
    var asks: Bool { get }
    /// Whether it asks what another mode asks.
    func asksTheSame(as other: Self) -> Bool
}

/// A screen that asks questions, none of which is answered by what was typed before it could be read.
package protocol AskingScreen {
    associatedtype Mode: AskingMode
    /// What keys mean.
    var mode: Mode { get }
    /// How far the question has come that is asked, if one is.
    var asking: Asking { get set }
}

extension AskingScreen {
    /// Whether something is asked that was not on the screen yet. Whoever draws reports ``ReviewNews/questionShown`` once
    /// it was, and has thrown away what was typed until then.
    package var hasUnseenQuestion: Bool { mode.asks && !asking.isShown }

    /// Takes in that the question has been on the screen.
    mutating func noteQuestionShown() { if mode.asks { asking.isShown = true } }

    /// Takes in that the mode has changed: a question that was not asked before has not been on the screen.
    mutating func noteQuestion(after before: Mode) {
        if mode.asks, !mode.asksTheSame(as: before) { asking = Asking() }
    }
}

extension ReviewMode: AskingMode {
    package var asks: Bool {
        switch self {
        case .question, .sessions: true
        case .normal, .pointer, .prompt, .help, .warnings: false
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
