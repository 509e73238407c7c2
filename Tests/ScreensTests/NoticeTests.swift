import Cases
import Editing
import PatientView
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

/// What is said over the image of masks that are not what one takes them for, and marks that let the CT through.
@Suite struct NoticeTests {
    private func text(_ state: ReviewState, columns: Int = 80, rows: Int = 24) throws -> String {
        ReviewScreen.render(state, options: try ScreenFixture.options(), columns: columns, rows: rows).lines
            .joined(separator: "\n")
    }

    @Test(
        "that masks are hidden stands over the image as long as they are", arguments: [(80, 24), (60, 20), (200, 60)])
    func hiddenMasks(columns: Int, rows: Int) throws {
        var state = try ScreenFixture.state()
        let layout = try #require(ScreenLayout(columns: columns, rows: rows))
        setUp(&state, .resizeView(columns: layout.image.width, rows: layout.image.height))
        #expect(try !text(state, columns: columns, rows: rows).contains("HIDDEN"))
        setUp(&state, .toggleMasks)
        // It outlives messages and moves.
        for _ in 0..<3 {
            setUp(&state, .moveSlices(1))
            #expect(try text(state, columns: columns, rows: rows).contains("MASKS HIDDEN · :masks shows them"))
        }
        setUp(&state, .toggleMasks)
        setUp(&state, .toggleStructure(.lungRight))
        #expect(try text(state, columns: columns, rows: rows).contains("HIDDEN: Lung_R"))
        setUp(&state, .toggleStructure(.lungRight))
        #expect(try !text(state, columns: columns, rows: rows).contains("HIDDEN"))
    }

    @Test("a preview says what it changes and what that does to the score") func previews() throws {
        var state = try ScreenFixture.state()
        for slice in [1, 3] {
            setUp(&state, .goToSlice(slice))
            setUp(&state, try ReviewCommands.table.action(for: "lasso add 30 5 40 5 40 15 30 15"))
        }
        setUp(&state, .goToSlice(2))
        let effects = reduce(&state, try ReviewCommands.table.action(for: "interpolate 2 4"))
        guard case .tryOut(let name, let patch, let edit)? = effects.last else {
            Issue.record("\(effects)")
            return
        }
        setUp(&state, .scored(name, StructureScore(edit: edit, surfaceDice: 0.75, slices: [])))
        setUp(&state, .tried(name, patch: patch, edit: edit, surfaceDice: 0.5))
        let layout = try #require(ScreenLayout(columns: 200, rows: 60))
        setUp(&state, .resizeView(columns: layout.image.width, rows: layout.image.height))
        #expect(
            try text(state, columns: 200, rows: 60).contains(
                "PREVIEW Lung_L · +0.25 ml on slice 3 · surface Dice 0.750 → 0.500 · Enter takes it, Esc drops it"))
        setUp(&state, .resizeView(columns: 80, rows: 18))
        #expect(try text(state).contains("PREVIEW Lung_L +0.25 ml, slice 3 · 0.750 → 0.500 · Enter / Esc"))
        setUp(&state, .cancel)
        #expect(try !text(state).contains("PREVIEW"))
        // What a region operation shows is said in the same place.
        setUp(&state, .region(.guardLeaks(radius: 9, millilitres: nil, neck: 0)))
        setUp(&state, .region(.grow(from: VoxelTarget(x: 53, y: 12), nil, .slice)))
        #expect(state.region.preview != nil)
        #expect(try text(state).contains("PREVIEW grow · Lung_L +"))
    }

    @Test("a scribble is its rim, and the CT within is to be seen") func scribbles() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .setBrushRadius(4))
        // Black, so that the mark differs from the CT.
        setUp(&state, .setWindow(WindowLevel(width: 400, level: 40)))
        let plain = try image(state)
        setUp(&state, .region(.scribble(inside: true, at: VoxelTarget(x: 35, y: 20))))
        let drawn = try image(state)
        let changed = drawn.indices.filter { drawn[$0] != plain[$0] }
        // A disc of 49 voxels has a rim of some 20; the rest is as it was, but for the cursor in its middle.
        let disc = try #require(state.region.scribbles?.inside.slices[2].count)
        #expect(disc >= 45 && (12...30).contains(changed.count), "\(changed.count) of \(disc)")
    }

    /// The colours of the image's pixels around (35, 20), the cursor put elsewhere.
    private func image(_ state: ReviewState) throws -> [Colour?] {
        var state = state
        setUp(&state, .point(PlanePoint(x: 2, y: 34)))
        setUp(&state, .chooseTool(.measure))
        let grid = ReviewScreen.render(state, options: try ScreenFixture.options(), columns: 80, rows: 24)
        return (10..<30).flatMap { y in
            (25..<45).map { x -> Colour? in
                let cell = grid[x, 1 + y / 2]
                if cell.glyph == " " { return cell.style.background }
                return y % 2 == 0 ? cell.style.foreground : cell.style.background
            }
        }
    }
}
