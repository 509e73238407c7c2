import Cases
import Commands
import Editing
import MaskChecks
import TestSupport
import Testing
import Volumes

@testable import Review

@Suite struct JudgingTests {
    private func filing(_ effects: [ReviewEffect]) -> FilingRequest? {
        effects.compactMap { if case .file(let draft) = $0 { draft } else { nil } }.first
    }

    private func seeAll(_ state: inout ReviewState) {
        for z in 0..<5 {
            send(&state, .goToSlice(z), .slice)
            state.look()
        }
    }

    @Test func acceptingAsksOnceWhereSlicesWereNotSeen() throws {
        var state = try Fixture.state()
        send(&state, .accept)
        #expect(state.mode == .question(.accept(["4 of 5 slices were not seen"], comment: "")))
        // No leads to the first slice that was not seen.
        expect(&state, .questionShown) { $0.asking.isShown = true }
        expect(
            &state, .answer(false),
            effects: [
                .mark(.lungLeft, z: 3, edit: 0), .mark(.lungRight, z: 3, edit: 0),
                .saveProgress(ReviewProgress(slice: 3, seenSlices: [2], activeSeconds: 0)),
            ]
        ) {
            $0.mode = .normal
            $0.view.slice = 3
            $0.message = StatusMessage("not filed")
        }
        send(&state, .accept)
        #expect(filing(answer(&state, true, "file"))?.status == .accepted)
        #expect(state.phase == .filing(.accepted))
    }

