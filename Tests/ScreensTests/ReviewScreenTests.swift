import Cases
import Editing
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

@Suite struct ReviewScreenTests {
    private func render(_ state: ReviewState, _ options: RenderOptions) -> CellGrid {
        ReviewScreen.render(state, options: options, columns: 80, rows: 24)
    }

    @Test func theOutlineIsOnePixelWideAndTheInsideStaysReadable() throws {
        let grid = render(try ScreenFixture.state(), try ScreenFixture.options())
        // Voxel (x, y) is pixel (x, y): cell (x, 1 + y / 2). Lung_L covers x 50…55, y 10…15.
        let blue = Colour(red: 0, green: 0, blue: 255)
        let grey = Colour(grey: 128)
        let tinted = grey.mixed(with: blue, 0.5)
        func row(_ y: Int) -> [Cell] { (49...56).map { grid[$0, 1 + y] } }
        let plain = Cell(" ", style: CellStyle(foreground: grey, background: grey))
        let side = Cell(" ", style: CellStyle(foreground: blue, background: blue))
        let top = Cell("▀", style: CellStyle(foreground: blue, background: tinted))
        let inside = Cell(" ", style: CellStyle(foreground: tinted, background: tinted))
        let bottom = Cell("▀", style: CellStyle(foreground: tinted, background: blue))
        #expect(row(5) == [plain, side] + Array(repeating: top, count: 4) + [side, plain])
        #expect(row(6) == [plain, side] + Array(repeating: inside, count: 4) + [side, plain])
        #expect(row(7) == [plain, side] + Array(repeating: bottom, count: 4) + [side, plain])
    }

    @Test func with256ColoursThereIsNoTint() throws {
        let grid = render(try ScreenFixture.state(), try ScreenFixture.options(depth: .indexed))
        let grey = Colour(grey: 128)
        #expect(grid[52, 7] == Cell(" ", style: CellStyle(foreground: grey, background: grey)))
    }

