import Cases
import Commands
import Editing
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

/// Structures that were added, and expressions, on whole screens.
@Suite("Structures at run time at 80×24")
struct StructureListScreenTests {
    private static let ptv = StructureName(rawValue: "PTV")

    private func added() throws -> ReviewState {
        var state = try ScreenFixture.state()
        setUp(&state, .structures(.add("PTV", StructureColour(red: 1, green: 2, blue: 3))))
        setUp(&state, .introduced(Self.ptv, tolerance: 2))
        setUp(&state, .structuresKept(through: 1))
        setUp(&state, .scored(Self.ptv, StructureScore(edit: 0, surfaceDice: 0, slices: [nil, nil, nil, nil, nil])))
        return state
    }

    @Test("A structure that was added") func structure() throws {
        #expect(
            try GridFixture.text(try added())
                == GridFixture.plain([
                    0: """
                     Pleura  1.2.840.1  ✎ PTV 3/3                      baseline-threshold   ● saved
                    """,
                    20: """
                     sDice PTV n/a slice n/a   Lung_L …   Lung_R …
                     ● Lung_L  ● Lung_R  ●[PTV]  paint r 0.5 mm  vs prediction
                     PTV added, empty · nothing was proposed for it, so it has no score and its
                     slices no red
                    """,
                ]))
    }

    @Test("What a structure was set to") func expression() throws {
        var state = try added()
        setUp(&state, try ReviewCommands.table.action(for: "set PTV = Lung_L + (L 6mm, AP 4mm) - Lung_R + 3mm slice"))
        #expect(
            try GridFixture.text(state)
                == GridFixture.plain([
                    0: """
                     Pleura  1.2.840.1  ✎ PTV 3/3                   baseline-threshold   ● saving 1
                    """,
                    4: """
                                                                       ▀▀▀▀▀▀▀▀
                                                                               ▀
                    """,
                    9: """
                                                                               ▀
                     R                                                 ▀▀▀▀▀▀▀▀                   L
                    """,
                    20: """
                     sDice PTV n/a … slice n/a   Lung_L …   Lung_R …
                     ● Lung_L  ● Lung_R  ●[PTV]  paint r 0.5 mm  vs prediction
                     set to (Lung_L + (L 6mm, AP 4mm)) − (Lung_R + 3mm) PTV: +0.37 ml on 1 slice
                    """,
                ]))
    }

    @Test("An expression is completed while it is typed") func typing() throws {
        var state = try added()
        setUp(&state, .openPrompt(.command))
        for letter in "set PTV = Lung_L + 5mm - " { setUp(&state, .line(.type(String(letter)))) }
        #expect(
            try GridFixture.text(state)
                == GridFixture.plain([
                    0: """
                     Pleura  1.2.840.1  ✎ PTV 3/3                      baseline-threshold   ● saved
                    """,
                    18: """
                      Lung_L
                      Lung_R
                      PTV
                      :set NAME = EXPRESSION [slice|slices|3d|FROM-TO]  make a structure what an …
                     :set PTV = Lung_L + 5mm - █
                    """,
                ]))
    }

    @Test("Its own colour is in the image and in the lists") func colour() throws {
        var state = try added()
        setUp(&state, .dab(tool: .brush, x: 40, y: 20, z: nil))
        setUp(&state, .point(PlanePoint(x: 2, y: 34)))
        let own = Colour(red: 1, green: 2, blue: 3)
        func isOwn(_ cell: Cell) -> Bool { cell.style.foreground == own || cell.style.background == own }
        let options = try ScreenFixture.options()
        let small = ReviewScreen.render(state, options: options, columns: 80, rows: 24)
        #expect(isOwn(small[40, 11]) && !isOwn(small[41, 11]))
        #expect((0..<80).contains { isOwn(small[$0, 21]) })
        let grid = ReviewScreen.render(state, options: options, columns: 120, rows: 40)
        #expect((0..<40).contains { y in (84..<120).contains { isOwn(grid[$0, y]) } })
        // Of what nobody has proposed there is no score to be shown beside a prediction.
        let rows = (0..<grid.height).map { y in (0..<grid.width).map { String(Character(grid[$0, y].glyph)) }.joined() }
        #expect(rows.contains { $0.contains("added, nothing proposed: no score") })
        // A file or another reader may have it all the same.
        state.structures[2].hasReference = true
        let measured = ReviewScreen.render(state, options: options, columns: 120, rows: 40)
        let lines = (0..<measured.height).map { y in
            (0..<measured.width).map { String(Character(measured[$0, y].glyph)) }.joined()
        }
        #expect(!lines.contains { $0.contains("no score") } && lines.contains { $0.contains("against prediction") })
    }
}
