/// What every command of a table tells of itself.
public protocol CommandDescription: Sendable {
    /// The first word.
    var name: String { get }
    /// The words behind it, as a pattern.
    var arguments: String { get }
    /// What it does, as a sentence without a full stop.
    var summary: String { get }
}

extension CommandDescription {
    /// The name and the pattern of its arguments.
    public var usage: String { arguments.isEmpty ? name : "\(name) \(arguments)" }
}

/// A line that a typed one may become.
public struct Completion: Hashable, Sendable {
    /// The whole line.
    public let line: String
    /// What is shown in the list.
    public let label: String
    /// What it does.
    public let summary: String
    /// Which characters of the label are those that were typed, from 0, ascending.
    public var matched: [Int] = []
}

/// What may follow what was typed.
public enum CommandCompletion {
    /// The lines a text may become: names of commands, then the words of the command's pattern. Words in capitals in a
    /// pattern stand for something; `words` says what, e.g. `NAME` for the structures.
    public static func candidates(
        for text: String, in commands: [any CommandDescription], words: [String: [String]] = [:]
    ) -> [Completion] {
        let typed = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard typed.count > 1 else {
            return ranked(commands, for: typed.first ?? "").map { command, matched in
                Completion(
                    line: command.name + (command.arguments.isEmpty ? "" : " "), label: command.usage,
                    summary: command.summary, matched: matched)
            }
        }
        guard let command = commands.first(where: { $0.name == typed[0] }) else { return [] }
        let before = typed.dropLast().joined(separator: " ")
        let word = typed[typed.count - 1]
        return matching(
            word, options(of: command.arguments, behind: Array(typed[1..<(typed.count - 1)]), words: words)
        )
        .map { option in
            Completion(
                line: "\(before) \(option)", label: option, summary: command.summary,
                matched: FuzzyMatch(word, in: option)?.positions ?? [])
        }
    }

    /// What may be anywhere behind its place in a pattern: an expression of several words.
    private static let repeated = "EXPRESSION"

    /// The commands that may be meant by the first word, best first: those that begin so, those whose names have its
    /// letters in that order, then those that say of themselves a word that begins so.
    private static func ranked(
        _ commands: [any CommandDescription], for word: String
    ) -> [(command: any CommandDescription, matched: [Int])] {
        let begun = commands.filter { $0.name.hasPrefix(word) }
            .sorted { ($0.name.count, $0.name) < ($1.name.count, $1.name) || $0.name == word }
            .map { (command: $0, matched: Array(0..<word.count)) }
        guard !word.isEmpty else { return begun }
        let rest = commands.filter { !$0.name.hasPrefix(word) }
        let found = rest.compactMap { command in FuzzyMatch(word, in: command.name).map { (command, $0) } }
            .sorted { ($1.1.score, $0.0.name.count, $0.0.name) < ($0.1.score, $1.0.name.count, $1.0.name) }
        let named = Set(found.map(\.0.name))
        let lower = word.lowercased()
        let told = rest.filter { command in
            // One or two letters begin too many words.
            lower.count > 2 && !named.contains(command.name)
                && command.summary.lowercased().split { !$0.isLetter }.contains { $0.hasPrefix(lower) }
        }
        return begun + found.map { ($0.0, $0.1.positions) } + told.map { ($0, []) }
    }

    /// The names of the commands that may be meant by a word that is none.
    static func near(_ word: String, in names: [String]) -> [String] {
        let begun = names.filter { $0.hasPrefix(word) }
        guard begun.isEmpty else { return begun }
        let found = names.compactMap { name in FuzzyMatch(word, in: name).map { (name, $0.score) } }
        return found.sorted { ($1.1, $0.0.count, $0.0) < ($0.1, $1.0.count, $1.0) }.prefix(3).map(\.0)
    }

    /// What begins as typed; where nothing does, what begins so in another case, then what has it inside, and then what
    /// has its letters in that order, best first.
    private static func matching(_ word: String, _ options: [String]) -> [String] {
        let exact = options.filter { $0.hasPrefix(word) }
        guard exact.isEmpty, !word.isEmpty else { return exact.filter { $0 != word } }
        let lower = word.lowercased()
        let begun = options.filter { $0.lowercased().hasPrefix(lower) }
        guard begun.isEmpty else { return begun }
        let within = options.filter { $0.lowercased().contains(lower) }
        guard within.isEmpty else { return within }
        let found = options.compactMap { option in FuzzyMatch(word, in: option).map { (option, $0.score) } }
        return found.sorted { ($1.1, $0.0.count, $0.0) < ($0.1, $1.0.count, $1.0) }.map(\.0)
    }

    /// Commands, of whichever screen, with words of the reviewer's own, or with paths. One list for all of them: what was
    /// typed before is kept for all screens together, and a line may have been typed on the wrong one.
    private static let free: Set = [
        "accept", "accept!", "reject", "defer", "flag", "approve", "return", "export", "filter", "promote", "load",
    ]

    /// Commands that give a structure a name of the reviewer's own, by which later lines call it.
    private static let naming: Set = ["add", "rename"]

    /// Whether a line may hold a patient's name: such lines are not kept across sessions.
    package static func mayNamePatient(_ line: String) -> Bool { line.isCommand(of: free.union(naming)) }

    /// Whether the letters of a line are replaced in recordings. The names that structures get are not: without them,
    /// nothing that is done to these structures could be played. Neither is what is searched for: it decides which case is
    /// opened next.
    package static func isMaskedInRecordings(_ line: String) -> Bool {
        line.isCommand(of: free.subtracting(["filter"]))
    }

    /// The command that is being typed, once its name stands.
    public static func command(
        for text: String, in commands: [any CommandDescription]
    ) -> (any CommandDescription)? {
        let name = text.prefix { $0 != " " }
        return commands.first { $0.name == name }
    }

    /// The words that a pattern such as `[radius MM|bigger] X | off` allows behind others.
    static func options(of pattern: String, behind typed: [String], words: [String: [String]]) -> [String] {
        let plain = pattern.filter { !"[]…".contains($0) }
        var found: [String] = []
        for alternative in plain.split(separator: "|") {
            var parts = alternative.split(separator: " ").map(String.init)
            if let last = parts.firstIndex(of: repeated), last < typed.count {
                parts = parts[..<last] + Array(repeating: repeated, count: typed.count - last + 1)
            }
            guard parts.count > typed.count, zip(parts, typed).allSatisfy({ isMatch($0, $1) }) else { continue }
            let part = parts[typed.count]
            for option in words[part] ?? (isLiteral(part) ? [part] : []) where !found.contains(option) {
                found.append(option)
            }
        }
        return found
    }

    private static func isLiteral(_ part: String) -> Bool { part.allSatisfy { $0.isLowercase || $0 == "-" } }

    private static func isMatch(_ part: String, _ word: String) -> Bool { !isLiteral(part) || part == word }
}

extension String {
    /// Whether it is one of some commands with something behind its name.
    fileprivate func isCommand(of names: Set<String>) -> Bool {
        let words = split(separator: " ")
        return words.count > 1 && words.first.map { names.contains(String($0)) } == true
    }
}
