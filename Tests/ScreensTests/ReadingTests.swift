import Commands
import Lists
import Review
import Screens
import TerminalKit
import Testing
import Volumes

/// What lies over the image can be read to its end, and is scrolled no further.
@Suite("Reading what is longer than the screen")
struct ReadingTests {
    private static let words = (0..<200).map { "word\($0)." }
    private static let long = StatusMessage(words.joined(separator: " "))

    private func key(_ character: Character) -> InputEvent { .key(.character(character), []) }

    /// Presses a key on a review at 80×24, and gives what is then on the screen.
    private func press(_ character: Character, _ state: inout ReviewState) throws -> String {
        var translator = InputTranslator(keymaps: try GridFixture.options().keymaps)
        for action in translator.actions(for: key(character), in: state, columns: 80, rows: 24) {
            setUp(&state, action)
        }
        return try GridFixture.text(state)
    }

    @Test("A message is chosen with its last line, whatever stands around it") func whole() throws {
        var state = try ScreenFixture.state()
        for i in 0..<9 { setUp(&state, .show(StatusMessage("before \(i)"))) }
        // Ten lines of the thirteen that there is room for.
        setUp(&state, .show(StatusMessage(Self.words.prefix(65).joined(separator: " "))))
        for i in 0..<9 { setUp(&state, .show(StatusMessage("after \(i)"))) }
        setUp(&state, .see(.showMessages))
        setUp(&state, .scrollHelp(-9))
        let text = try GridFixture.text(state)
        #expect(text.contains("word0.") && text.contains("word64."))
    }

    @Test("A message that is longer than the screen is read line by line") func long() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .show(StatusMessage("before")))
        setUp(&state, .show(Self.long))
        setUp(&state, .show(StatusMessage("after")))
        setUp(&state, .see(.showMessages))
        var text = try press("k", &state)
        #expect(text.contains("word0.") && !text.contains("word199."))
        var unread = Self.words.filter { !text.contains($0) }
        var presses = 0
        while !unread.isEmpty, presses < 60 {
            text = try press("j", &state)
            unread.removeAll { text.contains($0) }
            presses += 1
        }
        #expect(unread.isEmpty && !text.contains("after"), "\(unread)")
        // At its end the next key goes on to the next message, and back up again.
        text = try press("j", &state)
        #expect(text.contains("after"))
        text = try press("k", &state)
        #expect(text.contains("word0."))
        _ = try press("j", &state)
        text = try press("k", &state)
        #expect(text.contains("word0."), "a line up")
        text = try press("k", &state)
        #expect(text.contains("before"))
    }

    @Test("The queue's and the worklist's are read in the same way") func lists() throws {
        let keymaps = try GridFixture.options().keymaps
        var training = TrainingState()
        setUp(&training, .say(Self.long))
        setUp(&training, .list(.showMessages))
        var worklist = WorklistFixture.state()
        worklist.message = Self.long
        setUp(&worklist, .list(.showMessages))
        #expect(
            try !GridFixture.text(training).contains("word199.") && !GridFixture.text(worklist).contains("word199."))
        let wheel = InputEvent.mouse(MouseEvent(kind: .scroll(1), x: 5, y: 5))
        for event in [wheel] + Array(repeating: key("j"), count: 40) {
            if let action = TrainingInput.action(for: event, columns: 80, rows: 24, in: training, keymaps: keymaps) {
                setUp(&training, action)
            }
            if let action = WorklistInput.action(for: event, columns: 80, rows: 24, in: worklist, keymaps: keymaps) {
                setUp(&worklist, action)
            }
        }
        #expect(try GridFixture.text(training).contains("word199.") && GridFixture.text(worklist).contains("word199."))
    }

    @Test("Statistics are scrolled to their end and not beyond it") func statistics() throws {
        var state = try ScreenFixture.state()
        let mask = try #require(state.active).mask
        var volume = Volume(geometry: mask.geometry, filledWith: -700)
        for x in 50..<53 { volume[VoxelIndex(x: x, y: 12, z: 2)] = HounsfieldUnit(Int16(-720 + 10 * (x - 50))) }
        setUp(&state, .see(.showStatistics))
        setUp(
            &state,
            .described(
                .done(
                    id: 1,
                    StructureStatistics(
                        millilitres: mask.millilitres, squareMillimetres: 1,
                        histogram: try HounsfieldHistogram(of: volume, in: mask), diameters: mask.diameters()))))
        setUp(&state, .see(.describeNext(backwards: false)))
        setUp(&state, .see(.describeNext(backwards: true)))
        let rows = try (0..<50).map { _ in try press("j", &state) }
        let end = try #require(rows.last)
        #expect(end.contains("Lung_L   9–21 of 21") && end == rows[20])
        #expect(try press("k", &state) != end, "the first key up is seen")
        #expect(try press("j", &state) == end)
    }

    @Test("What could not be described says so") func failure() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .see(.showStatistics))
        #expect(try GridFixture.text(state).contains("Lung_L   being worked out…"))
        setUp(&state, .described(.failed(id: 1, "no memory")))
        let text = try GridFixture.text(state)
        #expect(text.contains("Lung_L   not described: no memory") && !text.contains("being worked out"))
    }
}
