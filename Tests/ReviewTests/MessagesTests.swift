import Cases
import Commands
import Editing
import Review
import TestSupport
import Testing
import Volumes

@Suite struct MessagesTests {
    @Test func everyMessageCanBeReadAgain() throws {
        var state = try Fixture.state()
        let before = state.messages.entries.count
        send(&state, .retry)
        let first = try #require(state.message)
        send(&state, .goToNext(.unseen, backwards: false), .slice)
        #expect(state.message == nil)
        for _ in 0..<2 { send(&state, .repeatEdit) }
        let second = try #require(state.message)
        let entries = state.messages.entries.dropFirst(before)
        #expect(entries.map(\.message) == [first, second] && entries.map(\.count) == [1, 2])
        #expect(entries.map(\.slice) == [2, 3])
    }

    @Test func theListEndsWithTheNewestAndLeadsToItsSlice() throws {
        var state = try Fixture.state()
        send(&state, .show(StatusMessage("first")))
        send(&state, .goToSlice(4), .slice)
        send(&state, .show(StatusMessage("second", kind: .warning)))
        let count = state.messages.entries.count
        send(&state, .see(.showMessages))
        #expect(state.mode == .overlay(.messages(selected: count - 1)))
        send(&state, .scrollHelp(5))
        #expect(state.mode == .overlay(.messages(selected: count - 1)), "there is nothing after it")
        send(&state, .scrollHelp(-1))
        send(&state, .confirm, .slice)
        #expect(state.mode == .normal && state.view.slice == 2)
        #expect(state.messages.entries.count == count, "reading says nothing")
    }

    @Test func whatIsSaidMeanwhileMovesNothing() throws {
        var state = try Fixture.state()
        for i in 0..<MessageLog.limit { send(&state, .show(StatusMessage("said \(i)"))) }
        send(&state, .see(.showMessages))
        send(&state, .scrollHelp(-3))
        send(&state, .see(.readOn(lines: 2)))
        let chosen = state.mode
        guard case .overlay(.messages(let number, line: 2)) = chosen else {
            Issue.record("\(chosen)")
            return
        }
        func text() -> String { state.messages.entries[state.messages.place(of: number)].message.text }
        #expect(state.messages.entries.count == MessageLog.limit && text() == "said \(MessageLog.limit - 4)")
        for i in 0..<5 { send(&state, .show(StatusMessage("later \(i)"))) }
        #expect(state.mode == chosen && text() == "said \(MessageLog.limit - 4)")
        send(&state, .scrollHelp(1))
        #expect(state.mode == .overlay(.messages(selected: number + 1)), "another one is read from its beginning")
        send(&state, .see(.readOn(lines: -4)))
        #expect(state.mode == .overlay(.messages(selected: number + 1)))
        // What is kept no longer gives way to the oldest.
        for i in 0..<MessageLog.limit { send(&state, .show(StatusMessage("even later \(i)"))) }
        send(&state, .scrollHelp(1))
        #expect(state.mode == .overlay(.messages(selected: state.messages.forgotten + 1)))
    }

    @Test func theListIsClosedToWhereKeysWere() throws {
        var state = try Fixture.state()
        send(&state, .togglePointer)
        send(&state, .see(.showMessages))
        #expect(state.sliceOnShow == nil, "it covers the slice")
        send(&state, .cancel)
        #expect(state.mode == .pointer)
    }

    @Test func whatCouldNotBeSavedIsKept() throws {
        var state = try Fixture.state()
        send(&state, .journalFailed("the disk is full"))
        #expect(state.messages.entries.last?.message == StatusMessage("NOT SAVED: the disk is full", kind: .warning))
    }

    @Test func aStepThatOverlapsSaysAlsoWhatItDropped() throws {
        var state = try Fixture.state()
        send(&state, .selectStructure(.lungLeft))
        // Hidden masks are shown again by an edit, which says so before it says anything of overlap.
        send(&state, .toggleMasks)
        send(&state, .dab(tool: .brush, x: 1, y: 2, z: nil), .step)
        let text = try #require(state.message?.text)
        #expect(text.contains("masks were hidden; shown again to be edited"))
        #expect(text.contains("also belong to Lung_R"))
    }
}
