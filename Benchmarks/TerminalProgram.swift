import Foundation

/// A program in a pseudo-terminal of its own, and what is on its screen.
final class TerminalProgram {
    /// What the program has drawn so far.
    private(set) var screen: TerminalScreen
    private let terminal: Int32
    private let pid: pid_t
    private var isRunning = true
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// Starts a program as the leader of a session whose terminal is a new one.
    init(_ program: URL, _ arguments: [String], environment: [String: String], columns: Int, rows: Int) throws {
        let (terminal, path) = try Self.pseudoTerminal()
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0 else {
            throw BenchmarkFailure("the pseudo-terminal takes no size")
        }
        var attributes = posix_spawnattr_t()
        var actions = posix_spawn_file_actions_t()
        posix_spawnattr_init(&attributes)
        posix_spawn_file_actions_init(&actions)
        defer {
            posix_spawnattr_destroy(&attributes)
            posix_spawn_file_actions_destroy(&actions)
        }
        // POSIX_SPAWN_SETSID, and no signal blocked, or the program would miss SIGWINCH and SIGTERM.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | 0x80)
        // The first terminal that the leader of a session opens becomes the session's.
        posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        let words = ([program.path] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + variables { free(word) } }
        var pid: pid_t = 0
        let status = posix_spawn(&pid, program.path, &actions, &attributes, words, variables)
        guard status == 0 else {
            throw BenchmarkFailure("\(program.path) could not be started: \(String(cString: strerror(status)))")
        }
        self.terminal = terminal
        self.pid = pid
        screen = TerminalScreen(columns: columns, rows: rows)
    }

    /// A new pseudo-terminal: the end that is read and written here, and the name of the other one (pts(4)).
    private static func pseudoTerminal() throws -> (Int32, String) {
        // TIOCSPTLCK and TIOCGPTN, which Swift does not see.
        let (unlock, number): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
        let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var locked: Int32 = 0
        var name: UInt32 = 0
        guard terminal >= 0, ioctl(terminal, unlock, &locked) == 0, ioctl(terminal, number, &name) == 0 else {
            throw BenchmarkFailure("there is no pseudo-terminal: \(String(cString: strerror(errno)))")
        }
        return (terminal, "/dev/pts/\(name)")
    }

    deinit {
        if isRunning {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
        close(terminal)
    }

    /// Types.
    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard write(terminal, bytes, bytes.count) == bytes.count else { throw BenchmarkFailure("the terminal is gone") }
    }

    /// Takes in what the program writes until the screen is as wanted and nothing has come for `quiet` ms after that.
    /// - Returns: when the last of it came, in ms of ``Timing/monotonic()``; `nil` if the time ran out before.
    func follow(
        atMost timeout: Double, quiet: Double = 2, until isWanted: (TerminalScreen) -> Bool
    ) throws -> Double? {
        let end = Timing.monotonic() + timeout
        var last = Timing.monotonic()
        var isThere = isWanted(screen)
        while true {
            let now = Timing.monotonic()
            if isThere, now - last >= quiet { return last }
            if now >= end { return nil }
            guard try take(waiting: isThere ? last + quiet - now : end - now) else { continue }
            last = Timing.monotonic()
            isThere = isWanted(screen)
        }
    }

    /// Takes in what comes during a time.
    func idle(_ milliseconds: Double) throws {
        let end = Timing.monotonic() + milliseconds
        while Timing.monotonic() < end { _ = try take(waiting: end - Timing.monotonic()) }
    }

    /// Reads all that is there; `false` if nothing came. A terminal hands out a few KB at a time, and to look at the
    /// screen after each would take longer than the program takes to draw it.
    private func take(waiting milliseconds: Double) throws -> Bool {
        var descriptor = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
        var wait = Int32(max(0, milliseconds).rounded(.up))
        var isAny = false
        while poll(&descriptor, 1, wait) > 0 {
            let count = buffer.withUnsafeMutableBytes { read(terminal, $0.baseAddress, $0.count) }
            guard count > 0 else { throw BenchmarkFailure("the program has ended:\n\(screen.words)") }
            screen.write(buffer[..<count])
            (isAny, wait) = (true, 0)
        }
        return isAny
    }

    /// How long the program's first thread, which draws, has been at work, ms (proc(5), schedstat).
    var drawingTime: Double {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/schedstat", encoding: .utf8)) ?? ""
        return text.split(separator: " ").first.flatMap { Double($0) }.map { $0 / 1e6 } ?? .nan
    }

    /// Asks the program to leave, and waits.
    func quit(_ keys: String) throws {
        try send(keys)
        do {
            while true { _ = try take(waiting: 1000) }
        } catch {
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            isRunning = false
        }
    }
}
