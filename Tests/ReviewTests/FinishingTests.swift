import Cases
import Commands
import Editing
import Review
import TestSupport
import Testing
import Volumes

@Suite struct FinishingTests {
    /// Accepting without being asked about the slices that were not seen.
    private let accept = ReviewAction.acceptNoting(comment: "", asks: false)

    private func draft(_ effects: [ReviewEffect]) -> FilingRequest? {
        effects.compactMap { if case .file(let draft) = $0 { draft } else { nil } }.first
    }

    @Test func anUntouchedCaseIsAcceptedAndAnEditedOneCorrected() throws {
        var state = try Fixture.state()
        var copy = state
        #expect(draft(reduce(&copy, accept))?.status == .accepted)
        #expect(copy.phase == .filing(.accepted))
        _ = reduce(&state, .dab(tool: .brush, x: 3, y: 3, z: 1))
        state.look()
        let filed = try #require(draft(reduce(&state, accept)))
        #expect(filed.status == .corrected)
        #expect(filed.slicesTouched == [1])
        #expect(filed.masks[.lungLeft] == state.structures[0].mask)
        #expect(filed.predictions[.lungLeft] == state.structures[0].prediction)
        #expect(filed.sequence == 1)
        #expect(filed.progress.seenSlices == [1, 2])
        _ = reduce(&state, .filed(.corrected, revision: 3))
        #expect(state.phase == .filed(.corrected, revision: 3))
        #expect(state.message?.text.contains("3 slices were not seen") == true)
        // A filed review is closed: a stray key changes nothing.
        #expect(reduce(&state, .dab(tool: .brush, x: 0, y: 0, z: 1)).isEmpty)
        #expect(reduce(&state, .reopen) == [.reopen])
    }

    @Test func aStrokeUnderWayBelongsToTheCorrection() throws {
        var state = try Fixture.state()
        _ = reduce(&state, .beginStroke(at: PlanePoint(x: 0, y: 0), tool: .brush))
        let effects = reduce(&state, accept)
        #expect(draft(effects)?.status == .corrected)
        #expect(draft(effects)?.sequence == 1)
        let journalled = effects.firstIndex { if case .journal = $0 { true } else { false } }
        let filed = effects.firstIndex { if case .file = $0 { true } else { false } }
        #expect(try #require(journalled) < #require(filed), "the stroke is journalled before the case is filed")
    }

    @Test func aRejectionNeedsAReason() throws {
        var state = try Fixture.state()
        #expect(reduce(&state, .reject(reason: "  ")).isEmpty)
        #expect(state.phase == .open)
        _ = reduce(&state, .openPrompt(.rejection))
        for letter in "motion  artefact" { _ = reduce(&state, .type(String(letter))) }
        #expect(draft(reduce(&state, .confirm)) == nil, "the line may have been meant for a shell")
        #expect(state.mode == .question(.reject(reason: "motion artefact")))
        answer(&state, false)
        #expect(state.phase == .open)
        _ = reduce(&state, .openPrompt(.rejection))
        _ = reduce(&state, .type("motion  artefact"))
        _ = reduce(&state, .confirm)
        let filed = draft(answer(&state, true))
        #expect(filed?.status == .rejected)
        #expect(filed?.reason == "motion artefact")
    }

    @Test func nothingIsFiledOrLeftWhileStepsAreNotOnDisk() throws {
        var state = try Fixture.state()
        _ = reduce(&state, .dab(tool: .brush, x: 3, y: 3, z: 1))
        _ = reduce(&state, .journalFailed("the disk is full"))
        #expect(draft(reduce(&state, accept)) == nil)
        #expect(state.phase == .open)
        #expect(reduce(&state, .openNeighbour(1)).isEmpty)
        #expect(!reduce(&state, .quit).contains(.quit))
        #expect(state.mode == .question(.quitUnsaved))
        #expect(answer(&state, false).isEmpty && state.mode == .normal)
        _ = reduce(&state, .quit)
        #expect(answer(&state, true).isEmpty, "what loses work is no yes")
        #expect(answer(&state, typing: "discard").contains(.quit))
        // When the disk has room again all is well.
        _ = reduce(&state, .journalled(through: 1))
        #expect(state.save == .saved)
        #expect(draft(reduce(&state, accept)) != nil)
    }

    @Test func aFailedFilingLeavesTheReviewOpen() throws {
        var state = try Fixture.state()
        _ = reduce(&state, accept)
        _ = reduce(&state, .filingFailed("no space"))
        #expect(state.phase == .open)
        #expect(state.message == StatusMessage("not filed: no space", kind: .warning))
    }

    @Test func aLostLeaseMakesTheReviewReadOnly() throws {
        var state = try Fixture.state()
        let mask = state.structures[0].mask
        _ = reduce(&state, .beginStroke(at: PlanePoint(x: 0, y: 0), tool: .brush))
        _ = reduce(&state, .leaseLost("taken over"))
        #expect(state.phase == .readOnly("taken over"))
        #expect(state.structures[0].mask == mask)
    }

    @Test func pausesDoNotCountAsWork() throws {
        var state = try Fixture.state()
        for _ in 0..<100 { _ = reduce(&state, .tick(seconds: 1)) }
        #expect(state.activeSeconds == 60)
        _ = reduce(&state, .moveSlices(1))
        _ = reduce(&state, .tick(seconds: 1))
        #expect(state.activeSeconds == 61)
    }
}
