import PatientView
import Settings
import Testing

@Suite struct ViewPreferencesTests {
    @Test func windowsOpacityAndOutlinesAreRead() throws {
        let text = """
            opacity_percent = 35
            outline_width = 2
            [windows]
            mediastinum = [350, 50]
            stent = [1200, -300]
            """
        let found = try UserSettings.parse(text, place: "config.toml").preferences
        #expect(
            found.windows == [
                "mediastinum": WindowLevel(width: 350, level: 50), "stent": WindowLevel(width: 1200, level: -300),
            ])
        #expect(found.opacity == 0.35 && found.outlineWidth == 2)
        let plain = try UserSettings.parse("", place: "config.toml").preferences
        #expect(plain.windows.isEmpty && plain.opacity == nil && plain.outlineWidth == 1)
    }

    @Test(arguments: [
        ("[windows]\nlung = [1, 2]", "there already"), ("[windows]\nw = [0, 2]", "[width, level]"),
        ("[windows]\nw = 350", "[width, level]"), ("[windows]\nw = [1, 2, 3]", "must be a text"),
        ("[windows]\n\"a b\" = [350, 50]", "a name is a word"), ("[windows]\n12 = [350, 50]", "a name is a word"),
        ("opacity_percent = 101", "from 0 to 100"), ("outline_width = 4", "1, 2 or 3"),
        ("tolerance_mm = [1, 2]", "must be a text"), ("opacity_percent = [1, 2]", "must be a text"),
    ])
    func whatIsWrongSaysWhatIsRight(text: String, part: String) {
        let error = #expect(throws: SettingsError.self) { try UserSettings.parse(text, place: "config.toml") }
        #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    }
}
