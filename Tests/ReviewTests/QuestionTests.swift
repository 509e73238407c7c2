import Cases
import Commands
import Editing
import Testing
import Volumes

@testable import Review

/// Answers come from people who have read the question, and what gives up work is typed.
@Suite struct QuestionTests {
    private func left() throws -> (ReviewState, edited: Mask) {
        var before = try Fixture.state()
        send(&before, .dab(tool: .brush, x: 0, y: 0, z: 1), .slice, .step)
        send(&before, .dab(tool: .brush, x: 3, y: 0, z: 1), .step)
        let left = LeftReview(
            masks: Dictionary(uniqueKeysWithValues: before.structures.map { ($0.name, $0.mask) }),
            history: before.history, sequence: before.sequence, slice: 1, seenSlices: [0, 1], activeSeconds: 12)
        var state = try Fixture.state()
        send(&state, .opened(try Fixture.opened(left: left)))
        return (state, before.structures[0].mask)
    }

    private func asked() throws -> [(name: String, state: ReviewState)] {
        var found: [(String, ReviewState)] = [("resume", try left().0)]
        var accept = try Fixture.state()
        send(&accept, .accept)
        found.append(("accept", accept))
        var key = try Fixture.state()
        for z in 0..<5 { send(&key, .goToSlice(z), .slice) }
        send(&key, .askToAccept)
        found.append(("the key that accepts", key))
        var reject = try Fixture.state()
        send(&reject, .openPrompt(.rejection))
        send(&reject, .type("m -rf lung"))
        send(&reject, .confirm)
        found.append(("reject", reject))
        var unsaved = try Fixture.state()
        send(&unsaved, .dab(tool: .brush, x: 3, y: 3, z: 1), .slice, .step)
        send(&unsaved, .journalFailed("full"))
        send(&unsaved, .quit)
        found.append(("quit unsaved", unsaved))
        var working = try Fixture.state()
        send(&working, .region(.margin(2, .volume)), "workOut")
        send(&working, .quit)
        found.append(("quit while working", working))
        var approve = try Fixture.state()
        var opened = try Fixture.opened()
        opened.filed = FiledReview(
            status: .corrected, revision: 1, approval: .awaiting(author: "ana", isMine: false))
        send(&approve, .opened(opened), .opening)
        send(&approve, .askToAccept)
        found.append(("approve", approve))
        var sessions = try Fixture.state()
        send(
            &sessions,
            .sessionsListed([PutAsideReview(number: 4, when: "now", reviewer: "ana", edits: 1, slices: [2])]))
        found.append(("sessions", sessions))
        return found.map { (name: $0.0, state: $0.1) }
    }

    @Test func whatWasTypedBeforeAQuestionWasReadAnswersNone() throws {
        let all = try asked()
        #expect(all.count == 8)
        for (name, start) in all {
            var state = start
            #expect(state.hasUnseenQuestion, "\(name)")
            let typed: [ReviewAction] = [
                .answer(true), .answer(false), .confirm, .cancel, .type("discard"), .confirm, .deleteBackwards,
                .scrollHelp(1), .answer(true),
            ]
            for action in typed { #expect(reduce(&state, action).isEmpty, "\(name)") }
            var wanted = start
            wanted.asking.missed = true
            #expect(state == wanted, "\(name)")
            send(&state, .questionShown)
            #expect(!state.hasUnseenQuestion && state.mode == start.mode, "\(name)")
        }
    }

    @Test func noKeyStartsOver() throws {
        var (state, edited) = try left()
        answer(&state, false)
        for word in ["n", "discar", "Discard it", "nnnnn"] {
            answer(&state, typing: word)
            #expect(state.asking.misunderstood == word)
        }
        // What is typed anew stands for itself.
        send(&state, .type("d"))
        #expect(state.asking.misunderstood.isEmpty)
        send(&state, .line(.deleteBackwards))
        #expect(state.mode == .question(.resume(edits: 2)) && state.left != nil)
        // Enter alone keeps everything.
        let effects = send(&state, .confirm, "resolveLeftReview", .opening)
        #expect(effects.first == .resolveLeftReview(resume: true))
        #expect(state.structures[0].mask == edited && state.message?.text == "resumed: 2 edits restored")
    }

    @Test func startingOverSaysHowToGetBack() throws {
        var (state, _) = try left()
        #expect(
            answer(&state, typing: "discard", "resolveLeftReview", .opening).first == .resolveLeftReview(resume: false))
        #expect(state.mode == .normal && state.structures[0].mask == state.structures[0].prediction)
        #expect(state.message?.text.contains(":sessions") == true)
    }

