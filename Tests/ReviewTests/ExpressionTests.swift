import Cases
import Commands
import Editing
import Review
import TestSupport
import Testing
import Volumes

@Suite struct ExpressionTests {
    /// What a line sets a structure to, every part in brackets.
    private func parsed(_ line: String) throws -> (name: String, text: String, reach: RegionReach) {
        let action = try ReviewCommands.table.action(for: line)
        guard case .region(.set(let name, let expression, let reach)) = action else {
            throw CommandError("another action")
        }
        return (name.rawValue, expression.description, reach)
    }

    @Test(arguments: [
        ("PTV = GTV", "GTV"), ("PTV = GTV + 5mm", "GTV + 5mm"), ("PTV=GTV +5", "GTV + 5mm"),
        ("PTV = GTV + 5 mm - 2mm", "(GTV + 5mm) − 2mm"),
        ("PTV = GTV + 5mm - SpinalCord + 3mm", "(GTV + 5mm) − (SpinalCord + 3mm)"),
        ("PTV = (GTV - SpinalCord) + 3mm", "(GTV − SpinalCord) + 3mm"),
        ("PTV = A + B - C", "(A + B) − C"), ("PTV = A | B + 2.5mm", "A + (B + 2.5mm)"),
        ("PTV = A + 0.125", "A + 0.125mm"), ("PTV = A + 0.004", "A + 0.004mm"), ("PTV = A + \"5mm\"", "A + \"5mm\""),
        ("PTV = A - \"B + C\"", "A − \"B + C\""), ("PTV = A - B + C", "(A − B) + C"),
        ("PTV = A & B & C", "(A & B) & C"), ("PTV = A + (B & C)", "A + (B & C)"),
        ("PTV = Lungs-GTV − \"GTV 1\"", "Lungs-GTV − \"GTV 1\""), ("PTV = (((A)))", "A"),
        ("PTV = A + (L 5mm, SI 8 mm R 2)", "A + (L 5mm, R 2mm, SI 8mm)"), ("PTV = A - (P 3)", "A − (P 3mm)"),
        ("PTV = A + (L - 5mm)", "A + (L − 5mm)"), ("PTV = A + (LRAPSI 4)", "A + 4mm"),
    ]) func thereIsOneWayToReadIt(line: String, text: String) throws {
        let found = try parsed("set \(line)")
        #expect(found.name == "PTV" && found.text == text && found.reach == .volume)
    }

    @Test(
        arguments: [
            ("slice", .slice), ("slices", .slices), ("3d", .volume), ("5-8", .range(4...7)),
        ] as [(String, RegionReach)])
    func theLastWordMayBeItsReach(word: String, reach: RegionReach) throws {
        let found = try parsed("set \"PTV 1\" = GTV + 5mm \(word)  ")
        #expect(found.name == "PTV 1" && found.text == "GTV + 5mm" && found.reach == reach)
    }

    /// A structure of a file may be called like a reach.
    @Test(arguments: ["slice", "5-8"]) func inQuotationMarksTheLastWordIsAName(word: String) throws {
        let found = try parsed("set PTV = \"\(word)\" ")
        #expect(found.name == "PTV" && found.reach == .volume)
        #expect(found.text == (word == "slice" ? "slice" : "\"5-8\""))
    }

