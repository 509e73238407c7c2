import Foundation
import TerminalKit
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct WriterTests {
    private let blue = Colour(red: 0x5f, green: 0xaf, blue: 0xff)
    private let red = Colour(red: 0xff, green: 0x50, blue: 0x46)

    private var sample: CellGrid {
        var grid = CellGrid(width: 4, height: 2)
        grid.write("ab", x: 0, y: 0, style: CellStyle(foreground: blue))
        grid[2, 0] = Cell("c", style: CellStyle(foreground: blue, background: red, attributes: .bold))
        grid[0, 1] = Cell("▀", style: CellStyle(foreground: red, background: Colour(grey: 0)))
        grid[1, 1] = Cell("▀", style: CellStyle(foreground: red, background: Colour(grey: 0)))
        grid[3, 1] = Cell("<")
        return grid
    }

    @Test func ansiWith256Colours() {
        #expect(
            AnsiWriter(depth: .indexed).text(sample)
                == "\u{1b}[38;5;75mab\u{1b}[1;48;5;203mc\u{1b}[0m \n"
                + "\u{1b}[38;5;203;48;5;16m▀▀\u{1b}[39;49m <\n")
    }

    @Test func ansiWithOtherDepths() {
        #expect(
            AnsiWriter(depth: .direct).text(sample)
                == "\u{1b}[38;2;95;175;255mab\u{1b}[1;48;2;255;80;70mc\u{1b}[0m \n"
                + "\u{1b}[38;2;255;80;70;48;2;0;0;0m▀▀\u{1b}[39;49m <\n")
        #expect(
            AnsiWriter(depth: .eight).text(sample)
                == "\u{1b}[36mab\u{1b}[1;41mc\u{1b}[0m \n\u{1b}[31;40m▀▀\u{1b}[39;49m <\n")
        #expect(AnsiWriter(depth: .none).text(sample) == "ab\u{1b}[1mc\u{1b}[0m \n▀▀ <\n")
    }

    @Test func ansiEndsEachRowReset() {
        let grid = CellGrid(width: 2, height: 1, filledWith: Cell("x", style: CellStyle(attributes: [.reverse, .dim])))
        #expect(AnsiWriter(depth: .indexed).text(grid) == "\u{1b}[2;7mxx\u{1b}[0m\n")
    }

    @Test func ansiLetsNoControlThrough() {
        let grid = CellGrid(width: 1, height: 1, filledWith: Cell("\u{1b}"))
        #expect(AnsiWriter(depth: .indexed).text(grid) == "?\n")
    }

    @Test func plainText() { #expect(sample.plainText == "abc\n▀▀ <\n") }

    @Test func svgDrawsBlocksByGeometry() {
        #expect(
            SvgWriter().svg(sample) == """
                <svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" viewBox="0 0 96 96">
                <rect width="96" height="96" fill="#000000"/>
                <g shape-rendering="crispEdges">
                <path fill="#ff5046" d="M48 0h24v48h-24z"/>
                <path fill="#ff5046" d="M0 48h48v24h-48z"/>
                </g>
                <g font-family="'DejaVu Sans Mono',ui-monospace,monospace" font-size="39" xml:space="preserve">
                <text x="0" y="37" textLength="48" fill="#5fafff">ab</text>
                <text x="48" y="37" textLength="24" fill="#5fafff" font-weight="bold">c</text>
                <text x="72" y="85" textLength="24" fill="#cccccc">&lt;</text>
                </g>
                </svg>

                """)
    }

    @Test func svgDrawsAGlyphOverABackgroundOfAnEarlierColour() throws {
        var grid = CellGrid(width: 2, height: 1)
        grid[0, 0] = Cell("▀", style: CellStyle(foreground: blue, background: red))
        grid[1, 0] = Cell("▀", style: CellStyle(foreground: red, background: blue))
        let svg = SvgWriter().svg(grid)
        let paths = svg.split(separator: "\n").filter { $0.hasPrefix("<path") }
        #expect(
            paths == [
                "<path fill=\"#ff5046\" d=\"M0 0h24v48h-24z\"/>", "<path fill=\"#5fafff\" d=\"M24 0h24v48h-24z\"/>",
                "<path fill=\"#5fafff\" d=\"M0 0h24v24h-24z\"/>", "<path fill=\"#ff5046\" d=\"M24 0h24v24h-24z\"/>",
            ])
    }

    @Test func svgIsWellFormedWhateverStandsInIt() {
        var grid = CellGrid(width: 12, height: 1)
        for (x, glyph) in "&<>\"'\u{0}\u{1b}\u{fffe}░é▞─".unicodeScalars.enumerated() {
            grid[x, 0] = Cell(glyph, style: CellStyle(attributes: x % 2 == 0 ? .underline : .reverse))
        }
        let parser = XMLParser(data: Data(SvgWriter().svg(grid).utf8))
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
    }

    @Test func svgKeepsOneSpaceInsideWords() {
        var grid = CellGrid(width: 12, height: 1)
        grid.write("a b   c", x: 0, y: 0, style: CellStyle())
        let texts = SvgWriter().svg(grid).split(separator: "\n").filter { $0.hasPrefix("<text") }
        #expect(texts.count == 2 && texts[0].hasSuffix(">a b</text>") && texts[1].hasPrefix("<text x=\"144\""))
    }

    @Test func glyphParts() {
        func parts(_ glyph: Unicode.Scalar) -> [[Int]]? {
            glyph.cellParts?.map { [$0.x, $0.y, $0.width, $0.height] }
        }
        #expect(parts("▄") == [[0, 24, 24, 24]] && parts("▁") == [[0, 42, 24, 6]] && parts("█") == [[0, 0, 24, 48]])
        #expect(parts("▌") == [[0, 0, 12, 48]] && parts("▐") == [[12, 0, 12, 48]] && parts("▏") == [[0, 0, 3, 48]])
        #expect(
            parts("▞") == [[12, 0, 12, 24], [0, 24, 12, 24]] && parts("▙") == [[0, 0, 12, 24], [0, 24, 24, 24]])
        // Sextants 1, 12, 235 (the first behind the gap that ▌ leaves) and 23456, from the Unicode code chart.
        #expect(parts("\u{1fb00}") == [[0, 0, 12, 16]])
        #expect(parts("\u{1fb02}") == [[0, 0, 24, 16]])
        #expect(parts("\u{1fb14}") == [[12, 0, 12, 16], [0, 16, 12, 16], [0, 32, 12, 16]])
        #expect(parts("\u{1fb3b}") == [[12, 0, 12, 16], [0, 16, 24, 16], [0, 32, 24, 16]])
        #expect(parts("┌") == [[12, 24, 12, 3], [12, 24, 3, 24]])
        #expect(parts("a") == nil && parts("░") == nil)
    }
}
