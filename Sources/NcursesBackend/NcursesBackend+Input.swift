import CNcurses
import Glibc
import TerminalKit

extension NcursesBackend {
    /// Why a wait has ended.
    public struct WaitResult: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: UInt8
        /// From bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// ``NcursesBackend/pendingEvents()`` has something to do.
        public static let input = WaitResult(rawValue: 1)
        /// The ``WakePipe`` was woken.
        public static let woken = WaitResult(rawValue: 2)
        /// A signal asks for an end, or the terminal is gone: see ``NcursesBackend/terminationRequest()``.
        public static let termination = WaitResult(rawValue: 4)
    }

    /// Sleeps until there is input, a wake-up or a signal, or the time is over; empty for the last.
    /// - Parameter timeoutMilliseconds: 0 looks only; negative waits without end.
    public func waitForInput(timeoutMilliseconds: Int, wake: WakePipe? = nil) -> WaitResult {
        guard isOpen, nc_guard_pending_termination() == 0 else { return .termination }
        var timeout = Int32(clamping: timeoutMilliseconds)
        // The rest of a cut sequence is not waited for without end.
        let now = Self.milliseconds()
        if let deadline = parser.deadline {
            let left = Int32(clamping: deadline > now ? deadline - now : 0)
            timeout = timeout < 0 ? left : min(timeout, left)
        }
        var descriptors = [
            pollfd(fd: inputEnded ? -1 : STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signalDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wake?.readDescriptor ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&descriptors, nfds_t(descriptors.count), timeout) > 0 else {
            return parser.deadline.map { Self.milliseconds() >= $0 } == true ? .input : []
        }
        var result: WaitResult = []
        let input = Int32(descriptors[0].revents)
        if input & Int32(POLLIN) != 0 { result.insert(.input) }
        if input & Int32(POLLHUP | POLLERR | POLLNVAL) != 0 {
            inputEnded = true
            result.insert(.termination)
        }
        if descriptors[1].revents != 0 { result.insert(takeSignals()) }
        if descriptors[2].revents != 0 {
            wake?.drain()
            result.insert(.woken)
        }
        return result
    }

    /// The signal that asks the program to end (SIGTERM, SIGHUP or SIGINT), or SIGHUP if the terminal is gone; `nil`
    /// for none. Who has it has to save, ``close()`` and exit with 128 + its number. If nobody asks within 2 seconds
    /// of the signal, or a second one comes before, the terminal is given back and the program dies of it.
    public func terminationRequest() -> Int32? {
        let number = nc_guard_take_termination()
        if number != 0 { return number }
        return inputEnded ? SIGHUP : nil
    }

    /// The input that has arrived, in order, without waiting for more. Stops the program first if somebody has sent
    /// it SIGTSTP.
    public func pendingEvents() -> [InputEvent] {
        guard isOpen else { return [] }
        var events: [InputEvent] = []
        _ = takeSignals()
        if sizeChanged {
            sizeChanged = false
            events.append(.resize(columns: size.columns, rows: size.rows))
        }
        while let token = nextToken() {
            if let token = token.token { events += parser.feed(token, at: Self.milliseconds()) }
        }
        // Only now: what came while the program was busy is older than it looks.
        if let event = parser.settle(at: Self.milliseconds()) { events.append(event) }
        watchMotion(whileHeld: parser.isButtonHeld)
        return events
    }

    /// Says that something is being done with the mouse: Escape waits longer for a report of which it is the first
    /// byte.
    public var expectsMouse: Bool {
        get { parser.expectsMouse }
        set { parser.expectsMouse = newValue }
    }

    /// Asks for motion without a button while one is down: it is what shows that the release was lost, since a terminal
    /// that believes no button to be down says nothing in the mode for drags.
    private func watchMotion(whileHeld isHeld: Bool) {
        guard mouse == .buttons, isHeld != watchesMotion else { return }
        watchesMotion = isHeld
        Self.send(isHeld ? "\u{1b}[?1003h" : "\u{1b}[?1003l\u{1b}[?1002h")
    }

    /// What ncurses has read next; the inner `nil` is a key without a meaning here, the outer one the end of input.
    private func nextToken() -> (token: EscapeSequenceParser.Token?, Void)? {
        var code: wint_t = 0
        switch wget_wch(input, &code) {
        case OK: return (Unicode.Scalar(code).map { .scalar($0) }, ())
        case KEY_CODE_YES where Int32(code) == KEY_RESIZE:
            if adoptWindowSize() { sizeChanged = true }
            return (nil, ())
        case KEY_CODE_YES: return (keyCodes.token(Int32(code)), ())
        default: return nil
        }
    }

    /// Acts on the signals that have come.
    private func takeSignals() -> WaitResult {
        let signals = nc_guard_take_signals()
        var result: WaitResult = []
        if signals & Int32(NC_SIGNAL_STOP) != 0 {
            suspend()
            result.insert(.input)
        } else if signals & Int32(NC_SIGNAL_CONTINUE) != 0 {
            enterAgain()
            result.insert(.input)
        }
        if signals & Int32(NC_SIGNAL_RESIZE) != 0, adoptWindowSize() {
            sizeChanged = true
            result.insert(.input)
        }
        if signals & Int32(NC_SIGNAL_TERMINATE) != 0 { result.insert(.termination) }
        return result
    }

    /// Time that never goes back.
    static func milliseconds() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1000 + UInt64(now.tv_nsec) / 1_000_000
    }
}
