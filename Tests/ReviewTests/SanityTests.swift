import Cases
import Commands
import MaskChecks
import Review
import Testing
import Volumes

@Suite struct SanityTests {
    @Test func theListGoesToWhereAWarningIsSeen() throws {
        var state = try Fixture.state()
        expect(&state, .showWarnings) { $0.message = StatusMessage("still checking…") }
        send(&state, .checked(.lungLeft, SanityReport(edit: 0, warnings: [])))
        let warnings = [SanityWarning(.skippedSlices(1), slice: 4), SanityWarning(.sidesSwapped(with: .lungLeft))]
        send(&state, .checked(.lungRight, SanityReport(edit: 0, warnings: warnings)))
        #expect(state.warnings.map(\.structure) == [.lungRight, .lungRight])
        send(&state, .showWarnings)
        #expect(state.mode == .warnings(selected: 0))
        send(&state, .scrollHelp(5))
        #expect(state.mode == .warnings(selected: 1))
        send(&state, .scrollHelp(-5))
        send(&state, .confirm, .slice)
        #expect(state.mode == .normal && state.view.slice == 4 && state.active?.name == .lungRight)
        #expect(state.message?.text == "Lung_R: 1 slice skipped")
        // A check of a mask that has changed since does not replace a newer one.
        send(&state, .dab(tool: .brush, x: 0, y: 0, z: 2), .slice, .step)
        send(&state, .checked(.lungRight, SanityReport(edit: 1, warnings: [])))
        send(&state, .checked(.lungRight, SanityReport(edit: 0, warnings: warnings)))
        #expect(state.warnings.isEmpty)
        expect(&state, .showWarnings) {
            $0.message = StatusMessage("the masks were checked; there are no warnings")
        }
    }
}

@Suite struct NotesTests {
    @Test func whatWasSaidOfTheFilesStaysInTheList() throws {
        var state = try Fixture.state()
        var review = try Fixture.opened()
        review.warning = "Two slices could not be read. Lung_R is there twice."
        review.notes = ["Two slices could not be read.", "Lung_R is there twice."]
        send(&state, .opened(review), .opening)
        #expect(state.message == StatusMessage("Two slices could not be read. Lung_R is there twice.", kind: .warning))
        #expect(state.notes == review.notes && state.warningLineCount == 2)
        // Before the masks are checked, and after.
        send(&state, .showWarnings)
        #expect(state.mode == .warnings(selected: 0))
        send(&state, .confirm)
        #expect(state.message == StatusMessage("Two slices could not be read.", kind: .warning))
        let warning = SanityWarning(.skippedSlices(1), slice: 4)
        send(&state, .checked(.lungRight, SanityReport(edit: 0, warnings: [warning])))
        send(&state, .showWarnings)
        send(&state, .scrollHelp(9))
        #expect(state.mode == .warnings(selected: 2))
        send(&state, .confirm, .slice)
        #expect(state.view.slice == 4 && state.active?.name == .lungRight)
    }
}

@Suite struct TrendTests {
    @Test func scoresAreKeptSinceTheCaseWasOpened() throws {
        var state = try Fixture.state()
        func hear(_ edit: Int, _ value: Double?) {
            send(&state, .scored(.lungLeft, StructureScore(edit: edit, surfaceDice: value, slices: [])))
        }
        hear(0, 0.9)
        #expect(state.structures[0].openingSurfaceDice == 0.9 && state.structures[0].trend == [0.9])
        // The same edit measured again is one score.
        hear(0, 0.91)
        #expect(state.structures[0].trend == [0.91])
        for x in 0..<4 {
            send(&state, .dab(tool: .brush, x: x, y: 5, z: 2), .step)
            hear(x + 1, 0.9 + Double(x) / 100)
        }
        #expect(state.structures[0].trend == [0.91, 0.9, 0.91, 0.92, 0.93])
        #expect(state.structures[0].openingSurfaceDice == 0.9)
        send(&state, .setTolerance(3), "measureAll", "mark")
        #expect(state.structures[0].trend == [] && state.structures[0].openingSurfaceDice == nil)
    }
}
