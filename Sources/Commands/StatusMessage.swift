/// A line of news for the user.
public struct StatusMessage: Hashable, Sendable {
    /// How much it matters.
    public enum Kind: Hashable, Sendable {
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
}