    @Test func acceptingAsksForNothingWhereAllIsWell() throws {
        var state = try Fixture.state()
        seeAll(&state)
        #expect(filing(send(&state, .accept, "file"))?.status == .accepted)
        var other = try Fixture.state()
        #expect(
            filing(send(&other, try ReviewCommands.table.action(for: "accept! fine by me"), "file"))?.comment
                == "fine by me")
    }

    @Test func acceptingAsksWhereAMaskIsSuspicious() throws {
        var state = try Fixture.state()
        seeAll(&state)
        send(&state, .checked(.lungLeft, SanityReport(edit: 0, warnings: [SanityWarning(.skippedSlices(2))])))
        send(&state, .acceptNoting(comment: "checked", asks: true))
        #expect(state.mode == .question(.accept(["Lung_L: 2 slices skipped"], comment: "checked")))
        let filed = filing(answer(&state, true, "file"))
        #expect(filed?.comment == "checked" && filed?.reason == nil)
    }

    @Test func whatWasFiledLeadsToTheNextCase() throws {
        var state = try Fixture.state()
        seeAll(&state)
        send(&state, .accept, "file")
        #expect(
            reduce(&state, .filed(.accepted, revision: 1))
                == [.openNext(said: "case 1.2.3 filed as accepted, revision 1")])
        #expect(state.message?.text == "filed as accepted, revision 1 · :reopen to go on")
    }

    @Test func aCaseIsPutOffWithAComment() throws {
        var state = try Fixture.state()
        let effects = reduce(&state, try ReviewCommands.table.action(for: "defer wait for PET"))
        #expect(
            effects == [
                .saveProgress(ReviewProgress(slice: 2, seenSlices: [2], activeSeconds: 0)),
                .deferCase(comment: "wait for PET"), .openNext(said: "case 1.2.3 deferred"),
            ])
        send(&state, .journalFailed("full"))
        send(&state, .deferCase(comment: ""))
        send(&state, .opened(try Fixture.opened(readOnly: "open elsewhere")), .opening)
        send(&state, .deferCase(comment: ""))
    }

    @Test func aFlagIsSetWithACommentAndTakenDown() throws {
        var state = try Fixture.state()
        send(&state, try ReviewCommands.table.action(for: "flag"))
        send(&state, .type("is this effusion?"))
        #expect(reduce(&state, .confirm) == [.flag("is this effusion?")])
        expect(&state, .flagged("is this effusion?")) {
            $0.flag = "is this effusion?"
            $0.message = StatusMessage("flagged: is this effusion?")
        }
        #expect(reduce(&state, try ReviewCommands.table.action(for: "flag off")) == [.flag(nil)])
        expect(&state, .flagged(nil)) {
            $0.flag = nil
            $0.message = StatusMessage("no longer flagged")
        }
    }

    private func awaiting(isMine: Bool) throws -> ReviewState {
        var state = try Fixture.state()
        var opened = try Fixture.opened()
        opened.filed = FiledReview(
            status: .corrected, revision: 1, approval: .awaiting(author: "ana", isMine: isMine))
        send(&state, .opened(opened), .opening)
        return state
    }

    @Test func somebodyElseApprovesOrSendsBack() throws {
        var state = try awaiting(isMine: false)
        #expect(state.message?.text.contains("filed by ana") == true)
        #expect(reduce(&state, .accept) == [.judge(approves: true, comment: "")])
        #expect(reduce(&state, .approve(comment: " good ")) == [.judge(approves: true, comment: "good")])
        send(&state, .sendBack(comment: "  "))
        send(&state, try ReviewCommands.table.action(for: "return"))
        send(&state, .type("apex"))
        #expect(reduce(&state, .confirm) == [.judge(approves: false, comment: "apex")])
        #expect(
            reduce(&state, .approvalChanged(.returned(by: "ben", comment: "apex")))
                == [.openNext(said: "case 1.2.3 sent back to its author")])
        send(&state, .approve(comment: ""))
    }

    @Test func nobodyApprovesHisOwn() throws {
        var state = try awaiting(isMine: true)
        for action in [ReviewAction.approve(comment: ""), .sendBack(comment: "x"), .accept] {
            send(&state, action)
        }
        #expect(reduce(&state, .reopen) == [.reopen])
        var open = try Fixture.state()
        send(&open, .approve(comment: ""))
    }

    @Test func aReadOnlyCaseIsTriedAgain() throws {
        var state = try Fixture.state()
        send(&state, .retry)
        send(&state, .opened(try Fixture.opened(readOnly: "ana has this case open")), .opening)
        #expect(reduce(&state, .retry) == [.retry])
        send(&state, .openFailed("no such file"))
        #expect(reduce(&state, .retry) == [.retry])
    }

    @Test func escapeStopsOpening() throws {
        var state = ReviewState(caseID: CaseID(rawValue: "1"), title: "t")
        send(&state, .progress("reading", 0.5))
        #expect(reduce(&state, .cancel) == [.cancelOpening])
        var open = try Fixture.state()
        send(&open, .cancel)
    }

    @Test func aTerminalThatVanishesKeepsTheStrokeUnderWay() throws {
        var state = try Fixture.state()
        send(&state, .beginStroke(at: PlanePoint(x: 0, y: 0), tool: nil))
        let effects = send(&state, .hangUp, .step, "saveProgress")
        guard case .progressWithStep? = effects.first, case .journal(let entry, 1)? = effects.dropFirst().first else {
            Issue.record("the stroke is journalled")
            return
        }
        #expect(entry.kind == .edit)
        guard case .saveProgress? = effects.last else {
            Issue.record("where the review stands is kept")
            return
        }
    }

    @Test func aReviewResumesWithWhatCanBeRedone() throws {
        var state = try Fixture.state()
        send(&state, .dab(tool: .brush, x: 0, y: 0, z: 1), .slice, .step)
        for x in [3, 4] { send(&state, .dab(tool: .brush, x: x, y: 0, z: 1), .step) }
        send(&state, .undo, .step)
        send(&state, .undo, .step)
        let left = LeftReview(
            masks: Dictionary(uniqueKeysWithValues: state.structures.map { ($0.name, $0.mask) }),
            history: state.history, sequence: state.sequence, slice: 1, seenSlices: [1], activeSeconds: 3)
        var again = try Fixture.state()
        send(&again, .opened(try Fixture.opened(left: left)))
        answer(&again, true, "resolveLeftReview", .opening)
        #expect(again.history.done.count == 1 && again.history.undone.count == 2)
        send(&again, .goToSlice(4), .slice)
        send(&again, .redo, .slice, .step)
        // The next to be redone is the one that was undone last, and redo goes where it was.
        #expect(again.structures[0].mask[VoxelIndex(x: 3, y: 0, z: 1)] && again.view.slice == 1)
        #expect(again.sequence == 6)
        send(&again, .counted(5, .undo), .step, .step)
        #expect(again.structures[0].mask == again.structures[0].prediction)
    }
}

