/// The line in which commands are typed, beside its text: what was typed before, and what may come next.
public struct PaletteState: Hashable, Sendable {
    /// What was typed, oldest first; kept across sessions.
    public var history: [String]
    /// Which of ``history`` is shown, if one is.
    private var recalled: Int?
    /// What was typed before older lines were looked at.
    private var draft = ""
    /// What the help is searched for, while it is open and searched.
    public private(set) var helpSearch: String?
    /// What Tab goes through.
    private var cycle: Cycle?

    private struct Cycle: Hashable {
        var base: String
        var lines: [String]
        var index: Int
    }

    /// How many lines are kept.
    public static let limit = 200

    /// While Tab goes through what may come next: the text it began from, and which candidate the line is now; `nil`
    /// for none yet.
    public var cycling: (base: String, index: Int?)? {
        cycle.map { ($0.base, $0.lines.indices.contains($0.index) ? $0.index : nil) }
    }

    /// A palette that remembers lines.
    public init(history: [String] = []) { self.history = Array(history.suffix(Self.limit)) }

    /// Keeps a line as the newest; a line that was there goes to the end.
    public mutating func remember(_ line: String) {
        reset()
        guard !line.allSatisfy(\.isWhitespace) else { return }
        history.removeAll { $0 == line }
        history.append(line)
        if history.count > Self.limit { history.removeFirst(history.count - Self.limit) }
    }

    /// Forgets where in history and completion one is: the text was changed by hand.
    public mutating func reset() {
        recalled = nil
        draft = ""
        cycle = nil
        helpSearch = nil
    }

    /// Changes what the help is searched for; begins to search it where it was not searched.
    package mutating func searchHelp(_ edit: LineEdit) {
        var line = LineEditor(helpSearch ?? "", PaletteState())
        line.apply(edit, isCommand: false, completions: [])
        helpSearch = line.isLeft ? nil : line.text
    }

    /// Searches the help no longer.
    /// - Returns: whether it was searched.
    package mutating func endHelpSearch() -> Bool {
        defer { helpSearch = nil }
        return helpSearch != nil
    }

    /// The next older or newer line that begins as what was typed, or the text itself where there is none.
    public mutating func recall(older: Bool, from text: String) -> String {
        if recalled == nil { draft = text }
        cycle = nil
        let here = recalled ?? history.count
        let candidates =
            older ? Array(history.indices.prefix(here).reversed()) : Array(history.indices.dropFirst(here + 1))
        if let index = candidates.first(where: { history[$0].hasPrefix(draft) && history[$0] != text }) {
            recalled = index
            return history[index]
        }
        guard !older, recalled != nil else { return text }
        recalled = nil
        return draft
    }

    /// Completes a text: as far as all lines agree, then each of them in turn.
    public mutating func complete(_ text: String, with lines: [String], backwards: Bool = false) -> String {
        if var cycle,
            text == cycle.base || cycle.lines.indices.contains(cycle.index) && cycle.lines[cycle.index] == text
        {
            let step = backwards ? cycle.lines.count - 1 : 1
            cycle.index =
                cycle.index < 0 ? (backwards ? cycle.lines.count - 1 : 0) : (cycle.index + step) % cycle.lines.count
            self.cycle = cycle
            return cycle.lines[cycle.index]
        }
        // What begins as typed is meant before what only has its letters.
        let begun = lines.filter { $0.hasPrefix(text) }
        let lines = begun.isEmpty ? lines : begun
        guard let first = lines.first else { return text }
        if lines.count == 1 { return first }
        let common = lines.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
        cycle = Cycle(base: common.count > text.count ? common : text, lines: lines, index: -1)
        if common.count > text.count { return common }
        return complete(text, with: lines, backwards: backwards)
    }
}

extension String {
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
