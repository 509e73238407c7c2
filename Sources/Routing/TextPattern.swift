/// A pattern for a whole text: `*` stands for anything, `?` for one character, and upper and lower case are the same.
public struct TextPattern: Hashable, Sendable, CustomStringConvertible {
    /// The pattern as it was written.
    public let description: String
    private let characters: [Character]

    /// A pattern.
    public init(_ text: String) {
        description = text
        characters = Array(text.lowercased())
    }

    /// Whether it is the pattern of a text. Takes time in proportion to both lengths, whatever they hold.
    public func matches(_ text: String) -> Bool {
        let text = Array(text.lowercased())
        var (at, in_, star, mark) = (0, 0, -1, 0)
        while in_ < text.count {
            if at < characters.count, characters[at] == "*" {
                (star, mark) = (at, in_)
                at += 1
            } else if at < characters.count, characters[at] == "?" || characters[at] == text[in_] {
                at += 1
                in_ += 1
            } else if star >= 0 {
                // The last star takes one character more.
                at = star + 1
                mark += 1
                in_ = mark
            } else {
                return false
            }
        }
        return characters[at...].allSatisfy { $0 == "*" }
    }
}
