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