    @Test func thePredictionShowsAsAGhostWhereTheMaskHasLeftIt() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .setBrushRadius(12))
        setUp(&state, .dab(tool: .erase, x: 52, y: 12, z: nil))
        let yellow = Colour(red: 255, green: 255, blue: 0)
        #expect(render(state, try ScreenFixture.options())[50, 7].style.background == yellow)
        setUp(&state, .toggleGhost)
        #expect(render(state, try ScreenFixture.options())[50, 7].style.background != yellow)
    }

    @Test func boundaryOutOfToleranceIsRed() throws {
        var state = try ScreenFixture.state()
        var voxels = MaskSlice(width: 80, height: 36)
        voxels[50, 12] = true
        voxels[50, 13] = true
        setUp(&state, .marked(.lungLeft, BoundaryMarks(z: 2, edit: 0, voxels: voxels)))
        let red = Colour(red: 255, green: 0, blue: 0)
        let grid = render(state, try ScreenFixture.options())
        #expect(grid[50, 7].style.background == red)
        #expect(grid[50, 6].style.background != red)
    }

    @Test func hiddenStructuresAreNotDrawn() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .toggleStructure(.lungLeft))
        let grey = Colour(grey: 128)
        let grid = render(state, try ScreenFixture.options())
        #expect(grid[50, 7].style.background == grey)
        #expect(grid[20, 7].style.background == Colour(red: 0, green: 255, blue: 0))
    }

    @Test func textSaysWhatTheClinicianNeeds() throws {
        let lines = render(try ScreenFixture.state(), try ScreenFixture.options()).lines
        #expect(lines.count == 24 && lines.allSatisfy { $0.count == 80 })
        #expect(
            lines[0].contains("1.2.840.1") && lines[0].contains("baseline-threshold") && lines[0].contains("● saved"))
        #expect(lines[1].contains(" axial 3/5  z −125.0 mm ") && lines[1].contains(" lung  W 1500 L −600 "))
        // Seen from the feet: the patient's right is on the left of the screen.
        #expect(lines[10].hasPrefix(" R") && lines[10].hasSuffix("L "))
        #expect(lines[1].contains(" A "))
        #expect(lines[22].hasPrefix(" HU −600   x 2 y 34 z 2   R 38.0 P 16.0 I 125.0 mm"))
        #expect(lines[23].hasPrefix(" j k slice  b brush"))
    }

    @Test func scoresShowNotAvailableForTwoEmptyMasksAndStaleOnesSaySo() throws {
        var state = try ScreenFixture.state()
        func score(_ edit: Int, _ value: Double?) -> StructureScore {
            StructureScore(
                edit: edit, surfaceDice: value, slices: [nil, nil, value, nil, nil])
        }
        setUp(&state, .scored(.lungLeft, score(0, 0.99996)))
        setUp(&state, .scored(.lungRight, score(0, nil)))
        let lines = render(state, try ScreenFixture.options()).lines
        // Never rounded up to a perfect score.
        #expect(lines[20].contains("Lung_L 0.999"))
        #expect(lines[20].contains("Lung_R n/a") && lines[20].contains("slice 0.999 n/a"))
        setUp(&state, .dab(tool: .brush, x: 40, y: 20, z: nil))
        #expect(render(state, try ScreenFixture.options()).lines[20].contains("Lung_L 0.999 …"))
    }

    @Test(arguments: [(110, 30), (120, 40), (200, 60), (400, 100)])
    func noScoreOfThePanelLosesADigit(columns: Int, rows: Int) throws {
        var state = try ScreenFixture.state()
        func score(_ edit: Int, _ value: Double) -> StructureScore {
            StructureScore(edit: edit, surfaceDice: value, slices: [nil, nil, 0.979, nil, nil])
        }
        func shows(_ text: String) throws -> Bool {
            ReviewScreen.render(state, options: try ScreenFixture.options(), columns: columns, rows: rows)
                .lines.contains { $0.contains(text) }
        }
        setUp(&state, .scored(.lungLeft, score(0, 1)))
        #expect(try shows("score edit  start slice"))
        #expect(try shows("Lung_L     1.000             0.979"))
        // With the change of the last edit beside it.
        setUp(&state, .dab(tool: .brush, x: 40, y: 20, z: nil))
        setUp(&state, .scored(.lungLeft, score(1, 0.987)))
        #expect(try shows("Lung_L     0.987 ▼.013 −.013 0.979"))
    }

    @Test func theStripShowsWhereTheModelWasUnsure() throws {
        var state = try ScreenFixture.state()
        let options = try ScreenFixture.options()
        let layout = try #require(ScreenLayout(columns: 80, rows: 24))
        func strip() -> [Cell] {
            let grid = ReviewScreen.render(state, options: options, columns: 80, rows: 24)
            return (0..<80).map { grid[layout.strip.x + $0, layout.strip.y] }
        }
        // Five slices on 80 columns: 16 columns each. Slice 2 is shown now.
        let plain = strip()
        #expect(plain[70].glyph == " ")
        state.uncertainty = [0, 0.05, 0.9, 0.005, 0.5]
        let unsure = strip()
        #expect(unsure[5] == plain[5])
        #expect(unsure[20].glyph == "▂" && unsure[20].style.foreground == options.theme.ghost)
        #expect(unsure[60] == plain[60])
        #expect(unsure[70].glyph == "█" && unsure[70].style.foreground == options.theme.ghost)
        // What disagrees is shown instead: half of the surface of slice 1.
        let scores: [Double?] = [nil, 0.5, 1, nil, nil]
        state.structures[0].score = StructureScore(edit: 0, surfaceDice: 0.9, slices: scores)
        #expect(strip()[20].glyph == "█" && strip()[20].style.foreground == options.theme[.stripHigh])
        #expect(strip()[70].glyph == "█")
    }

    @Test func beforeThereAreMasksNothingIsCalledChecked() throws {
        var state = ReviewState(caseID: CaseID(rawValue: "1.2.840.1"), title: "1.2.840.1")
        let grid = try GridGeometry(size: GridSize(x: 80, y: 36, z: 5), spacing: Spacing(x: 1, y: 1, z: 2.5))
        let volume = PartialVolume(Volume(geometry: grid, filledWith: -600))
        setUp(&state, .imageArrived(volume, bodyBox: grid.size.bounds))
        let lines = ReviewScreen.render(
            state, options: try ScreenFixture.options(), columns: 120, rows: 40
        ).lines
        #expect(lines.contains { $0.contains("5 of 5 not seen") } && !lines.contains { $0.contains("no warnings") })
    }

    @Test func tooSmallATerminalIsTold() throws {
        let grid = ReviewScreen.render(
            try ScreenFixture.state(), options: try ScreenFixture.options(), columns: 40, rows: 12)
        #expect(grid.lines.joined().contains("Pleura needs 60×20"))
        for (columns, rows) in [(40, 5), (1, 1), (0, 0), (10, 3)] {
            _ = ReviewScreen.render(
                try ScreenFixture.state(), options: try ScreenFixture.options(), columns: columns, rows: rows)
        }
    }

    @Test func everyModeDepthAndSizeDrawsWithoutTrouble() throws {
        var state = try ScreenFixture.state()
        for cells in CellMode.allCases {
            for depth in ColourDepth.allCases {
                for (columns, rows) in [(80, 24), (120, 40), (200, 60), (400, 100)] {
                    let layout = try #require(ScreenLayout(columns: columns, rows: rows))
                    setUp(
                        &state, .resizeView(columns: layout.image.width, rows: layout.image.height))
                    let grid = ReviewScreen.render(
                        state, options: try ScreenFixture.options(depth: depth, cells: cells), columns: columns,
                        rows: rows)
                    #expect(grid.cells.allSatisfy { $0.glyph.isOneColumnWide })
                }
            }
        }
    }

    @Test func theHelpListsEveryCommand() throws {
        var state = try ScreenFixture.state()
        setUp(&state, .toggleHelp)
        var seen = ""
        for _ in 0..<100 {
            seen += render(state, try ScreenFixture.options()).lines.joined()
            setUp(&state, .scrollHelp(10))
        }
        for command in ReviewCommands.table.all { #expect(seen.contains(":" + command.name), "\(command.name)") }
    }
}

