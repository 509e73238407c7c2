import Settings
import Testing

/// Found by fuzzing: toml++ ends the program on a table name that begins with no letter.
@Suite("TOML headers")
struct TomlHeaderTests {
    @Test(
        "a table whose name begins like no name is refused with its line",
        arguments: ["[ö]", "[[$]]", "a = 1\n  [\t@b]", "# [x]\n[.a]", "s = \"\"\"\n[ö]\n\"\"\"\n[ö]", "[\u{8f}s.a]"])
    func bad(_ text: String) {
        let error = #expect(throws: SettingsError.self) { try UserSettings.parse(text, place: "config") }
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).count
        #expect(error?.description.contains("line \(line) is not TOML") == true, "\(String(describing: error))")
    }

    @Test(
        "what only looks like one is left to the parser, which knows no such setting",
        arguments: ["a = [\n[\n{}]]", "a = \"\"\"\n[ö]\"\"\"", "a = '''\n[ö]\n'''", "a = [ # [\n[1]]"])
    func harmless(_ text: String) {
        let error = #expect(throws: SettingsError.self) { try UserSettings.parse(text, place: "config") }
        #expect(error?.description.contains("is not TOML") == false, "\(String(describing: error))")
    }
}
