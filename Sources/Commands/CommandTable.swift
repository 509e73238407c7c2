/// Why a command could not be understood.
public struct CommandError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One clause for the user.
    public let description: String

    /// An error with its clause.
    public init(_ description: String) { self.description = description }
}

/// A heading under which commands of a screen are listed.
public struct CommandGroup: Hashable, Sendable {
    /// Its words.
    public let title: String

    /// A heading from its words.
    package init(_ title: String) { self.title = title }
}

/// One command of a screen: keys, help and documentation all come from this.
public struct Command<Action: Sendable>: CommandDescription {
    /// The first word.
    public let name: String
    /// The words behind it, as a pattern.
    public let arguments: String
    /// What it does, as a sentence without a full stop.
    public let summary: String
    /// The heading it is listed under; `nil` where the screen's commands have none.
    public let group: CommandGroup?
    private let parse: @Sendable (CommandArguments) throws(CommandError) -> Action

    package init(
        name: String, arguments: String, summary: String, group: CommandGroup? = nil,
        parse: @escaping @Sendable (CommandArguments) throws(CommandError) -> Action
    ) {
        self.name = name
        self.arguments = arguments
        self.summary = summary
        self.group = group
        self.parse = parse
    }

    /// A command of one word.
    package init(_ name: String, _ summary: String, _ action: Action, group: CommandGroup? = nil) {
        self.init(name: name, arguments: "", summary: summary, group: group) { args throws(CommandError) in
            try args.none(action)
        }
    }

    /// What it does with these words behind its name.
    fileprivate func action(_ words: [String], _ text: String) throws(CommandError) -> Action {
        try parse(CommandArguments(words: words, text: text, specification: ":\(usage)"))
    }
}

/// The words behind a command.
package struct CommandArguments {
    /// The words.
    package let words: [String]
    /// All that was typed behind the command's name, with its quotation marks: for what is more than words.
    package let text: String
    /// How the command is used.
    let specification: String

    /// The error of words that the command has no use for.
    package var wrong: CommandError { CommandError("usage: \(specification)") }

    /// An action that wants no words.
    package func none<Action>(_ action: Action) throws(CommandError) -> Action {
        guard words.isEmpty else { throw wrong }
        return action
    }

    /// The word at a place, from 0.
    package func word(_ i: Int) throws(CommandError) -> String {
        guard words.indices.contains(i) else { throw wrong }
        return words[i]
    }

    /// Refuses any other number of words.
    package func only(_ count: ClosedRange<Int>) throws(CommandError) {
        guard count.contains(words.count) else { throw wrong }
    }

    /// The whole number at a place, at most a million either way; a minus may be typed as a dash.
    package func integer(_ i: Int) throws(CommandError) -> Int {
        let text = try word(i).replacing("−", with: "-")
        guard let value = Int(text), abs(value) <= 1_000_000 else {
            throw CommandError("\(text) is not a whole number; \(wrong.description)")
        }
        return value
    }

    /// Takes a word out if it is there.
    package mutating func take(_ word: String) -> Bool {
        guard let i = words.firstIndex(of: word) else { return false }
        self = CommandArguments(
            words: Array(words[..<i] + words[(i + 1)...]), text: text, specification: specification)
        return true
    }

    /// Without the words from an index on.
    package func dropping(from i: Int) -> CommandArguments {
        CommandArguments(words: Array(words[..<i]), text: text, specification: specification)
    }

    /// Splits at spaces, except within double quotes, so that paths may have spaces.
    static func words(of text: String) throws(CommandError) -> [String] {
        var words: [String] = []
        var word: String?
        var quoted = false
        for character in text {
            if character == "\"" {
                quoted.toggle()
                word = word ?? ""
            } else if character.isWhitespace && !quoted {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard !quoted else { throw CommandError("a quotation mark is not closed") }
        if let word { words.append(word) }
        return words
    }
}

/// All commands of one screen, by name.
public struct CommandTable<Action: Sendable>: Sendable {
    /// The commands, in the order of the help.
    public let all: [Command<Action>]
    private let byName: [String: Command<Action>]
    private let numbered: @Sendable (Int) -> Action

    /// A table of commands.
    /// - Parameter numbered: what a number alone does.
    package init(_ all: [Command<Action>], numbered: @escaping @Sendable (Int) -> Action) {
        self.all = all
        self.numbered = numbered
        byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
    }

    /// What a typed command does.
    /// - Throws: ``CommandError`` naming the usage.
    public func action(for text: String) throws(CommandError) -> Action {
        let words = try CommandArguments.words(of: text)
        guard let first = words.first else { throw CommandError("no command was given") }
        if words.count == 1, let number = Int(first) { return numbered(number) }
        guard let command = byName[first] else {
            let near = CommandCompletion.near(first, in: all.map(\.name))
            let hint = near.isEmpty ? "? lists the commands" : "did you mean \(near.joined(separator: ", "))?"
            throw CommandError("no command \(first); \(hint)")
        }
        func dropping(_ text: Substring, while condition: (Character) -> Bool) -> Substring {
            text[(text.firstIndex { !condition($0) } ?? text.endIndex)...]
        }
        let name = dropping(text[...]) { $0.isWhitespace }
        let behind = dropping(dropping(name) { !$0.isWhitespace }) { $0.isWhitespace }
        return try command.action(Array(words.dropFirst()), String(behind))
    }
}
