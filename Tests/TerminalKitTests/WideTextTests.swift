import Foundation
import TerminalKit
import TestSupport
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("Text beyond ASCII takes its own number of cells")
struct WideTextTests {
    private let plain = CellStyle()

    private func glyphs(_ grid: CellGrid, _ y: Int = 0) -> [Unicode.Scalar] {
        (0..<grid.width).map { grid[$0, y].glyph }
    }

    @Test(
        "columns of names from all over the world",
        arguments: [
            ("Lung_L", 6), ("左肺", 4), ("肺_L", 4), ("Lunge_é", 7), ("Lunge_e\u{301}", 7), ("폐", 2),
            ("\u{1111}\u{1168}", 2), ("ﾊｲ", 2), ("が", 2), ("か\u{3099}", 2), ("ｆｕｌｌ", 8), ("心臓🫀", 6),
            ("👍🏽", 2), ("👨\u{200d}👩\u{200d}👧", 6), ("🇯🇵", 2), ("❤\u{fe0f}", 1), ("Phổi", 4),
            ("a\u{200b}b", 3), ("a\u{202e}b", 3), ("a\tb", 3), ("", 0), ("心\u{e0101}", 2), ("ПЛ", 2), ("ปอด", 3),
        ])
    func columns(text: String, columns: Int) {
        #expect(text.columns == columns)
        var grid = CellGrid(width: 20, height: 1)
        #expect(grid.write(text, x: 1, y: 0, style: plain) == columns + 1)
        // What is behind is where it was.
        #expect(grid[columns + 1, 0] == Cell())
    }

    @Test("a wide character takes a cell and its continuation")
    func cells() {
        var grid = CellGrid(width: 6, height: 1)
        grid.write("a左e\u{301}", x: 0, y: 0, style: plain)
        #expect(glyphs(grid) == ["a", "左", Cell.continuationGlyph, "e", " ", " "])
        #expect(grid[3, 0].marks.scalars == ["\u{301}"] && !grid[1, 0].isContinuation && grid[2, 0].isContinuation)
        #expect(grid.lines == ["a左e\u{301}  "] && grid.plainText == "a左e\u{301}\n")
    }

    @Test("text is cut between characters, never within one")
    func cuts() {
        var grid = CellGrid(width: 5, height: 2)
        #expect(grid.write("左右", x: 0, y: 0, style: plain, maximumWidth: 3) == 2)
        #expect(glyphs(grid) == ["左", Cell.continuationGlyph, " ", " ", " "])
        // At the edge of the grid there is no half of one either, nor beyond it on the left.
        grid.write("a左右", x: 0, y: 1, style: plain, maximumWidth: 4)
        grid.write("左", x: 4, y: 0, style: plain)
        grid.write("右", x: -1, y: 1, style: plain)
        #expect(glyphs(grid) == ["左", Cell.continuationGlyph, " ", " ", " "])
        #expect(glyphs(grid, 1) == [" ", "左", Cell.continuationGlyph, " ", " "])
        #expect("左右肺".prefix(columns: 5) == "左右" && "左右肺".suffix(columns: 3) == "肺")
        #expect("ae\u{301}o".prefix(columns: 2) == "ae\u{301}" && "ae\u{301}".suffix(columns: 1) == "e\u{301}")
        #expect("Lung".prefix(columns: 9) == "Lung" && "左".prefix(columns: 1).isEmpty)
    }

