import Cases
import Editing
import Volumes

/// Why a command could not be understood.
public struct CommandError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One clause for the user.
    public let description: String

    /// An error with its clause.
    public init(_ description: String) { self.description = description }
}

/// One command of the palette: keys, help and documentation all come from this.
public struct CommandSpecification: CommandDescription {
    /// Under which heading it is listed.
    public enum Group: String, CaseIterable, Sendable {
        /// Moving through and over the slices.
        case moving = "Moving"
        /// How the slice is shown.
        case showing = "Showing"
        /// Choosing structures.
        case structures = "Structures"
        /// Drawing.
        case editing = "Editing"
        /// Contours, live-wire, lasso, nudging, vertices, interpolation.
        case contours = "Contours"
        /// Accepting, rejecting and what several people do together.
        case judging = "Judging"
        /// Saving and leaving.
        case finishing = "Finishing"
    }

    /// The first word.
    public let name: String
    /// The words behind it, as a pattern.
    public let arguments: String
    /// What it does, as a sentence without a full stop.
    public let summary: String
    /// The heading.
    public let group: Group
    let parse: @Sendable (CommandArguments) throws(CommandError) -> ReviewAction
}

/// The words behind a command.
struct CommandArguments {
    let words: [String]
    let specification: String

    var wrong: CommandError { CommandError("usage: \(specification)") }

    func none(_ action: ReviewAction) throws(CommandError) -> ReviewAction {
        guard words.isEmpty else { throw wrong }
        return action
    }

    func word(_ i: Int) throws(CommandError) -> String {
        guard words.indices.contains(i) else { throw wrong }
        return words[i]
    }

    func only(_ count: ClosedRange<Int>) throws(CommandError) {
        guard count.contains(words.count) else { throw wrong }
    }

    func integer(_ i: Int) throws(CommandError) -> Int {
        let text = try word(i).replacing("−", with: "-")
        guard let value = Int(text), abs(value) <= 1_000_000 else {
            throw CommandError("\(text) is not a whole number; \(wrong.description)")
        }
        return value
    }

    func millimetres(_ i: Int) throws(CommandError) -> Millimetres {
        let text = try word(i)
        guard let value = Double(text.hasSuffix("mm") ? String(text.dropLast(2)) : text), value.isFinite else {
            throw CommandError("\(text) is not a length like 6mm; \(wrong.description)")
        }
        return Millimetres(value)
    }
}

/// All commands of the review, by name.
public enum CommandTable {
    /// The commands, in the order of the help.
    public static let all: [CommandSpecification] =
        moving + showing + structures + editing + contours + region + judging + finishing

    private static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    /// What a typed command does. A number alone goes to that slice.
    /// - Throws: ``CommandError`` naming the usage.
    public static func action(for text: String) throws(CommandError) -> ReviewAction {
        let words = try split(text)
        guard let first = words.first else { throw CommandError("no command was given") }
        if words.count == 1, let number = Int(first) { return .goToSlice(number - 1) }
        guard let command = byName[first] else {
            let near = all.map(\.name).filter { $0.hasPrefix(first) }
            let hint = near.isEmpty ? "? lists the commands" : "did you mean \(near.joined(separator: ", "))?"
            throw CommandError("no command \(first); \(hint)")
        }
        return try command.parse(
            CommandArguments(words: Array(words.dropFirst()), specification: ":\(command.usage)"))
    }

    /// Splits at spaces, except within double quotes, so that paths may have spaces.
    static func split(_ text: String) throws(CommandError) -> [String] {
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
