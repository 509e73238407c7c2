import Cases
import Commands
import Editing
import Review
import TestSupport
import Testing
import Volumes

/// Asking what a structure is, and which answers are taken.
@Suite struct StatisticsTests {
    private func statistics(_ state: ReviewState, _ name: StructureName = .lungLeft) throws -> StructureStatistics {
        let mask = try #require(state.structures.first { $0.name == name }).mask
        let volume = Volume(geometry: mask.geometry, filledWith: -700)
        return StructureStatistics(
            millilitres: mask.millilitres, squareMillimetres: 1,
            histogram: try HounsfieldHistogram(of: volume, in: mask), diameters: mask.diameters())
    }

    private func current(_ state: ReviewState) -> Bool? {
        state.active.flatMap { state.statistics(of: $0)?.isCurrent }
    }

    @Test func theyAreWorkedOutOnceForEachMask() throws {
        var state = try Fixture.state()
        let mask = try #require(state.active).mask
        #expect(reduce(&state, .see(.showStatistics)) == [.describe(id: 1, mask: mask)])
        #expect(state.mode == .overlay(.statistics(scroll: 0)) && current(state) == nil)
        send(&state, .cancel)
        send(&state, .see(.showStatistics))
        send(&state, .described(.done(id: 1, try statistics(state))))
        #expect(current(state) == true)
        send(&state, .cancel)
        send(&state, .see(.showStatistics))
        send(&state, .cancel)
        send(&state, .dab(tool: .brush, x: 4, y: 4, z: nil), .step)
        #expect(current(state) == false, "they are of the mask before")
        send(&state, .see(.showStatistics), "describe")
        // An undone edit leaves the mask that was described.
        send(&state, .cancel)
        send(&state, .undo, .step)
        #expect(current(state) == true)
    }

    @Test func theNextStructureIsDescribedAndEdited() throws {
        var state = try Fixture.state()
        send(&state, .see(.showStatistics), "describe")
        send(&state, .scrollHelp(3))
        let right = try #require(state.structures.last).mask
        #expect(reduce(&state, .see(.describeNext(backwards: false))) == [.describe(id: 2, mask: right)])
        #expect(state.mode == .overlay(.statistics(scroll: 0)) && state.active?.name == .lungRight)
        let left = try statistics(state)
        send(&state, .described(.done(id: 2, try statistics(state, .lungRight))))
        send(&state, .described(.done(id: 1, left)))
        #expect(current(state) == true)
        send(&state, .see(.describeNext(backwards: true)))
        #expect(current(state) == true && state.active?.name == .lungLeft)
    }

    @Test func whatWasAskedBeforeTheCaseWasReopenedIsNobodys() throws {
        var state = try Fixture.state()
        send(&state, .see(.showStatistics), "describe")
        let found = try statistics(state)
        send(&state, .opened(try Fixture.opened()), .opening, "describe")
        send(&state, .described(.done(id: 1, found)))
        #expect(current(state) == nil, "its number is another one")
        send(&state, .described(.failed(id: 1, "old")))
        #expect(state.message == nil)
        send(&state, .described(.failed(id: 2, "no memory")))
        #expect(state.message == StatusMessage("Lung_L could not be described: no memory", kind: .warning))
    }

    /// What was worked out away from the screen ends while the statistics are on it.
    @Test func aMaskThatChangesBeneathThemIsDescribedAnew() throws {
        var state = try Fixture.state()
        let effects = reduce(&state, .region(.margin(1, .volume)))
        guard case .workOut(let id, let task) = try #require(effects.last) else {
            Issue.record("\(effects.names)")
            return
        }
        send(&state, .see(.showStatistics), "describe")
        send(&state, .described(.done(id: 1, try statistics(state))))
        let margin = reduce(&state, .worked(.done(id: id, try task.perform())))
        #expect(margin.last == .describe(id: 2, mask: state.structures[0].mask) && current(state) == false)
        send(&state, .described(.done(id: 2, try statistics(state))))
        #expect(current(state) == true)
    }

    @Test func whatFailedIsKeptAndTriedAgainOnDemandAlone() throws {
        var state = try Fixture.state()
        send(&state, .see(.showStatistics), "describe")
        send(&state, .described(.failed(id: 1, "no memory")))
        send(&state, .tick(seconds: 1))
        #expect(state.active.flatMap { state.whyNotDescribed($0) } == "no memory" && current(state) == nil)
        send(&state, .see(.describeNext(backwards: false)), "describe")
        #expect(state.active.flatMap { state.whyNotDescribed($0) } == nil)
        send(&state, .see(.describeNext(backwards: true)))
        send(&state, .cancel)
        send(&state, .see(.showStatistics), "describe")
        #expect(state.active.flatMap { state.whyNotDescribed($0) } == nil)
    }

    @Test func withoutStructuresThereIsNothingToDescribe() {
        var state = ReviewState(caseID: CaseID(rawValue: "1.2.3"), title: "case")
        send(&state, .see(.showStatistics))
        #expect(state.message?.kind == .warning && state.mode == .normal)
    }
}

/// Help that is searched, and keys that are told of.
@Suite struct FindingOutTests {
    @Test func escapeEndsTheSearchAndThenTheHelp() throws {
        var state = try Fixture.state()
        send(&state, .toggleHelp)
        send(&state, .type(""))
        #expect(state.palette.helpSearch == "" && state.mode == .help(scroll: 1))
        for letter in ["w", "i", "n"] { send(&state, .type(letter)) }
        send(&state, .scrollHelp(7))
        send(&state, .deleteBackwards)
        #expect(state.palette.helpSearch == "wi" && state.mode == .help(scroll: 1))
        send(&state, .cancel)
        #expect(state.palette.helpSearch == nil && state.mode == .help(scroll: 1))
        send(&state, .cancel)
        #expect(state.mode == .normal)
    }

    @Test func anEmptySearchEndsWithBackspaceAndIsNotKept() throws {
        var state = try Fixture.state()
        send(&state, .toggleHelp)
        send(&state, .type("a"))
        send(&state, .deleteBackwards)
        #expect(state.palette.helpSearch == "")
        send(&state, .deleteBackwards)
        #expect(state.palette.helpSearch == nil)
        send(&state, .type("undo"))
        send(&state, .toggleHelp)
        send(&state, .toggleHelp)
        #expect(state.palette.helpSearch == nil && state.mode == .help(scroll: 0))
    }

    @Test func aKeyIsToldAndNotDone() throws {
        var state = try Fixture.state()
        send(&state, .togglePointer)
        send(&state, .see(.askKey(prefix: nil)))
        send(&state, .see(.askKey(prefix: "g")))
        #expect(state.mode == .overlay(.key(prefix: "g")) && state.helpIsForPointer)
        let before = state.view
        send(&state, .see(.tellKey("g g is :first (go to the first slice)")))
        #expect(state.mode == .pointer && state.view == before)
        #expect(state.message == StatusMessage("g g is :first (go to the first slice)"))
    }
}
