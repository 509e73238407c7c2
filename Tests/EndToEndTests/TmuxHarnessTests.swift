import Foundation
import TestSupport
import Testing

/// The harness that the scenarios stand on, tried on a shell: a harness that cannot see a failure proves nothing.
@Suite("tmux harness", .serialized)
struct TmuxHarnessTests {
    func shell(_ script: String, columns: Int = 80, rows: Int = 24) throws -> TmuxSession {
        try TmuxSession(
            URL(fileURLWithPath: "/bin/sh"), ["-c", script], environment: ["GREETING": "grüß; dich"],
            columns: columns, rows: rows)
    }

    @Test func showsWhatTheProgramPrints() async throws {
        let session = try shell(
            "printf '%s|%s|%s\\n' \"$TERM\" \"$LC_ALL\" \"$GREETING\"; printf '\\033[31mred\\033[m\\n'; stty size; cat")
        let rows = try await session.waitFor(text: "24 80")
        #expect(rows.count == 24)
        #expect(rows[0] == "tmux-256color|C.UTF-8|grüß; dich")
        #expect(rows[1] == "red")
        #expect(try session.screenWithColours()[1].contains("\u{1b}[31mred"))
        #expect(session.isRunning)
    }

    @Test func keysTextAndMouseArriveAsBytes() async throws {
        let session = try shell("stty raw -echo; echo ready; cat -v")
        try await session.waitFor(text: "ready")
        try session.sendLiteral("a;b é;")
        try await session.waitFor(text: "a;b M-CM-);")
        try session.send("C-r", "Up", ";")
        try await session.waitFor("keys") { $0.joined().contains("^R^[") && $0.joined().contains("A;") }
        try session.mouse(.press, column: 0, row: 2)
        try session.mouse(.drag, .right, column: 230, row: 58, holding: .control)
        try session.mouse(.release, column: 230, row: 58)
        try session.mouse(.wheelDown, column: 4, row: 4, holding: .shift)
        try await session.waitFor("mouse events") {
            $0.joined().contains("^[[<0;1;3M^[[<50;231;59M^[[<0;231;59m^[[<69;5;5M")
        }
    }

    @Test func resizeReachesTheProgram() async throws {
        let session = try shell(
            "trap 'stty size' WINCH; stty size; echo waiting; while :; do sleep 0.05; done", columns: 60, rows: 20)
        try await session.waitFor(text: "waiting")
        try session.resize(columns: 200, rows: 50)
        let rows = try await session.waitFor(text: "50 200")
        #expect(rows.count == 50)
    }

    @Test func endingsAreTold() async throws {
        let session = try shell("printf 'last words\\n'; exit 3")
        #expect(try await session.waitForEnding() == .exited(3))
        #expect(!session.isRunning)
        try await session.waitFor(text: "last words")

        let victim = try shell("echo here; exec sleep 1000")
        try await victim.waitFor(text: "here")
        try await victim.kill()
        #expect(try victim.ending() == .killed(SIGKILL))
        #expect(try victim.screen().filter { !$0.isEmpty } == ["here"])
    }

    @Test func waitingInVainShowsTheScreen() async throws {
        let session = try shell("echo something else; cat")
        try await session.waitFor(text: "something else")
        let failure = await #expect(throws: TmuxSession.Failure.self) {
            try await session.waitFor(text: "expected words", timeout: .milliseconds(100))
        }
        #expect(failure?.description.contains("expected words") == true)
        #expect(failure?.description.contains("│something else") == true)

        let ended = try shell("echo gone")
        try await ended.waitForEnding()
        let early = await #expect(throws: TmuxSession.Failure.self) { try await ended.waitFor(text: "never") }
        #expect(early?.description.contains("ended") == true)
    }

    @Test func nothingIsLeftBehind() async throws {
        var session: TmuxSession? = try shell("echo up; cat")
        try await session?.waitFor(text: "up")
        let processes =
            try ["#{pid}", "#{pane_pid}"].compactMap { pid_t(try session?.format($0) ?? "") }
            + [#require(session?.processIdentifier)]
        #expect(processes.count == 3)
        session = nil
        for process in processes {
            var tries = 0
            while kill(process, 0) == 0, tries < 500 {
                tries += 1
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(tries < 500, "process \(process) still runs")
        }
    }
}
