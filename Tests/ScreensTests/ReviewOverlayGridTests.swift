import Cases
import Editing
import MaskChecks
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

/// What lies over the image of a review, and screens beside it, whole.
@Suite("Whole screens over the review at 80×24")
struct ReviewOverlayGridTests {
    /// Readers who differ on slice 3, where the second has less of the left lung.
    private func adjudicated() throws -> ReviewState {
        var state = try ScreenFixture.state()
        let first = Dictionary(uniqueKeysWithValues: state.structures.map { ($0.name, $0.mask) })
        var second = first
        second[.lungLeft] = Mask(geometry: try #require(state.geometry)) {
            (50..<54).contains($0.x) && (10..<16).contains($0.y) && $0.z == 2
        }
        var opened = OpenedReview(
            model: .baseline, referenceSource: .prediction, structures: state.structures)
        opened.adjudication = Adjudication(
            readers: ["ana", "ben"], first: first, second: second, agreement: [nil, nil, 0.875, nil, nil],
            volumes: [.lungLeft: 0.875, .lungRight: 1])
        setUp(&state, .opened(opened))
        return state
    }

    @Test("Reviews that were put aside") func sessions() throws {
        var state = try ScreenFixture.state()
        setUp(
            &state,
            .sessionsListed([
                PutAsideReview(number: 2, when: "2026-03-01 10:15", reviewer: "ana", edits: 3, slices: [1, 2]),
                PutAsideReview(number: 1, when: "2026-02-28 16:40", reviewer: "ben", edits: 1, slices: []),
            ]))
        setUp(&state, .questionShown)
        #expect(
            try GridFixture.text(state)
                == GridFixture.plain([
                    7: """
                         2 reviews put aside

                       › 2  2026-03-01 10:15  ana  3 edits  slices 2 3
                     R   1  2026-02-28 16:40  ben  1 edit                                         L

                         j k choose   Enter goes on with it, this one is put aside   Esc closes
                    """
                ]))
    }

    @Test("A question after something was typed too early, and an answer that is none") func noAnswer() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .journalFailed("the disk is full"))
        setUp(&state, .quit)
        setUp(&state, .line(.type("y")))
        setUp(&state, .questionShown)
        setUp(&state, .line(.type("yes")))
        setUp(&state, .confirm)
        let lines = try GridFixture.text(state).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        for line in [
            "What was typed before this was asked was not used.", "“yes” is none of these answers.", "> █",
        ] { #expect(lines.contains { $0.contains(line) }, "\(line)") }
    }

    @Test("The warnings") func warnings() throws {
        var state = try ScreenFixture.state()
        setUp(
            &state,
            .checked(
                .lungLeft,
                SanityReport(
                    edit: 0,
                    warnings: [
                        SanityWarning(.empty(predicted: 12.5)), SanityWarning(.holes(2, millilitres: 0.3), slice: 2),
                    ])))
        setUp(&state, .showWarnings)
        #expect(
            try GridFixture.text(state)
                == GridFixture.plain([
                    7: """
                                       2 warnings

                                     › Lung_L       empty; 12.5 ml were predicted
                     R                 Lung_L       2 holes, 0.3 ml  slice 3                      L

                                       j k choose   Enter goes there   Esc closes
                    """,
                    21: """
                     ●[Lung_L] ● Lung_R   paint r 0.5 mm  vs prediction                ! 2 warnings
                    """,
                ]))
    }

    @Test("Two readings that are brought together") func adjudication() throws {
        let state = try adjudicated()
        #expect(
            try GridFixture.text(state)
                == GridFixture.plain([
                    2: """
                      readers 0.875 on this slice: not decided
                      decided 0 of 1 slice
                      F1 ana   F2 ben   F3 as it is
                    """
                ]))
    }

    @Test("What a new user is taught") func hint() throws {
        var state = try ScreenFixture.state()
        state.hints = HintProgress(learned: [.scroll])
        #expect(
            try GridFixture.text(state)
                == GridFixture.plain([
                    23: """
                     New here? m space mark a voxel; or drag the left button  2/5   ? help
                    """
                ]))
    }

    @Test("A lesson of the tour") func tour() throws {
        var grid = ReviewScreen.render(
            try ScreenFixture.state(), options: try GridFixture.options(), columns: 80, rows: 24)
        TourBox.draw(Tour(), options: try GridFixture.options(), into: &grid)
        #expect(
            GridFixture.text(grid)
                == GridFixture.plain([
                    16: """
                        Lesson 1 of 8: slices   0 of 5
                        Go through the slices with j and k, the arrows, or the wheel: five
                        different ones.
                    """
                ]))
    }

    @Test("A terminal that is too small") func small() throws {
        let grid = ReviewScreen.render(
            try ScreenFixture.state(), options: try GridFixture.options(), columns: 40, rows: 10)
        #expect(
            GridFixture.text(grid) == """




                           Pleura needs 60×20
                             this is 40×10
                        enlarge it, or q to quit



                """)
    }

    @Test("The end that waits for something") func farewell() throws {
        let grid = FarewellScreen.render(
            waitingFor: "the prediction", options: try GridFixture.options(), columns: 80, rows: 24)
        #expect(
            GridFixture.text(grid)
                == GridFixture.plain([
                    0: """


                    """,
                    6: """





                                                stopping the prediction…
                                     What you did is saved. Ctrl-C leaves at once.
                    """,
                    18: """






                    """,
                ]))
    }
}
