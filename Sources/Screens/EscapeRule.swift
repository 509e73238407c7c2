import Commands
import Lists
import Review
import TerminalKit

/// What Escape with a key close behind it means: the key with Alt where the keymap has it, otherwise the two one after
/// the other, as who types fast means them.
public enum EscapeRule {
    /// The events to act on, one after the other, in the review.
    public static func events(_ event: InputEvent, in state: ReviewState, _ keymaps: Keymaps) -> [InputEvent] {
        guard let parts = event.asEscapeAndKey, let chord = event.chord else { return [event] }
        switch state.mode {
        case .normal, .pointer:
            if keymaps.review(in: state).means(chord, behind: state.keys.pending) { return [event] }
            // With Alt every digit begins a number.
            if case .character(let character) = chord.key, character.isASCII, character.isNumber { return [event] }
            return parts
        // What is asked is what the key with Alt does, and nothing is to be done by either.
        case .overlay(.key): return [event]
        case .prompt, .question, .help, .warnings, .sessions, .overlay: return parts
        }
    }

    /// The events to act on, one after the other, in the worklist.
    public static func events(_ event: InputEvent, in state: WorklistState, _ keymaps: Keymaps) -> [InputEvent] {
        guard let parts = event.asEscapeAndKey, let chord = event.chord else { return [event] }
        guard case .list = state.mode else { return parts }
        return keymaps.worklist.means(chord, behind: state.keys) ? [event] : parts
    }

    /// The events to act on, one after the other, in the queue and the models.
    public static func events(_ event: InputEvent, in state: TrainingState, _ keymaps: Keymaps) -> [InputEvent] {
        guard let parts = event.asEscapeAndKey, let chord = event.chord else { return [event] }
        guard case .list = state.mode else { return parts }
        return keymaps.training.means(chord, behind: state.keys) ? [event] : parts
    }
}

extension Keymap {
    /// Whether a chord behind other keys is a command, or the beginning of one.
    fileprivate func means(_ chord: KeyChord, behind keys: PendingKeys) -> Bool {
        let text = keys.chord(chord.description)
        return binding(for: text) != nil || isPrefix(text)
    }
}
