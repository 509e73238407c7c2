import Commands
import Testing

@Suite struct FuzzyMatchTests {
    @Test(arguments: [
        ("thr", "threshold", [0, 1, 2]), ("fh", "fill-holes", [0, 5]), ("FH", "fill-holes", [0, 5]),
        ("ws", "window soft", [0, 7]), ("es", "next structure", [1, 5]), ("kv", "smooth keep-volume", [7, 12]),
    ])
    func lettersAreFoundWhereTheyMeanMost(typed: String, text: String, positions: [Int]) {
        #expect(FuzzyMatch(typed, in: text)?.positions == positions)
    }

    @Test(arguments: [("", "undo"), ("odu", "undo"), ("undoo", "undo"), ("x", "undo")])
    func notAllLettersInOrderIsNoMatch(typed: String, text: String) {
        #expect(FuzzyMatch(typed, in: text) == nil)
    }

    @Test(arguments: [
        ("fh", "fill-holes", "fresh"), ("st", "structure", "next-structure"), ("und", "undo", "round"),
        ("lo", "lock", "largest-only"),
    ])
    func beginningsAndNeighboursCountMost(typed: String, better: String, worse: String) throws {
        let (a, b) = (try #require(FuzzyMatch(typed, in: better)), try #require(FuzzyMatch(typed, in: worse)))
        #expect(a.score > b.score)
    }
}
