import Cases
import Commands
import Editing
import Review
import Testing
import Volumes

@Suite struct LoadingStructuresTests {
    private static let (gtv, nodes) = (StructureName(rawValue: "GTV 1"), StructureName(rawValue: "CTVn"))

    private func loaded(_ names: [StructureName] = [gtv, nodes], asReference: Bool = false) throws -> LoadedStructures {
        let masks = try names.enumerated().map { i, name in
            ContextMask(name: name, mask: try Fixture.square(i..<i + 1))
        }
        return LoadedStructures(file: "rs.dcm", masks: masks, isReference: asReference, notes: [])
    }

    private func names(_ state: ReviewState) -> [String] { state.structures.map(\.name.rawValue) }

    @Test(
        arguments: [
            ("load rs.dcm", .load(path: "rs.dcm", [], asReference: false)),
            (
                "load \"my plan/rs.dcm\" \"GTV 1\" CTVn",
                .load(path: "my plan/rs.dcm", [gtv, nodes], asReference: false)
            ),
            ("load rs.dcm as reference", .load(path: "rs.dcm", [], asReference: true)),
            ("load rs.dcm CTVn as editable", .load(path: "rs.dcm", [nodes], asReference: false)),
        ] as [(String, StructureAction)])
    func commandsMeanWhatTheySay(line: String, action: StructureAction) throws {
        #expect(try ReviewCommands.table.action(for: line) == .structures(action))
    }

    @Test(arguments: ["load", "load rs.dcm as bitmap"]) func nonsenseIsRefused(line: String) {
        #expect(throws: CommandError.self) { try ReviewCommands.table.action(for: line) }
    }

    @Test func theFileIsReadElsewhere() throws {
        var state = try Fixture.state()
        let effects = send(
            &state, .structures(.load(path: "/p/rs.dcm", [Self.nodes], asReference: true)), "loadStructures")
        #expect(effects == [.loadStructures(path: "/p/rs.dcm", [Self.nodes], asReference: true)])
        #expect(state.message?.text == "reading rs.dcm…")
    }

    /// A job that loading ends is said beside what was loaded.
    @Test func whatLoadingEndsIsSaid() throws {
        var state = try Fixture.state()
        setUp(&state, .region(.margin(Millimetres(2), .volume)))
        #expect(state.region.running != nil)
        setUp(&state, .structuresLoaded(try loaded()))
        let text = try #require(state.message?.text)
        #expect(state.region.running == nil && text.hasPrefix("loaded GTV 1, CTVn of rs.dcm"), "\(text)")
        #expect(text.contains("stopped because a mask changed in the meantime"), "\(text)")
    }

    /// All of them are one edit, which undo takes out of the list as well.
    @Test func whatIsEditableIsOneEdit() throws {
        var state = try Fixture.state()
        let effects = send(
            &state, .structuresLoaded(try loaded()), "progressWithStep", "journalTogether", "measure", "mark",
            "measure",
            "mark", "keepStructures", "introduce", "introduce")
        #expect(names(state) == ["Lung_L", "Lung_R", "GTV 1", "CTVn"] && state.active?.name == .lungLeft)
        #expect(state.structures[3].mask == (try Fixture.square(1..<2)) && state.structures[3].isAdded)
        guard case .journalTogether(let entries, through: 2) = effects[1] else {
            Issue.record("\(effects[1])")
            return
        }
        #expect(entries.map(\.name) == ["load", "load"] && entries.map(\.structure) == [Self.gtv, Self.nodes])
        #expect(state.message?.text == "loaded GTV 1, CTVn of rs.dcm · Lung_L stays in hand; u takes them out again")
        setUp(&state, .undo)
        #expect(names(state) == ["Lung_L", "Lung_R"])
        setUp(&state, .redo)
        #expect(names(state) == ["Lung_L", "Lung_R", "GTV 1", "CTVn"])
        #expect(state.structures[2].mask == (try Fixture.square(0..<1)))
    }

