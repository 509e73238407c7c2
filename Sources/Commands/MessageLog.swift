/// What a screen has said since the program began, oldest first, so that a message can be read again after the next one
/// has taken its place.
public struct MessageLog: Hashable, Sendable {
    /// A message with where it was said.
    public struct Entry: Hashable, Sendable {
        /// What was said.
        public let message: StatusMessage
        /// The slice that was on screen, from 0; `nil` where there was none yet. Of messages that were repeated, the last.
        public fileprivate(set) var slice: Int?
        /// How often it was said, one after the other.
        public fileprivate(set) var count = 1
        /// The title of the case it was said of; `nil` for the one on the screen.
        public fileprivate(set) var caseTitle: String?
    }

    /// How many entries are kept; the oldest go first.
    public static let limit = 500

    /// The entries, oldest first.
    public private(set) var entries: [Entry] = []
    /// How many older entries are kept no longer.
    public private(set) var forgotten = 0

    /// A log of nothing.
    public init() {}

    /// Takes in a message.
    /// - Parameters:
    ///   - before: what stood on the screen until now. Where the message still says it, it takes that one's entry; where
    ///     it is the same, nothing was said.
    ///   - slice: the slice on screen, from 0.
    package mutating func add(_ message: StatusMessage, replacing before: StatusMessage?, slice: Int?) {
        guard message != before else { return }
        if let last = entries.last, last.caseTitle == nil {
            if last.message == message {
                entries[entries.count - 1].count += 1
                entries[entries.count - 1].slice = slice
                return
            }
            if let before, last.message == before, last.count == 1, message.text.contains(before.text) {
                entries.removeLast()
            }
        }
        entries.append(Entry(message: message, slice: slice))
        let excess = entries.count - Self.limit
        guard excess > 0 else { return }
        entries.removeFirst(excess)
        forgotten += excess
    }

    /// The number of the newest message, counting from 0 since the program began; 0 where there is none.
    package var newest: Int { max(0, forgotten + entries.count - 1) }

    /// Where the message of a number is among the entries: the oldest of them where it is kept no longer.
    package func place(of number: Int) -> Int { ListCursor(number - forgotten, of: entries.count).selected }

    /// The number of the message so many further, of those that are kept.
    package func number(_ lines: Int, from number: Int) -> Int {
        forgotten + ListCursor(place(of: number), of: entries.count).moved(.lines(lines)).selected
    }

    /// The log for the next case: what was said of this one is named after it.
    /// - Parameter title: what this case is called on screen; no patient's name.
    package func carriedOn(from title: String) -> MessageLog {
        var log = self
        for i in log.entries.indices where log.entries[i].caseTitle == nil { log.entries[i].caseTitle = title }
        return log
    }
}
