/// A line of news for the user.
public struct StatusMessage: Hashable, Sendable {
    /// How much it matters.
    public enum Kind: Hashable, Comparable, Sendable {
        /// News.
        case note
        /// It was done, and there is something to know of it.
        case caution
        /// Something was not done, or needs care.
        case warning
    }
    /// The text.
    public var text: String
    /// How much it matters.
    public var kind: Kind

    /// A message from its parts.
    public init(_ text: String, kind: Kind = .note) {
        self.text = text
        self.kind = kind
    }

    /// Several messages as one, in their order; it matters as much as the one that matters most. `nil` where there is none.
    public static func joined(_ messages: StatusMessage?...) -> StatusMessage? {
        let said = messages.compactMap { $0 }
        guard let kind = said.map(\.kind).max() else { return nil }
        return StatusMessage(said.map(\.text).joined(separator: " · "), kind: kind)
    }
}
