import Testing

@testable import Commands

/// What all command lines, lists and counts share.
@Suite struct LineAndListTests {
    // MARK: The line that is typed

    private func line(
        _ text: String, _ edits: LineEdit..., isCommand: Bool = true, history: [String] = []
    ) -> LineEditor {
        var line = LineEditor(text, PaletteState(history: history))
        for edit in edits {
            line.apply(
                edit, isCommand: isCommand,
                completions: [
                    Completion(line: "sort ", label: "sort [COLUMN]", summary: "sort"),
                    Completion(line: "sort status", label: "status", summary: "sort"),
                ])
        }
        return line
    }

    @Test func aLineIsChangedAtItsEnd() {
        #expect(line("so", .type("rt")).text == "sort")
        #expect(line("sort", .type("\na\tb\u{7}")).text == "sort a b")
        #expect(line("sort", .deleteBackwards).text == "sor")
        #expect(line("sort by status ", .deleteWord(all: false)).text == "sort by ")
        #expect(line("sort by status ", .deleteWord(all: true)).text == "")
        #expect(line(String(repeating: "a", count: 399), .type("bcd")).text == String(repeating: "a", count: 399) + "b")
    }

    @Test func onlyACharacterTakenOffAnEmptyLineLeavesIt() {
        #expect(line("", .deleteBackwards).isLeft)
        #expect(!line("a", .deleteBackwards).isLeft)
        #expect(!line("", .deleteWord(all: true)).isLeft)
    }

    @Test func onlyCommandsHaveAHistoryAndCompletions() {
        let history = ["goto 4", "sort status"]
        #expect(line("", .recall(older: true), history: history).text == "sort status")
        #expect(line("", .recall(older: true), .recall(older: true), history: history).text == "goto 4")
        #expect(line("so", .complete(backwards: false)).text == "sort ")
        #expect(line("", .recall(older: true), isCommand: false, history: history).text == "")
        #expect(line("so", .complete(backwards: false), isCommand: false).text == "so")
    }

    @Test func whatMayNameAPatientIsRunAndNotKept() {
        var palette = PaletteState()
        let plain = palette.submit("  sort status ")
        #expect(plain?.line == "sort status" && plain?.isKept == true)
        let free = palette.submit("filter Meier")
        #expect(free?.line == "filter Meier" && free?.isKept == false)
        let nothing = palette.submit("   ")
        #expect(nothing == nil)
        #expect(palette.history == ["sort status", "filter Meier"])
    }

    // MARK: The chosen row

    @Test(arguments: [
        (ListMove.lines(3), 7), (.lines(-9), 0), (.pages(1), 14), (.pages(-1), 0), (.pages(9), 24),
        (.toEnd(last: true), 24), (.toEnd(last: false), 0), (.to(11), 11), (.to(99), 24), (.to(-1), 0),
    ])
    func aRowIsChosenWithinTheList(move: ListMove, row: Int) {
        #expect(ListCursor(4, of: 25).moved(move).selected == row)
        #expect(ListCursor(4, of: 0).moved(move).selected == 0)
    }

    @Test func aNumberRepeatsAMoveOrNamesARow() {
        #expect(ListMove.lines(-1).times(7) == .lines(-7))
        #expect(ListMove.pages(1).times(99_999) == .pages(99_999))
        #expect(ListMove.toEnd(last: true).times(12) == .to(11))
        #expect(ListMove.to(3).times(12) == .to(3))
    }

    @Test func theHelpOpensOnItsFirstPage() {
        #expect(HelpScroll.moved(0, by: 10) == 1)
        #expect(HelpScroll.moved(0, by: -1) == 0)
        #expect(HelpScroll.moved(1, by: 10) == 11)
        #expect(HelpScroll.moved(4, by: -10) == 0)
    }

    // MARK: Keys

    @Test func digitsMakeANumberAndFirstKeysLeaveItToTheLast() {
        var keys = PendingKeys()
        keys.add(0)
        #expect(keys.count == nil)
        for digit in [1, 0, 5] { keys.add(digit) }
        #expect(keys.count == 105)
        keys.begin("g")
        #expect(keys.count == 105 && keys.chord("g") == "g g")
        keys.begin(nil)
        #expect(keys == PendingKeys() && keys.chord("g") == "g")
        for _ in 0..<30 { keys.add(9) }
        #expect(keys.count == 99_999)
    }
}
