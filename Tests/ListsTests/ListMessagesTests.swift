import Commands
import Lists
import Testing

@Suite struct ListMessagesTests {
    @Test func theWorklistListsWhatItSaid() {
        var state = WorklistState(entries: [])
        state.message = StatusMessage("opening was stopped")
        send(&state, .open)
        let warning = state.message
        #expect(warning?.kind == .warning)
        send(&state, .list(.showMessages))
        #expect(state.mode == .messages(selected: 1) && state.message == nil)
        #expect(state.messages.entries.map(\.message) == [StatusMessage("opening was stopped"), warning])
        send(&state, .list(.scroll(-5)))
        #expect(state.mode == .messages(selected: 0))
        send(&state, .list(.confirm))
        #expect(state.mode == .list)
        send(&state, .list(.showMessages))
        send(&state, .list(.cancel))
        #expect(state.mode == .list && state.messages.entries.count == 2)
    }

    @Test func whatIsSaidMeanwhileMovesNothing() {
        var state = TrainingState()
        for i in 0..<MessageLog.limit { send(&state, .say(StatusMessage("job \(i) ended"))) }
        send(&state, .list(.showMessages))
        send(&state, .list(.scroll(-1)))
        send(&state, .list(.readOn(3)))
        send(&state, .say(StatusMessage("the worker has ended")))
        let number = MessageLog.limit - 2
        #expect(state.mode == .messages(selected: number, line: 3))
        #expect(state.messages.entries[state.messages.place(of: number)].message.text == "job \(number) ended")
        send(&state, .list(.readOn(-9)))
        #expect(state.mode == .messages(selected: number))
        send(&state, .list(.cancel))
        send(&state, .list(.readOn(1)))
        #expect(state.mode == .list)
    }

    @Test func theQueueListsWhatItSaid() {
        var state = TrainingState()
        send(&state, .say(StatusMessage("job 3 ended")))
        send(&state, .list(.showMessages))
        #expect(state.mode == .messages(selected: 0))
        send(&state, .list(.scroll(4)))
        #expect(state.mode == .messages(selected: 0))
        send(&state, .list(.cancel))
        #expect(state.mode == .list && state.messages.entries.map(\.message.text) == ["job 3 ended"])
    }
}