@Suite struct OrientationTests {
    /// The same patient in a file whose columns run to the right and rows to the front, as NIfTI files often do.
    @Test func thePatientLiesTheSameWayWhicheverWayTheFileRuns() throws {
        let usual = try ScreenFixture.state()
        let grid = try #require(usual.geometry)
        let last = VoxelIndex(x: grid.size.x - 1, y: grid.size.y - 1, z: 0)
        let turned = try GridGeometry(
            size: grid.size, spacing: grid.spacing, origin: grid.point(at: last),
            direction: GridDirection(
                x: PatientVector(x: -1, y: 0, z: 0), y: PatientVector(x: 0, y: -1, z: 0),
                z: PatientVector(x: 0, y: 0, z: 1)))
        var state = ReviewState(caseID: usual.caseID, title: usual.title)
        setUp(&state, .resizeView(columns: 80, rows: 18))
        let volume = Volume(geometry: turned, filledWith: -600)
        setUp(&state, .imageArrived(PartialVolume(volume), bodyBox: turned.size.bounds))
        let structures = usual.structures.map { structure in
            let mask = Mask(geometry: turned) {
                structure.mask[VoxelIndex(x: last.x - $0.x, y: last.y - $0.y, z: $0.z)]
            }
            return StructureState(
                name: structure.name, mask: mask, prediction: mask, reference: mask, tolerance: 2)
        }
        setUp(
            &state,
            .opened(OpenedReview(model: .baseline, referenceSource: .prediction, structures: structures)))
        setUp(&state, .point(PlanePoint(x: Double(last.x - 2), y: Double(last.y - 34))))
        setUp(&state, .setBrushRadius(0.5))
        let options = try ScreenFixture.options()
        func image(_ state: ReviewState) -> [[Cell]] {
            let grid = ReviewScreen.render(state, options: options, columns: 80, rows: 24)
            return (1...18).map { y in (0..<80).map { grid[$0, y] } }
        }
        #expect(image(state) == image(usual))
        // What is right on the screen is right for the keyboard too.
        setUp(&state, .moveCursor(columns: 3, halfRows: -2))
        #expect(state.cursor == PlanePoint(x: Double(last.x - 5), y: Double(last.y - 32)))
    }
}