    @Test func whatHasNoVoxelIsNamed() throws {
        var state = try Fixture.state()
        let empty = ContextMask(name: StructureName(rawValue: "CTV"), mask: Mask(geometry: try Fixture.geometry()))
        let file = LoadedStructures(
            file: "rs.dcm", masks: try loaded([Self.gtv]).masks + [empty], isReference: false, notes: [])
        send(&state, .structuresLoaded(file), .step, "keepStructures", "introduce")
        #expect(names(state) == ["Lung_L", "Lung_R", "GTV 1"] && state.message?.kind == .caution)
        #expect(
            state.message?.text
                == "loaded GTV 1 of rs.dcm · CTV has no voxel and was not loaded · Lung_L stays in hand; u takes them out again"
        )
    }

    @Test func aQuestionIsAnsweredFirst() throws {
        var state = try Fixture.state()
        setUp(&state, .askToAccept)
        guard case .question = state.mode else {
            Issue.record("\(state.mode)")
            return
        }
        send(&state, .structuresLoaded(try loaded()))
        #expect(names(state) == ["Lung_L", "Lung_R"])
        #expect(state.message?.text == "not loaded: answer the question first, then load again")
    }

    @Test func oneOfANameThatIsThereIsNotLoadedAndNoneOfTheOthers() throws {
        var state = try Fixture.state()
        send(&state, .structuresLoaded(try loaded([Self.gtv, .lungLeft])))
        #expect(
            state.message?.text == "not loaded: Lung_L is there already; name others, or load it as reference")
        send(&state, .structuresLoaded(try loaded([Self.gtv, StructureName(rawValue: "gtv_1")])))
        #expect(
            state.message?.text
                == "not loaded: gtv_1 is too much like GTV 1, which is there already; name others, or load it as reference"
        )
        send(&state, .structuresLoaded(try loaded([StructureName(rawValue: "a/b")])))
        #expect(
            state.message?.text
                == "not loaded: “a/b” cannot be a structure's name here; name others, or load it as reference")
        #expect(names(state) == ["Lung_L", "Lung_R"])
    }

    @Test func whatIsForOrientationIsNobodysToEdit() throws {
        var state = try Fixture.state()
        send(&state, .structuresLoaded(try loaded([.lungLeft, Self.nodes], asReference: true)))
        #expect(state.context.map(\.name) == [.lungLeft, Self.nodes] && names(state) == ["Lung_L", "Lung_R"])
        #expect(
            state.message?.text == "loaded Lung_L, CTVn of rs.dcm · for orientation, until the case is left")
        send(&state, .structuresLoaded(try loaded([Self.nodes], asReference: true)))
        #expect(state.message?.text == "not loaded: CTVn is shown for orientation already" && state.context.count == 2)
    }

    @Test func whatThereIsToKnowOfThemStays() throws {
        var state = try Fixture.state()
        let plain = try loaded([Self.nodes], asReference: true)
        let odd = LoadedStructures(
            file: "rs.dcm", masks: plain.masks, isReference: true, notes: ["rs.dcm: 3 contours are open."])
        send(&state, .structuresLoaded(odd))
        #expect(state.notes == ["rs.dcm: 3 contours are open."] && state.message?.kind == .caution)
        #expect(state.message?.text.hasSuffix(" · rs.dcm: 3 contours are open.") == true)
    }

    @Test func anotherGridAndAFiledReviewTakeNothingIn() throws {
        var state = try Fixture.state()
        let grid = try GridGeometry(size: GridSize(x: 8, y: 6, z: 5), spacing: Spacing(x: 1, y: 1, z: 3))
        let other = ContextMask(name: Self.gtv, mask: Mask(geometry: grid) { _ in true })
        send(&state, .structuresLoaded(LoadedStructures(file: "rs.dcm", masks: [other], isReference: true, notes: [])))
        #expect(state.message?.text == "not loaded: rs.dcm is on another grid than the image" && state.context.isEmpty)
        let empty = ContextMask(name: Self.gtv, mask: Mask(geometry: try Fixture.geometry()))
        send(&state, .structuresLoaded(LoadedStructures(file: "rs.dcm", masks: [empty], isReference: false, notes: [])))
        #expect(state.message?.text == "not loaded: rs.dcm has no voxel of them")
        setUp(&state, .filed(.accepted, revision: 1))
        send(&state, .structuresLoaded(try loaded()))
        #expect(state.message?.text == "not loaded: this review is filed; :reopen continues it")
        #expect(names(state) == ["Lung_L", "Lung_R"])
    }
}
