import Cases
import Lists
import Testing

@Suite struct WorklistTests {
    private func entry(
        _ name: String, _ status: CaseStatus = .new, model: String? = nil, reviewer: String? = nil,
        assignee: String? = nil, holder: String? = nil, uncertainty: Double? = nil, touched: Double? = nil
    ) -> WorklistEntry {
        var entry = WorklistEntry(
            caseID: CaseID(rawValue: "id-\(name)"), title: name, status: status, image: "", model: model,
            reviewer: reviewer, holder: holder)
        entry.assignee = assignee
        entry.uncertainty = uncertainty
        entry.touchedAt = touched
        return entry
    }

    private func titles(_ state: WorklistState) -> [String] { state.visible.map { state.entries[$0].title } }

    @Test func sortingPutsTheUnknownLastEitherWay() {
        var state = WorklistState(entries: [
            entry("b", uncertainty: 0.2), entry("a"), entry("c", uncertainty: 0.9), entry("d", uncertainty: 0.2),
        ])
        #expect(titles(state) == ["b", "a", "c", "d"])
        send(&state, .sort(.uncertainty))
        #expect(titles(state) == ["c", "b", "d", "a"])
        send(&state, .sort(.uncertainty))
        #expect(titles(state) == ["b", "d", "c", "a"])
        send(&state, .sort(.name))
        #expect(titles(state) == ["a", "b", "c", "d"])
        send(&state, .reverse)
        #expect(titles(state) == ["d", "c", "b", "a"])
        // After the last column comes the order of registration.
        send(&state, .sort(.touched))
        send(&state, .sort(nil))
        #expect(state.column == nil && titles(state) == ["b", "a", "c", "d"])
    }

    @Test func theChosenCaseStaysChosenWhateverTheOrder() {
        var state = WorklistState(entries: ["c", "a", "b"].map { entry($0) })
        send(&state, .move(2))
        #expect(state.current?.title == "b")
        send(&state, .sort(.name))
        #expect(state.current?.title == "b" && state.selected == 1)
        state.entries.insert(entry("aa"), at: 0)
        #expect(state.current?.title == "b" && state.selected == 2)
        send(&state, .filter("c"))
        #expect(state.current?.title == "c")
    }

    @Test(arguments: [
        ("", ["one", "two", "three"]), ("status:new", ["one"]), ("status:acc", ["three"]),
        ("model:unet", ["two", "three"]), ("who:ana", ["two"]), ("-status:new", ["two", "three"]),
        ("is:open", ["one", "two"]), ("is:mine", ["three"]), ("wo is:open", ["two"]),
        ("status:", ["one", "two", "three"]),
        ("TWO", ["two"]), ("baseline", ["one"]), ("nothing", []), ("is:held", ["two"]), ("is:unsent", []),
        ("unknown:x", []),
    ])
    func filtersHold(text: String, expected: [String]) {
        var state = WorklistState(
            entries: [
                entry("one", .new, model: "baseline-threshold"),
                entry("two", .inProgress, model: "lungs-unet2d@3", reviewer: "ana", holder: "ana"),
                entry("three", .accepted, model: "lungs-unet2d@2", reviewer: "me"),
            ], reviewer: "me")
        send(&state, .filter(text))
        #expect(titles(state) == expected)
        #expect(state.selected == 0)
    }

    @Test func theListFollowsWhileAFilterIsTyped() {
        var state = WorklistState(entries: ["one", "two", "three"].map { entry($0) })
        send(&state, .filter(nil))
        #expect(state.mode == .filter("", before: ""))
        send(&state, .type("t"))
        #expect(titles(state) == ["two", "three"])
        send(&state, .type("w"))
        #expect(titles(state) == ["two"])
        send(&state, .deleteBackwards)
        send(&state, .confirm)
        #expect(state.mode == .list && titles(state) == ["two", "three"])
        // Escape while typing goes back to what was, in the list to all.
        send(&state, .filter(nil))
        send(&state, .type("xyz"))
        #expect(state.visible.isEmpty && state.current == nil)
        send(&state, .open)
        send(&state, .cancel)
        #expect(titles(state) == ["two", "three"])
        send(&state, .cancel)
        #expect(titles(state) == ["one", "two", "three"])
    }

