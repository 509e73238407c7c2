/// Which key does what where keys are commands of one table: chords as text (`j`, `ctrl-r`, `shift-up`) to commands.
public struct Keymap<Action: Hashable & Sendable>: Hashable, Sendable {
    /// What a chord does.
    public struct Binding: Hashable, Sendable {
        /// The command as it stands in the file.
        public let command: String
        /// What it does.
        public let action: Action
    }

    private var own: [String: Binding] = [:]
    private var inherited: [String: Binding] = [:]
    /// The beginnings of chords of several keys.
    private var prefixes: Set<String> = []
    /// Its own chords, the shortest first.
    private var ordered: [String] = []
    /// Its own chords by command, the shortest first: asked for with every frame.
    private var chordsByCommand: [String: [String]] = [:]

    /// A keymap from its entries: chords in canonical text with their commands.
    /// - Parameters:
    ///   - mode: what mistakes are named after.
    ///   - base: what a chord means that has no entry.
    /// - Throws: ``CommandError`` naming the mode, the chord and what is wrong.
    package init(
        _ entries: [(chord: String, command: String)], of mode: String, commands: CommandTable<Action>,
        over base: Keymap? = nil
    ) throws(CommandError) {
        if let base {
            inherited = base.own
            prefixes = base.prefixes
        }
        for (chord, command) in entries {
            let action: Action
            do throws(CommandError) {
                action = try commands.action(for: command)
            } catch {
                throw CommandError("[\(mode)] \(chord): \(error.description)")
            }
            guard own[chord] == nil else { throw CommandError("[\(mode)] \(chord) is bound twice") }
            own[chord] = Binding(command: command, action: action)
            var keys = chord.split(separator: " ").dropLast()
            while !keys.isEmpty {
                prefixes.insert(keys.joined(separator: " "))
                keys = keys.dropLast()
            }
        }
        ordered = own.keys.sorted { ($0.count, $0) < ($1.count, $1) }
        for (chord, command) in all { chordsByCommand[command, default: []].append(chord) }
    }

    /// What a chord does.
    public func binding(for chord: String) -> Binding? { own[chord] ?? inherited[chord] }

    /// Whether chords of several keys begin so.
    public func isPrefix(_ keys: String) -> Bool { prefixes.contains(keys) }

    /// Its own chords with their commands, the shortest first, so that the one to teach comes first.
    public var all: [(chord: String, command: String)] {
        ordered.compactMap { chord in own[chord].map { (chord, $0.command) } }
    }

    /// Its own chords that run a command, the shortest first.
    public func chords(for command: String) -> [String] { chordsByCommand[command] ?? [] }

    /// The chords to teach for a line: those that run it; where there are none, those that run it with more words behind
    /// it, which `isPart` says. The shortest first.
    public func chords(toTeach line: String) -> (chords: [String], isPart: Bool) {
        let command = line.trimmed
        let own = chords(for: command)
        if !own.isEmpty { return (own, false) }
        return (all.filter { $0.command.hasPrefix(command + " ") }.map(\.chord), true)
    }

    /// Its own chords that do nothing, because longer ones begin with them: mistakes of a file.
    package var hiddenChords: [String] { ordered.filter(isPrefix) }
}
