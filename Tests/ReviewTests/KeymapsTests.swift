import Commands
import Lists
import Review
import Testing

/// The keys of all screens, as one file has them.
@Suite struct KeymapsTests {
    @Test func whatAModeDoesNotBindMeansWhatItMeansOrdinarily() throws {
        let keymaps = try Keymaps([
            .normal: [("j", "slice +1"), ("g g", "first"), ("space", "dab")],
            .pointer: [("j", "cursor 0 1"), ("z z", "zoom fit")], .worklist: [("j", "down"), ("g e", "last")],
            .training: [("j", "down 2")],
        ])
        #expect(keymaps.normal.binding(for: "j")?.action == .moveSlices(1))
        #expect(keymaps.pointer.binding(for: "j")?.action == .moveCursor(columns: 0, halfRows: 1))
        #expect(keymaps.pointer.binding(for: "space")?.command == "dab")
        #expect(keymaps.adjudicate.binding(for: "g g")?.action == .goToEnd(last: false))
        #expect(keymaps.pointer.isPrefix("g") && keymaps.pointer.isPrefix("z"))
        #expect(!keymaps.normal.isPrefix("z") && !keymaps.training.isPrefix("g"))
        #expect(keymaps.worklist.binding(for: "j")?.action == .move(1))
        #expect(keymaps.training.binding(for: "j")?.action == .move(2))
        #expect(keymaps.training.binding(for: "space") == nil)
        // What is listed and taught is a mode's own.
        #expect(keymaps.pointer.all.map(\.chord) == ["j", "z z"] && keymaps.adjudicate.all.isEmpty)
        #expect(keymaps.pointer.chords(for: "dab") == [])
    }

    @Test func everyModeNamesItsMistakes() {
        #expect(throws: CommandError("[worklist] x is bound twice")) {
            try Keymaps([.worklist: [("x", "open"), ("x", "next")]])
        }
        #expect(throws: CommandError("[training] x: no command undo; ? lists the commands")) {
            try Keymaps([.training: [("x", "undo")]])
        }
        #expect(throws: CommandError("[pointer] x: usage: :undo")) { try Keymaps([.pointer: [("x", "undo 3")]]) }
    }

    @Test func chordsThatLongerOnesBeginWithAreHidden() throws {
        let keymaps = try Keymaps([
            .normal: [("g", "undo"), ("g g", "first")], .pointer: [("g", "redo")],
            .worklist: [("x", "open"), ("x y z", "next"), ("x y", "help")],
        ])
        #expect(keymaps.hiddenChords == ["normal g", "pointer g", "worklist x", "worklist x y"])
    }
}