@Suite struct AdjudicationTests {
    /// The second reader has one voxel more on slice 1 and two fewer on slice 3.
    private func state() throws -> ReviewState {
        let first = try Fixture.square(5..<7)
        var second = first
        second[VoxelIndex(x: 0, y: 0, z: 1)] = true
        second[VoxelIndex(x: 5, y: 2, z: 3)] = false
        second[VoxelIndex(x: 6, y: 2, z: 3)] = false
        var opened = try Fixture.opened()
        opened.adjudication = Adjudication(
            readers: ["ana", "ben"], first: [.lungLeft: first], second: [.lungLeft: second],
            agreement: [nil, 0.9, 1, 0.5, nil], volumes: [.lungLeft: 0.8])
        var state = try Fixture.state()
        send(&state, .opened(opened), .opening)
        return state
    }

    @Test func slicesAreDecidedOneByOne() throws {
        var state = try state()
        #expect(state.adjudication?.differing == [1, 3])
        send(&state, .goToSlice(1), .slice)
        let effects = send(&state, .choose(.second), .step, .slice)
        #expect(state.structures[0].mask[VoxelIndex(x: 0, y: 0, z: 1)])
        #expect(state.structures[0].mask[VoxelIndex(x: 5, y: 2, z: 3)])
        #expect(state.history.done.map(\.name) == ["reader 2"])
        #expect(effects.contains { if case .journal(_, 1) = $0 { true } else { false } })
        // The step is kept with the decision that made it, and taken back with it.
        guard case .progressWithStep(let atStep) = try #require(effects.first) else {
            Issue.record("the decision is kept after its step")
            return
        }
        #expect(atStep.choices == [1: .second])
        var undone = state
        guard
            case .progressWithStep(let atUndo)? = send(&undone, .undo, .slice, .step).last(where: {
                if case .progressWithStep = $0 { true } else { false }
            })
        else {
            Issue.record("that nothing is decided is not kept")
            return
        }
        #expect(atUndo.choices.isEmpty)
        // On to the next that is not decided.
        #expect(state.view.slice == 3 && state.message?.text == "1 slice to decide")
        #expect(state.concerns.contains("the readers differ on 1 slice that is not decided"))
        // The first reader's are what is on screen: no step, but a decision.
        let kept = send(&state, .choose(.first), "saveProgress")
        #expect(!kept.contains { if case .journal = $0 { true } else { false } })
        // Slices 1 and 3, from 0: kept for another day.
        guard case .saveProgress(let progress) = try #require(kept.last) else {
            Issue.record("the decision is not kept")
            return
        }
        #expect(kept.count == 1 && progress.choices == state.adjudication?.choices && progress.choices.count == 2)
        #expect(state.adjudication?.undecided == [])
        #expect(state.message?.text == "every slice on which the readers differ has been decided")
        // Minds change.
        send(&state, .choose(.second), .step)
        #expect(!state.structures[0].mask[VoxelIndex(x: 5, y: 2, z: 3)])
        send(&state, .choose(.first), .step)
        #expect(state.structures[0].mask[VoxelIndex(x: 5, y: 2, z: 3)])
        // A slice whose contours are taken back is to be decided again.
        send(&state, .undo, .step)
        #expect(state.adjudication?.choices[3] == nil)
        send(&state, .redo, .step)
        #expect(state.adjudication?.choices[3] == .first)
        // The other structure is left alone.
        #expect(state.structures[1].mask == state.structures[1].prediction)
    }

    /// A job that a choice ends is said beside what is left to decide.
    @Test func whatAChoiceEndsIsSaid() throws {
        var state = try state()
        setUp(&state, .goToSlice(1))
        setUp(&state, .region(.margin(Millimetres(2), .volume)))
        #expect(state.region.running != nil)
        setUp(&state, .choose(.second))
        let text = try #require(state.message?.text)
        #expect(state.region.running == nil && text.contains("1 slice to decide"), "\(text)")
        #expect(text.contains("stopped because a mask changed in the meantime"), "\(text)")
    }

    /// Only the second reader has drawn a target: it is listed, empty, and measured against hers.
    private func withTarget() throws -> ReviewState {
        let (left, target) = (try Fixture.square(5..<7), try Fixture.square(3..<5))
        let empty = Mask(geometry: try Fixture.geometry())
        var opened = try Fixture.opened()
        var added = StructureState(name: Self.ptv, mask: empty, prediction: empty, reference: target, tolerance: 2)
        added.isAdded = true
        opened.structures.append(added)
        opened.adjudication = Adjudication(
            readers: ["ana", "ben"], first: [.lungLeft: left], second: [.lungLeft: left, Self.ptv: target],
            agreement: [nil, 0, 0, 0, nil], volumes: [.lungLeft: 1, Self.ptv: 0])
        var state = try Fixture.state()
        setUp(&state, .opened(opened))
        return state
    }

    private static let ptv = StructureName(rawValue: "PTV")

    @Test func whatOnlyTheSecondReaderDrewCanBeChosen() throws {
        var state = try withTarget()
        let target = state.structures[2].reference
        #expect(state.adjudication?.differing == [1, 2, 3] && state.view.slice == 2)
        send(&state, .choose(.second), .step, "mark", "mark", "mark", "saveProgress")
        #expect(state.structures[2].mask.slices[2] == target.slices[2] && !target.slices[2].isEmpty)
        #expect(state.structures[2].mask.slices[1].isEmpty && state.adjudication?.choices == [2: .second])
        setUp(&state, .goToSlice(2))
        send(&state, .choose(.first), .step, "mark", "mark", "mark", "saveProgress")
        #expect(state.structures[2].mask.isEmpty && state.adjudication?.choices == [2: .first])
    }

    /// Or a reader's contours would be called chosen and taken by nothing.
    @Test func whatAReaderHasDrawnKeepsItsNameAndPlace() throws {
        var state = try withTarget()
        for (line, what) in [("delete PTV", "deleted"), ("rename PTV CTV", "renamed")] {
            send(&state, try ReviewCommands.table.action(for: line))
            #expect(
                state.message?.text
                    == "a reader has drawn PTV, so it cannot be \(what): its slices are chosen from the readings")
            #expect(state.structures.map(\.name) == [.lungLeft, .lungRight, Self.ptv])
        }
        // What no reader has drawn is as it always is.
        setUp(&state, .structures(.add("CTV", nil)))
        send(&state, .structures(.delete(nil)), "keepStructures")
    }

    @Test func whatIsEditedByHandStays() throws {
        var state = try state()
        send(&state, .goToSlice(1), .slice)
        send(&state, .dab(tool: .brush, x: 7, y: 5, z: 1), .step)
        var progress = ReviewProgress(slice: 3, seenSlices: [2], activeSeconds: 0)
        progress.choices = [1: .edited]
        expect(
            &state, .choose(.edited),
            effects: [
                .mark(.lungLeft, z: 3, edit: 1), .mark(.lungRight, z: 3, edit: 0), .saveProgress(progress),
            ]
        ) {
            $0.view.slice = 3
            $0.adjudication?.choices = [1: .edited]
            $0.message = StatusMessage("1 slice to decide")
        }
    }

    @Test func withoutTwoReadingsThereIsNothingToChoose() throws {
        var state = try Fixture.state()
        expect(&state, .choose(.first)) {
            $0.message = StatusMessage(
                "this is not an adjudication; start one with pleura review --adjudicate CASE", kind: .warning)
        }
        #expect(try ReviewCommands.table.action(for: "choose 2") == .choose(.second))
        #expect(throws: CommandError.self) { try ReviewCommands.table.action(for: "choose 3") }
    }

    @Test func aBlindedReadingHasNoFlagAndIsNotPutOff() throws {
        var state = try Fixture.state()
        var opened = try Fixture.opened()
        opened.isBlinded = true
        send(&state, .opened(opened), .opening)
        expect(&state, .flag("x")) {
            $0.message = StatusMessage(
                "a blinded reading has no flag: the first reader must not see it", kind: .warning)
        }
        expect(&state, .deferCase(comment: "")) {
            $0.message = StatusMessage("a blinded reading cannot be deferred; q leaves it as it is", kind: .warning)
        }
    }
}
