import Foundation

/// A program in a terminal of its own: a tmux server with one pane, on a socket that no other test shares. The server
/// and the program end with the value, or with the test process should that be killed.
public final class TmuxSession: Sendable {
    /// What went wrong, with the last screen where there was one.
    public struct Failure: Error, CustomStringConvertible {
        public var description: String
    }

    /// How the program ended.
    public enum Ending: Equatable, Sendable {
        case exited(Int32)
        case killed(Int32)
    }

    /// A home folder of the program's own, which outlives the session as long as someone holds it: hand the same one
    /// to a second session to see what a restart finds.
    public let home: TemporaryFolder
    private let sockets: TemporaryFolder
    private let tmux: URL

    /// Starts `command` with `arguments` in a terminal of the given size. `environment` is added to
    /// `cleanEnvironment(home:)`; TERM is tmux-256color.
    public init(
        _ command: URL, _ arguments: [String] = [], environment: [String: String] = [:],
        columns: Int = 80, rows: Int = 24, home: TemporaryFolder? = nil, folder: URL? = nil
    ) throws {
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        guard let tmux = path.map({ "\($0)/tmux" }).first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw Failure(description: "There is no tmux; `make deps` installs it.")
        }
        self.tmux = URL(fileURLWithPath: tmux)
        self.home = try home ?? TemporaryFolder()
        sockets = try TemporaryFolder()
        let watchdog =
            "while kill -0 \(ProcessInfo.processInfo.processIdentifier) 2>/dev/null && kill -0 #{pid} 2>/dev/null;"
            + " do sleep 0.3; done; kill #{pid} 2>/dev/null"
        let program = ["sh", "-c", Self.keeper, sockets.url.path, command.path] + arguments
        let options = [
            ["set", "-g", "default-terminal", "tmux-256color"], ["set", "-g", "status", "off"],
            ["set", "-s", "escape-time", "0"], ["set", "-s", "terminal-features", "*:RGB"],
        ]
        let start = [
            "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-c", (folder ?? repositoryRoot()).path,
        ]
        let commands = [["start-server"]] + options + [start + ["--"] + program.map(Self.quoted)]
        try run(
            Array((commands + [["run-shell", "-b", watchdog]]).joined(separator: [";"])),
            environment: cleanEnvironment(home: self.home.url, adding: environment))
    }

    deinit { _ = try? tmuxResult(["kill-server"]) }

    /// Keeps the terminal open after the program has ended, so that what it left can be looked at: tmux itself (3.3)
    /// loses the last output or the exit status of about one ended program in fifty. It writes the program's process
    /// id and then its status, as a shell counts it, into the folder `$0`, and its own remarks ("Killed") nowhere.
    private static let keeper = """
        trap : INT QUIT
        exec 3>&2 2>/dev/null
        (exec sh -c 'echo $$ >"$0/pid"; exec "$@"' "$0" "$@" 2>&3 3>&-)
        echo $? >"$0/ending"
        mv "$0/ending" "$0/ended"
        exec sleep 1000000
        """

    // MARK: - Input

    /// Types keys by tmux's names: `Enter`, `Escape`, `Up`, `PageDown`, `C-r`, `j`.
    public func send(_ keys: String...) throws { try run(["send-keys", "--"] + keys.map(Self.quoted)) }

    /// Types text as it stands.
    public func sendLiteral(_ text: String) throws { try sendBytes(Array(text.utf8)) }

    /// Hands bytes to the program as if the terminal had sent them: in one piece, or in several if they are more than
    /// tmux takes in one command.
    public func sendBytes(_ bytes: [UInt8]) throws {
        for start in stride(from: 0, to: bytes.count, by: 1000) {
            let piece = bytes[start..<min(start + 1000, bytes.count)]
            try run(["send-keys", "-H"] + piece.map { String($0, radix: 16) })
        }
    }

    /// What a mouse does.
    public enum MouseAction: Sendable { case press, drag, release, wheelUp, wheelDown }

    /// The buttons, numbered as in the SGR protocol.
    public enum MouseButton: Int, Sendable { case left, middle, right }

    /// Keys held meanwhile.
    public struct Modifiers: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        public static let shift = Modifiers(rawValue: 4)
        public static let alt = Modifiers(rawValue: 8)
        public static let control = Modifiers(rawValue: 16)
    }

    /// Sends a mouse event in SGR form (mode 1006). Columns and rows count from 0 at the top left, as in `screen()`.
    public func mouse(
        _ action: MouseAction, _ button: MouseButton = .left, column: Int, row: Int, holding modifiers: Modifiers = []
    ) throws {
        try sendBytes(Array(Self.mouseText(action, button, column, row, modifiers).utf8))
    }

    /// Presses at the first place, drags through the others, and lets go at the last.
    public func drag(_ button: MouseButton = .left, through places: [(column: Int, row: Int)]) throws {
        guard let first = places.first, let last = places.last else { return }
        try mouse(.press, button, column: first.column, row: first.row)
        for place in places.dropFirst() { try mouse(.drag, button, column: place.column, row: place.row) }
        try mouse(.release, button, column: last.column, row: last.row)
    }

    static func mouseText(
        _ action: MouseAction, _ button: MouseButton, _ column: Int, _ row: Int, _ modifiers: Modifiers
    ) -> String {
        let code =
            switch action {
            case .press, .release: button.rawValue
            case .drag: button.rawValue + 32
            case .wheelUp: 64
            case .wheelDown: 65
            }
        return "\u{1b}[<\(code + modifiers.rawValue);\(column + 1);\(row + 1)\(action == .release ? "m" : "M")"
    }

    /// Changes the terminal's size. (`window-size manual` need not be set for it, and ends tmux 3.3 when set early.)
    public func resize(columns: Int, rows: Int) throws {
        try run(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    }

    // MARK: - Output

    /// The screen's rows from the top, without trailing blanks.
    public func screen() throws -> [String] { try capture([]) }

    /// The screen's rows with the SGR sequences of their colours.
    public func screenWithColours() throws -> [String] { try capture(["-e"]) }

    private func capture(_ flags: [String]) throws -> [String] {
        let text = try run(["capture-pane", "-p"] + flags)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// A tmux format of the pane, such as `#{alternate_on}`, `#{cursor_flag}` or `#{mouse_button_flag}`.
    public func format(_ format: String) throws -> String {
        try run(["display-message", "-p", format]).trimmingCharacters(in: .newlines)
    }

    /// Waits until the screen satisfies the condition, and returns that screen. Fails with the last screen when the
    /// time is over, or soon after the program has ended if what it left does not satisfy it either.
    @discardableResult
    public func waitFor(
        _ what: String, timeout: Duration = .seconds(30), where condition: ([String]) throws -> Bool
    ) async throws -> [String] {
        let clock = ContinuousClock()
        var deadline = clock.now + timeout
        var end: Ending?
        while true {
            let rows = try screen()
            if try condition(rows) { return rows }
            if clock.now >= deadline {
                let why = end.map { "the program ended (\($0)) without" } ?? "waited \(timeout) in vain for"
                throw failure("\(why) \(what)", rows)
            }
            if end == nil {
                end = try ending()
                // tmux draws what the program wrote last a moment after it ended.
                if end != nil { deadline = min(deadline, clock.now + .seconds(1)) }
            }
            try await Task.sleep(for: .milliseconds(15))
        }
    }

    /// Waits until some row contains the text.
    @discardableResult
    public func waitFor(text: String, timeout: Duration = .seconds(30)) async throws -> [String] {
        try await waitFor("“\(text)”", timeout: timeout) { $0.contains { $0.contains(text) } }
    }

    private func failure(_ what: String, _ rows: [String]) -> Failure {
        Failure(description: "\(what). The screen was:\n" + rows.map { "│\($0)" }.joined(separator: "\n"))
    }

    // MARK: - Life and death

    /// Whether the program still runs.
    public var isRunning: Bool { (try? ending()) == .some(nil) }

    /// How the program ended, or `nil` while it runs. (An exit with 128 + n counts as death by signal n.)
    public func ending() throws -> Ending? {
        guard let status = number(in: "ended") else { return nil }
        return status > 128 ? .killed(status - 128) : .exited(status)
    }

    /// The program's process id, or `nil` in the moment before it is started.
    public var processIdentifier: pid_t? { number(in: "pid") }

    private func number(in file: String) -> Int32? {
        guard let text = try? String(contentsOf: sockets.file(file), encoding: .utf8), text.hasSuffix("\n") else {
            return nil
        }
        return Int32(text.dropLast())
    }

    /// Waits until the program has ended.
    @discardableResult
    public func waitForEnding(timeout: Duration = .seconds(30)) async throws -> Ending {
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        while true {
            if let ending = try ending() { return ending }
            if clock.now >= deadline { throw failure("the program did not end within \(timeout)", try screen()) }
            try await Task.sleep(for: .milliseconds(15))
        }
    }

    /// Sends the program a signal.
    public func signal(_ number: Int32) throws {
        guard let pid = processIdentifier, Foundation.kill(pid, number) == 0 else {
            throw Failure(description: "could not signal the program")
        }
    }

    /// Kills the program the way a power cut would: it gets no chance to tidy up.
    public func kill() async throws {
        try signal(SIGKILL)
        try await waitForEnding()
    }

    // MARK: - Talking to tmux

    /// tmux takes a `;` at the end of a word as the end of a command.
    private static func quoted(_ word: String) -> String {
        word.hasSuffix(";") ? word.dropLast() + "\\;" : word
    }

    private func tmuxResult(_ arguments: [String], environment: [String: String]? = nil) throws -> ProgramResult {
        let socket = sockets.file("tmux").path
        return try runProgram(
            tmux, ["-u", "-S", socket, "-f", "/dev/null"] + arguments,
            environment: environment ?? cleanEnvironment(home: home.url))
    }

    @discardableResult
    private func run(_ arguments: [String], environment: [String: String]? = nil) throws -> String {
        let result = try tmuxResult(arguments, environment: environment)
        guard result.status == 0 else {
            throw Failure(description: "tmux \(arguments.first ?? ""): \(result.errors)")
        }
        return result.output
    }
}
