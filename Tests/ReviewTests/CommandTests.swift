import Cases
import Commands
import Editing
import PatientView
import Review
import TestSupport
import Testing
import Volumes

@Suite struct CommandTests {
    @Test(arguments: [
        ("63", ReviewAction.goToSlice(62)), ("goto 1", .goToSlice(0)), ("slice −5", .moveSlices(-5)),
        ("window lung", .setWindow(WindowLevel(width: 1500, level: -600))),
        ("window 400 40", .setWindow(WindowLevel(width: 400, level: 40))),
        ("structure Lung_L", .selectStructure(.lungLeft)), ("brush radius 6mm", .setBrushRadius(6)),
        ("brush radius 2.5", .setBrushRadius(2.5)), ("brush 6mm", .setBrushRadius(6)),
        ("paint 10 20", .dab(tool: .brush, x: 10, y: 20, z: nil)),
        ("erase 10 20 3", .dab(tool: .erase, x: 10, y: 20, z: 3)), ("undo", .undo), ("redo", .redo),
        ("accept", .accept), ("reject too  blurred", .reject(reason: "too blurred")),
        ("reject", .openPrompt(.rejection)),
        ("export nifti \"/a b/c.nii.gz\"", .export(format: "nifti", path: "/a b/c.nii.gz")),
        ("write", .write), ("quit", .quit), ("quit!", .forceQuit), ("limit -1000 -300", .limitRange(-1000...(-300))),
        ("limit off", .liftLimits), ("limit inside Lung_L", .limitInside(.lungLeft)),
        ("limit outside Heart", .limitOutside(.heart)), ("next worst", .goToNext(.worst, backwards: false)),
    ])
    func commandsMeanWhatTheContractSays(text: String, action: ReviewAction) throws {
        #expect(try ReviewCommands.table.action(for: text) == action)
    }

    @Test(arguments: [
        "", "nonsense", "goto", "goto x", "goto 1 2", "brush radius", "brush radius mm", "brush radius inf",
        "brush 6mm 3", "paint 1",
        "paint 1 2 3 4", "window 0 40", "limit 5 -5", "export nifti", "export \"x", "limit -40000 0",
    ])
    func wrongCommandsSaySo(text: String) {
        #expect(throws: CommandError.self) { try ReviewCommands.table.action(for: text) }
    }

    @Test func everyCommandHasANameOfItsOwnAndASummary() {
        let names = ReviewCommands.table.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(ReviewCommands.table.all.allSatisfy { !$0.summary.isEmpty && !$0.summary.hasSuffix(".") })
    }

    @Test func aKeymapNamesItsMistakes() {
        #expect(throws: CommandError("[normal] x: no command fly; ? lists the commands")) {
            try Keymaps([.normal: [("x", "fly")]])
        }
        #expect(throws: CommandError("[normal] x is bound twice")) {
            try Keymaps([.normal: [("x", "undo"), ("x", "redo")]])
        }
    }

    @Test func thePaletteRunsWhatIsTyped() throws {
        var state = try Fixture.state()
        send(&state, .openPrompt(.command))
        send(&state, .type("goto 55"))
        send(&state, .deleteBackwards)
        send(&state, .confirm, "rememberCommand", .slice)
        #expect(state.view.slice == 4 && state.mode == .normal)
        send(&state, .openPrompt(.command))
        send(&state, .type("fly"))
        #expect(reduce(&state, .confirm) == [.rememberCommand("fly")])
        #expect(state.message?.kind == .warning)
    }

    @Test func theNextWorstSliceWalksDownTheRanking() throws {
        var state = try Fixture.state()
        send(
            &state,
            .scored(
                .lungLeft,
                StructureScore(
                    edit: 0, surfaceDice: 0.9, slices: [nil, 0.7, 1, 0.4, 0.9])))
        var visited: [Int] = []
        for _ in 0..<4 {
            send(&state, .goToNext(.worst, backwards: false), .slice)
            visited.append(state.view.slice)
        }
        #expect(visited == [3, 1, 4, 3])
        send(&state, .goToNext(.worst, backwards: true), .slice)
        #expect(state.view.slice == 4)
    }

    @Test func zoomKeepsTheCursorInPlace() throws {
        var state = try Fixture.state()
        send(&state, .resizeView(columns: 40, rows: 20))
        send(&state, .point(PlanePoint(x: 1, y: 4)))
        let before = try #require(state.viewport?.screen(of: state.cursor))
        send(&state, .zoom(3))
        let after = try #require(state.viewport?.screen(of: state.cursor))
        #expect(abs(before.column - after.column) < 1e-9 && abs(before.halfRow - after.halfRow) < 1e-9)
        #expect(abs(state.view.zoom - 3) < 1e-12)
    }
}
