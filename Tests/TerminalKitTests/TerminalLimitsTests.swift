import TerminalKit
import Testing

@Suite struct TerminalLimitsTests {
    private func notes(
        _ term: String, _ depth: ColourDepth, _ columns: Int = 200, _ rows: Int = 60, utf8: Bool = true,
        noColour: Bool = false
    ) -> [String] {
        TerminalLimits(
            term: term, choice: TerminalType(name: term, depth: depth), columns: columns, rows: rows,
            localeIsUTF8: utf8, refusesColour: noColour
        ).notes
    }

    @Test func whatIsDegradedIsSaidWithItsRemedy() {
        #expect(notes("xterm-direct", .direct) == [])
        #expect(notes("xterm-256color", .indexed).first?.contains("not tinted") == true)
        #expect(notes("tmux-256color", .indexed).first?.contains("terminal-features ',*:RGB'") == true)
        #expect(notes("xterm", .eight).first?.contains("--colour 256") == true)
        let linux = notes("linux", .eight)
        #expect(linux.count == 3 && linux[1].contains("--cells ascii") && linux[2].contains("No mouse"))
        #expect(notes("vt100", .none).first?.contains("outlines as letters") == true)
        #expect(notes("xterm-256color", .indexed, utf8: false).contains { $0.contains("C.UTF-8") })
        #expect(notes("xterm-256color", .none, noColour: true).first?.hasPrefix("NO_COLOR is set") == true)
        #expect(notes("xterm-direct", .direct, 159, 60) == ["159×60: three planes at once need 160×50."])
        #expect(notes("xterm-direct", .direct, 80, 24).first?.contains("folded into two lines") == true)
        #expect(notes("xterm-direct", .direct, 40, 12) == ["40×12 is too small: the review needs 60×20."])
        #expect(notes("xterm-direct", .direct, 0, 0) == [], "no terminal, no size")
    }
}
