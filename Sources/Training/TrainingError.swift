/// Why a training could not begin or go on.
public struct TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One or two sentences for the user.
    public let description: String

    /// An error.
    public init(_ description: String) { self.description = description }
}
