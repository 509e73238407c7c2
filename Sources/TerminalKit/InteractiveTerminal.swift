/// A terminal at which a program waits for its user.
public protocol InteractiveTerminal: TerminalBackend {
    /// Whether motion without a button is wanted.
    var expectsMouse: Bool { get set }
    /// How often the program was stopped and continued: its screen was away meanwhile.
    var suspensions: Int { get }
    /// Ends the wait that goes on, or the next one; may be called from any thread.
    var wake: @Sendable () -> Void { get }
    /// Sleeps until there is input or a wake-up, or the time is over.
    /// - Parameter timeoutMilliseconds: 0 looks only.
    /// - Returns: whether a signal asks for an end, or the terminal is gone: see ``terminationRequest()``.
    func waitForInput(timeoutMilliseconds: Int) -> Bool
    /// The signal that asks the program to end; `nil` for none.
    func terminationRequest() -> Int32?
    /// Stops the program, as Ctrl-Z does, until it is continued.
    func suspend()
}
