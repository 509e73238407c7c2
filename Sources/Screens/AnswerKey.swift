import Commands
import Review
import TerminalKit

/// What keys mean while something is asked.
enum AnswerKey {
    /// What a key means to a question. Enter, which ends every line that was meant for a shell, is a yes only where that
    /// keeps everything; a key that means nothing to the question leaves it unanswered.
    static func actions(
        for key: Key, _ modifiers: InputModifiers, _ question: Question, _ asking: Asking
    ) -> [ReviewAction] {
        if case .character("c") = key, modifiers.contains(.control) {
            // A review that was left can be left again; any other question is one of a moment ago.
            if case .resume = question { return [.quit] }
            return [.cancel]
        }
        if question.mayDiscard { return typed(key, modifiers, question, asking) }
        switch key {
        case .character("y") where isPlain(modifiers), .character("Y") where isPlain(modifiers): return [.answer(true)]
        case .character("n") where isPlain(modifiers), .character("N") where isPlain(modifiers): return [.answer(false)]
        case .special(.enter): return []
        default: return [.cancel]
        }
    }

    private static func isPlain(_ modifiers: InputModifiers) -> Bool {
        !modifiers.contains(.control) && !modifiers.contains(.alt)
    }

    /// A word may have to be typed.
    private static func typed(
        _ key: Key, _ modifiers: InputModifiers, _ question: Question, _ asking: Asking
    ) -> [ReviewAction] {
        if asking.typed.isEmpty, isPlain(modifiers) {
            switch key {
            case .character("y"), .character("Y"): return [.answer(true)]
            case .character("n"), .character("N"): return [.answer(false)]
            default: break
            }
        }
        switch PromptKey(key, modifiers) {
        case .confirm: return [.confirm]
        case .cancel: return question == .quitUnsaved ? [.answer(false)] : [.cancel]
        case .line(.deleteWord): return [.deleteWord(all: true)]
        case .line(.recall), .line(.complete), nil: return []
        case .line(let edit): return [.line(edit)]
        }
    }
}
