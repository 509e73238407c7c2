import Cases
import Commands
import Editing
import MaskChecks
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

/// A real plan has 23 structures: which one is edited is always said, and none hides another.
@Suite("Twenty-three structures on the screen")
struct ManyStructuresTests {
    private func lines(
        _ state: ReviewState, _ columns: Int, _ rows: Int, depth: ColourDepth = .indexed, cells: CellMode = .half
    ) throws -> [String] {
        ReviewScreen.render(
            state, options: try ScreenFixture.options(depth: depth, cells: cells, fallbacks: 24), columns: columns,
            rows: rows
        ).lines
    }

    private func panel(_ state: ReviewState, _ columns: Int, _ rows: Int) throws -> [String] {
        let layout = try #require(ScreenLayout(columns: columns, rows: rows))
        return try lines(state, columns, rows)[1...layout.panel.height].map { line in
            var text = Substring(line).dropFirst(layout.panel.x)
            while text.last == " " { text.removeLast() }
            return String(text)
        }
    }

    private func at(_ index: Int, _ state: ReviewState) throws -> ReviewState {
        var state = state
        for _ in 0..<index { setUp(&state, .nextStructure(backwards: false)) }
        return state
    }

    @Test("80×24: the active one first, with its score; how many are on either side")
    func compact() throws {
        let state = try ScreenFixture.many()
        let first = try lines(state, 80, 24)
        #expect(first[0].hasPrefix(" Pleura  1.2.840.1  ✎ Bone_Mandible 1/23 "))
        #expect(
            first[20] == " sDice Bone_Mandible 1.000 slice 1.000   BrachialPlex_L 0.984                   ")
        #expect(
            first[21] == " ●[Bone_Mandible] ● BrachialPlex_L  ›21  paint r 0.5 mm  vs prediction          ")
        let tenth = try lines(try at(9, state), 80, 24)
        #expect(tenth[0].hasPrefix(" Pleura  1.2.840.1  ✎ Glnd_Submand_L 10/23 "))
        #expect(
            tenth[20] == " sDice Glnd_Submand_L 0.859 slice 0.859   Glnd_Submand_R 0.843   Heart 0.828    ")
        #expect(
            tenth[21] == " 8‹ ● Eye_R  ●[Glnd_Submand_L] ›13  paint r 0.5 mm  vs prediction               ")
        let last = try lines(try at(22, state), 80, 24)
        #expect(last[0].hasPrefix(" Pleura  1.2.840.1  ✎ SpinalCord_PRV05 23/23 "))
        #expect(
            last[21] == " 21‹ ● Parotid_R  ●[SpinalCord_PRV05]  paint r 0.5 mm  vs prediction            ")
    }

    @Test("120×40: the panel scrolls so that the active one is in view")
    func medium() throws {
        let state = try ScreenFixture.many()
        let list = try panel(try at(11, state), 120, 40)
        #expect(
            Array(list.prefix(19)) == [
                " ─ surface Dice at 2 mm ────────────",
                "      structure   score edit  slice",
                "    ↑ 6 more above",
                "    ● Esophagus   0.906       0.906",
                "    ● Eye_L       0.890       0.890",
                "    ● Eye_R       0.875       0.875",
                "    ● Glnd_Sub…_L 0.859       0.859",
                "    ● Glnd_Sub…_R 0.843       0.843",
                "  › ● Heart       0.828       0.828",
                "    ● Larynx      0.812       0.812",
                "    ● Lens_L      0.796       0.796",
                "    ● Lens_R      0.781       0.781",
                "    ● Lung_L      0.765       0.765",
                "    ● Lung_R      0.750       0.750",
                "    ↓ 6 more below",
                "",
                "  editing Heart 12/23",
                "  0.1 ml",
                "  against prediction",
            ])
    }

    @Test("200×60: all of them at once")
    func large() throws {
        let list = try panel(try at(22, try ScreenFixture.many()), 200, 60)
        #expect(
            Array(list.prefix(29)) == [
                " ─ surface Dice at 2 mm ────────────",
                "      structure   score edit  slice",
                "    ● Bone_Ma…ble 1.000       1.000",
                "    ● Brachial…_L 0.984       0.984",
                "    ● Brachial…_R 0.968       0.968",
                "    ● Brainstem   0.953       0.953",
                "    ● Cochlea_L   0.937       0.937",
                "    ● Cochlea_R   0.921       0.921",
                "    ● Esophagus   0.906       0.906",
                "    ● Eye_L       0.890       0.890",
                "    ● Eye_R       0.875       0.875",
                "    ● Glnd_Sub…_L 0.859       0.859",
                "    ● Glnd_Sub…_R 0.843       0.843",
                "    ● Heart       0.828       0.828",
                "    ● Larynx      0.812       0.812",
                "    ● Lens_L      0.796       0.796",
                "    ● Lens_R      0.781       0.781",
                "    ● Lung_L      0.765       0.765",
                "    ● Lung_R      0.750       0.750",
                "    ● OpticChiasm 0.734       0.734",
                "    ● OpticNrv_L  0.718       0.718",
                "    ● OpticNrv_R  0.703       0.703",
                "    ● Parotid_L   0.687       0.687",
                "    ● Parotid_R   0.671       0.671",
                "  › ● Spin…_PRV05 0.656       0.656",
                "",
                "  editing SpinalCord_PRV05 23/23",
                "  0.1 ml",
                "  against prediction",
            ])
    }

    @Test(
        "whichever is active, every layout names it and its score",
        arguments: [(80, 24), (60, 20), (110, 30), (120, 40), (200, 60)])
    func everyOne(columns: Int, rows: Int) throws {
        var state = try ScreenFixture.many()
        for _ in state.structures.indices {
            setUp(&state, .nextStructure(backwards: true))
            let active = try #require(state.active)
            let lines = try lines(state, columns, rows)
            #expect(lines[0].contains("✎ \(active.name) \(state.activeIndex + 1)/23"), "\(lines[0])")
            let thousandths = (64 - state.activeIndex) * 1000 / 64
            let score = thousandths == 1000 ? "1.000" : "0.\(thousandths)"
            #expect(lines.contains { $0.contains(score) })
            #expect(lines.contains { $0.contains("[\(active.name)]") || $0.contains("› ● ") })
            #expect(lines.allSatisfy { $0.columns == columns })
        }
    }

    @Test("colours do not repeat, in the image and in the lists alike", arguments: [ColourDepth.direct, .indexed])
    func colours(depth: ColourDepth) throws {
        let state = try ScreenFixture.many()
        let options = try ScreenFixture.options(depth: depth, fallbacks: 24)
        let grid = ReviewScreen.render(state, options: options, columns: 200, rows: 60)
        let layout = try #require(ScreenLayout(columns: 200, rows: 60))
        var marks: [Colour] = []
        for y in 0..<60 where grid[layout.panel.x + 4, y].glyph == "●" {
            marks.append(grid[layout.panel.x + 4, y].style.foreground)
        }
        #expect(marks.count == 23 && Set(marks).count == 23)
        #expect(Set(marks) == Set(options.theme.colours(ofStructures: ScreenFixture.plan)))
    }

    @Test("with eight colours letters tell apart what colours cannot, in the lists and along the outlines")
    func letters() throws {
        let state = try ScreenFixture.many()
        let grid = ReviewScreen.render(
            state, options: try ScreenFixture.options(depth: .eight, fallbacks: 24), columns: 200, rows: 60)
        let layout = try #require(ScreenLayout(columns: 200, rows: 60))
        var marks: [Unicode.Scalar] = []
        for y in 3...25 { marks.append(grid[layout.panel.x + 4, y].glyph) }
        #expect(Set(marks).count == 23 && marks.allSatisfy { $0.properties.isAlphabetic })
        // The active one's is large.
        #expect(marks[0].properties.isUppercase && !marks[1].properties.isUppercase)
        let small = ReviewScreen.render(
            state, options: try ScreenFixture.options(depth: .eight, fallbacks: 24), columns: 80, rows: 24)
        var seen = Set<Unicode.Scalar>()
        for y in 1...18 {
            for x in 0..<80 where small[x, y].style.attributes == .bold { seen.insert(small[x, y].glyph) }
        }
        #expect(seen.isSuperset(of: marks))
        // Two lungs need none: their colours differ.
        let plain = ReviewScreen.render(
            try ScreenFixture.state(), options: try ScreenFixture.options(depth: .eight), columns: 80, rows: 24)
        #expect(plain.lines[21].contains("●[Lung_L]"))
        let lungs = [plain[50, 7], plain[20, 7]].map { ColourReducer.eight($0.style.foreground) }
        #expect(Set(lungs).count == 2 && Set(lungs).isDisjoint(with: [0, 1, 3, 4, 7]))
    }

    @Test("completion shows where Tab is in a long list, and finds names by any part of them")
    func completion() throws {
        var state = try ScreenFixture.many()
        func typed() throws -> String { try lines(state, 80, 24)[22] }
        setUp(&state, .openPrompt(.command))
        setUp(&state, .type("structure "))
        for _ in 0..<12 { setUp(&state, .complete(backwards: false)) }
        #expect(try typed().hasPrefix(" :structure Heart█"))
        let list = try lines(state, 80, 24)
        #expect(list.contains { $0.contains("… 7 before") } && list.contains { $0.contains("… 11 more") })
        #expect(list.contains { $0.contains(" Heart ") } && list.contains { $0.contains(" Glnd_Submand_R ") })
        setUp(&state, .deleteWord(all: false))
        setUp(&state, .type("submand"))
        setUp(&state, .complete(backwards: false))
        #expect(try typed().hasPrefix(" :structure Glnd_Submand_█"))
        setUp(&state, .complete(backwards: false))
        #expect(try typed().hasPrefix(" :structure Glnd_Submand_L█"))
        setUp(&state, .confirm)
        #expect(state.active?.name.rawValue == "Glnd_Submand_L")
    }

    @Test("the list of warnings keeps long names apart and its columns straight")
    func warnings() throws {
        var state = try ScreenFixture.many()
        for structure in state.structures {
            let report = SanityReport(edit: 0, warnings: [SanityWarning(.skippedSlices(1), slice: 2)])
            setUp(&state, .checked(structure.name, report))
        }
        setUp(&state, .showWarnings)
        for _ in 0..<10 { setUp(&state, .scrollHelp(1)) }
        let found = try lines(state, 80, 24)
        #expect(found.contains { $0.contains("23 warnings") })
        #expect(found.contains { $0.contains("› Glnd_Submand_R   1 slice skipped  slice 3") })
        let columns = found.compactMap { line in
            line.range(of: "1 slice skipped").map { String(line[..<$0.lowerBound]).columns }
        }
        #expect(columns.count > 8 && Set(columns).count == 1)
        // Where there is no panel their number is said.
        setUp(&state, .cancel)
        #expect(try lines(state, 80, 24)[21].hasSuffix(" !23 "))
    }

    @Test("the longest that is said beside the active structure has room on 80 columns")
    func room() throws {
        var state = try ScreenFixture.many(
            title: "a very long title of a case, with a site and a series description, Arterial phase 2")
        setUp(&state, .limitRange(-1000...(-300)))
        setUp(&state, .show(StatusMessage("")))
        for structure in state.structures {
            let report = SanityReport(edit: 0, warnings: [SanityWarning(.skippedSlices(1), slice: 2)])
            setUp(&state, .checked(structure.name, report))
        }
        let found = try lines(try at(22, state), 80, 24)
        #expect(found[0].contains("✎ SpinalCord_PRV05 23/23") && found[0].hasSuffix("baseline-threshold   ● saved "))
        #expect(found[0].contains(" a very long… 2  ✎"))
        #expect(found[21].contains("[SpinalCord_PRV05]") && found[21].contains("vs prediction"))
        #expect(found[21].contains("  limited  ") && found[21].hasSuffix(" !23 "))
    }

    @Test("a question with a long concern is whole on 80 columns")
    func questions() throws {
        var state = try ScreenFixture.many()
        let concern =
            "Glnd_Submand_L and Brachial plexus overlap by 12.3 ml although they exclude one another, on slice 3"
        setUp(&state, .accept)
        state.mode = .question(.accept([concern], comment: ""))
        setUp(&state, .questionShown)
        let found = try lines(state, 80, 24)
        let words = found.joined(separator: " ").split(separator: " ").map(String.init)
        for word in concern.split(separator: " ") { #expect(words.contains(String(word)), "\(word)") }
        #expect(found.allSatisfy { $0.columns == 80 })
    }
}
