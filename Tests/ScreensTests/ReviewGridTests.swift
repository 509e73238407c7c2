import Cases
import Editing
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

/// The screens of a review, whole.
@Suite("Whole screens of the review at 80×24")
struct ReviewGridTests {
    @Test("The case as it comes up") func opened() throws {
        let state = try ScreenFixture.state()
        #expect(
            try GridFixture.text(state) == GridFixture.plain())
    }

    @Test("An edit, with what takes it back") func edited() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .dab(tool: .brush, x: 40, y: 20, z: nil))
        // With the next key, what it changed gives way to what takes it back.
        #expect(state.message?.text == "brush Lung_L, slice 3: +<0.01 ml")
        setUp(&state, .goToSlice(2))
        #expect(
            try GridFixture.text(state)
                == GridFixture.plain([
                    0: """
                     Pleura  1.2.840.1  ✎ Lung_L 1/2                baseline-threshold   ● saving 1
                    """,
                    11: """
                                                            ▀
                    """,
                    18: """
                                                            P
                    """,
                    22: """
                     HU −600   x 40 y 20 z 2   L 0.0 P 2.0 I 125.0 mm   u undoes brush Lung_L #3
                    """,
                ]))
    }

    @Test("Nothing is said of how far it is as long as that is not known") func loadingFile() throws {
        var state = ReviewState(caseID: CaseID(rawValue: "1.2.840.1"), title: "1.2.840.1")
        setUp(&state, .progress("reading the image file", 0))
        let text = try GridFixture.text(state)
        #expect(text.contains("reading the image file…\n") && !text.contains("%"))
    }

    @Test("A case that is being read") func loading() throws {
        var state = ReviewState(caseID: CaseID(rawValue: "1.2.840.1"), title: "1.2.840.1")
        setUp(&state, .progress("segmenting", 0.42))
        #expect(
            try GridFixture.text(state)
                == GridFixture.plain([
                    0: """
                     Pleura  1.2.840.1                                                    ○ loading

                    """,
                    6: """


                                                    segmenting 42 %
                                             ████████████░░░░░░░░░░░░░░░░░░
                                                       Esc stops
                    """,
                    18: """


                     sDice slice
                      paint r 6.0 mm  vs prediction

                    """,
                ]))
    }

    @Test("A case that cannot be opened") func failed() throws {
        var state = ReviewState(caseID: CaseID(rawValue: "1.2.840.1"), title: "1.2.840.1")
        setUp(
            &state, .openFailed("The series has no slice between 40 and 42. Pass --repair gaps to interpolate it."))
        #expect(
            try GridFixture.text(state)
                == GridFixture.plain([
                    0: """
                     Pleura  1.2.840.1                                                 ○ not opened

                    """,
                    6: """


                            The series has no slice between 40 and 42. Pass --repair gaps to
                                                    interpolate it.
                                                     R tries again
                    """,
                    18: """


                     sDice slice
                      paint r 6.0 mm  vs prediction

                     R try again  j k slice  b brush  e erase  u undo  a accept  ? help  r reject
                    """,
                ]))
    }

    @Test("The help") func help() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .toggleHelp)
        #expect(
            try GridFixture.text(state) == """
                 Pleura  1.2.840.1  ✎ Lung_L 1/2                   baseline-threshold   ● saved
                                                   space: all keys · / searches · Esc closes
                    Reviewing: the ten keys you need

                    j  k            next and previous slice; so does the wheel
                    n               the slice that disagrees most with the prediction
                    2  1            lung window, soft tissue window
                    :structure next  the next structure to edit
                    b  e            brush, eraser: left button paints, right erases
                    :brush smaller  :brush bigger  smaller, bigger brush
                 R  u  :redo        undo, redo                                                L
                    m               draw with the keyboard: arrows move, space paints
                    a  r            accept and file, or reject with a reason
                    :  ?  q         type a command, this help, leave (nothing is lost)

                    All keys and commands follow: space or PageDown.




                 s
                 ●
                 H
                 j k slice  b brush  e erase  u undo  a accept  ? help  r reject  q quit
                """)
    }

    @Test("The palette") func palette() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .openPrompt(.command))
        setUp(&state, .type("win"))
        let text = try GridFixture.text(state)
        #expect(
            text
                == GridFixture.plain([
                    17: """
                      window soft|lung|liver|bone|brain|PRESET | W L  1 2 …  set the window
                      warnings                                               list the warnings ab…
                      width ±HU                                              widen or narrow the …
                      level ±HU                                              raise or lower the w…
                      livewire [add X Y | add|subtract|replace]              select the live-wire…
                     :win█
                    """
                ]))
    }

    @Test("What is asked before filing") func question() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .accept)
        setUp(&state, .questionShown)
        #expect(
            try GridFixture.text(state)
                == GridFixture.plain([
                    8: """
                                         ▀▀  Before this is filed:
                                             · 4 of 5 slices were not seen
                     R                       y  file anyway                                       L
                                             n  review first
                    """
                ]))
    }
}
