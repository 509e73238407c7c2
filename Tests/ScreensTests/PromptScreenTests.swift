import Cases
import Editing
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

/// What marks came to, and a correction that is carried on, as they are shown.
@Suite("Prompts on the screen") struct PromptScreenTests {
    /// A case with somebody to answer, and scores.
    private func state(answered: Bool = true) throws -> ReviewState {
        var state = try ScreenFixture.state()
        setUp(
            &state,
            .scored(.lungLeft, StructureScore(edit: 0, surfaceDice: 0.9, slices: [nil, nil, 0.75, nil, nil])))
        if answered { setUp(&state, .answererReady("refine@1")) }
        setUp(&state, .chooseTool(.scribble))
        return state
    }

    /// Asks for something and has it worked out.
    private func ask(_ state: inout ReviewState, _ command: String) throws {
        for effect in reduce(&state, try ReviewCommands.table.action(for: command)) {
            guard case .workOut(let id, let task) = effect else { continue }
            let outcome = try task.perform(answering: FakeAnswerer(reach: 4))
            for case .tryOut(let name, let patch, let edit) in reduce(&state, .worked(.done(id: id, outcome))) {
                setUp(
                    &state,
                    .tried(name, patch: patch, edit: edit, surfaceDice: 0.95, slices: [0, 0, 0.875, 0, 0]))
            }
        }
    }

    private func options() throws -> RenderOptions {
        var options = try GridFixture.options()
        options.keymaps = try Keymaps([
            .normal: [("j", "slice +1"), ("i", "interpolate"), ("I", "carry to"), ("u", "undo"), ("q", "quit")]
        ])
        return options
    }

    private func lines(_ state: ReviewState, columns: Int = 80, rows: Int = 24) throws -> [String] {
        var state = state
        let layout = try #require(ScreenLayout(columns: columns, rows: rows))
        setUp(&state, .resizeView(columns: layout.image.width, rows: layout.image.height))
        return ReviewScreen.render(state, options: try options(), columns: columns, rows: rows).lines
    }

    private func text(_ state: ReviewState, columns: Int = 80, rows: Int = 24) throws -> String {
        try lines(state, columns: columns, rows: rows).joined(separator: "\n")
    }

