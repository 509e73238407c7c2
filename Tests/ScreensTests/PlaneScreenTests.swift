import Cases
import Editing
import PatientView
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

@Suite struct PlaneScreenTests {
    /// A terminal of 160×50: an image area of 120 columns and 44 rows beside a panel of 40.
    private func three() throws -> ReviewState {
        var state = try ScreenFixture.state()
        let layout = try #require(ScreenLayout(columns: 160, rows: 50))
        setUp(&state, .resizeView(columns: layout.image.width, rows: layout.image.height))
        setUp(&state, .point(PlanePoint(x: 52, y: 12)))
        setUp(&state, .setLayout(.three))
        return state
    }

    @Test func aCoronalPlaneIsDrawnInTrueMillimetresWithTheHeadOnTop() throws {
        var state = try ScreenFixture.state()
        // Lung_L: x 50…55, y 10…15 on slice 2 of five; now through y 12. Slices are 2.5 mm, columns 1 mm.
        setUp(&state, .point(PlanePoint(x: 52, y: 12)))
        setUp(&state, .choosePlane(.coronal))
        let structures = state.structures.indices
        #expect(structures.count == 2)
        let grid = ReviewScreen.render(
            state, options: try ScreenFixture.options(depth: .indexed), columns: 80, rows: 24)
        #expect(grid.lines[1].hasPrefix("  coronal 13/36  y −6.0 mm "))
        #expect(grid.lines[10].hasPrefix(" R") && grid.lines[10].hasSuffix("L "))
        #expect(grid.lines[1].contains("S") && grid.lines[18].contains("I"))
        // 80 mm across 80 columns: 1 mm a unit. Five slices are 12.5 half rows about half row 18; slice 2 is drawn by
        // the half rows 17 and 18 and whatever of 16.75…19.25 is nearest to it: half rows of its own are 17, 18.
        let blue = Colour(red: 0, green: 0, blue: 255)
        func halfRows(_ x: Int) -> [Int] {
            (0..<36).filter { half in
                let cell = grid[x, 1 + half / 2]
                let isUpper = half % 2 == 0
                if cell.glyph == " " { return cell.style.background == blue }
                return (isUpper ? cell.style.foreground : cell.style.background) == blue
            }
        }
        #expect(halfRows(49) == [] && halfRows(56) == [])
        #expect(halfRows(50) == [17, 18] && halfRows(55) == [17, 18])
        #expect(halfRows(20) == [], "the right lung has a colour of its own")
    }

