import Cases

/// Why a dataset could not be made, read or used: what, where, and how to mend it.
public struct DatasetError: ExplainedError, Hashable, Sendable {
    /// Whether the fault is with the disk or the program rather than with what the user gave.
    public let isFailure: Bool
    /// One or two sentences for the user.
    public let description: String

    /// An error that the user can mend.
    public init(_ description: String, isFailure: Bool = false) {
        self.description = description
        self.isFailure = isFailure
    }
}
