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
        #expect(draft(send(&copy, accept, "file"))?.status == .accepted)
        #expect(copy.phase == .filing(.accepted))
        send(&state, .dab(tool: .brush, x: 3, y: 3, z: 1), .slice, .step)
        state.look()
        let filed = try #require(draft(send(&state, accept, "file")))
        #expect(filed.status == .corrected)
        #expect(filed.slicesTouched == [1])
        #expect(filed.masks[.lungLeft] == state.structures[0].mask)
        #expect(filed.predictions[.lungLeft] == state.structures[0].prediction)
        #expect(filed.sequence == 1)
        #expect(filed.progress.seenSlices == [1, 2])
        send(&state, .filed(.corrected, revision: 3), "openNext")
        #expect(state.phase == .filed(.corrected, revision: 3))
        #expect(state.message?.text.contains("3 slices were not seen") == true)
        // A filed review is closed: a stray key changes nothing.
        send(&state, .dab(tool: .brush, x: 0, y: 0, z: 1))
        #expect(reduce(&state, .reopen) == [.reopen])
    }

    @Test func aStrokeUnderWayBelongsToTheCorrection() throws {
        var state = try Fixture.state()
        send(&state, .beginStroke(at: PlanePoint(x: 0, y: 0), tool: .brush))
        let effects = send(&state, accept, .step, "file")
        #expect(draft(effects)?.status == .corrected)
        #expect(draft(effects)?.sequence == 1)
        let journalled = effects.firstIndex { if case .journal = $0 { true } else { false } }
        let filed = effects.firstIndex { if case .file = $0 { true } else { false } }
        #expect(try #require(journalled) < #require(filed), "the stroke is journalled before the case is filed")
    }

    @Test func aRejectionNeedsAReason() throws {
        var state = try Fixture.state()
        send(&state, .reject(reason: "  "))
        #expect(state.phase == .open)
        send(&state, .openPrompt(.rejection))
        for letter in "motion  artefact" { send(&state, .type(String(letter))) }
        // The line may have been meant for a shell.
        send(&state, .confirm)
        #expect(state.mode == .question(.reject(reason: "motion artefact")))
        answer(&state, false)
        #expect(state.phase == .open)
        send(&state, .openPrompt(.rejection))
        send(&state, .type("motion  artefact"))
        send(&state, .confirm)
        let filed = draft(answer(&state, true, "file"))
        #expect(filed?.status == .rejected)
        #expect(filed?.reason == "motion artefact")
    }

    @Test func nothingIsFiledOrLeftWhileStepsAreNotOnDisk() throws {
        var state = try Fixture.state()
        send(&state, .dab(tool: .brush, x: 3, y: 3, z: 1), .slice, .step)
        send(&state, .journalFailed("the disk is full"))
        send(&state, accept)
        #expect(state.phase == .open)
        send(&state, .openNeighbour(1))
        send(&state, .quit)
        #expect(state.mode == .question(.quitUnsaved))
        answer(&state, false)
        #expect(state.mode == .normal)
        send(&state, .quit)
        // What loses work is no yes.
        answer(&state, true)
        answer(&state, typing: "discard", "saveProgress", "quit")
        // When the disk has room again all is well.
        send(&state, .journalled(through: 1))
        #expect(state.save == .saved)
        send(&state, accept, "file")
    }

    @Test func aFailedFilingLeavesTheReviewOpen() throws {
        var state = try Fixture.state()
        send(&state, accept, "file")
        send(&state, .filingFailed("no space"))
        #expect(state.phase == .open)
        #expect(state.message == StatusMessage("not filed: no space", kind: .warning))
    }

    @Test func aLostLeaseMakesTheReviewReadOnly() throws {
        var state = try Fixture.state()
        let mask = state.structures[0].mask
        send(&state, .beginStroke(at: PlanePoint(x: 0, y: 0), tool: .brush))
        send(&state, .leaseLost("taken over"))
        #expect(state.phase == .readOnly("taken over"))
        #expect(state.structures[0].mask == mask)
    }

    @Test func whatIsComputedOrShownEndsWithTheLease() throws {
        var state = try Fixture.state()
        send(&state, .region(.margin(2, .volume)), "workOut")
        send(&state, .leaseLost("taken over"), "stopWork")
        #expect(state.region.running == nil && state.message == StatusMessage("taken over", kind: .warning))
        send(&state, .quit, "saveProgress", "quit")
        var shown = try Fixture.state()
        send(&shown, .region(.grow(from: VoxelTarget(x: 3, y: 3), nil, .slice)))
        #expect(shown.region.preview != nil)
        send(&shown, .leaseLost("taken over"))
        #expect(shown.region.preview == nil)
    }

    @Test func pausesDoNotCountAsWork() throws {
        var state = try Fixture.state()
        for _ in 0..<100 { send(&state, .tick(seconds: 1)) }
        #expect(state.activeSeconds == 60)
        send(&state, .moveSlices(1), .slice)
        send(&state, .tick(seconds: 1))
        #expect(state.activeSeconds == 61)
    }
}
