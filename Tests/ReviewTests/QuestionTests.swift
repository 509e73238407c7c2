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
        for x in [0, 3] { _ = reduce(&before, .dab(tool: .brush, x: x, y: 0, z: 1)) }
        let left = LeftReview(
            masks: Dictionary(uniqueKeysWithValues: before.structures.map { ($0.name, $0.mask) }),
            history: before.history, sequence: before.sequence, slice: 1, seenSlices: [0, 1], activeSeconds: 12)
        var state = try Fixture.state()
        #expect(reduce(&state, .opened(try Fixture.opened(left: left))).names == [])
        return (state, before.structures[0].mask)
    }

    private func asked() throws -> [(name: String, state: ReviewState)] {
        var found: [(String, ReviewState)] = [("resume", try left().0)]
        var accept = try Fixture.state()
        #expect(reduce(&accept, .accept).names == [])
        found.append(("accept", accept))
        var key = try Fixture.state()
        for z in 0..<5 { _ = reduce(&key, .goToSlice(z)) }
        #expect(reduce(&key, .askToAccept).names == [])
        found.append(("the key that accepts", key))
        var reject = try Fixture.state()
        #expect(reduce(&reject, .openPrompt(.rejection)).names == [])
        #expect(reduce(&reject, .type("m -rf lung")).names == [])
        #expect(reduce(&reject, .confirm).names == [])
        found.append(("reject", reject))
        var unsaved = try Fixture.state()
        #expect(
            reduce(&unsaved, .dab(tool: .brush, x: 3, y: 3, z: 1)).names == [
                "mark", "mark", "saveProgress", "progressWithStep", "journal", "measure", "mark",
            ])
        #expect(reduce(&unsaved, .journalFailed("full")).names == [])
        #expect(reduce(&unsaved, .quit).names == [])
        found.append(("quit unsaved", unsaved))
        var working = try Fixture.state()
        #expect(reduce(&working, .region(.margin(2, .volume))).names == ["workOut"])
        #expect(reduce(&working, .quit).names == [])
        found.append(("quit while working", working))
        var approve = try Fixture.state()
        var opened = try Fixture.opened()
        opened.filed = FiledReview(
            status: .corrected, revision: 1, approval: .awaiting(author: "ana", isMine: false))
        #expect(reduce(&approve, .opened(opened)).names == ["measureAll", "measureAll", "mark", "mark"])
        #expect(reduce(&approve, .askToAccept).names == [])
        found.append(("approve", approve))
        var sessions = try Fixture.state()
        _ = reduce(
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
            #expect(reduce(&state, .questionShown).names == [])
            #expect(!state.hasUnseenQuestion && state.mode == start.mode, "\(name)")
        }
    }

    @Test func noKeyStartsOver() throws {
        var (state, edited) = try left()
        #expect(answer(&state, false).isEmpty)
        for word in ["n", "discar", "Discard it", "nnnnn"] {
            #expect(answer(&state, typing: word).isEmpty)
            #expect(state.asking.misunderstood == word)
        }
        // What is typed anew stands for itself.
        _ = reduce(&state, .type("d"))
        #expect(state.asking.misunderstood.isEmpty)
        _ = reduce(&state, .line(.deleteBackwards))
        #expect(state.mode == .question(.resume(edits: 2)) && state.left != nil)
        // Enter alone keeps everything.
        let effects = reduce(&state, .confirm)
        #expect(effects.first == .resolveLeftReview(resume: true))
        #expect(state.structures[0].mask == edited && state.message?.text == "resumed: 2 edits restored")
    }

    @Test func startingOverSaysHowToGetBack() throws {
        var (state, _) = try left()
        #expect(answer(&state, typing: "discard").first == .resolveLeftReview(resume: false))
        #expect(state.mode == .normal && state.structures[0].mask == state.structures[0].prediction)
        #expect(state.message?.text.contains(":sessions") == true)
    }

    @Test func whereTheLeftReviewStoodIsNotOverwrittenBeforeTheAnswer() throws {
        func saves(_ effects: [ReviewEffect]) -> Bool {
            effects.contains { if case .saveProgress = $0 { true } else { false } }
        }
        for action in [ReviewAction.quit, .forceQuit, .goToSlice(4)] {
            var (state, _) = try left()
            #expect(!saves(reduce(&state, action)), "\(action)")
        }
        var (state, _) = try left()
        #expect(!saves(reduce(&state, .hangUp)))
    }

    @Test func theKeyThatAcceptsAsksAlwaysAndTheTypedCommandDoesNot() throws {
        var state = try Fixture.state()
        for z in 0..<5 {
            _ = reduce(&state, .goToSlice(z))
            state.look()
        }
        var typed = state
        #expect(reduce(&state, .askToAccept).isEmpty)
        #expect(state.mode == .question(.accept([], comment: "")))
        #expect(reduce(&state, .questionShown).names == [])
        // Enter ends a line that was meant for a shell.
        #expect(reduce(&state, .confirm).isEmpty && state.phase == .open)
        #expect(!reduce(&state, .answer(true)).isEmpty && state.phase == .filing(.accepted))
        #expect(reduce(&typed, .openPrompt(.command)).names == [])
        #expect(reduce(&typed, .type("accept")).names == [])
        let filed = reduce(&typed, .confirm).compactMap { if case .file(let draft) = $0 { draft } else { nil } }
        #expect(filed.map(\.status) == [.accepted] && typed.phase == .filing(.accepted))
    }

    @Test func aTypedRejectionWithAReasonIsFiledAtOnce() throws {
        var state = try Fixture.state()
        #expect(reduce(&state, .openPrompt(.command)).names == [])
        #expect(reduce(&state, .type("reject motion artefact")).names == [])
        let filed = reduce(&state, .confirm).compactMap { if case .file(let draft) = $0 { draft } else { nil } }
        #expect(filed.map(\.status) == [.rejected] && filed.map(\.reason) == ["motion artefact"])
        #expect(state.phase == .filing(.rejected))
    }

    @Test func leavingWhileAMaskIsComputedIsAskedAbout() throws {
        var state = try Fixture.state()
        #expect(reduce(&state, .region(.margin(2, .volume))).names == ["workOut"])
        #expect(reduce(&state, .quit).isEmpty)
        #expect(state.mode == .question(.quitWorking("margin +2mm")))
        #expect(answer(&state, false).isEmpty && state.region.running != nil)
        #expect(reduce(&state, .quit).names == [])
        let effects = answer(&state, true)
        #expect(effects.contains(.stopWork(id: 1)) && effects.last == .quit)
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
        #expect(reduce(&state, .confirm).last == .restoreSession(2))
        #expect(state.mode == .normal)
        #expect(reduce(&state, try ReviewCommands.table.action(for: "sessions restore 4")).last == .restoreSession(4))
        _ = reduce(&state, .opened(try Fixture.opened(readOnly: "ana has this case open")))
        #expect(reduce(&state, .restoreSession(4)).isEmpty, "nothing is restored into a case of somebody else's")
    }

    @Test func whatIsRestoredIsGoneOnWithUnasked() throws {
        let (asking, edited) = try left()
        var opened = try Fixture.opened(left: asking.left)
        opened.resumesAtOnce = true
        var state = try Fixture.state()
        #expect(
            reduce(&state, .opened(opened)).names == ["resolveLeftReview", "measureAll", "measureAll", "mark", "mark"])
        #expect(state.mode == .normal && state.left == nil && state.structures[0].mask == edited)
        #expect(state.sequence == 2 && state.seenSlices.isSuperset(of: [0, 1]) && state.activeSeconds == 12)
    }
}