    @Test func theNextCaseIsMineThenWhatWaitsThenWhatNobodyHas() {
        let entries = [
            entry("done", .accepted, reviewer: "me"), entry("unsure", uncertainty: 0.8),
            entry("sure", uncertainty: 0.1),
            entry("hers", assignee: "ana"), entry("given to me", assignee: "me"),
            entry("begun by me", .inProgress, reviewer: "me"), entry("begun by her", .inProgress, reviewer: "ana"),
            entry("open elsewhere", holder: "ana"), entry("sent back", .returned, reviewer: "me"),
            entry("to approve", .awaiting, reviewer: "ana"), entry("my own", .awaiting, reviewer: "me"),
            entry("put off", .deferred, reviewer: "me"), entry("plain"),
        ]
        let state = WorklistState(entries: entries, reviewer: "me")
        var done: Set<CaseID> = []
        var order: [String] = []
        while let next = state.next(without: done) {
            order.append(next.title)
            done.insert(next.caseID)
        }
        #expect(
            order == [
                "sent back", "begun by me", "given to me", "to approve", "unsure", "sure", "plain", "put off",
            ])
        var copy = state
        send(&copy, .openNext, .open(CaseID(rawValue: "id-sent back")))
        var none = WorklistState(entries: [entry("done", .accepted)], reviewer: "me")
        send(&none, .openNext)
        #expect(none.message?.kind == .warning)
    }

    @Test func casesAreAssignedFlaggedAndReopened() {
        var state = WorklistState(
            entries: [entry("one"), entry("two", .corrected)], reviewer: "me")
        let one = CaseID(rawValue: "id-one")
        send(&state, .assign(""), .assign(one, to: "me"))
        send(&state, .assign("ana"), .assign(one, to: "ana"))
        send(&state, .assign(nil), .assign(one, to: nil))
        send(&state, .flag(nil), .flag(one, ""))
        send(&state, .flag("why"), .flag(one, "why"))
        state.entries[0].flag = "why"
        send(&state, .flag(nil), .flag(one, nil))
        send(&state, .reopen)
        #expect(state.message?.kind == .warning)
        send(&state, .moveToEnd(last: true))
        send(&state, .reopen, .reopen(CaseID(rawValue: "id-two")))
    }

    @Test func countsMoveInTheList() {
        var state = WorklistState(entries: (0..<500).map { entry("case \($0)") })
        for digit in [1, 0] { send(&state, .digit(digit)) }
        #expect(state.keys.count == 10)
        send(&state, .counted(10, .move(1)))
        #expect(state.selected == 10 && state.keys.count == nil)
        send(&state, .counted(400, .moveToEnd(last: true)))
        #expect(state.selected == 399)
        send(&state, .counted(99_999, .page(1)))
        #expect(state.selected == 499)
        send(&state, .digit(5))
        send(&state, .keyPrefix("g"))
        // The number is for the command at the chord's end, and goes with a chord that means nothing.
        #expect(state.keys.count == 5 && state.keys.prefix == "g")
        send(&state, .keyPrefix(nil))
        #expect(state.keys.count == nil && state.keys.prefix == nil)
    }

    @Test func theOtherListsAreOneKeyAway() {
        var state = WorklistState(entries: [entry("one"), entry("two")])
        send(&state, .move(1))
        send(&state, .show(.corrections), .reload)
        #expect(state.page == .corrections && state.selected == 0)
        send(&state, .open)
        state.lists[.corrections] = [ListLine(["two"], caseID: CaseID(rawValue: "id-two"))]
        send(&state, .open, .open(CaseID(rawValue: "id-two")))
        // Leaving goes back to the cases first.
        send(&state, .quit, .reload)
        #expect(state.page == .cases)
        send(&state, .quit, .quit)
    }

    @Test func commandsAreTypedAndCompleted() throws {
        var state = WorklistState(entries: [entry("one", reviewer: "ana")], reviewer: "me")
        for action in [WorklistAction.openPrompt, .type("so"), .complete(backwards: false), .type("st")] {
            send(&state, action)
        }
        #expect(state.mode == .command("sort st"))
        #expect(state.completions.map(\.label) == ["status", "structures"])
        send(&state, .type("a"))
        send(&state, .complete(backwards: false))
        send(&state, .confirm, .rememberCommand("sort status"))
        #expect(state.column == .status)
        send(&state, .openPrompt)
        send(&state, .type("assign "))
        #expect(state.completions.map(\.label) == ["me", "ana", "nobody"])
        send(&state, .deleteWord(all: true))
        send(&state, .type("fly"))
        send(&state, .confirm, .rememberCommand("fly"))
        #expect(state.message?.text == "no command fly; ? lists the commands")
    }

    @Test func everyListCommandHasANameOfItsOwnAndASummary() {
        let names = WorklistCommands.table.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(WorklistCommands.table.all.allSatisfy { !$0.summary.isEmpty && !$0.summary.hasSuffix(".") })
    }
}
