import Testing

/// What is added to the actions and the news of a screen has to be decided on in its reducer: none catches all.
@Suite("Reducers name every case")
struct ReducerRuleTests {
    /// How many `default:` a source has that are no labels of arguments.
    private static func defaults(in source: String) -> Int {
        let code = Array(SwiftText.code(of: source))
        let word = Array("default")
        var found = 0
        for start in code.indices.dropLast(word.count) where Array(code[start..<start + word.count]) == word {
            let before = code[..<start].last { !$0.isWhitespace }
            let after = code[(start + word.count)...].first { !$0.isWhitespace }
            let isWhole =
                start == 0 || !(code[start - 1].isLetter || code[start - 1].isNumber || code[start - 1] == "_")
            if isWhole, after == ":", let before, !"([,".contains(before) { found += 1 }
        }
        return found
    }

    @Test("no reducer has a default")
    func reducers() throws {
        for (folder, least) in [("Sources/Review", 15), ("Sources/Lists", 3)] {
            let files = try Repository.files(below: folder, extensions: ["swift"])
                .filter { $0.split(separator: "/").last?.contains("Reducer") == true }
            #expect(files.count > least)
            for file in files { #expect(Self.defaults(in: try Repository.text(file)) == 0, "\(file)") }
        }
    }

    @Test("a default is told from a label, a comment and a text")
    func recognition() {
        #expect(Self.defaults(in: "switch a {\ncase .b: c()\ndefault: break\n}") == 1)
        #expect(Self.defaults(in: "switch a { case .b: c()\n@unknown default : break }") == 1)
        #expect(Self.defaults(in: "counts[key, default: 0] += f(default: 1)") == 0)
        #expect(Self.defaults(in: "// default: none\nlet a = \"default: \\(b)\"\nlet isdefault: Int = 0") == 0)
    }
}

/// What a reducer wants done outside is half of what it does: its tests look at the effects as well as at the state.
@Suite("Reducer tests look at effects")
struct EffectRuleTests {
    /// Where reducers are tested, and where states are only brought to what is tested.
    private static let suites = ["Tests/ListsTests", "Tests/ReviewTests", "Tests/ScreensTests", "Tests/SettingsTests"]

    /// The lines, from 1, on which a source throws effects away, but in `setUp`, which says so.
    private static func discards(in source: String) -> [Int] {
        let code = SwiftText.code(of: source)
        let discard = /(?:^|[^\w])_\s*=\s*(?:try\s+)?(?:\w+\.)*(?:(?:reduce|send|press|answer)\(\s*&|run\()/
        return code.matches(of: discard).compactMap { match in
            let before = code[..<match.range.upperBound].split(separator: "\n", omittingEmptySubsequences: false)
            return before.last?.contains("func setUp(") == true ? nil : before.count
        }
    }

    @Test("no test discards the effects of a reducer")
    func tests() throws {
        for folder in Self.suites {
            let files = try Repository.files(below: folder, extensions: ["swift"])
            #expect(files.count > 2)
            for file in files { #expect(Self.discards(in: try Repository.text(file)) == [], "\(file)") }
        }
    }

    @Test("what throws effects away is told from what looks at them")
    func recognition() {
        #expect(Self.discards(in: "a()\n_ = reduce(&state, .undo)\nfor _ in b { _ = reduce(&state, c) }") == [2, 3])
        #expect(Self.discards(in: "case 1: _ =\n    reduce(&state, .undo)\n_ = try state.run(\"undo\")") == [2, 3])
        #expect(Self.discards(in: "let effects = reduce(&state, .undo)\n#expect(reduce(&state, .undo) == [])") == [])
        #expect(
            Self.discards(in: "// _ = reduce(&a, .b)\nlet _ = 1\n_ = history.undo()\nlet a = \"_ = reduce(\"") == [])
        #expect(Self.discards(in: "func setUp(_ state: inout S, _ action: A) { _ = reduce(&state, action) }") == [])
    }
}
