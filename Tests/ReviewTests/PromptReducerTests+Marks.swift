import Cases
import Commands
import Editing
import Review
import TestSupport
import Testing
import Volumes

/// What becomes of marks when locks, other structures and judging come in between.
extension PromptReducerTests {
    /// A mark that was taken back while nobody could be asked leaves no answer behind for the next of its number.
    @Test func aMarkAfterOneTakenBackUnderALockIsAskedAnew() throws {
        var state = try state()
        try work(&state, send(&state, mark(4, 2), "workOut"), "tryOut")
        try work(&state, send(&state, mark(3, 2), "workOut"), "tryOut")
        send(&state, .toggleLock(nil))
        send(&state, .undo)
        #expect(state.region.scribbles?.count == 1)
        send(&state, .toggleLock(nil))
        let effects = send(&state, mark(6, 4), "workOut")
        #expect(state.region.preview?.job.name != "refine by 2 marks (refine@1)", "nobody has answered it yet")
        try work(&state, effects, "tryOut")
        let rows = try preview(state)
        #expect(Array(rows[4])[6] == "#" && Array(rows[2])[3] == ".", "\(rows)")
    }

    /// Marks stay those of the structure on which they were begun, also where image edges are asked for by name.
    @Test func imageEdgesRedrawTheStructureThatWasMarked() throws {
        var state = try state()
        try work(&state, send(&state, mark(4, 2), "workOut"), "tryOut")
        let marked = state.structures[0].name
        send(&state, .selectStructure(state.structures[1].name))
        send(&state, .region(.applyScribbles(.slice, byEdges: true)))
        #expect(state.region.preview?.job.structures == [marked])
    }

    /// Who judges a case is told of marks that nobody has answered; after Esc nothing is in the way.
    @Test func unansweredMarksAreNotLeftBehindUnsaid() throws {
        var state = try state()
        send(&state, mark(4, 2), "workOut")
        let id = try #require(state.region.running?.id)
        send(&state, .worked(.failed(id: id, .refused("no"))))
        #expect(state.region.scribbles?.count == 1 && state.region.preview == nil)
        for leaving in [ReviewAction.accept, .quit] { send(&state, leaving) }
        #expect(
            state.message?.text.contains("1 mark of Lung_L is not answered") == true, "\(state.message?.text ?? "")")
        send(&state, .region(.clearScribbles))
        send(&state, .quit, "saveProgress", "quit")
    }
}
