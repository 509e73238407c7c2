import Commands
import Lists

/// The keys of all screens, as one file `keymaps/*.toml` has them.
public struct Keymaps: Hashable, Sendable {
    /// The modes in which keys are commands: the sections of the file.
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        /// The ordinary one.
        case normal
        /// Keys move the cursor. What it does not bind means what it means in ``normal``.
        case pointer
        /// Two readings are brought together. What it does not bind means what it means in ``normal``.
        case adjudicate
        /// The worklist, which has commands of its own.
        case worklist
        /// The queue, the models and the replay, which have commands of their own.
        case training
    }

    /// The review's keys in the ordinary mode.
    public let normal: Keymap<ReviewAction>
    /// The review's keys while they move the cursor.
    public let pointer: Keymap<ReviewAction>
    /// The review's keys where two readings are brought together.
    public let adjudicate: Keymap<ReviewAction>
    /// The worklist's keys.
    public let worklist: Keymap<WorklistAction>
    /// The keys of the queue, the models and the replay.
    public let training: Keymap<TrainingAction>

    /// Keymaps from their entries: for each mode, chords in canonical text with their commands.
    /// - Throws: ``CommandError`` naming the mode, the chord and what is wrong.
    public init(_ entries: [Mode: [(chord: String, command: String)]]) throws(CommandError) {
        func keymap<Action>(
            _ mode: Mode, _ commands: CommandTable<Action>, over base: Keymap<Action>? = nil
        ) throws(CommandError) -> Keymap<Action> {
            try Keymap(entries[mode] ?? [], of: mode.rawValue, commands: commands, over: base)
        }
        normal = try keymap(.normal, ReviewCommands.table)
        pointer = try keymap(.pointer, ReviewCommands.table, over: normal)
        adjudicate = try keymap(.adjudicate, ReviewCommands.table, over: normal)
        worklist = try keymap(.worklist, WorklistCommands.table)
        training = try keymap(.training, TrainingCommands.table)
    }

    /// The review's keys in a mode.
    public func review(in mode: Mode) -> Keymap<ReviewAction> {
        switch mode {
        case .normal, .worklist, .training: normal
        case .pointer: pointer
        case .adjudicate: adjudicate
        }
    }

    /// The keys in force in a review whose keys are commands.
    public func review(in state: ReviewState) -> Keymap<ReviewAction> {
        if state.mode == .pointer { return pointer }
        return state.adjudication == nil ? normal : adjudicate
    }

    /// Chords that are hidden because another begins with them, as `mode chord`: mistakes of a file.
    public var hiddenChords: [String] {
        let hidden: [(Mode, [String])] = [
            (.normal, normal.hiddenChords), (.pointer, pointer.hiddenChords), (.adjudicate, adjudicate.hiddenChords),
            (.worklist, worklist.hiddenChords), (.training, training.hiddenChords),
        ]
        return hidden.flatMap { mode, chords in chords.map { "\(mode.rawValue) \($0)" } }.sorted()
    }
}
