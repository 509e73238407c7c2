import Editing
import Lists
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

@Suite struct InputTranslatorTests {
    private func actions(_ event: InputEvent, _ state: ReviewState) throws -> [ReviewAction] {
        var translator = InputTranslator(keymaps: try ScreenFixture.options().keymaps)
        return translator.actions(for: event, in: state, columns: 80, rows: 24)
    }

    @Test func aClickMarksTheVoxelThatIsDrawnThere() throws {
        let state = try ScreenFixture.state()
        // The middle of cell (30, 6) of the image, which starts in row 1: voxels x 30, between y 10 and 11.
        let press = InputEvent.mouse(MouseEvent(kind: .press(.left), x: 30, y: 6))
        #expect(try actions(press, state) == [.beginStroke(at: PlanePoint(x: 30, y: 10.5), tool: nil)])
        let right = InputEvent.mouse(MouseEvent(kind: .press(.right), x: 30, y: 6))
        #expect(try actions(right, state) == [.beginStroke(at: PlanePoint(x: 30, y: 10.5), tool: .erase)])
    }

    @Test func aStrokeGoesOnOutsideTheImageAndEndsAnywhere() throws {
        var state = try ScreenFixture.state()
        let drag = InputEvent.mouse(MouseEvent(kind: .drag(.left), x: 85, y: 0))
        #expect(try actions(drag, state) == [])
        setUp(&state, .beginStroke(at: PlanePoint(x: 30, y: 10), tool: nil))
        #expect(try actions(drag, state) == [.continueStroke(to: PlanePoint(x: 79, y: 0.5))])
        #expect(try actions(.mouse(MouseEvent(kind: .release(.left), x: 0, y: 23)), state) == [.endStroke])
    }

    @Test func theWheelScrollsChangesTheBrushAndZooms() throws {
        let state = try ScreenFixture.state()
        func wheel(_ direction: Int, _ modifiers: InputModifiers) throws -> [ReviewAction] {
            try actions(
                .mouse(MouseEvent(kind: .scroll(direction), x: 30, y: 6, modifiers: modifiers)), state)
        }
        #expect(try wheel(1, []) == [.moveSlices(1)])
        #expect(try wheel(-1, .shift) == [.adjustBrush(1)])
        #expect(try wheel(-1, .control) == [.point(PlanePoint(x: 30, y: 10.5)), .zoom(1.25)])
    }

    @Test func aClickOnTheStripGoesToThatSlice() throws {
        let state = try ScreenFixture.state()
        #expect(try actions(.mouse(MouseEvent(kind: .press(.left), x: 79, y: 19)), state) == [.slide(4)])
        #expect(try actions(.mouse(MouseEvent(kind: .press(.left), x: 0, y: 19)), state) == [.slide(0)])
    }

    @Test func keysMeanWhatTheModeSays() throws {
        var state = try ScreenFixture.state()
        let j = InputEvent.key(.character("j"), [])
        let h = InputEvent.key(.character("h"), [])
        #expect(try actions(j, state) == [.moveSlices(1)])
        #expect(try actions(h, state) == [])
        setUp(&state, .togglePointer)
        #expect(try actions(h, state) == [.moveCursor(columns: -1, halfRows: 0)])
        #expect(try actions(.key(.character(" "), []), state) == [.dabAtCursor(tool: nil)])
        setUp(&state, .cancel)
        setUp(&state, .openPrompt(.command))
        #expect(try actions(j, state) == [.type("j")])
        #expect(try actions(.paste("goto 3"), state) == [.type("goto 3")])
        #expect(try actions(.key(.special(.enter), []), state) == [.confirm])
        #expect(try actions(.key(.character("c"), .control), state) == [.cancel])
    }
}

@Suite struct WorklistScreenTests {
    @Test func theChosenCaseIsAlwaysInView() throws {
        let entries = (0..<200).map {
            WorklistEntry(
                caseID: .init(rawValue: "\($0)"), title: "case-\($0)", status: .new, image: "512×512×133")
        }
        var state = WorklistState(entries: entries)
        for step in [0, 7, 100, 92, 500, -3] {
            setUp(&state, .move(step))
            let grid = WorklistScreen.render(
                state, options: try ScreenFixture.options(), columns: 80, rows: 24)
            #expect(grid.lines.contains { $0.contains("› case-\(state.selected) ") })
        }
        #expect(reduce(&state, .open) == [.open(state.entries[state.selected].caseID)])
    }
}
