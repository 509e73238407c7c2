import Cases
import Commands
import Editing
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

/// What is said where there are only 80 columns.
@Suite("Room for what is said on 80 columns")
struct StatusRoomTests {
    private func lines(_ state: ReviewState) throws -> [String] {
        ReviewScreen.render(state, options: try ScreenFixture.options(), columns: 80, rows: 24).lines
    }

    private func edited() throws -> ReviewState {
        var state = try ScreenFixture.state()
        setUp(&state, .dab(tool: .brush, x: 40, y: 20, z: nil))
        // The next key, after which the status line no longer says what was changed.
        setUp(&state, .goToSlice(2))
        return state
    }

    @Test("a message that is too long goes on over the keys, word by word, until the next key")
    func longMessages() throws {
        var state = try ScreenFixture.state()
        let text =
            "smooth 2mm Lung_L: −0.97 ml on 94 slices · 7 of these voxels are Lung_R too; undo, or :lock Lung_R first"
        setUp(&state, .show(StatusMessage(text, kind: .warning)))
        let said = try lines(state)
        #expect(
            said[22].trimmed
                == "smooth 2mm Lung_L: −0.97 ml on 94 slices · 7 of these voxels are Lung_R too;")
        #expect(said[23].trimmed == "undo, or :lock Lung_R first")
        setUp(&state, .moveSlices(1))
        let after = try lines(state)
        #expect(after[23].contains("j k slice") && !after[22].contains("smooth"))
    }

    @Test("one that is longer than two lines ends with dots")
    func veryLongMessages() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .show(StatusMessage([String](repeating: "word", count: 60).joined(separator: " "))))
        let said = try lines(state)
        #expect(said[22].trimmed.count == 74 && said[23].trimmed.count == 78 && said[23].trimmed.hasSuffix("…"))
    }

    @Test("what undo takes back is whole; millimetres make room for it")
    func undoing() throws {
        var state = try edited()
        #expect(try lines(state)[22].contains("mm   ") && lines(state)[22].contains("u undoes brush Lung_L #3"))
        let step = try #require(state.history.done.last)
        state.history.record(
            EditStep(
                structure: step.structure, name: "threshold -1000 -500 near 12.5mm", slice: step.slice,
                patch: step.patch))
        let line = try lines(state)[22]
        #expect(line.contains("u undoes threshold -1000 -500 near 12.5mm Lung_L #3") && line.contains("x 40 y 20 z 2"))
        #expect(!line.contains(" mm"))
    }

    @Test("a replay says what is what, and offers no other try")
    func replay() throws {
        var state = try ScreenFixture.state()
        var review = OpenedReview(
            model: .baseline, referenceSource: .prediction, structures: state.structures,
            readOnly: "replay: mask a@2, ghost a@1")
        setUp(&state, .opened(review))
        func said() throws -> String {
            ReviewScreen.render(state, options: try ScreenFixture.options(), columns: 140, rows: 40).lines[38]
        }
        #expect(try said().contains("read only: replay: mask a@2, ghost a@1"))
        review.isReplay = true
        setUp(&state, .opened(review))
        #expect(try said().trimmed == "replay: mask a@2, ghost a@1")
        setUp(&state, .dab(tool: .brush, x: 40, y: 20, z: nil))
        #expect(state.message?.text == "replay: mask a@2, ghost a@1" && state.history.done.isEmpty)
    }

    @Test("limits of edits are told beside the tool, in short where warnings need the room")
    func limits() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .limitRange(-1000...(-300)))
        setUp(&state, .show(StatusMessage("")))
        #expect(try lines(state)[21].contains("r 0.5 mm  only HU −1000 … −300  vs prediction"))
        setUp(&state, .limitInside(.lungRight))
        #expect(try lines(state)[21].contains("r 0.5 mm  limited  vs prediction"))
        setUp(&state, .liftLimits)
        #expect(try lines(state)[21].contains("r 0.5 mm  vs prediction"))
    }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
