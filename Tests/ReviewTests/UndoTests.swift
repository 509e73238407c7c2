import Cases
import Editing
import Review
import TestSupport
import Testing
import Volumes

/// What the status line says of undo is what undo does.
@Suite struct UndoTests {
    @Test func aScribbleIsTakenBackAfterTheStrokeThatFollowedIt() throws {
        var state = try Fixture.state()
        send(&state, .region(.scribble(inside: true, at: VoxelTarget(x: 5, y: 2))))
        #expect(state.nextUndo == .scribble)
        send(&state, .chooseTool(.brush))
        #expect(state.nextUndo == .scribble, "whatever tool is in hand")
        let before = state.structures[0].mask
        send(&state, .dab(tool: .brush, x: 0, y: 0, z: 1), .slice, .step)
        #expect(state.nextUndo == .edit(name: "brush", structures: [.lungLeft], slice: 1))
        #expect(state.nextUndo?.text == "undoes brush Lung_L, slice 2")
        send(&state, .undo, .step)
        #expect(state.structures[0].mask == before && state.region.scribbles?.inside.count == 1)
        #expect(state.nextUndo == .scribble)
        send(&state, .undo)
        #expect(state.region.scribbles == nil && state.nextUndo == nil)
    }

    @Test func aPreviewIsDroppedAndNoStepWithIt() throws {
        var state = try Fixture.state()
        send(&state, .dab(tool: .brush, x: 4, y: 3, z: 2), .step)
        send(&state, .region(.grow(from: VoxelTarget(x: 0, y: 0), nil, .slice)))
        #expect(state.region.preview != nil && state.nextUndo == .preview("grow"))
        send(&state, .undo)
        #expect(state.region.preview == nil && state.history.done.count == 1)
    }

    @Test func undoDoesWhatItSaidWhateverWasDoneBefore() throws {
        var generator = SeededGenerator(seed: 17)
        for round in 0..<60 {
            var state = try Fixture.state()
            send(&state, .resizeView(columns: 40, rows: 20))
            for _ in 0..<40 {
                let (x, y) = (Int.random(in: 0..<8, using: &generator), Int.random(in: 0..<6, using: &generator))
                let point = PlanePoint(x: Double(x), y: Double(y))
                switch Int.random(in: 0..<11, using: &generator) {
                case 0: setUp(&state, .region(.scribble(inside: x > 3, at: VoxelTarget(x: x, y: y))))
                case 1: setUp(&state, .dab(tool: .brush, x: x, y: y, z: nil))
                case 2: setUp(&state, .contour(.point(point, tool: .contour)))
                case 3: setUp(&state, .chooseTool([Tool.brush, .scribble, .contour, .grow][x % 4]))
                case 4: setUp(&state, .goToSlice(y % 5))
                case 5: setUp(&state, .redo)
                case 6: setUp(&state, .contour(.close(nil)))
                case 7: setUp(&state, .structures(.move(.first)))
                case 8: setUp(&state, .structures(y > 3 ? .delete(nil) : .add("S\(x)", nil)))
                default: check(&state, "round \(round)")
                }
            }
        }
    }

    private func check(_ state: inout ReviewState, _ comment: Comment) {
        let before = state
        let promised = state.nextUndo
        let effects = reduce(&state, .undo)
        let points = (before.contour.draft?.points.count ?? 0, state.contour.draft?.points.count ?? 0)
        let scribbles = (before.region.scribbles?.count ?? 0, state.region.scribbles?.count ?? 0)
        let edits = (before.history.done.count, state.history.done.count)
        var expected = (points: points.0, scribbles: scribbles.0, edits: edits.0)
        switch promised {
        case .point: expected.points -= 1
        case .scribble: expected.scribbles -= 1
        case .edit(let name, _, let slice, _):
            expected.edits -= 1
            #expect(before.history.done.last?.name == name && before.history.done.last?.slice == slice, comment)
        case .list: #expect(before.structures.map(\.name) != state.structures.map(\.name), comment)
        case .preview, nil: break
        }
        #expect(effects.names.filter { $0 == "journal" }.count == edits.0 - expected.edits, comment)
        #expect(points.1 == expected.points && scribbles.1 == expected.scribbles && edits.1 == expected.edits, comment)
    }

    @Test func whatANextWorstFindsWhereNothingWasChanged() throws {
        var state = try Fixture.state()
        var opened = try Fixture.opened()
        opened.uncertainty = [0.02, 0.1, 0, 0.3, 0.2]
        send(&state, .opened(opened), .opening)
        send(&state, .scored(.lungLeft, StructureScore(edit: 0, surfaceDice: 1, slices: [nil, 1, 1, 1, nil])))
        send(&state, .goToNext(.worst, backwards: false), .slice)
        #expect(state.view.slice == 3)
        #expect(
            state.message?.text == "nothing changed yet; going to where the model was least sure: slice 4")
        send(&state, .goToNext(.worst, backwards: false), .slice)
        #expect(state.view.slice == 4)
        // Doubt too small to be pointed out is still the most there is.
        opened.uncertainty = [0, 0.01, 0, 0.02, 0]
        send(&state, .opened(opened), .opening)
        send(&state, .scored(.lungLeft, StructureScore(edit: 0, surfaceDice: 1, slices: [nil, 1, 1, 1, nil])))
        send(&state, .goToSlice(0), .slice)
        send(&state, .goToNext(.worst, backwards: false), .slice)
        #expect(state.view.slice == 3)
        opened.uncertainty = []
        send(&state, .opened(opened), .opening)
        send(&state, .scored(.lungLeft, StructureScore(edit: 0, surfaceDice: 1, slices: [nil, 1, 1, 1, nil])))
        send(&state, .goToNext(.worst, backwards: false))
        #expect(state.message?.kind == .warning)
    }
}
