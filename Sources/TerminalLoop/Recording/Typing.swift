import Commands
import TerminalKit

/// What is being typed: notes may name a patient, so that a recording keeps their length and none of their letters.
enum Typing: Equatable {
    /// Nothing that anybody would read: keys are commands, or the answer to a question.
    case nothing
    /// A note or a reason.
    case note
    /// A command, so far as it stands; some have a note or a path behind their name.
    case command(String)

    /// The event as it may be written down.
    func recordable(_ event: InputEvent) -> InputEvent {
        switch event {
        case .key(.character(let character), let modifiers) where modifiers.subtracting(.shift).isEmpty:
            guard let first = masked(String(character)).first else { return event }
            return .key(.character(first), modifiers)
        case .paste(let text): return .paste(masked(text))
        default: return event
        }
    }

    /// A text with its letters replaced where they belong to a note.
    private func masked(_ text: String) -> String {
        switch self {
        case .nothing: return text
        case .note: return String(text.map(\.masked))
        case .command(let before):
            let line = before + text
            guard CommandCompletion.isMaskedInRecordings(line) else { return text }
            let name =
                line.prefix(while: \.isWhitespace).count + line.drop(while: \.isWhitespace).prefix { $0 != " " }.count
            let known = max(0, name - before.count)
            return String(text.prefix(known)) + String(text.dropFirst(known).map(\.masked))
        }
    }
}

extension Character {
    /// A sign of the same kind that tells nothing.
    fileprivate var masked: Character {
        if isNumber { return "0" }
        return isASCII && !isLetter ? self : "x"
    }
}

extension ReviewProgram {
    /// What is being typed on the screen that is shown.
    var typing: Typing {
        switch screen {
        case .review:
            guard case .prompt(let kind, let text)? = review?.mode else { return .nothing }
            return kind == .command ? .command(text) : .note
        case .worklist:
            if case .command(let text) = worklist.mode { return .command(text) }
            return .nothing
        case .training:
            switch training.mode {
            case .command(let text): return .command(text)
            case .reason: return .note
            default: return .nothing
            }
        }
    }
}
