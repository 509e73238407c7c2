import CaseWork
import Foundation
import JobWork
import Review
import TerminalKit
import TestSupport
import Testing

@testable import TerminalLoop

/// The file of a recorded session: what is in a line, and what is said of files that are not right.
@Suite("Files of recorded sessions")
struct RecordingFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func header() throws -> RecordingHeader {
        RecordingHeader(
            command: "review", size: (80, 24), render: try LoopFixture.render(try Keymaps([:])),
            settings: Data("reviewer = \"Meier\"".utf8), personal: PersonalFiles(folder: folder.url), given: 1,
            now: Date(timeIntervalSince1970: 1_700_000_000.25))
    }

    /// The bytes of a recording with these events.
    private func recorded(_ whats: [RecordedLine.What], as name: String = "a.jsonl") throws -> Data {
        let file = folder.file(name)
        let recorder = try SessionRecorder(file: file.path, header: try header())
        for what in whats {
            recorder.beginTurn(columns: 80, rows: 24)
            recorder.note(what)
        }
        #expect(recorder.failure == nil)
        return try Data(contentsOf: file)
    }

    private func read(_ data: Data, version: String = Version.text) throws -> SessionRecording {
        try SessionRecording(data, named: "x", version: version)
    }

    /// What is said of a file that is refused.
    private func refusal(_ text: String) -> String {
        do {
            _ = try read(Data(text.utf8))
            return "none"
        } catch { return "\(error)" }
    }

    private static let events: [RecordedLine.What] = {
        let keys: [InputEvent] = [
            .key(.character("j"), []), .key(.character("é"), .alt), .key(.character("漢"), []),
            .key(.character("\""), []), .key(.character(" "), .control),
            .paste("two\nlines"), .resize(columns: 100, rows: 30),
        ]
        let special = SpecialKey.allCases.map { InputEvent.key(.special($0), [.shift, .control]) }
        let mouse = [
            MouseEvent.Kind.press(.left), .press(.middle), .press(.right), .drag(.none), .drag(.left), .release(.right),
            .scroll(1), .scroll(-1),
        ].map { InputEvent.mouse(MouseEvent(kind: $0, x: 3, y: 0, modifiers: .alt)) }
        return (keys + special + mouse).map { .input($0) } + [
            .news(NewsName(kind: NewsName.Kind(name: "opened"))),
            .news(NewsName(kind: NewsName.Kind(name: "scored", structure: 1), number: 7)), .questionShown,
            .seen(slice: 0, milliseconds: 151), .tick(1.004, clock: 1_700_000_001.125), .signal(1),
            .masks(RecordedMasks(case: "0123", moment: .left, masks: "ab")), .end(screen: "cd"),
        ]
    }()

    @Test("every event is read as it was written, one JSON object a line")
    func roundTrip() throws {
        let data = try recorded(Self.events)
        let recording = try read(data)
        #expect(recording.lines.map(\.what) == Self.events && recording.warnings == [])
        #expect(recording.lines.map(\.turn) == Array(0..<Self.events.count))
        #expect(recording.lines.allSatisfy { $0.milliseconds >= 0 })
        let lines = data.split(separator: UInt8(ascii: "\n"))
        #expect(lines.count == Self.events.count + 1)
        for line in lines { #expect(try JSONSerialization.jsonObject(with: line) is [String: Any]) }
    }

    @Test("the first line names neither person nor file, and warns of what was typed")
    func firstLine() throws {
        let data = try recorded([])
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["pleura_recording"] as? Int == 1 && object["program"] as? String == Version.text)
        #expect((object["columns"] as? Int, object["rows"] as? Int) == (80, 24))
        #expect((object["warning"] as? String)?.contains("Look through the file before you pass it on") == true)
        #expect((object["keymap"] as? String)?.count == 64 && (object["settings"] as? String)?.count == 64)
        #expect(!String(decoding: data, as: UTF8.self).contains("Meier"))
        let mode = try FileManager.default.attributesOfItem(atPath: folder.file("a.jsonl").path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test("keymaps that differ in one key, and themes in one colour, have other digests")
    func digests() throws {
        let one = try Keymaps([.normal: [("j", "slice +1")]])
        #expect(try one.recordingDigest == Keymaps([.normal: [("j", "slice +1")]]).recordingDigest)
        #expect(try one.recordingDigest != Keymaps([.normal: [("k", "slice +1")]]).recordingDigest)
        #expect(try one.recordingDigest != Keymaps([.normal: [("j", "slice -1")]]).recordingDigest)
        #expect(try one.recordingDigest != Keymaps([.worklist: [("j", "down")]]).recordingDigest)
        var entries = Dictionary(uniqueKeysWithValues: ThemeRole.allCases.map { ($0.rawValue, "#808080") })
        entries["tint_strength"] = "0.5"
        entries["structures.fallback_1"] = "#ff00ff"
        let theme = try Theme(name: "a", entries: entries, requiring: [])
        #expect(try theme.recordingDigest == Theme(name: "b", entries: entries, requiring: []).recordingDigest)
        for (key, value) in [("ghost", "#808081"), ("tint_strength", "0.25"), ("structures.Heart", "#ff0000")] {
            var other = entries
            other[key] = value
            #expect(
                try theme.recordingDigest != Theme(name: "a", entries: other, requiring: []).recordingDigest, "\(key)")
        }
    }

    @Test("a file that is cut off anywhere is read up to there, and says so")
    func cutOff() throws {
        let whole = try recorded(Array(Self.events.suffix(8)))
        let first = try #require(whole.firstIndex(of: UInt8(ascii: "\n")))
        for length in first + 1..<whole.count {
            let cut = whole.prefix(length)
            let recording = try read(Data(cut))
            let ends = cut.count { $0 == UInt8(ascii: "\n") }
            #expect(recording.lines.count == ends - 1)
            let warning = try #require(recording.warnings.first)
            if cut.last == UInt8(ascii: "\n") {
                #expect(warning.contains("has no end"))
            } else {
                #expect(warning.contains("cut off in the middle of line \(ends + 1)"))
            }
            #expect(recording.warnings.count == 1)
        }
        #expect(refusal(String(decoding: whole.prefix(first), as: UTF8.self)).contains("first line is cut off"))
    }

    @Test("another version is told, another format refused")
    func versions() throws {
        let data = try recorded(Self.events)
        let warnings = try read(data, version: "9.9.9").warnings
        #expect(warnings.count == 1 && warnings[0].contains("made by Pleura \(Version.text), and this is 9.9.9"))
        let text = String(decoding: data, as: UTF8.self)
        let later = text.replacing("\"pleura_recording\":1", with: "\"pleura_recording\":2")
        #expect(refusal(later).contains("has format 2 of recordings") && refusal(later).contains("plays format 1"))
    }

    @Test("what is no recording, or a damaged one, is refused with the line")
    func damage() throws {
        let text = String(decoding: try recorded(Self.events), as: UTF8.self)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(refusal("").contains("its first line is missing"))
        #expect(refusal("{}\n").contains("is no recording"))
        #expect(refusal("{\"pleura_recording\":1}\n").contains("first line is damaged"))
        let third = lines[2]
        lines[2] = String(third.dropLast(3))
        #expect(refusal(lines.joined(separator: "\n")).contains("line 3 is no event"))
        lines[2] = "{\"t\":0,\"turn\":1,\"key\":\"f99\"}"
        #expect(refusal(lines.joined(separator: "\n")).contains("line 3 is no event"))
        lines[2] = third.replacing("\"turn\":1", with: "\"turn\":9")
        #expect(refusal(lines.joined(separator: "\n")).contains("line 4 is of an earlier turn"))
    }

    @Test("letters of notes are replaced, those of commands are not")
    func typing() {
        func typed(_ text: String, _ typing: Typing) -> String {
            guard case .paste(let text) = typing.recordable(.paste(text)) else { return "" }
            return text
        }
        #expect(typed("Özil, 7 漢!", .note) == "xxxx, 0 x!")
        #expect(typed("Meier", .nothing) == "Meier")
        #expect(typed("Meier 12", .command("reject ")) == "xxxxx 00")
        #expect(typed("ject Meier", .command("re")) == "ject xxxxx")
        #expect(typed("  flag Meier", .command("")) == "  flag xxxxx")
        #expect(typed("Lung_L", .command("structure ")) == "Lung_L")
        #expect(typed("export nifti /home/meier", .command("")) == "export xxxxx /xxxx/xxxxx")
        #expect(typed("load rs.dcm Meier", .command("")) == "load xx.xxx xxxxx")
        #expect(typed("PTV_60 red", .command("add ")) == "PTV_60 red", "later lines call it by its name")
        #expect(typed("CTV", .command("rename ")) == "CTV")
        #expect(typed("siteA", .command("filter ")) == "siteA", "the filter decides which case is opened next")
        let key = InputEvent.key(.character("M"), .shift)
        #expect(Typing.note.recordable(key) == .key(.character("x"), .shift))
        #expect(Typing.note.recordable(.key(.character("u"), .control)) == .key(.character("u"), .control))
        #expect(Typing.note.recordable(.key(.special(.enter), [])) == .key(.special(.enter), []))
    }

    @Test("a review that is asked for otherwise than it was recorded is refused")
    func otherOptions() throws {
        let header = try header()
        let program = try LoopFixture.program(
            on: ScriptedTerminal(), store: LoopFixture.emptyStore(in: folder.url), home: folder.url, sources: [],
            keymaps: try Keymaps([:]))
        var options = program.options
        #expect(header.objection(to: options, cases: 1) == nil)
        #expect(header.objection(to: options, cases: 0)?.contains("1 case named") == true)
        options.isBlinded = true
        #expect(header.objection(to: options, cases: 1)?.contains("without --blinded") == true)
        options.isBlinded = false
        options.adjudicates = true
        #expect(header.objection(to: options, cases: 1)?.contains("without --adjudicate") == true)
    }

    @Test("--record is found wherever --log is, and handed on")
    func commandLine() throws {
        func arguments(_ line: String) throws -> [String] {
            try SupportLog.wish(arguments: line.split(separator: " ").map(String.init), environment: [:]).arguments
        }
        #expect(try arguments("review a --record f b") == ["review", "a", "b", "--record=f"])
        #expect(try arguments("--record=f --log l review a") == ["review", "a", "--record=f"])
        #expect(try arguments("--record f review -- --record") == ["review", "--record=f", "--", "--record"])
        #expect(try arguments("review a") == ["review", "a"])
        #expect(throws: WorkError.self) { try arguments("review --record") }
    }
}
