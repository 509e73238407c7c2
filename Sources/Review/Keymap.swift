/// Which key does what: chords as text (`j`, `ctrl-r`, `shift-up`) to commands, for each mode in which keys are
/// commands. Data: read from `keymaps/*.toml`.
public struct Keymap: Hashable, Sendable {
    /// The modes in which keys are commands.
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

        /// Whether its commands are those of the review.
        var isOfReview: Bool { self != .worklist && self != .training }
    }

    /// What a chord does.
    public struct Binding: Hashable, Sendable {
        /// The command as it stands in the file.
        public let command: String
        /// What it does.
        public let action: ReviewAction
    }

    /// What a chord does in the worklist.
    public struct ListBinding: Hashable, Sendable {
        /// The command as it stands in the file.
        public let command: String
        /// What it does.
        public let action: WorklistAction
    }

    /// What a chord does in the queue and the models.
    public struct TrainingBinding: Hashable, Sendable {
        /// The command as it stands in the file.
        public let command: String
        /// What it does.
        public let action: TrainingAction
    }

    private var bindings: [Mode: [String: Binding]] = [:]
    private var trainingBindings: [String: TrainingBinding] = [:]
    private var listBindings: [String: ListBinding] = [:]
    /// The beginnings of chords of several keys, by mode.
    private var prefixes: [Mode: Set<String>] = [:]
    /// The ordinary mode's chords by command, the shortest first: asked for with every frame.
    private var chordsByCommand: [String: [String]] = [:]

    /// A keymap from its entries: for each mode, chords in canonical text with their commands.
    /// - Throws: ``CommandError`` naming the mode, the chord and what is wrong.
    public init(_ entries: [Mode: [(chord: String, command: String)]]) throws(CommandError) {
        for (mode, pairs) in entries {
            for (chord, command) in pairs {
                var keys = chord.split(separator: " ").dropLast()
                while !keys.isEmpty {
                    prefixes[mode, default: []].insert(keys.joined(separator: " "))
                    keys = keys.dropLast()
                }
                if !mode.isOfReview {
                    try bind(chord, command, in: mode)
                    continue
                }
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

    private mutating func bind(_ chord: String, _ command: String, in mode: Mode) throws(CommandError) {
        guard listBindings[chord] == nil || mode != .worklist, trainingBindings[chord] == nil || mode != .training
        else { throw CommandError("[\(mode.rawValue)] \(chord) is bound twice") }
        do throws(CommandError) {
            if mode == .worklist {
                let action = try WorklistCommandTable.action(for: command)
                listBindings[chord] = ListBinding(command: command, action: action)
            } else {
                let action = try TrainingCommandTable.action(for: command)
                trainingBindings[chord] = TrainingBinding(command: command, action: action)
            }
        } catch {
            throw CommandError("[\(mode.rawValue)] \(chord): \(error.description)")
        }
    }

    /// What a chord does in a mode; nothing in those with commands of their own, which see ``listBinding(for:)`` and
    /// ``trainingBinding(for:)``.
    public func binding(for chord: String, in mode: Mode) -> Binding? {
        bindings[mode]?[chord] ?? (mode == .normal || !mode.isOfReview ? nil : bindings[.normal]?[chord])
    }

    /// What a chord does in the worklist.
    public func listBinding(for chord: String) -> ListBinding? { listBindings[chord] }

    /// What a chord does in the queue and the models.
    public func trainingBinding(for chord: String) -> TrainingBinding? { trainingBindings[chord] }

    /// Whether chords of several keys begin so.
    public func isPrefix(_ keys: String, in mode: Mode) -> Bool {
        prefixes[mode]?.contains(keys) == true
            || mode != .normal && mode.isOfReview && prefixes[.normal]?.contains(keys) == true
    }

    /// Chords that are hidden because another begins with them, as `mode chord`: mistakes of a file.
    public var hiddenChords: [String] {
        Mode.allCases.flatMap { mode in
            let chords =
                switch mode {
                case .worklist: Array(listBindings.keys)
                case .training: Array(trainingBindings.keys)
                case .normal, .pointer, .adjudicate: bindings[mode].map { Array($0.keys) } ?? []
                }
            return chords.filter { isPrefix($0, in: mode) }.map { "\(mode.rawValue) \($0)" }
        }.sorted()
    }

    /// The worklist's chords with what they do, the shortest first.
    public var allInList: [(chord: String, command: String)] {
        listBindings.map { ($0.key, $0.value.command) }.sorted { ($0.0.count, $0.0) < ($1.0.count, $1.0) }
    }

    /// The chords of the queue and the models with what they do, the shortest first.
    public var allInTraining: [(chord: String, command: String)] {
        trainingBindings.map { ($0.key, $0.value.command) }.sorted { ($0.0.count, $0.0) < ($1.0.count, $1.0) }
    }

    /// The chords that run a command in the queue and the models, the shortest first.
    public func trainingChords(for command: String) -> [String] {
        allInTraining.filter { $0.command == command }.map(\.chord)
    }

    /// The chords that run a command in the worklist, the shortest first.
    public func listChords(for command: String) -> [String] {
        allInList.filter { $0.command == command }.map(\.chord)
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
