/// An error that says for itself where the reason lies, so that whoever reports it need not know the target it is from.
public protocol ExplainedError: Error, CustomStringConvertible {
    /// Whether the fault is with the disk or the program, and trying again may go well, rather than with what the user
    /// gave, which stays wrong.
    var isFailure: Bool { get }
}
