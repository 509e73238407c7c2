import Cases
import Commands
import Editing
import Review
import TestSupport
import Testing
import Volumes

@Suite struct StructureListTests {
    private static let ptv = StructureName(rawValue: "PTV")
    private static let target = StructureName(rawValue: "PTV_60")

    @discardableResult
    private func run(
        _ state: inout ReviewState, _ line: String, _ effects: EffectNames...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [ReviewEffect] {
        let found = reduce(&state, try ReviewCommands.table.action(for: line))
        found.expect(effects, sourceLocation)
        return found
    }

    /// A case with an added structure that has one voxel.
    private func drawn() throws -> ReviewState {
        var state = try Fixture.state()
        setUp(&state, .structures(.add("PTV", nil)))
        setUp(&state, .introduced(Self.ptv, tolerance: 3))
        setUp(&state, .dab(tool: .brush, x: 4, y: 1, z: 2))
        return state
    }

    private func names(_ state: ReviewState) -> [String] { state.structures.map(\.name.rawValue) }

    private func journalled(_ effects: [ReviewEffect]) -> [JournalEntry] {
        effects.flatMap { effect -> [JournalEntry] in
            switch effect {
            case .journal(let entry, _): [entry]
            case .journalTogether(let entries, _): entries
            default: []
            }
        }
    }

    private func listing(_ effects: [ReviewEffect]) -> StructureListing? {
        for case .keepStructures(let listing) in effects { return listing }
        return nil
    }

    @Test(
        arguments: [
            ("add PTV", .add("PTV", nil)),
            ("add PTV #00ff80", .add("PTV", StructureColour(red: 0, green: 255, blue: 128))),
            ("add \"Left Lung\"", .add("Left Lung", nil)), ("delete", .delete(nil)), ("delete PTV", .delete(ptv)),
            ("rename PTV_60", .rename(nil, to: "PTV_60")), ("rename PTV PTV_60", .rename(ptv, to: "PTV_60")),
            ("colour green", .colour(nil, StructureColour(red: 0x33, green: 0xcc, blue: 0x55))),
            ("colour PTV default", .colour(ptv, nil)), ("move-structure up", .move(.up)),
            ("move-structure last", .move(.last)),
        ] as [(String, StructureAction)])
    func commandsMeanWhatTheySay(line: String, action: StructureAction) throws {
        #expect(try ReviewCommands.table.action(for: line) == .structures(action))
    }

    @Test(arguments: [
        "add", "add a b c", "add PTV bluish", "delete a b", "rename", "rename a b c", "colour", "colour bluish",
        "move-structure", "move-structure left",
    ]) func nonsenseIsRefused(line: String) {
        #expect(throws: CommandError.self) { try ReviewCommands.table.action(for: line) }
    }

    @Test func whatIsAddedIsEmptyAndInHand() throws {
        var state = try Fixture.state()
        let effects = try run(&state, "add PTV #00ff80", "keepStructures", "introduce")
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV"] && state.active?.name == Self.ptv)
        let colour = StructureColour(red: 0, green: 255, blue: 128)
        #expect(
            listing(effects)
                == StructureListing([
                    .init(name: .lungLeft), .init(name: .lungRight),
                    .init(name: Self.ptv, isAdded: true, colour: colour),
                ]))
        #expect(state.structures[2].mask.isEmpty && state.structures[2].isAdded && state.structures[2].colour == colour)
        #expect(
            state.message?.text
                == "PTV added, empty · nothing was proposed for it, so it has no score and its slices no red")
        // Its tolerance is the settings' business.
        let measured = reduce(&state, .introduced(Self.ptv, tolerance: 3))
        #expect(measured == [.measureAll(Self.ptv, mask: state.structures[2].mask, tolerance: 3, edit: 0)])
        #expect(state.structures[2].tolerance == 3)
        // It is drawn on like any other.
        send(&state, .dab(tool: .brush, x: 4, y: 1, z: 2), .step)
        #expect(state.structures[2].mask.count == 1)
    }

    @Test func theCatalogueKnowsItByAnyOfItsNames() throws {
        var state = try Fixture.state()
        try run(&state, "add \"Spinal Cord\"", "keepStructures", "introduce")
        #expect(
            state.active?.name == .spinalCord && state.message?.text.hasPrefix("SpinalCord (Spinal Cord) added") == true
        )
        #expect(try run(&state, "add \"left lung\"") == [])
        #expect(state.message == StatusMessage("Lung_L is there already", kind: .warning))
        let words = state.completions(for: "add H").map(\.line)
        #expect(words.contains("add Heart"))
        #expect(!state.completions(for: "add Lung_").contains { $0.line == "add Lung_L" })
    }

    @Test(arguments: [
        ("ptv", "ptv is too much like PTV, which is there already"),
        ("P_T-V", "P_T-V is too much like PTV, which is there already"),
        (
            "a/b",
            "“a/b” is no name: begin with a letter, a digit, _ or ~, and use letters, digits, _ - + ~ ^ and . alone"
        ),
        (".a", "“.a” is no name: begin with a letter, a digit, _ or ~, and use letters, digits, _ - + ~ ^ and . alone"),
        (
            "Lésion",
            "“Lésion” is no name: begin with a letter, a digit, _ or ~, and use letters, digits, _ - + ~ ^ and . alone"
        ),
        ("50", "“50” reads as a length in millimetres; choose another name"),
        ("5mm", "“5mm” reads as a length in millimetres; choose another name"),
        ("2.5", "“2.5” reads as a length in millimetres; choose another name"),
        ("next", "“next” is a word of commands; choose another name"),
        ("5-8", "“5-8” is a word of commands; choose another name"),
        ("__", "a name has 1 to 64 letters and digits"),
        (String(repeating: "a", count: 65), "a name has 1 to 64 letters and digits"),
    ]) func namesThatWouldBeMixedUpAreRefused(text: String, message: String) throws {
        var state = try Fixture.state()
        setUp(&state, .structures(.add("PTV", nil)))
        send(&state, .structures(.add(text, nil)))
        #expect(state.message == StatusMessage(message, kind: .warning))
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV"])
    }

    /// What is newest is taken back first, be it an edit or a change of the list.
    @Test func undoTakesBackWhatWasDoneLast() throws {
        var state = try drawn()
        setUp(&state, .structures(.move(.first)))
        #expect(names(state) == ["PTV", "Lung_L", "Lung_R"] && state.nextUndo == .list("move PTV"))
        #expect(state.nextUndo?.text == "takes back: move PTV")
        send(&state, .undo, "keepStructures")
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV"] && state.message?.text == "took back: move PTV")
        send(&state, .undo, .step)
        #expect(state.structures[2].mask.isEmpty && state.nextUndo == .list("add PTV"))
        send(&state, .undo, "keepStructures")
        #expect(names(state) == ["Lung_L", "Lung_R"] && state.active?.name == .lungLeft && state.nextUndo == nil)
        // The edit can be done again, and its structure comes back for it.
        send(&state, .redo, "introduce", .step, "keepStructures")
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV"] && state.structures[2].mask.count == 1)
    }

    @Test func aTemplateAddsWhatIsNotThere() throws {
        var state = try Fixture.state()
        let effects = try run(
            &state, "template thorax", "keepStructures", "introduce", "introduce", "introduce", "introduce")
        #expect(names(state) == ["Lung_L", "Lung_R", "Heart", "Esophagus", "SpinalCord", "Trachea"])
        #expect(listing(effects)?.added.count == 4 && state.active?.name == .heart)
        #expect(state.message?.text == "added Heart, Esophagus, SpinalCord, Trachea, all empty")
        #expect(try run(&state, "template thorax") == [])
        #expect(state.message?.text == "all structures of thorax are there already")
        send(&state, .undo, "keepStructures")
        #expect(names(state) == ["Lung_L", "Lung_R"])
        #expect(try run(&state, "template chest") == [])
        #expect(
            state.message?.text == "no template chest; there are: abdomen, breast, head-neck, pelvis, thorax")
        #expect(state.completions(for: "template t").map(\.line) == ["template thorax"])
    }

    @Test func deletingIsAStepThatBringsItBack() throws {
        var state = try drawn()
        setUp(&state, .selectStructure(.lungRight))
        let effects = try run(&state, "delete PTV", .step, "keepStructures")
        #expect(names(state) == ["Lung_L", "Lung_R"] && state.active?.name == .lungRight)
        #expect(journalled(effects).map(\.name) == ["delete"] && journalled(effects).map(\.structure) == [Self.ptv])
        #expect(listing(effects)?.added.isEmpty == true)
        #expect(state.message?.text == "deleted PTV; u brings it back")
        let back = send(&state, .undo, "introduce", .step, "keepStructures")
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV"] && state.structures[2].mask.count == 1)
        #expect(listing(back)?.added == [Self.ptv])
        send(&state, .redo, .step, "keepStructures")
        #expect(names(state) == ["Lung_L", "Lung_R"])
    }

    @Test func whatIsNotUndoneBringsNothingBack() throws {
        var state = try drawn()
        setUp(&state, .structures(.rename(nil, to: "PTV_60")))
        setUp(&state, .toggleLock(Self.target))
        send(&state, .undo)
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV_60"])
        #expect(state.message?.text == "PTV_60 is locked, so rename stays as it is")
    }

    @Test func whatWasAddedIsTakenBackBehindItsDeletion() throws {
        var state = try drawn()
        setUp(&state, .structures(.delete(nil)))
        setUp(&state, .undo)
        setUp(&state, .undo)
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV"] && state.nextUndo == .list("add PTV"))
        send(&state, .undo, "keepStructures")
        #expect(names(state) == ["Lung_L", "Lung_R"] && state.nextUndo == nil)
    }

    /// Outside of a structure that is gone is everywhere.
    @Test func whatIsGoneLimitsNothingUnasked() throws {
        var state = try Fixture.state()
        setUp(&state, .structures(.add("PTV", nil)))
        setUp(&state, .limitOutside(Self.ptv))
        send(&state, .undo, "keepStructures")
        for edit in [ReviewAction.dab(tool: .brush, x: 4, y: 3, z: 2), .region(.margin(1, .slice))] {
            send(&state, edit)
            #expect(
                state.message?.text == "edits are limited to the outside of PTV, which is gone; :limit off first")
        }
        setUp(&state, .liftLimits)
        send(&state, .dab(tool: .brush, x: 4, y: 3, z: 2), .step)
    }

    @Test func whatComesBackHasItsPlaceAndItsColour() throws {
        var state = try drawn()
        setUp(&state, .structures(.colour(nil, StructureColour("blue"))))
        setUp(&state, .structures(.move(.first)))
        setUp(&state, .selectStructure(.lungRight))
        setUp(&state, .structures(.delete(Self.ptv)))
        setUp(&state, .undo)
        #expect(names(state) == ["PTV", "Lung_L", "Lung_R"] && state.active?.name == .lungRight)
        #expect(state.structures[0].colour == StructureColour("blue"))
        // One that is added under the same name is another.
        setUp(&state, .redo)
        setUp(&state, .structures(.add("PTV", nil)))
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV"] && state.structures[2].colour == nil)
    }

    @Test func anEmptyOneIsDeletedWithoutAStep() throws {
        var state = try Fixture.state()
        setUp(&state, .structures(.add("PTV", nil)))
        try run(&state, "delete", "keepStructures")
        #expect(names(state) == ["Lung_L", "Lung_R"] && state.active?.name == .lungRight)
        send(&state, .undo, "keepStructures")
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV"] && state.active?.name == Self.ptv)
    }

    @Test func whatWasProposedKeepsItsPlaceAndName() throws {
        var state = try drawn()
        for (line, what) in [("delete Lung_L", "deleted"), ("rename Lung_L Lung_X", "renamed")] {
            #expect(try run(&state, line) == [])
            #expect(
                state.message?.text
                    == "Lung_L was proposed and keeps its place: only structures that were added can be \(what); :show hides it"
            )
        }
        setUp(&state, .toggleLock(Self.ptv))
        #expect(try run(&state, "delete PTV") == [])
        #expect(state.message?.text == "PTV is locked; \"lock\" unlocks it")
        setUp(&state, .toggleLock(Self.ptv))
        setUp(&state, .limitInside(Self.ptv))
        #expect(try run(&state, "rename PTV PTV_60") == [])
        #expect(state.message?.text == "edits are limited by PTV; :limit off first")
        #expect(try run(&state, "delete Heart") == [])
        #expect(state.message?.text == "no structure Heart; there are: Lung_L, Lung_R, PTV")
    }

    /// The voxels of one are the other's, in one edit of both, so that the journal needs no other word for it.
    @Test func renamingIsAnEditOfBoth() throws {
        var state = try drawn()
        setUp(&state, .structures(.colour(nil, StructureColour("blue"))))
        let mask = state.structures[2].mask
        let effects = try run(
            &state, "rename PTV_60", "progressWithStep", "journalTogether", "measure", "mark", "measure", "mark",
            "keepStructures", "introduce")
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV_60"] && state.active?.name == Self.target)
        #expect(state.structures[2].mask == mask && state.structures[2].colour == StructureColour("blue"))
        #expect(journalled(effects).map(\.structure) == [Self.target, Self.ptv])
        #expect(journalled(effects).map(\.part) == [EditPart(1, of: 2), EditPart(2, of: 2)])
        #expect(state.message?.text == "PTV is PTV_60 now")
        setUp(&state, .undo)
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV"] && state.structures[2].mask == mask)
        setUp(&state, .redo)
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV_60"] && state.structures[2].mask == mask)
        // An empty one has nothing to be journalled.
        setUp(&state, .structures(.add("GTV", nil)))
        try run(&state, "rename GTV_1", "keepStructures", "introduce")
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV_60", "GTV_1"] && state.nextUndo == .list("rename GTV"))
        send(&state, .undo, "keepStructures")
        #expect(names(state) == ["Lung_L", "Lung_R", "PTV_60", "GTV"])
        #expect(try run(&state, "rename PTV_60") == [])
        #expect(state.message?.text == "PTV_60 is there already")
    }

    @Test func orderAndColourAreOfAnyStructure() throws {
        var state = try Fixture.state()
        try run(&state, "move-structure down", "keepStructures")
        #expect(names(state) == ["Lung_R", "Lung_L"] && state.active?.name == .lungLeft)
        #expect(try run(&state, "move-structure last") == [])
        #expect(state.message?.text == "Lung_L is the last already")
        let effects = try run(&state, "colour Lung_R #102030", "keepStructures")
        #expect(
            listing(effects)
                == StructureListing([
                    .init(name: .lungRight, colour: StructureColour(red: 0x10, green: 0x20, blue: 0x30)),
                    .init(name: .lungLeft),
                ]))
        send(&state, .undo, "keepStructures")
        #expect(state.structures[0].colour == nil && state.message?.text == "took back: colour Lung_R")
        send(&state, .undo, "keepStructures")
        #expect(names(state) == ["Lung_L", "Lung_R"])
    }

    /// There is nothing to agree with, so there is no score, and no slice that disagrees.
    @Test func itHasNoScoreAndNoRed() throws {
        var state = try drawn()
        let score = StructureScore(edit: 1, surfaceDice: 0, slices: [nil, nil, 0, nil, nil])
        setUp(&state, .scored(Self.ptv, score))
        #expect(
            state.structures[2].score == StructureScore(edit: 1, surfaceDice: nil, slices: [nil, nil, nil, nil, nil]))
        #expect(state.disagreement(on: 2) == nil)
        let marks = BoundaryMarks(z: 2, edit: 1, voxels: state.structures[2].mask.slices[2])
        setUp(&state, .marked(Self.ptv, marks))
        setUp(&state, .markedVolume(Self.ptv, BoundaryVolume(edit: 1, voxels: state.structures[2].mask)))
        #expect(state.structures[2].beyondTolerance == nil && state.structures[2].beyondToleranceVolume == nil)
    }

    /// An empty one that was added says nothing, a drawn one is filed without a prediction, and what was drawn of it does
    /// not mean that somebody has looked at the lungs there.
    @Test func whatIsFiledTeachesNobodyWhatWasNotSaid() throws {
        var state = try drawn()
        setUp(&state, .structures(.add("Heart", nil)))
        #expect(state.concerns.contains("Heart was added and is empty: it is not filed"))
        let effects = send(&state, .acceptNoting(comment: "", asks: false), "file")
        guard case .file(let request)? = effects.first else { return }
        #expect(Set(request.masks.keys) == [.lungLeft, .lungRight, Self.ptv])
        #expect(Set(request.predictions.keys) == [.lungLeft, .lungRight])
        #expect(request.status == .corrected && request.slicesTouched == [])
    }

    @Test func nothingIsAddedToAReviewThatIsFiledOrReadOnly() throws {
        var state = try Fixture.state()
        setUp(&state, .filed(.accepted, revision: 1))
        #expect(try run(&state, "add PTV") == [])
        #expect(state.message?.text == "this review is filed; :reopen continues it")
        #expect(names(state) == ["Lung_L", "Lung_R"])
    }

    /// What is being worked out for a structure that is gone is nobody's.
    @Test func whatIsWorkedOutForOneThatIsGoneIsDropped() throws {
        var state = try drawn()
        let effects = send(&state, .region(.margin(2, .volume)), "workOut")
        guard case .workOut(let id, let task)? = effects.first else { return }
        try run(&state, "delete PTV", .step, "stopWork", "keepStructures")
        setUp(&state, .worked(.done(id: id, try task.perform())))
        #expect(names(state) == ["Lung_L", "Lung_R"])
        let masks = [try Fixture.square(5..<7), try Fixture.square(1..<3)]
        #expect(state.structures.map(\.mask) == masks)
    }
}
