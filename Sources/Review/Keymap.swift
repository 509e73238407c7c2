/// Which key does what: chords as text (`j`, `ctrl-r`, `shift-up`) to commands, for each mode in which keys are
/// commands. Data: read from `keymaps/*.toml`.
public struct Keymap: Hashable, Sendable {
    /// The modes in which keys are commands.
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        /// The ordinary one.
        case normal
        /// Keys move the cursor. What it does not bind means what it means in ``normal``.
        case pointer
    }

    /// What a chord does.
    public struct Binding: Hashable, Sendable {
        /// The command as it stands in the file.
        public let command: String
        /// What it does.
        public let action: ReviewAction
    }

    private var bindings: [Mode: [String: Binding]] = [:]
    /// The ordinary mode's chords by command, the shortest first: asked for with every frame.
    private var chordsByCommand: [String: [String]] = [:]

    /// A keymap from its entries: for each mode, chords in canonical text with their commands.
    /// - Throws: ``CommandError`` naming the mode, the chord and what is wrong.
    public init(_ entries: [Mode: [(chord: String, command: String)]]) throws(CommandError) {
        for (mode, pairs) in entries {
            for (chord, command) in pairs {
                let action: ReviewAction
                do throws(CommandError) {
                    action = try CommandTable.action(for: command)
                } catch {
                    throw CommandError("[\(mode.rawValue)] \(chord): \(error.description)")
                }
                guard bindings[mode]?[chord] == nil else {
                    throw CommandError("[\(mode.rawValue)] \(chord) is bound twice")
                }
                bindings[mode, default: [:]][chord] = Binding(command: command, action: action)
            }
        }
        for (chord, binding) in all(in: .normal) { chordsByCommand[binding.command, default: []].append(chord) }
    }

    /// What a chord does in a mode.
    public func binding(for chord: String, in mode: Mode) -> Binding? {
        bindings[mode]?[chord] ?? (mode == .pointer ? bindings[.normal]?[chord] : nil)
    }

    /// The chords of a mode with what they do, the shortest first, so that the one to teach comes first.
    public func all(in mode: Mode) -> [(chord: String, binding: Binding)] {
        (bindings[mode] ?? [:]).map { ($0.key, $0.value) }.sorted { ($0.0.count, $0.0) < ($1.0.count, $1.0) }
    }

    /// The chords that run a command in the ordinary mode, the shortest first.
    public func chords(for command: String) -> [String] {
        chordsByCommand[command] ?? []
    }
}
