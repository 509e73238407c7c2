import TerminalKit
import TestSupport
import Testing

/// Sequences that a slow line has cut: time is counted in milliseconds here, and nothing waits.
@Suite struct SplitSequenceTests {
    /// A terminal's side of a session: pieces with the time at which each arrives.
    private struct Line {
        var parser = EscapeSequenceParser()
        var now: UInt64 = 1000
        var events: [InputEvent] = []

        /// Lets time pass, and the back end look when it has something to do.
        mutating func pass(_ milliseconds: UInt64) {
            let end = now + milliseconds
            while let deadline = parser.deadline, deadline <= end {
                now = max(now, deadline)
                if let event = parser.settle(at: now) { events.append(event) }
            }
            now = end
        }

        mutating func receive(_ text: some StringProtocol) {
            for scalar in text.unicodeScalars { events += parser.feed(.scalar(scalar), at: now) }
            if let event = parser.settle(at: now) { events.append(event) }
        }
    }

    private static let press = "\u{1b}[<0;123;45M"
    private static let pressed = InputEvent.mouse(MouseEvent(kind: .press(.left), x: 122, y: 44))

    @Test("a report cut anywhere is the report, whatever the gap", arguments: [20, 50, 100, 300] as [UInt64])
    func aReportInTwoPieces(gap: UInt64) {
        for cut in 1..<Self.press.count {
            var line = Line()
            // The mouse has just been used.
            line.receive("\u{1b}[<64;5;6M")
            line.pass(200)
            line.events = []
            line.receive(Self.press.prefix(cut))
            line.pass(gap)
            line.receive(Self.press.dropFirst(cut))
            line.pass(5000)
            #expect(line.events == [Self.pressed], "cut behind \(cut)")
        }
    }

    @Test("the first report of a session, cut behind Escape for long, is Escape and the report but no other key")
    func aReportOutOfTheBlue() {
        for gap in [300, 900, 2500, 9000] as [UInt64] {
            for cut in 1..<Self.press.count {
                var line = Line()
                line.receive(Self.press.prefix(cut))
                line.pass(gap)
                line.receive(Self.press.dropFirst(cut))
                line.pass(5000)
                let events = line.events.filter { $0 != .key(.special(.escape), []) }
                #expect(events == [Self.pressed], "cut behind \(cut), \(gap) ms")
                #expect(line.events.count == (cut == 1 ? 2 : 1))
            }
        }
    }

    @Test("every byte by itself, slowly") func aReportInAllItsPieces() {
        for gap in [20, 50, 100, 300] as [UInt64] {
            var line = Line()
            line.receive("\u{1b}[<64;5;6M")
            line.events = []
            for scalar in Self.press {
                line.receive(String(scalar))
                line.pass(gap)
            }
            #expect(line.events == [Self.pressed], "\(gap) ms")
        }
    }

    @Test("what is left of a report that lost its end is no key, and keys behind it are") func aReportWithoutAnEnd() {
        for cut in 1..<Self.press.count {
            var line = Line()
            line.receive("\u{1b}[<64;5;6M")
            line.events = []
            line.receive(Self.press.prefix(cut))
            line.pass(4000)
            line.receive("j")
            line.pass(200)
            let expected: [InputEvent] =
                (cut == 1 ? [.key(.special(.escape), [])] : []) + [.key(.character("j"), [])]
            #expect(line.events == expected, "cut behind \(cut)")
        }
        // A key that is no part of a report ends the waiting for its rest.
        var line = Line()
        line.receive("\u{1b}[<0;1")
        line.pass(600)
        line.receive("u")
        #expect(line.events == [.key(.character("u"), [])])
    }

    @Test("Escape alone is quick, quicker than anybody notices") func escapeAlone() {
        var line = Line()
        line.receive("\u{1b}")
        line.pass(100)
        #expect(line.events == [.key(.special(.escape), [])])
        // With the mouse at work it may take longer, but not for ever.
        line.receive("\u{1b}[<64;5;6M")
        line.events = []
        line.receive("\u{1b}")
        line.pass(100)
        #expect(line.events.isEmpty)
        line.pass(300)
        #expect(line.events == [.key(.special(.escape), [])])
        var drawing = Line()
        drawing.parser.expectsMouse = true
        drawing.receive("\u{1b}")
        drawing.pass(300)
        #expect(drawing.events.isEmpty, "a report may follow while a contour is open")
    }

    @Test("Escape and a key are two keys unless they come as one") func escapeAndAKey() {
        let escape = InputEvent.key(.special(.escape), [])
        for (gap, expected) in [
            (0, [InputEvent.key(.character(":"), .alt)]), (60, [escape, .key(.character(":"), [])]),
            (500, [escape, .key(.character(":"), [])]),
        ] as [(UInt64, [InputEvent])] {
            var line = Line()
            line.receive("\u{1b}")
            line.pass(gap)
            line.receive(":")
            line.pass(1000)
            #expect(line.events == expected, "\(gap) ms")
        }
        // Brackets typed after Escape are brackets.
        var line = Line()
        line.receive("\u{1b}")
        line.pass(400)
        line.receive("[")
        line.pass(120)
        line.receive("[")
        line.pass(500)
        #expect(line.events == [escape, .key(.character("["), []), .key(.character("["), [])])
        line.events = []
        line.receive("\u{1b}")
        line.pass(400)
        line.receive("O")
        line.pass(120)
        line.receive("A")
        line.pass(500)
        #expect(line.events == [escape, .key(.character("O"), []), .key(.character("A"), [])])
    }

    /// Keys and reports as they come, each with a pause before the next; then the same cut at random.
    @Test("a session cut at random gives the events of the session", arguments: 0..<40)
    func aSessionInPieces(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let reports = [
            "\u{1b}[<0;10;12M", "\u{1b}[<32;11;12M", "\u{1b}[<32;140;32M", "\u{1b}[<0;140;32m", "\u{1b}[<65;9;9M",
            "\u{1b}[<69;9;9M", "\u{1b}[<2;33;4M", "\u{1b}[<34;33;5M", "\u{1b}[<2;33;5m", "\u{1b}[<35;1;1M",
        ]
        let keys = ["j", "u", "é", "]", "[", "\u{1b}[A", "\u{1b}[1;5C", "\u{1b}[5~", "\u{1b}OP", "\r", ":", "7"]
        var whole = Line()
        var cut = Line()
        // The mouse is at work from the start, as it is in a stroke.
        for start in ["\u{1b}[<64;1;1M"] {
            whole.receive(start)
            cut.receive(start)
        }
        for _ in 0..<120 {
            let isReport = Int.random(in: 0..<10, using: &generator) < 7
            let text = (isReport ? reports : keys).randomElement(using: &generator) ?? "j"
            whole.receive(text)
            whole.pass(400)
            var rest = Substring(text)
            while !rest.isEmpty {
                let size = Int.random(in: 1...rest.count, using: &generator)
                cut.receive(rest.prefix(size))
                rest = rest.dropFirst(size)
                if !rest.isEmpty { cut.pass([2, 20, 50, 100, 300].randomElement(using: &generator) ?? 20) }
            }
            cut.pass(400)
        }
        #expect(cut.events == whole.events)
    }
}
