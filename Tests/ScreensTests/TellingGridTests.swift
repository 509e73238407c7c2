import Commands
import Review
import Screens
import TerminalKit
import Testing
import Volumes

@Suite("What is told over the review, at 80×24")
struct TellingGridTests {
    @Test func messages() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .show(StatusMessage("Lung_R fill: +1.5 ml")))
        setUp(&state, .goToSlice(0))
        for _ in 0..<3 {
            setUp(&state, .show(StatusMessage("nothing would change", kind: .warning)))
            setUp(&state, .point(.init(x: 2, y: 34)))
        }
        setUp(
            &state,
            .show(
                StatusMessage(
                    "the preview of carry was dropped because a mask changed; Enter has the marks answered anew "
                        + "· 4 of these voxels also belong to Lung_R", kind: .caution)))
        setUp(&state, .goToSlice(2))
        setUp(&state, .see(.showMessages))
        let text = try GridFixture.text(state)
        #expect(
            text
                == GridFixture.plain([
                    6: """
                      3 messages

                      slice 3   Lung_R fill: +1.5 ml
                      slice 1 ! nothing would change (×3)
                      slice 1 ! the preview of carry was dropped because a mask changed; Enter has
                                the marks answered anew · 4 of these voxels also belong to Lung_R

                      j k choose   Enter goes to its slice   Esc closes
                    """
                ]))
    }

    @Test func statistics() throws {
        var state = try ScreenFixture.state()
        let mask = try #require(state.active).mask
        var volume = Volume(geometry: mask.geometry, filledWith: -700)
        for x in 50..<53 { volume[VoxelIndex(x: x, y: 12, z: 2)] = HounsfieldUnit(Int16(-720 + 10 * (x - 50))) }
        setUp(&state, .see(.showStatistics))
        setUp(
            &state,
            .described(
                .done(
                    id: 1,
                    StructureStatistics(
                        millilitres: mask.millilitres, squareMillimetres: 123.456,
                        histogram: try HounsfieldHistogram(of: volume, in: mask), diameters: mask.diameters()))))
        let text = try GridFixture.text(state)
        #expect(
            text
                == GridFixture.plain([
                    1: """
                      Lung_L   1–13 of 21

                      volume        0.09 ml, 36 voxels of 1.000 × 1.000 × 2.500 mm
                      CT number HU  mean −700.8  SD 3.6  min −720  max −700
                      percentiles   5: −702.5  25: −700.0  50: −700.0  75: −700.0  95: −700.0
                      surface       1.23 cm²
                      longest line  7.1 mm, slice 3, x y 50 10 to 55 15
                      on one slice  7.1 mm, slice 3, x y 50 10 to 55 15

                      −720 … −717  █                                          2.8 %
                      −716 … −715                                             0.0 %
                      −714 … −713                                             0.0 %
                      −712 … −711                                             0.0 %
                      −710 … −709  █                                          2.8 %
                      −708 … −707                                             0.0 %

                      j k scroll   Tab the next structure   Esc closes
                    """
                ]))
    }

    @Test("The help by what is typed") func helpSearch() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .toggleHelp)
        setUp(&state, .type(""))
        for letter in "next sl" { setUp(&state, .type(String(letter))) }
        let lines = try GridFixture.text(state).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[1].hasPrefix("    /next sl█ ") && lines[1].contains(" 3 of "))
        #expect(lines[1].hasSuffix(" · ↑ ↓ scroll · Esc: all"))
        let text = lines.dropFirst(2).joined(separator: "\n")
        #expect(
            text == """
                    Moving
                    :next worst|unseen|edited|structure|uncertain
                          go to the next slice of a kind
                        n → next worst

                    Editing
                    :copy-slice above|below|next|previous
                          copy a neighbouring slice onto this one; above is towards the head
                 R                                                                            L
                    Judging
                    :choose 1|2|as-is
                          take a reader's contours on this slice and go to the next
                          (adjudication)





                 s
                 ●
                 H
                 j k slice  b brush  e erase  u undo  a accept  ? help  r reject  q quit
                """)
    }

    @Test("A key that is asked about") func key() throws {
        var state = try ScreenFixture.state()
        var translator = InputTranslator(keymaps: try GridFixture.options().keymaps)
        setUp(&state, .see(.askKey(prefix: nil)))
        let text = try GridFixture.text(state)
        #expect(text.contains("Press a key or a chord.") && text.contains("nothing is done"))
        for (key, told) in [
            ("a", "a is :accept (accept the masks and file the correction"), ("x", "x does nothing here"),
            ("7", "7 begins a number"),
            ("0", "0 goes on with a number behind another digit, and does nothing by itself"),
            ("q", "q is :quit ("),
        ] {
            let event = InputEvent.key(.character(Character(key)), [])
            let actions = translator.actions(for: event, in: state, columns: 80, rows: 24)
            guard case .see(.tellKey(let said)) = try #require(actions.first), actions.count == 1 else {
                Issue.record("\(key) leads to \(actions)")
                continue
            }
            #expect(said.hasPrefix(told))
        }
        let escape = translator.actions(for: .key(.special(.escape), []), in: state, columns: 80, rows: 24)
        #expect(escape == [.see(.tellKey("esc does nothing here"))], "any key can be asked about")
    }

    @Test("Of a chord, its first keys are asked about first") func chord() throws {
        let keymaps = try Keymaps([.normal: [("g g", "first"), ("alt-x", "undo")]])
        var translator = InputTranslator(keymaps: keymaps)
        var state = try ScreenFixture.state()
        setUp(&state, .see(.askKey(prefix: nil)))
        let g = InputEvent.key(.character("g"), [])
        #expect(translator.actions(for: g, in: state, columns: 80, rows: 24) == [.see(.askKey(prefix: "g"))])
        setUp(&state, .see(.askKey(prefix: "g")))
        #expect(
            translator.actions(for: g, in: state, columns: 80, rows: 24)
                == [.see(.tellKey("g g is :first (go to the first slice)"))])
        // Escape and a key close behind it is the key with Alt, which is told of, and never the key alone, which is done.
        let alt = InputEvent.key(.character("y"), .alt)
        #expect(EscapeRule.events(alt, in: state, keymaps) == [alt])
    }

    @Test("What the worklist has said") func worklistMessages() throws {
        var state = WorklistFixture.state()
        state.message = StatusMessage("opening was stopped")
        setUp(&state, .list(.confirm))
        state.message = StatusMessage("the store cannot be read: the disk is full", kind: .warning)
        setUp(&state, .list(.showMessages))
        let lines = try GridFixture.text(state).split(separator: "\n", omittingEmptySubsequences: false)
        let begin = try #require(lines.firstIndex { $0.contains("2 messages") })
        #expect(lines[begin + 2].contains("    opening was stopped"))
        #expect(lines[begin + 3].contains("  ! the store cannot be read: the disk is full"))
        #expect(lines[begin + 5].contains("j k choose   Esc closes"))
    }
}
