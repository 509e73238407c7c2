/// Why settings, a theme or a keymap could not be used: what, where, and how to mend it.
public struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, or the name that was looked for.
    public let place: String
    /// What is wrong, as a sentence.
    public let what: String

    /// An error from its parts.
    public init(_ place: String, _ what: String) {
        self.place = place
        self.what = what
    }

    /// For the user.
    public var description: String { "\(place): \(what)" }
}