    @Test("the preview of a mark at 80×24") func preview() throws {
        var state = try state()
        try ask(&state, "scribble inside 56 12")
        #expect(
            try GridFixture.text(state) == """
                 Pleura  1.2.840.1  ✎ Lung_L 1/2                   baseline-threshold   ● saved
                  axial 3/5  z −125.0 mm                A                  lung  W 1500 L −600
                           PREVIEW Lung_L +0.01 ml over 1 slice · slice 0.750 → 0.875



                                     ▀▀▀▀                          ▀▀▀▀
                                                                        ▀▀▀▀▀
                                     ▀▀▀▀                          ▀▀▀▀

                 R                                                                            L







                                                        P
                                                ████████████████
                 sDice Lung_L 0.900  Lung_R …  slice 0.750 …
                 ●[Lung_L] ● Lung_R   inside r 0.5 mm · refine@1  vs prediction
                 refine by 1 mark (refine@1): Enter accepts, Esc drops · Lung_L +0.01 ml on 1
                 slice
                """)
    }

    @Test("who answers stands beside the tool, in the panel and on a narrow screen") func tool() throws {
        #expect(try text(state()).contains("inside r 0.5 mm · refine@1"))
        #expect(try text(state(answered: false)).contains("inside r 0.5 mm · image edges"))
        #expect(try text(state(), columns: 200, rows: 60).contains("answered by refine@1"))
        #expect(try text(state(answered: false), columns: 200, rows: 60).contains("answered by image edges"))
        var painting = try state()
        setUp(&painting, .chooseTool(.brush))
        #expect(try !text(painting, columns: 200, rows: 60).contains("refine@1"))
    }

    @Test("the preview says what it does to the score of the slice, and where it is") func scores() throws {
        var state = try state()
        try ask(&state, "scribble inside 56 12")
        setUp(&state, .moveCursor(columns: 1, halfRows: 0))
        #expect(
            try text(state, columns: 200, rows: 60).contains(
                "PREVIEW refine by 1 mark (refine@1) · Lung_L +0.01 ml over 1 slice · surface Dice of the slice 0.750 → "
                    + "0.875 · Enter accepts it, Esc drops it"))
        #expect(
            try text(state).contains("PREVIEW Lung_L +0.01 ml over 1 slice · slice 0.750 → 0.875"))
        setUp(&state, .goToSlice(3))
        #expect(try text(state).contains("Lung_L +0.01 ml over 1 slice (not this one)"))
        setUp(&state, .goToSlice(2))
        setUp(&state, try ReviewCommands.table.action(for: "scribble inside 57 13"))
        #expect(try text(state, columns: 200, rows: 60).contains("· the newest mark is being answered"))
        #expect(try text(state).contains("refine by 2 marks (refine@1) … · Esc stops it"))
    }

    @Test("a correction that was just made is offered to be carried on, with the key of the keymap") func offer() throws
    {
        var state = try state()
        setUp(&state, .dab(tool: .brush, x: 56, y: 12, z: 2))
        setUp(&state, .moveCursor(columns: 1, halfRows: 0))
        #expect(try text(state, columns: 200, rows: 60).contains("u undoes brush Lung_L, slice 3 · i carries it on"))
        #expect(try text(state).contains("u undoes brush Lung_L, slice 3 · i carries it on"))
        #expect(try text(state, columns: 60, rows: 20).contains("u undoes · i carries it on"))
        // Nobody offers what nobody can do, nor on another slice.
        setUp(&state, .goToSlice(3))
        #expect(try !text(state, columns: 200, rows: 60).contains("carries it on"))
        var alone = try self.state(answered: false)
        setUp(&alone, .dab(tool: .brush, x: 56, y: 12, z: 2))
        setUp(&alone, .moveCursor(columns: 1, halfRows: 0))
        #expect(try !text(alone, columns: 200, rows: 60).contains("carries it on"))
    }

    @Test("what is carried on is shown on every slice that it changes, with the keys that take it") func carry() throws
    {
        var state = try state()
        setUp(&state, .dab(tool: .brush, x: 60, y: 12, z: 2))
        try ask(&state, "carry")
        setUp(&state, .goToSlice(3))
        #expect(
            try text(state, columns: 200, rows: 60).contains(
                "PREVIEW carry (refine@1) · Lung_L +0.01 ml over 4 slices · surface Dice of the slice n/a → 0.000 · Enter "
                    + "takes all, I up to here, Esc drops it"
            ))
        #expect(try text(state).contains("Enter takes all, I up to here, Esc drops"))
        let colours = try ScreenFixture.options(depth: .indexed)
        let draft = colours.theme[.draft]
        func isDraft() throws -> Bool {
            let style = ReviewScreen.render(state, options: colours, columns: 80, rows: 24)[60, 7].style
            return style.foreground == draft || style.background == draft
        }
        setUp(&state, .resizeView(columns: 80, rows: 18))
        setUp(&state, .point(PlanePoint(x: 2, y: 34)))
        for z in [0, 1, 3, 4] {
            setUp(&state, .goToSlice(z))
            #expect(try isDraft(), "slice \(z)")
        }
        setUp(&state, .goToSlice(2))
        #expect(try !isDraft() && text(state).contains("(not this one)"))
    }

    @Test("in the history, a long name gives way to the place of the step") func history() throws {
        var state = try state()
        try ask(&state, "scribble inside 56 12")
        setUp(&state, .confirm)
        #expect(try text(state, columns: 200, rows: 60).contains(" refine by 1 mark (refin… Lung_L #3 "))
        setUp(&state, .undo)
        #expect(try text(state, columns: 200, rows: 60).contains(" refine by 1 mar… Lung_L #3, undone "))
        setUp(&state, .redo)
        try ask(&state, "carry")
        setUp(&state, .confirm)
        #expect(try text(state, columns: 200, rows: 60).contains(" carry (refine@1) Lung_L #2 +3 "))
    }
}
