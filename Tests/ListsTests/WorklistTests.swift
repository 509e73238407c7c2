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
        _ = reduce(&state, .sort(.uncertainty))
        #expect(titles(state) == ["c", "b", "d", "a"])
        _ = reduce(&state, .sort(.uncertainty))
        #expect(titles(state) == ["b", "d", "c", "a"])
        _ = reduce(&state, .sort(.name))
        #expect(titles(state) == ["a", "b", "c", "d"])
        _ = reduce(&state, .reverse)
        #expect(titles(state) == ["d", "c", "b", "a"])
        // After the last column comes the order of registration.
        _ = reduce(&state, .sort(.touched))
        _ = reduce(&state, .sort(nil))
        #expect(state.column == nil && titles(state) == ["b", "a", "c", "d"])
    }

    @Test func theChosenCaseStaysChosenWhateverTheOrder() {
        var state = WorklistState(entries: ["c", "a", "b"].map { entry($0) })
        _ = reduce(&state, .move(2))
        #expect(state.current?.title == "b")
        _ = reduce(&state, .sort(.name))
        #expect(state.current?.title == "b" && state.selected == 1)
        state.entries.insert(entry("aa"), at: 0)
        #expect(state.current?.title == "b" && state.selected == 2)
        _ = reduce(&state, .filter("c"))
        #expect(state.current?.title == "c")
    }

    @Test(arguments: [
        ("", ["one", "two", "three"]), ("status:new", ["one"]), ("status:acc", ["three"]),
        ("model:unet", ["two", "three"]), ("who:ana", ["two"]), ("-status:new", ["two", "three"]),
        ("is:open", ["one", "two"]), ("is:mine", ["three"]), ("wo is:open", ["two"]),
        ("status:", ["one", "two", "three"]),
        ("TWO", ["two"]), ("baseline", ["one"]), ("nothing", []), ("is:held", ["two"]), ("unknown:x", []),
    ])
    func filtersHold(text: String, expected: [String]) {
        var state = WorklistState(
            entries: [
                entry("one", .new, model: "baseline-threshold"),
                entry("two", .inProgress, model: "lungs-unet2d@3", reviewer: "ana", holder: "ana"),
                entry("three", .accepted, model: "lungs-unet2d@2", reviewer: "me"),
            ], reviewer: "me")
        _ = reduce(&state, .filter(text))
        #expect(titles(state) == expected)
        #expect(state.selected == 0)
    }

    @Test func theListFollowsWhileAFilterIsTyped() {
        var state = WorklistState(entries: ["one", "two", "three"].map { entry($0) })
        _ = reduce(&state, .filter(nil))
        #expect(state.mode == .filter("", before: ""))
        _ = reduce(&state, .type("t"))
        #expect(titles(state) == ["two", "three"])
        _ = reduce(&state, .type("w"))
        #expect(titles(state) == ["two"])
        _ = reduce(&state, .deleteBackwards)
        _ = reduce(&state, .confirm)
        #expect(state.mode == .list && titles(state) == ["two", "three"])
        // Escape while typing goes back to what was, in the list to all.
        _ = reduce(&state, .filter(nil))
        _ = reduce(&state, .type("xyz"))
        #expect(state.visible.isEmpty && state.current == nil)
        #expect(reduce(&state, .open).isEmpty)
        _ = reduce(&state, .cancel)
        #expect(titles(state) == ["two", "three"])
        _ = reduce(&state, .cancel)
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
        #expect(reduce(&copy, .openNext) == [.open(CaseID(rawValue: "id-sent back"))])
        var none = WorklistState(entries: [entry("done", .accepted)], reviewer: "me")
        #expect(reduce(&none, .openNext).isEmpty && none.message?.kind == .warning)
    }

    @Test func casesAreAssignedFlaggedAndReopened() {
        var state = WorklistState(
            entries: [entry("one"), entry("two", .corrected)], reviewer: "me")
        let one = CaseID(rawValue: "id-one")
        #expect(reduce(&state, .assign("")) == [.assign(one, to: "me")])
        #expect(reduce(&state, .assign("ana")) == [.assign(one, to: "ana")])
        #expect(reduce(&state, .assign(nil)) == [.assign(one, to: nil)])
        #expect(reduce(&state, .flag(nil)) == [.flag(one, "")])
        #expect(reduce(&state, .flag("why")) == [.flag(one, "why")])
        state.entries[0].flag = "why"
        #expect(reduce(&state, .flag(nil)) == [.flag(one, nil)])
        #expect(reduce(&state, .reopen).isEmpty && state.message?.kind == .warning)
        _ = reduce(&state, .moveToEnd(last: true))
        #expect(reduce(&state, .reopen) == [.reopen(CaseID(rawValue: "id-two"))])
    }

    @Test func countsMoveInTheList() {
        var state = WorklistState(entries: (0..<500).map { entry("case \($0)") })
        for digit in [1, 0] { _ = reduce(&state, .digit(digit)) }
        #expect(state.keys.count == 10)
        _ = reduce(&state, .counted(10, .move(1)))
        #expect(state.selected == 10 && state.keys.count == nil)
        _ = reduce(&state, .counted(400, .moveToEnd(last: true)))
        #expect(state.selected == 399)
        _ = reduce(&state, .counted(99_999, .page(1)))
        #expect(state.selected == 499)
        _ = reduce(&state, .digit(5))
        _ = reduce(&state, .keyPrefix("g"))
        // The number is for the command at the chord's end, and goes with a chord that means nothing.
        #expect(state.keys.count == 5 && state.keys.prefix == "g")
        _ = reduce(&state, .keyPrefix(nil))
        #expect(state.keys.count == nil && state.keys.prefix == nil)
    }

    @Test func theOtherListsAreOneKeyAway() {
        var state = WorklistState(entries: [entry("one"), entry("two")])
        _ = reduce(&state, .move(1))
        #expect(reduce(&state, .show(.corrections)) == [.reload])
        #expect(state.page == .corrections && state.selected == 0)
        #expect(reduce(&state, .open).isEmpty)
        state.lists[.corrections] = [ListLine(["two"], caseID: CaseID(rawValue: "id-two"))]
        #expect(reduce(&state, .open) == [.open(CaseID(rawValue: "id-two"))])
        // Leaving goes back to the cases first.
        #expect(reduce(&state, .quit) == [.reload] && state.page == .cases)
        #expect(reduce(&state, .quit) == [.quit])
    }

    @Test func commandsAreTypedAndCompleted() throws {
        var state = WorklistState(entries: [entry("one", reviewer: "ana")], reviewer: "me")
        for action in [WorklistAction.openPrompt, .type("so"), .complete(backwards: false), .type("st")] {
            _ = reduce(&state, action)
        }
        #expect(state.mode == .command("sort st"))
        #expect(state.completions.map(\.label) == ["status", "structures"])
        _ = reduce(&state, .type("a"))
        _ = reduce(&state, .complete(backwards: false))
        #expect(reduce(&state, .confirm) == [.rememberCommand("sort status")])
        #expect(state.column == .status)
        _ = reduce(&state, .openPrompt)
        _ = reduce(&state, .type("assign "))
        #expect(state.completions.map(\.label) == ["me", "ana", "nobody"])
        _ = reduce(&state, .deleteWord(all: true))
        _ = reduce(&state, .type("fly"))
        #expect(reduce(&state, .confirm) == [.rememberCommand("fly")])
        #expect(state.message?.text == "no command fly; ? lists the commands")
    }

    @Test func everyListCommandHasANameOfItsOwnAndASummary() {
        let names = WorklistCommands.table.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(WorklistCommands.table.all.allSatisfy { !$0.summary.isEmpty && !$0.summary.hasSuffix(".") })
    }
}
