/// What is done to a line that is typed.
public enum LineEdit: Hashable, Sendable {
    /// Adds text to it.
    case type(String)
    /// Takes a character off it.
    case deleteBackwards
    /// Takes the last word off it, or all of it.
    case deleteWord(all: Bool)
    /// Shows an older or newer line of those that were typed before.
    case recall(older: Bool)
    /// Completes what is typed.
    case complete(backwards: Bool)
}

/// The actions of a screen on which lines are typed.
package protocol LineAction {
    /// Changes the line.
    static func line(_ edit: LineEdit) -> Self
    /// Does what was typed.
    static var confirm: Self { get }
    /// Closes the line.
    static var cancel: Self { get }
}

extension LineAction {
    /// Adds text to the line.
    package static func type(_ text: String) -> Self { .line(.type(text)) }
    /// Takes a character off it.
    package static var deleteBackwards: Self { .line(.deleteBackwards) }
    /// Takes the last word off it, or all of it.
    package static func deleteWord(all: Bool) -> Self { .line(.deleteWord(all: all)) }
    /// Shows an older or newer line of those that were typed before.
    package static func recall(older: Bool) -> Self { .line(.recall(older: older)) }
    /// Completes what is typed.
    package static func complete(backwards: Bool) -> Self { .line(.complete(backwards: backwards)) }
}

/// A line while it is typed, with what was typed before it. The cursor is always at its end.
package struct LineEditor {
    /// How many characters a line has at most.
    package static let limit = 400

    /// What is typed.
    package private(set) var text: String
    /// What was typed before, and what may come next.
    package private(set) var palette: PaletteState
    /// Whether a character was to be taken off an empty line, which closes most lines.
    package private(set) var isLeft = false

    /// A line as it stands.
    package init(_ text: String, _ palette: PaletteState) {
        self.text = text
        self.palette = palette
    }

    /// Changes the line.
    /// - Parameters:
    ///   - isCommand: whether it is a command: no other line has a history or completions.
    ///   - completions: what the line may become.
    package mutating func apply(_ edit: LineEdit, isCommand: Bool, completions: @autoclosure () -> [Completion]) {
        switch edit {
        case .type(let more):
            palette.reset()
            text = String((text + Self.inOneLine(more)).prefix(Self.limit))
        case .deleteBackwards:
            palette.reset()
            isLeft = text.isEmpty
            text = String(text.dropLast())
        case .deleteWord(let all):
            palette.reset()
            text = all ? "" : text.withoutLastWord
        case .recall(let older):
            if isCommand { text = palette.recall(older: older, from: text) }
        case .complete(let backwards):
            if isCommand { text = palette.complete(text, with: completions().map(\.line), backwards: backwards) }
        }
    }

    /// A pasted text may have line ends; a line has none.
    private static func inOneLine(_ text: String) -> String {
        String(
            text.map { $0.isNewline || $0 == "\t" ? " " : $0 }
                .filter { $0.unicodeScalars.first?.properties.generalCategory != .control })
    }
}

extension PaletteState {
    /// Takes in a command that was typed and is to be run.
    /// - Returns: it without spaces at the ends, and whether it may be kept across sessions: not if it holds words of the
    ///   reviewer's or paths, which may name a patient. `nil` if nothing was typed.
    package mutating func submit(_ text: String) -> (line: String, isKept: Bool)? {
        let line = text.trimmed
        guard !line.isEmpty else { return nil }
        remember(line)
        return (line, !CommandCompletion.mayNamePatient(line))
    }
}

extension String {
    /// Without spaces at the ends.
    package var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Without the last word and the spaces behind it.
    var withoutLastWord: String {
        var text = Substring(self)
        while text.last?.isWhitespace == true { text.removeLast() }
        while let last = text.last, !last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
