import Commands
import Testing

@Suite struct PaletteTests {
    @Test func tabGoesAsFarAsAllAgreeAndThenThroughThem() {
        var palette = PaletteState()
        let lines = ["window lung", "window liver"]
        var text = palette.complete("win", with: lines)
        #expect(text == "window l")
        text = palette.complete(text, with: lines)
        #expect(text == "window lung")
        text = palette.complete(text, with: [])
        #expect(text == "window liver")
        text = palette.complete(text, with: [])
        #expect(text == "window lung")
        text = palette.complete(text, with: [], backwards: true)
        #expect(text == "window liver")
        palette.reset()
        #expect(palette.complete("window lu", with: ["window lung"]) == "window lung")
        #expect(palette.complete("zzz", with: []) == "zzz")
    }

    @Test func olderLinesAreThoseThatBeginAsWhatWasTyped() {
        var palette = PaletteState(history: ["goto 3", "brush radius 4mm", "goto 9"])
        var text = palette.recall(older: true, from: "go")
        #expect(text == "goto 9")
        text = palette.recall(older: true, from: text)
        #expect(text == "goto 3")
        #expect(palette.recall(older: true, from: text) == "goto 3")
        text = palette.recall(older: false, from: text)
        #expect(text == "goto 9")
        #expect(palette.recall(older: false, from: text) == "go")
        palette.remember("goto 3")
        #expect(palette.history == ["brush radius 4mm", "goto 9", "goto 3"])
        palette.remember("   ")
        for n in 0..<500 { palette.remember("goto \(n)") }
        #expect(palette.history.count == PaletteState.limit && palette.history.last == "goto 499")
    }
}
