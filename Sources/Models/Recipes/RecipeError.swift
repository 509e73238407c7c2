/// What is wrong with a recipe: which key, and what it may be.
public struct RecipeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The key as in the file, such as `[training] epochs`.
    public let key: String
    /// What is wrong, and what would be right.
    public let what: String

    /// An error from its parts.
    public init(key: String, _ what: String) {
        self.key = key
        self.what = what
    }

    /// For the user.
    public var description: String { "\(key) \(what)" }
}
