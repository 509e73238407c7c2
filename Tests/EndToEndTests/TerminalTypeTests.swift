import Foundation
import TestSupport
import Testing

/// A terminal as users have them.
struct UsersTerminal: Sendable, CustomTestStringConvertible {
    let term: String
    var environment: [String] = []
    var isAscii = false
    var testDescription: String { ([term] + environment).joined(separator: " ") }

    static let all: [UsersTerminal] = [
        UsersTerminal(term: "xterm"), UsersTerminal(term: "xterm-256color", environment: ["LC_ALL=C"]),
        UsersTerminal(term: "tmux-256color"), UsersTerminal(term: "linux"),
        UsersTerminal(term: "vt100", environment: ["LC_ALL=C"], isAscii: true),
        UsersTerminal(term: "xterm-256color", environment: ["NO_COLOR=1"], isAscii: true),
    ]
}

/// The review on terminals of all kinds, in a locale of C, without colours.
@Suite("Kinds of terminal", .serialized)
struct TerminalTypeTests {
    @Test("a case is corrected in every kind of terminal", arguments: UsersTerminal.all)
    func corrected(_ terminal: UsersTerminal) async throws {
        let home = try TemporaryFolder()
        let review = try ReviewRun(
            [try SampleCases.nifti().path], home: home, columns: 100, rows: 30, terminal: terminal.term,
            environment: terminal.environment)
        try await review.seeOpen()
        if terminal.isAscii {
            let rows = try review.session.screen()
            #expect(rows.joined().unicodeScalars.allSatisfy { $0.isASCII }, review.shown)
            #expect(rows[2..<23].joined().contains("LLL"), review.shown)
        }
        try await review.command("paint 40 40")
        try await review.seeScore("below 1") { $0 < 1 }
        try await review.command("plane coronal")
        try await review.see("coronal 41/")
        try await review.command("plane axial")
        try await review.quit()
    }

    @Test("a window of another size ends a stroke where it is")
    func resizedWhileDragging() async throws {
        let home = try TemporaryFolder()
        let review = try ReviewRun([try SampleCases.nifti().path], home: home, columns: 120, rows: 36)
        try await review.seeOpen()
        try review.session.mouse(.press, .left, column: 40, row: 15)
        // The signal of the new size may overtake the mouse.
        try await review.see("x 46 y 47")
        try review.session.resize(columns: 100, rows: 30)
        try await review.see("sDice Lung_L", "u undoes brush Lung_L")
        try await review.seeScore("below 1") { $0 < 1 }
        try review.press("u")
        try await review.see("undo brush Lung_L")
        try await review.seeScore("1 again") { $0 == 1 }
        try await review.quit()
    }
}