    @Test("what is left of a character that was written over in part is blank")
    func overwriting() {
        func written(_ change: (inout CellGrid) -> Void) -> [Unicode.Scalar] {
            var grid = CellGrid(width: 4, height: 1)
            grid.write("左右", x: 0, y: 0, style: plain)
            change(&grid)
            return glyphs(grid)
        }
        let half = Cell.continuationGlyph
        #expect(written { $0[1, 0] = Cell("x") } == [" ", "x", "右", half])
        #expect(written { $0[2, 0] = Cell("x") } == ["左", half, "x", " "])
        #expect(written { $0.write("肺", x: 1, y: 0, style: plain) } == [" ", "肺", half, " "])
        #expect(
            written { $0.fill(CellRect(x: 1, y: 0, width: 2, height: 1), with: Cell("#")) } == [" ", "#", "#", " "])
        #expect(
            written {
                $0.withMutableRow(0, x: 1, count: 2) { cells in for i in cells.indices { cells[i] = Cell("▀") } }
            } == [" ", "▀", "▀", " "])
    }

    @Test("no half is ever left alone, whatever is written where", arguments: [1, 2, 3])
    func invariant(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var grid = CellGrid(width: 11, height: 2)
        var shown = grid
        for _ in 0..<400 {
            let (x, y) = (Int.random(in: -2..<12, using: &generator), Int.random(in: 0..<2, using: &generator))
            let text = ["左", "右肺", "ab", "e\u{301}心", "x"].randomElement(using: &generator) ?? ""
            if Bool.random(using: &generator) {
                grid.write(text, x: x, y: y, style: plain)
            } else {
                grid.fill(CellRect(x: x, y: y, width: 3, height: 1), with: Cell("."))
            }
            for y in 0..<2 {
                for x in 0..<11 {
                    let isLead = grid[x, y].glyph.columns == 2
                    #expect(isLead == grid[x + 1, y].isContinuation)
                }
            }
            // Runs hold whole characters, and applying them shows the new grid.
            for run in GridDiff.runs(from: shown, to: grid) {
                #expect(!grid[run.x, run.y].isContinuation)
                #expect(grid[run.x + run.count - 1, run.y].glyph.columns != 2)
                for x in run.x..<run.x + run.count { shown[x, run.y] = grid[x, run.y] }
            }
            #expect(shown == grid)
        }
    }

    @Test("a changed style of one half sends both")
    func styles() {
        var old = CellGrid(width: 4, height: 1)
        old.write("a左b", x: 0, y: 0, style: plain)
        var new = old
        new[2, 0].style.attributes = .bold
        #expect(GridDiff.runs(from: old, to: new) == [CellRun(x: 1, y: 0, count: 2)])
        // Wide where it was narrow, and the other way round.
        var narrow = CellGrid(width: 4, height: 1)
        narrow.write("axyb", x: 0, y: 0, style: plain)
        #expect(GridDiff.runs(from: narrow, to: old) == [CellRun(x: 1, y: 0, count: 2)])
        #expect(GridDiff.runs(from: old, to: narrow) == [CellRun(x: 1, y: 0, count: 2)])
    }

    @Test("writers give each character once, with its marks")
    func writers() {
        var grid = CellGrid(width: 6, height: 1)
        grid.write("左e\u{301}b", x: 0, y: 0, style: plain)
        #expect(AnsiWriter(depth: .indexed).text(grid) == "左e\u{301}b  \n")
        let svg = SvgWriter().svg(grid)
        #expect(svg.contains("<text x=\"0\" y=\"37\" textLength=\"48\" fill=\"#cccccc\">左</text>"))
        #expect(svg.contains("<text x=\"48\" y=\"37\" textLength=\"48\" fill=\"#cccccc\">e\u{301}b</text>"))
        let parser = XMLParser(data: Data(svg.utf8))
        #expect(parser.parse())
    }

    @Test("where there is only ASCII, letters lose their marks and the rest is a question mark in its place")
    func ascii() {
        var grid = CellGrid(width: 12, height: 1)
        grid.write("Äe\u{301}_左肺 🫀Ж", x: 0, y: 0, style: plain)
        #expect(grid.foldedToAscii().lines == ["Ae_? ?  ? ? "])
    }

    @Test("letters typed in UTF-8 are keys, marks too")
    func typed() {
        var parser = EscapeSequenceParser()
        let events = "左é\u{301}🫀".unicodeScalars.flatMap { parser.feed(.scalar($0)) }
        let typed = events.compactMap { event -> String? in
            guard case .key(.character(let character), []) = event else { return nil }
            return String(character)
        }
        #expect(typed.joined() == "左é\u{301}🫀" && typed.count == events.count && !parser.isPending)
    }
}
