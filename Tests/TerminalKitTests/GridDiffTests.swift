import TerminalKit
import TestSupport
import Testing

@Suite struct GridDiffTests {
    private func grid(_ lines: [String]) -> CellGrid {
        var grid = CellGrid(width: lines[0].count, height: lines.count)
        for (y, line) in lines.enumerated() { grid.write(line, x: 0, y: y, style: CellStyle()) }
        return grid
    }

    @Test func findsTheRunsThatChanged() {
        let old = grid(["abcdefgh", "........", "12345678"])
        let new = grid(["aXcdYZgh", "........", "1234567!"])
        #expect(
            GridDiff.runs(from: old, to: new) == [
                CellRun(x: 1, y: 0, count: 1), CellRun(x: 4, y: 0, count: 2), CellRun(x: 7, y: 2, count: 1),
            ])
        #expect(
            GridDiff.runs(from: old, to: new, joiningGapsUpTo: 2) == [
                CellRun(x: 1, y: 0, count: 5), CellRun(x: 7, y: 2, count: 1),
            ])
        #expect(GridDiff.runs(from: old, to: new, joiningGapsUpTo: 1).count == 3)
        #expect(GridDiff.runs(from: new, to: new).isEmpty)
    }

    @Test func aStyleIsAChangeToo() {
        let old = grid(["abc"])
        var new = old
        new[2, 0].style.attributes = .bold
        #expect(GridDiff.runs(from: old, to: new) == [CellRun(x: 2, y: 0, count: 1)])
    }

    @Test func everythingWithoutAnOldGridOfTheSize() {
        let new = grid(["abc", "def"])
        let all = [CellRun(x: 0, y: 0, count: 3), CellRun(x: 0, y: 1, count: 3)]
        #expect(GridDiff.runs(from: nil, to: new) == all)
        #expect(GridDiff.runs(from: grid(["abcd", "defg"]), to: new) == all)
        #expect(GridDiff.runs(from: nil, to: CellGrid(width: 0, height: 4)).isEmpty)
    }

    @Test(arguments: [0, 1, 3]) func applyingTheRunsGivesTheNewGrid(gap: Int) {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<50 {
            var old = CellGrid(width: 17, height: 5)
            var new = old
            for _ in 0..<30 {
                let cell = Cell(["a", "b", " "].randomElement(using: &generator) ?? " ")
                let (x, y) = (Int.random(in: 0..<17, using: &generator), Int.random(in: 0..<5, using: &generator))
                new[x, y] = cell
                if Bool.random(using: &generator) { old[x, y] = cell }
            }
            var copy = old
            for run in GridDiff.runs(from: old, to: new, joiningGapsUpTo: gap) {
                #expect(new[run.x, run.y] != old[run.x, run.y])
                let end = run.x + run.count - 1
                #expect(new[end, run.y] != old[end, run.y])
                for x in run.x...end { copy[x, run.y] = new[x, run.y] }
            }
            #expect(copy == new)
        }
    }

    @Test func rectanglesSplit() {
        let rect = CellRect(x: 2, y: 1, width: 10, height: 6)
        #expect(rect.splitLeft(3).left == CellRect(x: 2, y: 1, width: 3, height: 6))
        #expect(rect.splitLeft(3).rest == CellRect(x: 5, y: 1, width: 7, height: 6))
        #expect(rect.splitRight(3).right == CellRect(x: 9, y: 1, width: 3, height: 6))
        #expect(rect.splitRight(3).rest == CellRect(x: 2, y: 1, width: 7, height: 6))
        #expect(rect.splitTop(2).rest == CellRect(x: 2, y: 3, width: 10, height: 4))
        #expect(rect.splitBottom(2).bottom == CellRect(x: 2, y: 5, width: 10, height: 2))
        #expect(rect.splitBottom(99).rest.isEmpty && rect.splitBottom(99).bottom == rect)
        #expect(rect.splitLeft(-1).left.isEmpty && rect.splitLeft(-1).rest == rect)
        #expect(rect.inset(columns: 1, rows: 2) == CellRect(x: 3, y: 3, width: 8, height: 2))
        #expect(rect.inset(columns: 6).isEmpty)
        #expect(
            rect.intersection(CellRect(x: 0, y: 4, width: 4, height: 9)) == CellRect(x: 2, y: 4, width: 2, height: 3))
        #expect(rect.intersection(CellRect(x: 50, y: 0, width: 4, height: 9)).isEmpty)
    }

    @Test func barsFillByEighths() {
        #expect(BarGlyph.sparkline([0, 1, 2, 4, 8, nil, 7.6]) == " ▁▂▄█ █")
        #expect(BarGlyph.sparkline([0.001, -3, .nan, 5], maximum: 10) == "▁  ▄")
        #expect(BarGlyph.sparkline([0, 0]) == "  ")
        #expect(BarGlyph.sparkline([]) == "")
        #expect(BarGlyph.bar(0.5, width: 4) == "██  ")
        #expect(BarGlyph.bar(0.25, width: 3) == "▊  ")
        #expect(BarGlyph.bar(2, width: 2) == "██" && BarGlyph.bar(.nan, width: 2) == "  ")
    }
}
