import TerminalKit
import TestSupport
import Testing

@Suite struct EscapeSequenceParserTests {
    private func events(_ text: String, end: Bool = true) -> [InputEvent] {
        var parser = EscapeSequenceParser()
        var events = text.unicodeScalars.flatMap { parser.feed(.scalar($0)) }
        if end, let event = parser.endOfInput() { events.append(event) }
        return events
    }

    private func chords(_ text: String) -> [String] { events(text).map { $0.chord?.description ?? "\($0)" } }

    private func mouse(_ text: String) -> [MouseEvent] {
        events(text).compactMap { if case .mouse(let event) = $0 { return event } else { return nil } }
    }

    /// Sequences as xterm's ctlseqs.txt gives them.
    @Test(arguments: [
        ("j", "j"), ("J", "J"), ("é", "é"), (" ", "space"), ("\r", "enter"), ("\t", "tab"), ("\u{7f}", "backspace"),
        ("\u{8}", "backspace"), ("\u{1}", "ctrl-a"), ("\u{1a}", "ctrl-z"), ("\u{a}", "ctrl-j"), ("\u{0}", "ctrl-space"),
        ("\u{1c}", "ctrl-\\"), ("\u{1f}", "ctrl-_"), ("\u{1b}", "esc"), ("\u{1b}x", "alt-x"), ("\u{1b}X", "alt-X"),
        ("\u{1b}P", "alt-P"), ("\u{1b}]", "alt-]"), ("\u{1b}\r", "alt-enter"), ("\u{1b}\u{12}", "ctrl-alt-r"),
        ("\u{1b}[A", "up"), ("\u{1b}OA", "up"), ("\u{1b}[D", "left"), ("\u{1b}[1;2B", "shift-down"),
        ("\u{1b}[1;5C", "ctrl-right"), ("\u{1b}[1;3D", "alt-left"), ("\u{1b}[1;8A", "ctrl-alt-shift-up"),
        ("\u{1b}[H", "home"), ("\u{1b}[F", "end"), ("\u{1b}[1~", "home"), ("\u{1b}[4~", "end"), ("\u{1b}[7~", "home"),
        ("\u{1b}[5~", "pageup"), ("\u{1b}[6;5~", "ctrl-pagedown"), ("\u{1b}[3~", "delete"),
        ("\u{1b}[2;2~", "shift-insert"),
        ("\u{1b}OP", "f1"), ("\u{1b}[11~", "f1"), ("\u{1b}[15~", "f5"), ("\u{1b}[24;2~", "shift-f12"),
        ("\u{1b}[1;2P", "shift-f1"), ("\u{1b}[[A", "f1"), ("\u{1b}[[E", "f5"), ("\u{1b}[Z", "backtab"),
        ("\u{1b}[27;5;105~", "tab"), ("\u{1b}[27;5;114~", "ctrl-r"), ("\u{1b}[114;5u", "ctrl-r"), ("\u{1b}[27u", "esc"),
        ("\u{1b}OM", "enter"),
    ]) func keys(text: String, chord: String) {
        #expect(chords(text) == [chord])
    }

    /// Replies, cut and unknown sequences must never act as keys.
    @Test(arguments: [
        "\u{1b}[24;80R", "\u{1b}[?1;2c", "\u{1b}[I", "\u{1b}[O", "\u{1b}]11;rgb:0000/0000/0000\u{7}",
        "\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\", "\u{1b}P>|XTerm(370)\u{1b}\\", "\u{1b}P1+r544e=78\u{1b}\\",
        "\u{1b}[M !!", "\u{1b}[99~", "\u{1b}[1;2;3;4A", "\u{1b}[1;1W", "\u{1b}[201~",
        "\u{1b}[<0;0;5M", "\u{1b}[<0;5M", "\u{1b}[<0;5;6;7M", "\u{1b}[<;5;6M", "\u{1b}[<a;5;6M", "\u{1b}[<-1;5;6M",
        "\u{1b}[<3;5;6M", "\u{1b}[<66;5;6M", "\u{1b}[<128;5;6M", "\u{1b}[<0;99999999999999999999;6M",
        "\u{1b}[<64;5;6m", "\u{1b}[<0;5;6A", "\u{1b}[<0;11",
    ]) func swallowed(text: String) {
        #expect(events(text).isEmpty)
    }

    @Test func keysFollowASwallowedSequence() {
        #expect(chords("\u{1b}[24;80Rj\u{1b}[99~k\u{1b}]0;x\u{7}l") == ["j", "k", "l"])
        #expect(chords("\u{1b}[" + String(repeating: "1;", count: 500) + "Aj") == ["j"])
        #expect(chords("\u{1b}Pj") == ["alt-P", "j"])
        #expect(chords("\u{1b}\u{1b}") == ["esc", "esc"])
    }

