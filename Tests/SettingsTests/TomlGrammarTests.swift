import TestSupport
import Testing

@testable import Settings

/// Found by fuzzing: toml++ ends the program on some texts that are no TOML.
@Suite("TOML grammar")
struct TomlGrammarTests {
    @Test(
        "a table whose name begins like no name is refused with its line",
        arguments: ["[ö]", "[[$]]", "a = 1\n  [\t@b]", "# [x]\n[.a]", "s = \"\"\"\n[ö]\n\"\"\"\n[ö]", "[\u{8f}s.a]"])
    func badNames(_ text: String) {
        let error = #expect(throws: SettingsError.self) { try UserSettings.parse(text, place: "config") }
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).count
        #expect(error?.description.contains("line \(line) is not TOML") == true, "\(String(describing: error))")
    }

    @Test(
        "values that are none are refused before the parser sees them, with their line",
        arguments: [
            "a = [8.0, 8.0, }", "a = [1,", "a = [1 2]", "a = [,]", "a = ", "a = ]", "a = _", "a = \u{1}", "a = #",
            "a = {b = }", "a = {b = 1,}", "a = {,}", "a = {b = 1\n}", "a = {b = 1", "a = 1_", "a = 1__0", "a = 01",
            "a = 0x",
            "a = +0x1", "a = 1.", "a = .5", "a = 1e", "a = tru", "a = inf1", "a = 2020-1-01", "a = 2020-13-01",
            "a = 07:32:00", "a = \"",
            "a = \"\\x41\"", "a = \"\\ud800\"", "\"b\\u0000\" = 1", "a = \"\\u12\"", "a = \"b\nc\"", "a = '''b''",
            "a = \"\"\"b\"\"\"\"\"\"", "a = 1 b = 2",
            "[a", "[a]]", "[[a]", "[a] b = 1", "a", "a.", "a. = 1", "= 1", "a = \"b\" \"c\"", "a = 1 # \u{7f}",
            "a = 1\rb = 2", "a = ö",
        ])
    func badValues(_ text: String) throws {
        let error = #expect(throws: SettingsError.self) { try TomlText.table("x = 1\n" + text, place: "config") }
        let isPlaced = [2, 3].contains { error?.description.contains("line \($0) is not TOML") == true }
        #expect(isPlaced, "\(String(describing: error))")
    }

    @Test("what TOML allows is passed on, and the parser takes it")
    func good() throws {
        let texts = [
            "", "\u{feff}a = 1", "# ö\r\na = 1\r\n",
            "a = 1_000\nb = 0xdead_beef\nc = 0o17\nd = 0b1\ne = -0.5e+3\nf = +inf\ng = nan",
            "a.b . \"c d\".'e' = true", "[ a . \"b\" ]\n[[c]]\n[[ c ]]", "a = [ # [\n[1], [\n], [ 'x', \"y\", ],\n]",
            "a = { b = 1, c.d = [1], e = {} }", "a = '''\n[ö]''' # c", "a = \"\"\"\\\n  b \\\" \"\" c\"\"\"\"\"",
            "a = ''''b'''''",
            "a = \"\\u00e9\\U0001F600\\t\\\\\"", "a = ''\nb = \"\"\n\n\t# end", "-_1 = 2", "a = 2020-01-31",
            "a = '''b\r\nc'''",
        ]
        for text in texts { #expect(throws: Never.self, "\(text)") { try TomlText.table(text, place: "config") } }
    }

    @Test("lists within lists have an end")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            "a = " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try TomlText.table(nested(TomlGrammar.maximumDepth - 1), place: "config")
        #expect(throws: SettingsError.self) { try TomlText.table(nested(100_000), place: "config") }
    }

    @Test("files of ours with bytes changed, cut out or doubled are read or refused", arguments: 0..<200)
    func mutated(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let original = """
            reviewer = "ana"
            tolerance_mm = 2
            spacing_mm = [8.0, 8.0, 2.5]
            [tolerances_mm]
            Lung_L = 2.5 # mm
            [nodes.a]
            ae_title = 'A'
            tls = {on = true, key = "/k"}
            notes = \"\"\"
            two
            lines\"\"\"

            """
        var bytes = Array(original.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: at)
            case 2: bytes.insert(Array("[]{}\"'=,._#\n\\".utf8).randomElement(using: &random) ?? 0, at: at)
            default: bytes.swapAt(at, Int.random(in: 0..<bytes.count, using: &random))
            }
        }
        do { _ = try TomlText.table(String(decoding: bytes, as: UTF8.self), place: "config") } catch {
            #expect(error.description.contains("config"))
        }
    }
}
