import Editing
import Review
import Screens
import TerminalKit
import Testing
import Volumes

/// A button that was let go where the terminal did not see it.
@Suite struct LostReleaseTests {
    private func mouse(_ kind: MouseEvent.Kind, _ x: Int = 30, _ y: Int = 6) -> InputEvent {
        .mouse(MouseEvent(kind: kind, x: x, y: y))
    }

    /// Feeds events one after the other, as the program does.
    private func play(_ events: [InputEvent], on state: inout ReviewState) throws {
        var translator = InputTranslator(keymaps: try ScreenFixture.options().keymaps)
        play(events, on: &state, with: &translator)
    }

    private func play(
        _ events: [InputEvent], on state: inout ReviewState, with translator: inout InputTranslator
    ) {
        for event in events {
            for action in translator.actions(for: event, in: state, columns: 80, rows: 24) {
                setUp(&state, action)
            }
        }
    }

    @Test("motion without a button ends a stroke and paints nothing more", arguments: [Tool.brush, .erase, .restore])
    func aStrokeEnds(tool: Tool) throws {
        var state = try ScreenFixture.state()
        state.tool = tool
        try play([mouse(.press(.left)), mouse(.drag(.left), 32)], on: &state)
        #expect(state.stroke != nil)
        let before = state.structures[state.activeIndex].mask
        try play([mouse(.drag(.none), 50, 10), mouse(.drag(.none), 60, 4)], on: &state)
        #expect(state.stroke == nil && state.structures[state.activeIndex].mask == before)
    }

    @Test("the right button's too, and a scribble") func otherStrokes() throws {
        var state = try ScreenFixture.state()
        try play([mouse(.press(.right)), mouse(.drag(.right), 32), mouse(.drag(.none), 60)], on: &state)
        #expect(state.stroke == nil)
        setUp(&state, .chooseTool(.scribble))
        try play([mouse(.press(.left)), mouse(.drag(.left), 32)], on: &state)
        let drawn = try #require(state.region.scribbles)
        try play([mouse(.drag(.none), 60, 10), mouse(.drag(.none), 70, 3)], on: &state)
        #expect(state.stroke == nil && state.region.scribbles == drawn)
    }

    @Test("a ruler, a lasso, and what nudges the boundary let go") func otherDrags() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .toggleMeasuring)
        try play([mouse(.press(.left)), mouse(.drag(.left), 40), mouse(.drag(.none), 70)], on: &state)
        #expect(state.ruler == nil && state.rulers.count == 1)
        let length = state.rulers
        try play([mouse(.drag(.none), 20)], on: &state)
        #expect(state.rulers == length)
        setUp(&state, .toggleMeasuring)
        setUp(&state, .chooseTool(.lasso))
        let steps = state.sequence
        try play(
            [
                mouse(.press(.left), 30, 6), mouse(.drag(.left), 36, 6), mouse(.drag(.left), 36, 9),
                mouse(.drag(.left), 30, 9), mouse(.drag(.none), 70, 2),
            ], on: &state)
        #expect(state.stroke == nil && state.contour.draft == nil && state.sequence == steps + 1)
    }

    @Test("the strip's slider, the crosshair and the middle button's pan end as well") func whatIsNoStroke() throws {
        var state = try ScreenFixture.state()
        var translator = InputTranslator(keymaps: try ScreenFixture.options().keymaps)
        play([mouse(.press(.left), 0, 19), mouse(.drag(.none), 40, 19)], on: &state, with: &translator)
        #expect(state.view.slice == 0)
        play([mouse(.drag(.left), 79, 19)], on: &state, with: &translator)
        #expect(state.view.slice == 0, "nothing slides any more")
        play([mouse(.press(.middle)), mouse(.drag(.none), 40)], on: &state, with: &translator)
        let view = state.view
        play([mouse(.drag(.middle), 50, 9)], on: &state, with: &translator)
        #expect(state.view == view)
    }

    @Test("a press while a stroke is open ends that one, without a line between them") func aSecondPress() throws {
        var state = try ScreenFixture.state()
        try play([mouse(.press(.left), 20, 3), mouse(.drag(.left), 21, 3)], on: &state)
        let first = state.structures[state.activeIndex].mask
        let steps = state.history.done.count
        try play([mouse(.press(.left), 50, 12)], on: &state)
        #expect(state.history.done.count == steps + 1, "the first is a step of its own")
        let stroke = try #require(state.stroke)
        #expect(stroke.before == first)
        try play([mouse(.release(.left), 50, 12), mouse(.release(.left), 50, 12)], on: &state)
        #expect(state.stroke == nil && state.history.done.count == steps + 2)
    }

    @Test("a pen that keys put down is not lifted by the mouse") func penByKey() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .togglePointer)
        setUp(&state, .togglePen)
        let stroke = try #require(state.stroke)
        try play([mouse(.drag(.none), 60)], on: &state)
        #expect(state.stroke == stroke)
    }

    @Test("a release counts whatever is open over the image") func underAnOverlay() throws {
        var state = try ScreenFixture.state()
        try play([mouse(.press(.left)), mouse(.drag(.left), 32)], on: &state)
        setUp(&state, .toggleHelp)
        try play([mouse(.release(.left), 33)], on: &state)
        #expect(state.stroke == nil)
    }
}