    /// What the palette offers is read as that structure, whatever a file has called it.
    @Test(arguments: ["50", "5mm", "+5", "GTV 1", "a(b", "slice", "Lungs-GTV", "CTV+"])
    func whatIsOfferedIsReadAsIt(name: String) throws {
        var state = try Fixture.state()
        let mask = ContextMask(name: StructureName(rawValue: name), mask: try Fixture.square(0..<1))
        setUp(&state, .structuresLoaded(LoadedStructures(file: "rs.dcm", masks: [mask], isReference: false, notes: [])))
        let offered = state.completions(for: "set PTV = ").map(\.line)
        #expect(offered.count == 3 && state.structures.count == 3)
        let action = try ReviewCommands.table.action(for: try #require(offered.last))
        #expect(action == .region(.set(StructureName(rawValue: "PTV"), .leaf(mask.name), .volume)))
    }

    @Test(arguments: [
        ("PTV GTV", "at 5: expected =, not “GTV”"), ("= GTV", "at 1: expected the structure that is set, not “=”"),
        ("PTV = ", "at the end: expected a structure or a bracket"),
        ("PTV = + GTV", "at 7: expected a structure or a bracket, not “+”"),
        ("PTV = GTV +", "at the end: expected a structure or a bracket"),
        ("PTV = GTV SpinalCord", "at 11: expected +, -, |, & or the end, not “SpinalCord”"),
        ("PTV = (GTV + 5mm", "at the end: expected a sign or )"),
        ("PTV = GTV)", "at 10: expected +, -, |, & or the end, not “)”"),
        ("PTV = 5mm", "at 7: expected a structure or a bracket, not “5mm”"),
        ("PTV = GTV | 5mm", "at 13: expected a structure or a bracket, not “5mm”"),
        ("PTV = GTV + 0mm", "at 13: a margin must be more than 0 and at most 50 mm, not 0mm"),
        ("PTV = GTV + 51", "at 13: a margin must be more than 0 and at most 50 mm, not 51"),
        ("PTV = A + B & C", "at 13: & beside another sign needs brackets: A + (B & C)"),
        ("PTV = A & B - C", "at 13: & beside another sign needs brackets: A + (B & C)"),
        ("PTV = A + (L 5mm, L 3mm)", "at 19: L is there twice"),
        ("PTV = A + (L 5mm, 3mm)", "at 19: expected directions like L or SI, not “3mm”"),
        ("PTV = A + (L 5mm, S)", "at 20: expected a length like 5mm, not “)”"),
        ("PTV = A + (L 5mm", "at the end: expected )"),
        ("PTV = \"\"", "at 7: expected a structure or a bracket, not “\"\"”"),
    ]) func errorsSayWhereAndWhatWasExpected(line: String, text: String) {
        #expect(throws: CommandError(text)) { try ReviewCommands.table.action(for: "set \(line)") }
    }

    @Test func aloneItSaysHowItIsUsed() {
        #expect(
            throws: CommandError("usage: :set NAME = EXPRESSION [slice|slices|3d|FROM-TO]")
        ) { try ReviewCommands.table.action(for: "set PTV") }
        #expect(throws: CommandError("an expression has at most 200 words and signs")) {
            try ReviewCommands.table.action(for: "set A = " + String(repeating: "(", count: 200))
        }
    }

    @Test(
        arguments: [
            ("margin L 5 R 3mm", DirectionalMargin([.left: 5, .right: 3])),
            (
                "margin LRAP -5mm SI −8",
                DirectionalMargin(
                    [.left: 5, .right: 5, .anterior: 5, .posterior: 5, .superior: 8, .inferior: 8], shrinks: true)
            ),
            ("margin L 5 R 0", DirectionalMargin([.left: 5])),
        ] as [(String, DirectionalMargin)])
    func marginsByDirection(line: String, margin: DirectionalMargin) throws {
        #expect(try ReviewCommands.table.action(for: line) == .region(.directionalMargin(margin, .volume)))
        #expect(
            try ReviewCommands.table.action(for: line + " 2-3") == .region(.directionalMargin(margin, .range(1...2))))
    }

    @Test(arguments: [
        ("margin L 5 R -3", "a margin grows or shrinks; do one after the other"),
        ("margin L 51", "a margin must be −50 to 50 mm, not 51"),
    ]) func senselessMarginsAreRefused(line: String, text: String) {
        #expect(throws: CommandError(text)) { try ReviewCommands.table.action(for: line) }
    }

    @Test(arguments: ["margin L", "margin L 0", "margin X 5", "margin LL 5", "margin L 5 L 3", "margin L 5 R"])
    func nonsenseIsAnsweredWithTheUsage(line: String) {
        #expect { try ReviewCommands.table.action(for: line) } throws: { "\($0)".contains("usage: :margin") }
    }

    private func run(_ state: inout ReviewState, _ line: String) throws -> [ReviewEffect] {
        let asked = reduce(&state, try ReviewCommands.table.action(for: line))
        var found: [ReviewEffect] = []
        for case .workOut(let id, let task) in asked {
            found += reduce(&state, .worked(.done(id: id, try task.perform())))
        }
        return asked + found
    }

    /// Another structure than the one in hand is set, as one step that undo takes back.
    @Test func itIsOneStepThatSaysHowItWasRead() throws {
        var state = try Fixture.state()
        let (left, right) = (state.structures[0].mask, state.structures[1].mask)
        let wanted = try left.dilated(by: 2).subtracting(try right.dilated(by: 1))
        let effects = try run(&state, "set Lung_R = Lung_L + 2mm - Lung_R + 1mm")
        #expect(effects.names == ["workOut", "progressWithStep", "journal", "measure", "mark"])
        #expect(state.structures[1].mask == wanted && state.structures[0].mask == left && state.activeIndex == 0)
        #expect(state.history.done.map(\.name) == ["set to (Lung_L + 2mm) − (Lung_R + 1mm)"])
        #expect(state.message?.text.hasPrefix("set to (Lung_L + 2mm) − (Lung_R + 1mm) Lung_R: +") == true)
        send(&state, .undo, .step)
        #expect(state.structures[1].mask == right)
        send(&state, .redo, .step)
        #expect(state.structures[1].mask == wanted)
    }

    @Test func onASliceItIsOfThatSlice() throws {
        var state = try Fixture.state()
        let before = state.structures[0].mask
        let effects = try run(&state, "set Lung_L = Lung_L + (L 1mm) slice")
        #expect(effects.names == ["progressWithStep", "journal", "measure", "mark"])
        let rows = ["........", "........", ".....###", ".....###", "........", "........"]
        #expect(asciiRows(state.structures[0].mask.slices[2]) == rows)
        #expect(state.structures[0].mask.slices[1] == before.slices[1])
    }

    @Test func aRangeIsItsSlicesAlone() throws {
        var state = try Fixture.state()
        #expect(
            try run(&state, "set Lung_L = Lung_R 2-3").names == [
                "workOut", "progressWithStep", "journal", "measure", "mark",
            ])
        let (mask, right) = (state.structures[0].mask, state.structures[1].mask)
        #expect(mask.slices[1] == right.slices[1] && mask.slices[2] == right.slices[2])
        #expect(mask.slices[3] == (try Fixture.square(5..<7)).slices[3])
    }

    /// Locks and limits are what they are for every other edit.
    @Test func locksAndLimitsHold() throws {
        var state = try Fixture.state()
        setUp(&state, .toggleLock(.lungRight))
        #expect(try run(&state, "set Lung_R = Lung_L") == [])
        #expect(state.message?.text == "Lung_R is locked; \"lock\" unlocks it")
        #expect(try run(&state, "set Lung_L = Lung_L + Lung_R").names == ["workOut"])
        #expect(state.structures[0].mask == (try Fixture.square(5..<7)))
        setUp(&state, .toggleLock(.lungRight))
        setUp(&state, .limitRange(-100...100))
        #expect(try run(&state, "set Lung_L = Lung_L + Lung_R").names == ["workOut"])
        #expect(state.structures[0].mask == (try Fixture.square(5..<7)))
    }

    @Test(arguments: [
        ("set PTV = Lung_L", "no structure PTV; there are: Lung_L, Lung_R; :add PTV makes it one"),
        ("set Lung_L = Lung_R + Heart", "no structure Heart; there are: Lung_L, Lung_R"),
        (
            "set Lung_L = Lung_R+5mm",
            "no structure Lung_R+5mm; there are: Lung_L, Lung_R; signs between structures have spaces around them"
        ),
    ]) func whatIsNotThereIsNamed(line: String, text: String) throws {
        var state = try Fixture.state()
        #expect(try run(&state, line) == [])
        #expect(state.message == StatusMessage(text, kind: .warning))
    }

    @Test func aMarginByDirectionIsAStep() throws {
        var state = try Fixture.state()
        let effects = try run(&state, "margin L 1 P 1 slice")
        #expect(effects.names == ["progressWithStep", "journal", "measure", "mark"])
        let rows = ["........", "........", ".....###", ".....###", ".....##.", "........"]
        #expect(asciiRows(state.structures[0].mask.slices[2]) == rows)
        #expect(state.history.done.map(\.name) == ["margin +(LP 1mm)"])
        send(&state, .repeatEdit, .step)
        #expect(asciiRows(state.structures[0].mask.slices[2])[4] == ".....###")
        #expect(
            try run(&state, "margin R -1 slice").names == ["progressWithStep", "journal", "measure", "mark"])
        #expect(state.history.done.last?.name == "margin −(R 1mm)")
    }

    @Test func namesAreCompletedAnywhereInIt() throws {
        let state = try Fixture.state()
        for line in ["set L", "set Lung_L = L", "set Lung_L = Lung_R + 5mm - L"] {
            let base = line.dropLast()
            #expect(state.completions(for: line).map(\.line) == [base + "Lung_L", base + "Lung_R"])
        }
    }
}