    @Test func whereTheLeftReviewStoodIsNotOverwrittenBeforeTheAnswer() throws {
        let start = try left().0
        for action in [ReviewAction.quit, .forceQuit] {
            var state = start
            send(&state, action, "quit")
        }
        var state = start
        send(&state, .goToSlice(4), "mark", "mark")
        send(&state, .hangUp)
    }

    /// The image is there before it is known whether a review was left, and effects wait until the case has been read.
    @Test func norWhileTheCaseIsRead() throws {
        var state = ReviewState(caseID: CaseID(rawValue: "1"), title: "t")
        let volume = Volume(geometry: try Fixture.geometry(), filledWith: -800)
        send(&state, .imageArrived(PartialVolume(volume), bodyBox: volume.geometry.size.bounds))
        send(&state, .goToSlice(4))
        send(&state, .write)
        send(&state, .hangUp)
        for (action, effect) in [(ReviewAction.quit, EffectNames("quit")), (.showWorklist, "showWorklist")] {
            var leaving = state
            send(&leaving, action, effect)
        }
        send(&state, .opened(try Fixture.opened()), .opening)
        send(&state, .goToSlice(0), .slice)
    }

    @Test func theKeyThatAcceptsAsksAlwaysAndTheTypedCommandDoesNot() throws {
        var state = try Fixture.state()
        for z in 0..<5 {
            send(&state, .goToSlice(z), .slice)
            state.look()
        }
        var typed = state
        send(&state, .askToAccept)
        #expect(state.mode == .question(.accept([], comment: "")))
        send(&state, .questionShown)
        // Enter ends a line that was meant for a shell.
        send(&state, .confirm)
        #expect(state.phase == .open)
        send(&state, .answer(true), "file")
        #expect(state.phase == .filing(.accepted))
        send(&typed, .openPrompt(.command))
        send(&typed, .type("accept"))
        let filed = send(&typed, .confirm, "rememberCommand", "file").compactMap {
            if case .file(let draft) = $0 { draft } else { nil }
        }
        #expect(filed.map(\.status) == [.accepted] && typed.phase == .filing(.accepted))
    }

    @Test func aTypedRejectionWithAReasonIsFiledAtOnce() throws {
        var state = try Fixture.state()
        send(&state, .openPrompt(.command))
        send(&state, .type("reject motion artefact"))
        let filed = send(&state, .confirm, "file").compactMap { if case .file(let draft) = $0 { draft } else { nil } }
        #expect(filed.map(\.status) == [.rejected] && filed.map(\.reason) == ["motion artefact"])
        #expect(state.phase == .filing(.rejected))
    }

    @Test func leavingWhileAMaskIsComputedIsAskedAbout() throws {
        var state = try Fixture.state()
        send(&state, .region(.margin(2, .volume)), "workOut")
        send(&state, .quit)
        #expect(state.mode == .question(.quitWorking("margin +2mm")))
        answer(&state, false)
        #expect(state.region.running != nil)
        send(&state, .quit)
        #expect(answer(&state, true, "stopWork", "saveProgress", "quit").first == .stopWork(id: 1))
    }

    @Test func whatWasPutAsideIsListedAndGoneOnWith() throws {
        var state = try Fixture.state()
        #expect(reduce(&state, try ReviewCommands.table.action(for: "sessions")) == [.listSessions])
        expect(&state, .sessionsListed([])) {
            $0.message = StatusMessage("no review of this case was put aside")
        }
        let list = [4, 2].map { PutAsideReview(number: $0, when: "", reviewer: "ana", edits: 1, slices: [2]) }
        expect(&state, .sessionsListed(list)) { $0.mode = .sessions(list, selected: 0) }
        expect(&state, .questionShown) { $0.asking.isShown = true }
        expect(&state, .scrollHelp(5)) { $0.mode = .sessions(list, selected: 1) }
        #expect(!state.hasUnseenQuestion)
        #expect(send(&state, .confirm, "saveProgress", "restoreSession").last == .restoreSession(2))
        #expect(state.mode == .normal)
        let restored = try state.run("sessions restore 4", "saveProgress", "restoreSession")
        #expect(restored.last == .restoreSession(4))
        send(&state, .opened(try Fixture.opened(readOnly: "ana has this case open")), .opening)
        #expect(reduce(&state, .restoreSession(4)).isEmpty, "nothing is restored into a case of somebody else's")
    }

    @Test func whatIsRestoredIsGoneOnWithUnasked() throws {
        let (asking, edited) = try left()
        var opened = try Fixture.opened(left: asking.left)
        opened.resumesAtOnce = true
        var state = try Fixture.state()
        send(&state, .opened(opened), "resolveLeftReview", .opening)
        #expect(state.mode == .normal && state.left == nil && state.structures[0].mask == edited)
        #expect(state.sequence == 2 && state.seenSlices.isSuperset(of: [0, 1]) && state.activeSeconds == 12)
    }
}
