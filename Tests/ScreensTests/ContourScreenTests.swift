import Cases
import Editing
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

/// Voxel (x, y) is pixel (x, y) of the image, cell (x, 1 + y / 2).
@Suite struct ContourScreenTests {
    private let cyan = Colour(red: 0, green: 255, blue: 255)

    private func run(_ state: inout ReviewState, _ commands: String...) throws {
        for command in commands { setUp(&state, try ReviewCommands.table.action(for: command)) }
    }

    private func render(
        _ state: ReviewState, depth: ColourDepth = .direct, cells: CellMode = .half, columns: Int = 80, rows: Int = 24
    ) throws -> CellGrid {
        ReviewScreen.render(
            state, options: try ScreenFixture.options(depth: depth, cells: cells), columns: columns, rows: rows)
    }

    /// The colour of a pixel drawn in half blocks.
    private func pixel(_ grid: CellGrid, _ x: Int, _ y: Int) -> Colour {
        let cell = grid[x, 1 + y / 2]
        return y % 2 == 0 && cell.glyph == "▀" ? cell.style.foreground : cell.style.background
    }

    @Test func aContourIsDrawnWithItsPoints() throws {
        var state = try ScreenFixture.state()
        try run(&state, "contour", "contour add 10 20", "contour add 18 20")
        var grid = try render(state)
        for x in 11...17 { #expect(pixel(grid, x, 20) == cyan, "\(x)") }
        let white = Colour(grey: 255)
        #expect(pixel(grid, 10, 20) == white && pixel(grid, 18, 20) == white)
        // With three points the way back to the first is hinted at.
        try run(&state, "contour add 18 28")
        grid = try render(state)
        let back = (11...17).filter { pixel(grid, $0, 20 + $0 - 10) == cyan }
        #expect(!back.isEmpty && back.count < 4)
        // On another slice it is not there, and the status line says where it is.
        setUp(&state, .moveSlices(1))
        grid = try render(state)
        #expect((0..<80).allSatisfy { x in (0..<36).allSatisfy { pixel(grid, x, $0) != cyan } })
        #expect(try render(state, columns: 120, rows: 36).lines.joined().contains("a contour is open on slice 3"))
    }

    @Test(arguments: [ColourDepth.direct, .indexed, .eight, .none], [CellMode.half, .quadrant, .sextant, .ascii])
    func contourAndPreviewShowInEveryMode(depth: ColourDepth, cells: CellMode) throws {
        var state = try ScreenFixture.state()
        let plain = try render(state, depth: depth, cells: cells)
        try run(&state, "contour", "contour add 10 20", "contour add 18 20", "contour add 18 28")
        let draft = try render(state, depth: depth, cells: cells)
        #expect((10...18).allSatisfy { plain[$0, 11] != draft[$0, 11] }, "the contour can be seen")
        if cells == .ascii || depth == .none {
            let letters = String(String.UnicodeScalarView((10...18).map { draft[$0, 11].glyph }))
            #expect(letters == "V#######V")
        }
    }

    @Test func anInterpolationIsShownUntilItIsTaken() throws {
        var state = try ScreenFixture.state()
        for slice in [1, 3] {
            setUp(&state, .goToSlice(slice))
            try run(&state, "lasso add 30 5 40 5 40 15 30 15")
        }
        setUp(&state, .goToSlice(2))
        try run(&state, "interpolate 2 4")
        let grid = try render(state)
        // The square's outline, and dots on what is within.
        #expect((30...39).allSatisfy { pixel(grid, $0, 5) == cyan })
        let inner = (6...13).flatMap { y in (31...38).map { pixel(grid, $0, y) == cyan } }.filter { $0 }.count
        #expect((8...16).contains(inner), "the CT shows through: \(inner) of 64")
        #expect((50...55).allSatisfy { pixel(grid, $0, 10) != cyan }, "what is there already stays")
        #expect(grid.lines.joined().contains("PREVIEW Lung_L · +0.25 ml on slice 3"))
        #expect(grid.lines.joined().contains("Enter takes"))
        setUp(&state, .confirm)
        let taken = try render(state)
        #expect((30...39).allSatisfy { pixel(taken, $0, 5) != cyan })
    }

    @Test func verticesAreDrawnAndFollowTheDrag() throws {
        var state = try ScreenFixture.state()
        try run(&state, "vertex")
        let white = Colour(grey: 255)
        #expect(pixel(try render(state), 50, 10) == white, "Lung_L's corner")
        setUp(&state, .beginStroke(at: PlanePoint(x: 50, y: 10), tool: nil))
        setUp(&state, .continueStroke(to: PlanePoint(x: 46, y: 6)))
        #expect(pixel(try render(state), 46, 6) == white)
    }

    @Test func theMouseDrawsALassoAndTheRightButtonSubtracts() throws {
        var state = try ScreenFixture.state()
        var translator = InputTranslator(keymaps: try ScreenFixture.options().keymaps)
        try run(&state, "lasso")
        func mouse(_ kind: MouseEvent.Kind, _ x: Int, _ y: Int) {
            for action in translator.actions(
                for: .mouse(MouseEvent(kind: kind, x: x, y: y)), in: state, columns: 80, rows: 24)
            {
                setUp(&state, action)
            }
        }
        func lasso(_ button: MouseEvent.Button, _ cells: [(Int, Int)]) {
            mouse(.press(button), cells[0].0, cells[0].1)
            for cell in cells.dropFirst() { mouse(.drag(button), cell.0, cell.1) }
            mouse(.release(button), cells[cells.count - 1].0, cells[cells.count - 1].1)
        }
        let before = state.structures[0].mask.count
        lasso(.left, [(10, 5), (20, 5), (20, 9), (10, 9)])
        // The middles of the cells span 10 columns and 8 rows.
        #expect(state.structures[0].mask.count == before + 80)
        lasso(.right, [(10, 5), (15, 5), (15, 9), (10, 9)])
        #expect(state.structures[0].mask.count == before + 40)
        #expect(state.history.done.map(\.name) == ["lasso", "lasso"])
    }
}
