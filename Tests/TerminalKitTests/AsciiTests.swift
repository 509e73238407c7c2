import TerminalKit
import Testing

@Suite struct AsciiTests {
    @Test func symbolsBecomeTheLikestCharacter() {
        var grid = CellGrid(width: 24, height: 2)
        let red = CellStyle(foreground: Colour(red: 255, green: 0, blue: 0))
        grid.write("● saved  −12.5 ± 3 ×2 …", x: 0, y: 0, style: red)
        grid.write("│├─ ✓ ▲.013 ▁▄█ ░▒▓ ▚ 漢", x: 0, y: 1, style: red)
        let folded = grid.foldedToAscii()
        #expect(folded.lines == ["* saved  -12.5 ~ 3 x2 ~ ", "|+- v +.013 _:# .:* # ? "])
        #expect(folded[0, 0].style == red)
    }

    @Test func asciiStaysAsItIs() {
        for value in UInt32(0x20)...0x7e {
            let scalar = Unicode.Scalar(value)
            #expect(scalar.map { $0.asciiLikeness == $0 } == true)
        }
        let grid = CellGrid(width: 3, height: 1, filledWith: Cell("x"))
        #expect(grid.foldedToAscii() == grid)
    }

    @Test func everythingBecomesPrintable() {
        for value in (UInt32(0xa0)...0x2fff).filter({ !(0xd800...0xdfff).contains($0) }) + (0x1fb00...0x1fb3b) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            #expect((0x20...0x7e).contains(scalar.asciiLikeness.value))
        }
    }
}
