import Foundation
import TestSupport
import Testing

/// A way for the program to end, with what the shell makes of it.
struct EndOfReview: Sendable, CustomTestStringConvertible {
    let name: String
    let signal: Int32?
    let status: Int
    var testDescription: String { name }
}

/// Colours, cells and theme of a review.
struct Look: Sendable, CustomTestStringConvertible {
    let colour: String
    let cells: String
    let theme: String
    var terminal: String?
    var testDescription: String { "\(colour) \(cells) \(theme)" }

    static let all: [Look] = [
        Look(colour: "8", cells: "half", theme: "dark"),
        Look(colour: "8", cells: "ascii", theme: "light"),
        Look(colour: "mono", cells: "ascii", theme: "dark"),
        Look(colour: "256", cells: "quadrant", theme: "colour-blind-safe"),
        Look(colour: "256", cells: "sextant", theme: "light"),
        Look(colour: "direct", cells: "half", theme: "colour-blind-safe", terminal: "xterm-direct"),
    ]
}

/// What becomes of the terminal: however the review ends, at whatever size, in whatever colours.
@Suite("Terminal", .serialized)
struct TerminalTests {
    @Test(
        "the shell gets its terminal back as it was",
        arguments: [
            EndOfReview(name: "quit", signal: nil, status: 0),
            EndOfReview(name: "SIGTERM", signal: SIGTERM, status: 143),
            EndOfReview(name: "SIGHUP", signal: SIGHUP, status: 129),
            EndOfReview(name: "SIGSEGV", signal: SIGSEGV, status: 139),
        ])
    func restored(_ end: EndOfReview) async throws {
        let home = try TemporaryFolder()
        let shell = try TmuxSession(
            URL(fileURLWithPath: "/bin/sh"), ["-i"],
            environment: [
                "PS1": "ready> ", "PLEURA": try pleuraBinary().path, "CASE": try SampleCases.nifti().path,
            ], columns: 100, rows: 30, home: home)
        try await shell.waitFor(text: "ready>")
        try shell.sendLiteral("ulimit -c 0; stty -g >\"$HOME/before\"\n")
        try shell.sendLiteral("sh -c 'echo $$ >\"$HOME/pid\"; exec \"$PLEURA\" review \"$CASE\"'; echo ended with $?\n")
        try await shell.waitFor("an open case", timeout: ReviewRun.patience) {
            $0[0].contains("● saved") && ReviewRun.score("Lung_L", in: $0) != nil
        }
        #expect(try shell.format("#{alternate_on} #{cursor_flag} #{mouse_button_flag}") == "1 0 1")
        try shell.drag(through: [(column: 48, row: 11), (column: 52, row: 12)])
        try await shell.waitFor("a saved stroke", timeout: ReviewRun.patience) {
            $0[0].contains("● saved") && (ReviewRun.score("Lung_L", in: $0) ?? 1) < 1
        }
        if let signal = end.signal {
            let text = try String(contentsOf: home.file("pid"), encoding: .utf8)
            let pid = try #require(pid_t(text.trimmingCharacters(in: .newlines)))
            #expect(kill(pid, signal) == 0)
        } else {
            try shell.send("q")
        }
        try await shell.waitFor(text: "ended with \(end.status)", timeout: ReviewRun.patience)
        #expect(try shell.format("#{alternate_on} #{cursor_flag} #{mouse_any_flag}") == "0 1 0")
        // What is typed is echoed and understood: the text stands there once as typed and once as the answer.
        try shell.sendLiteral("stty -g >\"$HOME/after\"; stty -a; echo sum $((20+22))\n")
        let rows = try await shell.waitFor(text: "sum 42")
        let screen = rows.joined(separator: "\n")
        #expect(rows.contains { $0.hasPrefix("ready> ") && $0.contains("echo sum $((20+22))") }, "\(screen)")
        #expect(screen.contains(" icanon ") && screen.contains(" echo "), "\(screen)")
        let states = try ["before", "after"].map { try String(contentsOf: home.file($0), encoding: .utf8) }
        #expect(states[0] == states[1], "\(screen)")

        // However it ended, the stroke is not lost.
        let again = try ReviewRun([try SampleCases.nifti().path], home: home)
        try await again.see("An unfinished review of this case was found: 1 edit.")
    }

    @Test("any size of window is survived, and the review goes on")
    func sizes() async throws {
        let home = try TemporaryFolder()
        let review = try ReviewRun([try SampleCases.nifti().path], home: home, columns: 200, rows: 60)
        try await review.seeOpen()
        try await review.see("surface Dice at 2 mm", "axial 13/24", "structures")
        try review.session.resize(columns: 80, rows: 24)
        try await review.see("sDice Lung_L 1.000", "axial 13/24", "[Lung_L]")
        for (columns, rows) in [(40, 10), (59, 24), (80, 19)] {
            try review.session.resize(columns: columns, rows: rows)
            try await review.see("Pleura needs 60×20", "this is \(columns)×\(rows)")
            // Nothing of the review can be seen, so keys do nothing to it.
            try review.press("a", "Space", "j")
        }
        for (columns, rows) in [(60, 1), (1, 1), (1, 30), (3, 2)] {
            try review.session.resize(columns: columns, rows: rows)
            try await review.wait(for: "\(rows) rows") { $0.count == rows }
            #expect(review.session.isRunning, review.shown)
        }
        try review.session.resize(columns: 120, rows: 36)
        try await review.see("surface Dice at 2 mm", "axial 13/24", "● saved", "Lung_L     1.000")
        try await review.paint(slice: 13)
        try await review.seeScore("below 1") { $0 < 1 }
        // Too small again, where q still leaves.
        try review.session.resize(columns: 40, rows: 10)
        try await review.see("Pleura needs 60×20")
        try await review.quit()
    }

    /// `ncurses-term`'s types, without which a wish for direct colour gives 256.
    static var hasDirectTypes: Bool {
        ["/usr/share/terminfo", "/lib/terminfo", "/etc/terminfo"].contains {
            FileManager.default.fileExists(atPath: $0 + "/x/xterm-direct")
        }
    }

    @Test("every kind of colour, cell and theme draws the outline", arguments: Look.all)
    func looks(_ look: Look) async throws {
        let home = try TemporaryFolder()
        let isDirect = look.colour == "direct" && Self.hasDirectTypes
        let review = try ReviewRun(
            [
                try SampleCases.nifti().path, "--colour", look.colour, "--cells", look.cells, "--theme", look.theme,
            ], home: home, columns: 100, rows: 30, terminal: isDirect ? look.terminal : nil)
        try await review.seeOpen()
        // So narrow a screen has no panel, in which time goes on.
        func image() throws -> [String] { try review.session.screenWithColours()[2..<23].map { String($0) } }
        let outlined = try image()
        try review.press("s")
        try await review.wait(for: "an image without outline") { _ in try image() != outlined }
        try review.press("s")
        try await review.wait(for: "the outline as before") { _ in try image() == outlined }
        let text = outlined.joined()
        #expect(text.contains("8;2;") == isDirect, review.shown)
        #expect(text.contains("8;5;") == (look.colour == "256" || (look.colour == "direct" && !isDirect)), review.shown)
        if look.cells == "ascii" {
            #expect(!(try review.session.screen()[2..<23].joined().contains { "▀▄█▌▐".contains($0) }), review.shown)
        }
        try await review.quit()
        // Nothing was held back for standard error.
        #expect(try review.session.screen().allSatisfy { $0.isEmpty }, review.shown)
    }
}
