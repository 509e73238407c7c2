import TerminalKit
import Testing

@Suite struct TerminalTypeTests {
    private let database = [
        "xterm": TerminalFacts(colours: 8, isDirect: false, movesCursor: true),
        "xterm-256color": TerminalFacts(colours: 256, isDirect: false, movesCursor: true),
        "xterm-direct": TerminalFacts(colours: 1 << 24, isDirect: true, movesCursor: true),
        "tmux-256color": TerminalFacts(colours: 256, isDirect: false, movesCursor: true),
        "tmux": TerminalFacts(colours: 8, isDirect: false, movesCursor: true),
        "linux": TerminalFacts(colours: 8, isDirect: false, movesCursor: true),
        "vt100": TerminalFacts(colours: -1, isDirect: false, movesCursor: true),
        "dumb": TerminalFacts(colours: -1, isDirect: false, movesCursor: false),
    ]

    private func choose(_ term: String, _ wish: ColourDepth?) -> String? {
        TerminalType.choose(term: term, wish: wish, facts: { database[$0] }).map { "\($0.name) \($0.depth.rawValue)" }
    }

    @Test(arguments: [
        ("xterm-256color", "xterm-256color 256"), ("xterm", "xterm-256color 256"),
        ("xterm-kitty", "xterm-256color 256"),
        ("foot", "xterm-256color 256"), ("tmux", "tmux-256color 256"), ("tmux-256color", "tmux-256color 256"),
        ("screen.xterm-256color", "xterm-256color 256"), ("xterm-direct", "xterm-direct direct"), ("linux", "linux 8"),
        ("vt100", "vt100 none"),
    ]) func withoutAWish(term: String, choice: String) { #expect(choose(term, nil) == choice) }

    @Test func nothingFits() {
        #expect(choose("dumb", nil) == nil && choose("nonsense", nil) == nil && choose("", nil) == nil)
        #expect(choose("dumb", ColourDepth.none) == nil)
    }

    @Test func wishes() {
        #expect(choose("xterm-256color", .direct) == "xterm-direct direct")
        #expect(choose("tmux-256color", .direct) == "xterm-direct direct")
        #expect(choose("linux", .indexed) == "xterm-256color 256")
        #expect(choose("xterm-direct", .indexed) == "xterm-256color 256")
        #expect(choose("xterm-256color", .eight) == "xterm-256color 8")
        #expect(choose("xterm-direct", .eight) == "xterm-256color 8")
        #expect(choose("xterm-256color", ColourDepth.none) == "xterm-256color none")
        let poor = ["linux": TerminalFacts(colours: 8, isDirect: false, movesCursor: true)]
        #expect(
            TerminalType.choose(term: "linux", wish: .direct, facts: { poor[$0] })
                == TerminalType(name: "linux", depth: .eight))
    }
}