    @Test func theHeadIsOnTopAndTheFrontOnTheLeftOfASagittalPlane() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .choosePlane(.sagittal))
        let lines = ReviewScreen.render(state, options: try ScreenFixture.options(), columns: 80, rows: 24).lines
        #expect(lines[1].hasPrefix("  sagittal 3/80  x −38.0 mm "))
        #expect(lines[10].hasPrefix(" A") && lines[10].hasSuffix("P "))
        // Upwards is headwards: k of the pointer raises z.
        let z = state.view.slice
        setUp(&state, .moveCursor(columns: 0, halfRows: -1))
        #expect(state.view.slice == z + 1)
    }

    @Test func threePlanesStandBesideOneAnother() throws {
        let state = try three()
        let grid = ReviewScreen.render(state, options: try ScreenFixture.options(), columns: 160, rows: 50)
        let lines = grid.lines
        #expect(lines[1].hasPrefix("  axial 3/5  z −125.0 mm "))
        let left = state.view.room(for: .coronal).x
        let below = state.view.room(for: .sagittal).y
        #expect(String(lines[1].dropFirst(left)).hasPrefix("  coronal 13/36  y −6.0 mm "))
        #expect(String(lines[1 + below].dropFirst(left)).hasPrefix("  sagittal 53/80  x 12.0 mm "))
        #expect(grid[left - 1, 5].glyph == "│" && grid[left, below].glyph == "─" && grid[left - 1, below].glyph == "├")
        // The plane in hand is told by its label.
        let accent = try ScreenFixture.options().theme.accent
        #expect(grid[3, 1].style.foreground == accent)
    }

    @Test func theMouseTakesAPaneInHandBeforeItPaints() throws {
        var state = try three()
        var translator = InputTranslator(keymaps: try ScreenFixture.options().keymaps)
        func send(_ kind: MouseEvent.Kind, _ x: Int, _ y: Int, _ modifiers: InputModifiers = []) -> [ReviewAction] {
            let event = InputEvent.mouse(MouseEvent(kind: kind, x: x, y: y, modifiers: modifiers))
            let actions = translator.actions(for: event, in: state, columns: 160, rows: 50)
            for action in actions { setUp(&state, action) }
            return actions
        }
        let room = state.view.room(for: .coronal)
        let (x, y) = (room.x + room.columns / 2, 1 + room.rows / 2)
        let first = send(.press(.left), x, y)
        #expect(first.count == 2 && first.first == .choosePlane(.coronal))
        #expect(state.view.plane == .coronal && state.stroke == nil)
        // The middle of the pane is the middle of the body: column 39.5, slice 2.
        let spot = try #require(state.cursorVoxel)
        #expect((39...41).contains(spot.x) && spot.y == 12 && spot.z == 2)
        #expect(send(.drag(.left), x + 4, y).count == 1)
        #expect(state.stroke == nil && state.cursorVoxel?.x ?? 0 > spot.x)
        _ = send(.release(.left), x + 4, y)
        _ = send(.press(.left), x, y)
        #expect(state.stroke?.plane == GridPlane(normal: .y, depth: 12))
        _ = send(.release(.left), x, y)
        #expect(state.history.done.count == 1)
        // The wheel works where it turns.
        #expect(send(.scroll(1), 10, 10) == [.choosePlane(.axial), .moveSlices(1)])
        #expect(state.view.slice == 3)
        let zoomed = send(.scroll(-1), x, y, .control)
        #expect(zoomed.first == .choosePlane(.coronal) && zoomed.last == .zoom(1.25))
        #expect(state.view[.coronal].zoom == 1.25 && state.view[.axial].zoom == 1)
    }

    @Test func theStripIsASlider() throws {
        let state = try ScreenFixture.state()
        var translator = InputTranslator(keymaps: try ScreenFixture.options().keymaps)
        func send(_ kind: MouseEvent.Kind, _ x: Int, _ y: Int) -> [ReviewAction] {
            translator.actions(for: .mouse(MouseEvent(kind: kind, x: x, y: y)), in: state, columns: 80, rows: 24)
        }
        #expect(send(.drag(.left), 40, 19) == [], "only what began on the strip slides")
        #expect(send(.press(.left), 0, 19) == [.slide(0)])
        #expect(send(.drag(.left), 40, 3) == [.slide(2)])
        #expect(send(.drag(.left), 200, 3) == [.slide(4)])
        #expect(send(.release(.left), 0, 0) == [])
        #expect(send(.drag(.left), 40, 19) == [])
    }

    @Test func rulersSayTheirLengthBesideTheirEnd() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .toggleMeasuring)
        setUp(&state, .beginStroke(at: PlanePoint(x: 30, y: 20), tool: nil))
        setUp(&state, .continueStroke(to: PlanePoint(x: 42, y: 20)))
        setUp(&state, .endStroke)
        let options = try ScreenFixture.options()
        let grid = ReviewScreen.render(state, options: options, columns: 80, rows: 24)
        #expect(grid.lines[11].contains("12.0 mm"))
        let white = Colour(grey: 255)
        #expect((30...41).allSatisfy { grid[$0, 11].style.foreground == white })
        // On another slice there is nothing of it.
        setUp(&state, .moveSlices(1))
        #expect(!ReviewScreen.render(state, options: options, columns: 80, rows: 24).lines[11].contains("12.0 mm"))
    }
}

@Suite struct FrameMemoryTests {
    /// Whatever happens, a frame that takes over from the last looks as one made anew.
    @Test func takingOverNeverChangesWhatIsDrawn() throws {
        var state = try ScreenFixture.state()
        let layout = try #require(ScreenLayout(columns: 160, rows: 50))
        setUp(&state, .resizeView(columns: layout.image.width, rows: layout.image.height))
        let options = try ScreenFixture.options()
        var memory = FrameMemory()
        var volume = Volume(geometry: try #require(state.geometry), filledWith: -600)
        volume[VoxelIndex(x: 9, y: 9, z: 2)] = 900
        let before: [ReviewAction] = [
            .moveSlices(1), .setWindow(WindowPreset.bone.window), .zoom(2), .pan(columns: 3, halfRows: 1),
            .dab(tool: .brush, x: 30, y: 20, z: 3), .choosePlane(.coronal), .moveSlices(2), .setLayout(.three),
            .point(PlanePoint(x: 20, y: 1)), .undo, .fitBody, .slide(2),
        ]
        let after: [ReviewAction] = [
            .choosePlane(.axial), .resizeView(columns: 117, rows: 41), .setLayout(.one), .compare(.reference),
        ]
        func expectSame(_ what: String) {
            let again = ReviewScreen.render(state, options: options, columns: 160, rows: 50, memory: &memory)
            #expect(again == ReviewScreen.render(state, options: options, columns: 160, rows: 50), "\(what)")
        }
        for action in before {
            setUp(&state, action)
            expectSame("\(action)")
        }
        setUp(&state, .imageArrived(PartialVolume(volume), bodyBox: volume.geometry.size.bounds))
        expectSame("another image")
        for action in after {
            setUp(&state, action)
            expectSame("\(action)")
        }
    }
}
