import Review
import TerminalKit

/// What Escape with a key close behind it means: the key with Alt where the keymap has it, otherwise the two one after
/// the other, as who types fast means them.
public enum EscapeRule {
    /// The events to act on, one after the other, in the review.
    public static func events(_ event: InputEvent, in state: ReviewState, _ keymap: Keymap) -> [InputEvent] {
        guard let parts = event.asEscapeAndKey, let chord = event.chord else { return [event] }
        switch state.mode {
        case .normal, .pointer:
            let mode: Keymap.Mode =
                state.mode == .pointer ? .pointer : state.adjudication == nil ? .normal : .adjudicate
            let text = (state.keys.prefix.map { $0 + " " } ?? "") + chord.description
            if keymap.binding(for: text, in: mode) != nil || keymap.isPrefix(text, in: mode) { return [event] }
            // With Alt every digit begins a number.
            if case .character(let character) = chord.key, character.isASCII, character.isNumber { return [event] }
            return parts
        case .prompt, .question, .help, .warnings, .sessions: return parts
        }
    }

    /// The events to act on, one after the other, in the worklist.
    public static func events(_ event: InputEvent, in state: WorklistState, _ keymap: Keymap) -> [InputEvent] {
        guard let parts = event.asEscapeAndKey, let chord = event.chord else { return [event] }
        guard case .list = state.mode else { return parts }
        let text = (state.prefix.map { $0 + " " } ?? "") + chord.description
        return keymap.listBinding(for: text) != nil || keymap.isPrefix(text, in: .worklist) ? [event] : parts
    }

    /// The events to act on, one after the other, in the queue and the models.
    public static func events(_ event: InputEvent, in state: TrainingState, _ keymap: Keymap) -> [InputEvent] {
        guard let parts = event.asEscapeAndKey, let chord = event.chord else { return [event] }
        guard case .list = state.mode else { return parts }
        let text = (state.prefix.map { $0 + " " } ?? "") + chord.description
        return keymap.trainingBinding(for: text) != nil || keymap.isPrefix(text, in: .training) ? [event] : parts
    }
}
