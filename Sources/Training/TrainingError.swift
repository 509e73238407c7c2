import Cases

/// Why a training could not begin or go on.
public struct TrainingError: ExplainedError, Hashable, Sendable {
    /// One or two sentences for the user.
    public let description: String
    /// Never: what was asked for cannot be trained.
    public var isFailure: Bool { false }

    /// An error.
    public init(_ description: String) { self.description = description }
}
