import Editing
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

@Suite struct RegionScreenTests {
    private func render(_ state: ReviewState, _ options: RenderOptions) -> CellGrid {
        ReviewScreen.render(state, options: options, columns: 80, rows: 24)
    }

    private func text(_ grid: CellGrid) -> [String] {
        (0..<grid.height).map { y in (0..<grid.width).map { Character(grid[$0, y].glyph) }.map(String.init).joined() }
    }

    @Test func aPreviewIsDottedAndOutlinedInItsOwnColour() throws {
        var state = try ScreenFixture.state()
        let options = try ScreenFixture.options(depth: .indexed)
        let draft = options.theme[.draft]
        func isDraft(_ x: Int, _ y: Int) -> Bool {
            let style = render(state, options)[x, y].style
            return style.foreground == draft || style.background == draft
        }
        // Voxel (x, y) is pixel (x, y): cell (x, 1 + y / 2). Lung_L covers x 50…55, y 10…15.
        #expect(!isDraft(59, 7))
        setUp(&state, .region(.margin(4, .slice)))
        setUp(&state, .undo)
        setUp(&state, .region(.guardLeaks(radius: 9, millilitres: nil, neck: 0)))
        setUp(&state, .region(.grow(from: VoxelTarget(x: 53, y: 12), nil, .slice)))
        #expect(state.region.preview != nil)
        // The disc of 9 mm around (53, 12): its rim to the right of the lung, and dots in between.
        #expect(isDraft(62, 7))
        #expect((57..<62).contains { isDraft($0, 7) } && !(57..<62).allSatisfy { isDraft($0, 7) })
        #expect(text(render(state, options)).contains { $0.contains("Esc drops") })
        setUp(&state, .cancel)
        #expect(!isDraft(62, 7))
    }

    @Test func scribblesShowAndSoDoesWhatIsWorkedOut() throws {
        var state = try ScreenFixture.state()
        let options = try ScreenFixture.options(depth: .indexed)
        setUp(&state, .setBrushRadius(2))
        setUp(&state, .region(.scribble(inside: true, at: VoxelTarget(x: 30, y: 12))))
        setUp(&state, .region(.scribble(inside: false, at: VoxelTarget(x: 40, y: 12))))
        let letters = render(state, try ScreenFixture.options(depth: .none, cells: .ascii))
        #expect(letters[29, 7].glyph == "+" && letters[31, 7].glyph == "+")
        #expect(letters[38, 7].glyph == "_" && letters[45, 7].glyph != "_")
        setUp(&state, .region(.margin(1, .volume)))
        let id = try #require(state.region.running?.id)
        setUp(&state, .worked(.progress(id: id, 0.42)))
        #expect(text(render(state, options)).contains { $0.contains("margin +1mm 42 % · Esc stops it") })
    }
}
