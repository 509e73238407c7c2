import TestSupport
import Testing

@testable import TerminalKit

@Suite struct ColourReducerTests {
    private func colour(_ hex: String) throws -> Colour { try #require(Colour(hex: hex)) }

    @Test func xtermsOwnColoursStayThemselves() throws {
        for index in 16...255 {
            let own = try #require(ColourReducer.colour(ofIndex: index))
            #expect(ColourReducer.indexed(own) == index)
        }
        // From xterm's 256colres.h.
        #expect(ColourReducer.colour(ofIndex: 75)?.hex == "#5fafff")
        #expect(ColourReducer.colour(ofIndex: 110)?.hex == "#87afd7")
        #expect(ColourReducer.colour(ofIndex: 232)?.hex == "#080808")
        #expect(ColourReducer.colour(ofIndex: 255)?.hex == "#eeeeee")
        #expect(ColourReducer.colour(ofIndex: 15) == nil && ColourReducer.colour(ofIndex: 256) == nil)
    }

    /// Levels around: 0 (16), 8 (232), …, 88 (240), 95 (59), 98 (241), …, 128 (244), 135 (102), …, 238 (255), 255 (231).
    @Test(arguments: [
        (0, 16), (4, 16), (5, 232), (13, 232), (14, 233), (91, 240), (92, 59), (96, 59), (97, 241), (128, 244),
        (131, 244), (132, 102), (136, 102), (137, 245), (175, 145), (215, 188), (246, 255), (247, 231), (255, 231),
    ]) func greysUseTheRampAndTheCubesGreys(grey: Int, index: Int) {
        #expect(ColourReducer.indexed(Colour(grey: UInt8(grey))) == index)
    }

    @Test func allGreysAreNearest() throws {
        for value in 0...255 {
            let index = ColourReducer.indexed(Colour(grey: UInt8(value)))
            let c = try #require(ColourReducer.colour(ofIndex: index)?.components)
            #expect(c.red == c.green && c.green == c.blue)
            let others = (16...255).compactMap { ColourReducer.colour(ofIndex: $0)?.components }
                .filter { $0.red == $0.green && $0.green == $0.blue }
            #expect(others.allSatisfy { abs(Int($0.red) - value) >= abs(Int(c.red) - value) })
        }
    }

    @Test func outlinesKeepTheirColour() throws {
        #expect(ColourReducer.indexed(try colour("#4db2ff")) == 75)
        #expect(ColourReducer.indexed(try colour("#ff5046")) == 203)
        #expect(ColourReducer.indexed(try colour("#7be07b")) == 113)
        #expect(ColourReducer.indexed(try colour("#e8c34d")) == 185)
        // A bluish grey for quiet text is a grey, not the green-blue next to it in the cube.
        #expect((232...255).contains(ColourReducer.indexed(try colour("#7d838c"))))
    }

    @Test func saturatedColoursNeverBecomeGreys() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            let code = UInt32.random(in: 0..<1 << 24, using: &generator)
            let own = Colour(red: UInt8(code >> 16), green: UInt8(code >> 8 & 255), blue: UInt8(code & 255))
            let lab = try #require(LinearRGB(own)?.okLab)
            guard lab.chroma > 0.05 else { continue }
            let found = try #require(ColourReducer.colour(ofIndex: ColourReducer.indexed(own)))
            let c = try #require(found.components)
            #expect(!(c.red == c.green && c.green == c.blue), "\(own.hex) became \(found.hex)")
        }
    }

    @Test(arguments: [
        ("#000000", 0), ("#3f3f3f", 0), ("#7f7f7f", 0), ("#808080", 7), ("#ffffff", 7), ("#ff0000", 1),
        ("#ff5046", 1), ("#7be07b", 2), ("#93ca8b", 2), ("#fc7ec4", 5), ("#cebbff", 4), ("#e8c34d", 3), ("#0000ff", 4),
        ("#ff00ff", 5), ("#4db2ff", 6),
        ("#101a30", 0), ("#b9d6e4", 7),
    ]) func eightColoursByHue(hex: String, index: Int) throws {
        #expect(ColourReducer.eight(try colour(hex)) == index)
    }

    @Test func theTableAgreesWithTheRule() {
        var reducer = ColourReducer(depth: .indexed)
        var generator = SeededGenerator(seed: 11)
        let colours = (0..<3000).map { _ in
            Colour(
                red: UInt8.random(in: 0...255, using: &generator), green: UInt8.random(in: 0...255, using: &generator),
                blue: UInt8.random(in: 0...255, using: &generator))
        }
        for colour in colours + colours.shuffled(using: &generator) + [.standard] {
            #expect(reducer.index(of: colour) == ColourReducer.indexed(colour))
        }
    }

    @Test func otherDepths() throws {
        let blue = try colour("#4db2ff")
        var none = ColourReducer(depth: .none)
        var direct = ColourReducer(depth: .direct)
        var eight = ColourReducer(depth: .eight)
        #expect(none.index(of: blue) == -1 && direct.index(of: blue) == 0x4db2ff && eight.index(of: blue) == 6)
        #expect(direct.index(of: .standard) == -1 && eight.index(of: .standard) == -1)
    }

    @Test func textNeverVanishes() throws {
        var eight = ColourReducer(depth: .eight)
        let quiet = CellStyle(foreground: try colour("#6d6d6d"), background: try colour("#111317"))
        #expect(eight.colours(of: Cell("x", style: quiet)) == ReducedColours(foreground: 7, background: 0))
        #expect(eight.colours(of: Cell("▀", style: quiet)) == ReducedColours(foreground: 0, background: 0))
        let hidden = CellStyle(foreground: quiet.background, background: quiet.background)
        #expect(eight.colours(of: Cell("x", style: hidden)) == ReducedColours(foreground: 0, background: 0))
        var indexed = ColourReducer(depth: .indexed)
        let pale = CellStyle(foreground: Colour(grey: 240), background: Colour(grey: 238))
        #expect(indexed.colours(of: Cell("x", style: pale)) == ReducedColours(foreground: 16, background: 255))
    }

    /// Figures of others: WCAG's 21:1 and the 4.48:1 of #777 on white; Ottosson's table of OKLab values.
    @Test func coloursMeasureAsPublished() throws {
        let (black, white) = (Colour(grey: 0), Colour(grey: 255))
        #expect(abs(try #require(black.contrast(with: white)) - 21) < 1e-9)
        #expect(abs(try #require(colour("#777777").contrast(with: white)) - 4.48) < 0.005)
        #expect(black.contrast(with: .standard) == nil)
        let red = try #require(LinearRGB(colour("#ff0000"))?.okLab)
        #expect(abs(red.lightness - 0.62796) < 1e-4 && abs(red.a - 0.22486) < 1e-4 && abs(red.b - 0.12585) < 1e-4)
        let blue = try #require(LinearRGB(colour("#0000ff"))?.okLab)
        #expect(abs(blue.lightness - 0.45201) < 1e-4 && abs(blue.a + 0.03246) < 1e-4 && abs(blue.b + 0.31153) < 1e-4)
        #expect(abs(try #require(black.difference(from: white)) - 100) < 0.01)
        // sRGB 188 is half the light of white.
        #expect(abs(try #require(LinearRGB(Colour(grey: 188))).luminance - 0.5029) < 1e-4)
    }

    @Test func withoutBlueConesBlueAndGreenFallTogether() throws {
        let (blue, green) = (try colour("#0090b0"), try colour("#009080"))
        let normal = try #require(blue.difference(from: green))
        #expect(try #require(blue.difference(from: green, vision: .tritanopia)) < normal * 0.6)
        let (red, cyan) = (try colour("#e03030"), try colour("#30c0c0"))
        #expect(try #require(red.difference(from: cyan, vision: .tritanopia)) > 25)
        #expect(try #require(Colour(grey: 80).difference(from: Colour(grey: 80), vision: .tritanopia)) < 0.01)
    }

    @Test(arguments: [ColourVision.protanopia, .deuteranopia])
    func redAndGreenFallTogether(vision: ColourVision) throws {
        let (red, green) = (try colour("#c04a30"), try colour("#6f7d20"))
        let normal = try #require(red.difference(from: green))
        #expect(try #require(red.difference(from: green, vision: vision)) < normal * 0.6)
        let (blue, yellow) = (try colour("#3fa0ff"), try colour("#f0e442"))
        #expect(try #require(blue.difference(from: yellow, vision: vision)) > 25)
        #expect(try #require(Colour(grey: 80).difference(from: Colour(grey: 80), vision: vision)) < 0.01)
    }

    @Test func hexIsExact() throws {
        #expect(Colour(hex: "#+12345") == nil && Colour(hex: "#12345") == nil && Colour(hex: "123456") == nil)
        #expect(Colour(hex: "#00000a")?.hex == "#00000a" && Colour(hex: "#4DB2FF")?.hex == "#4db2ff")
    }
}
