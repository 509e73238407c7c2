/// How far a question has come: nothing that was typed before it could be read answers it.
public struct Asking: Hashable, Sendable {
    /// Whether it has been on the screen, and whatever had been typed until then is gone.
    public package(set) var isShown = false
    /// What has been typed as an answer.
    public package(set) var typed = ""
    /// Whether something was typed before it was on the screen, which was thrown away.
    public package(set) var missed = false
    /// What was typed and entered and is none of the answers; empty once something else is typed.
    public package(set) var misunderstood = ""

    /// A question that nobody has seen yet.
    package init() {}
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
    /// Whether something is asked that was not on the screen yet. Whoever draws reports it
    /// (``noteQuestionShown()``) once it was, and has thrown away what was typed until then.
    package var hasUnseenQuestion: Bool { mode.asks && !asking.isShown }

    /// Takes in that the question has been on the screen.
    package mutating func noteQuestionShown() { if mode.asks { asking.isShown = true } }

    /// Takes in that the mode has changed: a question that was not asked before has not been on the screen.
    package mutating func noteQuestion(after before: Mode) {
        if mode.asks, !mode.asksTheSame(as: before) { asking = Asking() }
    }
}