    @Test func mouseReports() {
        #expect(mouse("\u{1b}[<0;11;21M") == [MouseEvent(kind: .press(.left), x: 10, y: 20)])
        #expect(mouse("\u{1b}[<32;12;21M") == [MouseEvent(kind: .drag(.left), x: 11, y: 20)])
        #expect(mouse("\u{1b}[<0;12;21m") == [MouseEvent(kind: .release(.left), x: 11, y: 20)])
        #expect(mouse("\u{1b}[<1;1;1M") == [MouseEvent(kind: .press(.middle), x: 0, y: 0)])
        #expect(mouse("\u{1b}[<34;231;1M") == [MouseEvent(kind: .drag(.right), x: 230, y: 0)])
        #expect(mouse("\u{1b}[<35;5;6M") == [MouseEvent(kind: .drag(.none), x: 4, y: 5)])
        #expect(mouse("\u{1b}[<64;5;6M") == [MouseEvent(kind: .scroll(-1), x: 4, y: 5)])
        #expect(mouse("\u{1b}[<69;5;6M") == [MouseEvent(kind: .scroll(1), x: 4, y: 5, modifiers: .shift)])
        #expect(mouse("\u{1b}[<80;5;6M") == [MouseEvent(kind: .scroll(-1), x: 4, y: 5, modifiers: .control)])
        #expect(
            mouse("\u{1b}[<28;5;6M") == [
                MouseEvent(kind: .press(.left), x: 4, y: 5, modifiers: [.shift, .alt, .control])
            ])
    }

    @Test func aReportMayComeInPieces() {
        let text = Array("\u{1b}[<0;123;45M".unicodeScalars)
        // Behind Escape alone the end of input means the key, so the earliest cut is one later.
        for cut in 2..<text.count {
            var parser = EscapeSequenceParser()
            for scalar in text[..<cut] { #expect(parser.feed(.scalar(scalar)).isEmpty) }
            #expect(parser.endOfInput() == nil && parser.isPending)
            let events = text[cut...].flatMap { parser.feed(.scalar($0)) }
            #expect(events == [.mouse(MouseEvent(kind: .press(.left), x: 122, y: 44))])
            #expect(!parser.isPending)
        }
    }

    @Test func tokensOfTheBackEnd() {
        var parser = EscapeSequenceParser()
        #expect(parser.feed(.mouseStart).isEmpty)
        #expect("0;3;4".unicodeScalars.flatMap { parser.feed(.scalar($0)) }.isEmpty)
        #expect(parser.feed(.scalar("M")) == [.mouse(MouseEvent(kind: .press(.left), x: 2, y: 3))])
        #expect(parser.feed(.scalar("\u{1b}")).isEmpty)
        #expect(parser.feed(.key(.special(.up), .shift)) == [.key(.special(.up), [.shift, .alt])])
        #expect(parser.feed(.key(.special(.up), [])) == [.key(.special(.up), [])])
    }

    @Test func pastes() {
        #expect(
            events("\u{1b}[200~hello\r\nq\ré\u{1b}[31m\u{1b}[201~x")
                == [.paste("hello\nq\né[31m"), .key(.character("x"), [])])
        #expect(events("\u{1b}[200~\u{1b}[201\u{1b}[201~") == [.paste("[201")])
        var parser = EscapeSequenceParser()
        #expect(parser.feed(.pasteStart).isEmpty && parser.feed(.scalar("q")).isEmpty)
        #expect(parser.feed(.key(.special(.enter), [])).isEmpty && parser.feed(.key(.special(.up), [])).isEmpty)
        #expect(parser.feed(.scalar("r")).isEmpty && parser.endOfInput() == nil)
        #expect(parser.feed(.pasteEnd) == [.paste("q\nr")])
        #expect(parser.feed(.pasteStart).isEmpty && parser.feed(.scalar("a")).isEmpty)
        #expect(parser.abandon() == .paste("a") && !parser.isPending)
    }

    @Test func pendingIsGivenUp() {
        var parser = EscapeSequenceParser()
        for scalar in "\u{1b}[<0;1".unicodeScalars { _ = parser.feed(.scalar(scalar)) }
        #expect(parser.abandon() == nil && !parser.isPending)
        #expect(parser.feed(.scalar("j")) == [.key(.character("j"), [])])
    }

    /// Garbage between sequences: nothing crashes, and what is whole behind it is understood.
    @Test func garbage() {
        var generator = SeededGenerator(seed: 99)
        let alphabet = Array("\u{1b}\u{1b}\u{1b}[[<;;0123456789Mm~OPA]\u{7}\u{0}\u{18}é\u{9b}u?".unicodeScalars)
        for _ in 0..<3000 {
            var parser = EscapeSequenceParser()
            for _ in 0..<Int.random(in: 0..<40, using: &generator) {
                let events = parser.feed(.scalar(alphabet.randomElement(using: &generator) ?? " "))
                for case .mouse(let event) in events {
                    #expect((0..<32_767).contains(event.x) && (0..<32_767).contains(event.y))
                }
            }
            _ = parser.endOfInput()
            _ = parser.abandon()
            #expect(!parser.isPending)
            let events = "\u{1b}[<2;7;8M".unicodeScalars.flatMap { parser.feed(.scalar($0)) }
            #expect(events == [.mouse(MouseEvent(kind: .press(.right), x: 6, y: 7))])
        }
    }
}
