import Cases
import Editing
import Lists
import MaskChecks
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
import Volumes

/// Terminals without blocks, without colours, and small ones.
@Suite struct PlainScreenTests {
    private func isAscii(_ grid: CellGrid) -> Bool {
        grid.cells.allSatisfy { (0x20...0x7e).contains($0.glyph.value) }
    }

    private func warned() throws -> ReviewState {
        var state = try ScreenFixture.state()
        let warnings = [
            SanityWarning(.components(2, expected: 1, millilitres: 0.4), slice: 3), SanityWarning(.skippedSlices(2)),
        ]
        setUp(&state, .checked(.lungLeft, SanityReport(edit: 0, warnings: warnings)))
        setUp(&state, .checked(.lungRight, SanityReport(edit: 0, warnings: [])))
        return state
    }

    @Test func inAsciiEveryScreenIsAscii() throws {
        var states = [try warned()]
        for action in [
            ReviewAction.toggleHelp, .openPrompt(.command), .showWarnings, .quit, .compare(.reference),
            .dab(tool: .brush, x: 40, y: 20, z: nil), .setLayout(.three), .choosePlane(.coronal),
        ] {
            var state = try warned()
            setUp(&state, .scored(.lungLeft, StructureScore(edit: 0, surfaceDice: 0.9, slices: [])))
            setUp(&state, action)
            states.append(state)
        }
        for depth in ColourDepth.allCases {
            let options = try ScreenFixture.options(depth: depth, cells: .ascii)
            for state in states {
                for (columns, rows) in [(80, 24), (200, 60), (40, 12)] {
                    var state = state
                    if let layout = ScreenLayout(columns: columns, rows: rows) {
                        setUp(&state, .resizeView(columns: layout.image.width, rows: layout.image.height))
                    }
                    #expect(isAscii(ReviewScreen.render(state, options: options, columns: columns, rows: rows)))
                }
            }
            let entry = WorklistEntry(
                caseID: .init(rawValue: "1"), title: "case-1", status: .new, image: "512×512×133 · 0.70 mm")
            let list = WorklistScreen.render(
                WorklistState(entries: [entry]), options: options, columns: 80, rows: 24)
            #expect(isAscii(list) && list.lines.contains { $0.contains("> case-1") })
        }
    }

    @Test func withoutColoursLinesAreLettersOfTheirStructure() throws {
        let options = try ScreenFixture.options(depth: .none, cells: .ascii)
        let grid = ReviewScreen.render(try ScreenFixture.state(), options: options, columns: 80, rows: 24)
        // Lung_L covers x 50…55 and y 10…15: rows 6 to 8. The active structure's letters are large. Lung tissue at
        // half the window is a middle grey.
        #expect(grid.lines[5 + 1].dropFirst(48).prefix(10) == "++LLLLLL++")
        #expect(grid.lines[6 + 1].dropFirst(48).prefix(10) == "++L++++L++")
        #expect(grid.lines[6 + 1].dropFirst(18).prefix(10) == "++r++++r++")
        #expect(grid[50, 6].style == CellStyle(attributes: .reverse))
        #expect(grid.lines[22].contains("HU -600"))
        let large = ReviewScreen.render(try ScreenFixture.state(), options: options, columns: 200, rows: 60).lines
        #expect(
            large.contains { $0.contains("L mask   ~ prediction") } && large.contains { $0.contains("! out of tol") })
        #expect(large.contains { $0.contains("under brush: mean -600 +/- 0 HU, n 1") })
    }

    @Test func warningsAreCountedWhereThereIsNoPanelAndListedWhereThereIs() throws {
        let state = try warned()
        let options = try ScreenFixture.options()
        let small = ReviewScreen.render(state, options: options, columns: 80, rows: 24).lines
        #expect(small[21].hasSuffix(" ! 2 warnings "))
        let large = ReviewScreen.render(state, options: options, columns: 200, rows: 60).lines
        #expect(large.contains { $0.contains("! Lung_L: 2 pieces, 0.4 ml outside") })
        #expect(large.contains { $0.contains("! Lung_L: 2 slices skipped") })
        var listed = state
        setUp(&listed, .showWarnings)
        let list = ReviewScreen.render(listed, options: options, columns: 80, rows: 24).lines
        #expect(list.contains { $0.contains("› Lung_L       2 pieces, 0.4 ml outside the largest  slice 4 ") })
    }

    @Test func sixtyColumnsAreEnough() throws {
        var state = try warned()
        let layout = try #require(ScreenLayout(columns: 60, rows: 20))
        setUp(&state, .resizeView(columns: layout.image.width, rows: layout.image.height))
        let lines = ReviewScreen.render(
            state, options: try ScreenFixture.options(), columns: 60, rows: 20
        ).lines
        #expect(lines.count == 20 && lines.allSatisfy { $0.count == 60 })
        #expect(lines[0].contains("● saved") && lines[16].contains("Lung_L …") && lines[17].contains("vs prediction"))
        #expect(lines[17].hasSuffix(" !2 "))
        #expect(lines[18].contains("HU −600") && lines[19].contains("j k slice"))
        #expect(ScreenLayout(columns: 59, rows: 20) == nil && ScreenLayout(columns: 60, rows: 19) == nil)
    }

    @Test func theScoreOverTheSessionIsARowOfBars() throws {
        var state = try ScreenFixture.state()
        for (edit, value) in [0.5, 0.6, 0.55, 0.9].enumerated() {
            if edit > 0 { setUp(&state, .dab(tool: .brush, x: 30 + edit * 2, y: 30, z: nil)) }
            setUp(&state, .scored(.lungLeft, StructureScore(edit: edit, surfaceDice: value, slices: [])))
        }
        let lines = ReviewScreen.render(
            state, options: try ScreenFixture.options(), columns: 200, rows: 60
        ).lines
        // From the least, an eighth, to the greatest: 0.125 + 0.875·(0.1, 0.05 of 0.4).
        #expect(lines.contains { $0.contains("▁▃▂█  this session") })
        #expect(lines.contains { $0.contains("Lung_L     0.900 ▲.350 +.400") })
    }
}
