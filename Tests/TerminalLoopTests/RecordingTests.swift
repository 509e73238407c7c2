import CaseStore
import CaseWork
import Cases
import Editing
import Foundation
import VolumeFiles
import JobWork
import MemoryStore
import Review
import TerminalKit
import TestSupport
import Testing
import Volumes

@testable import TerminalLoop

/// A session that was recorded and is played back does the same again.
@Suite("Recorded sessions")
struct RecordingTests {
    private let folder: TemporaryFolder
    private var file: URL { folder.file("session.jsonl") }

    init() throws { folder = try TemporaryFolder() }

    private func keymaps(undo: String = "u") throws -> Keymaps {
        try Keymaps([
            .normal: [
                ("q", "quit"), ("j", "slice +1"), (undo, "undo"), (":", "command"), ("W", "worklist"), ("r", "redo"),
            ],
            .worklist: [("q", "quit"), ("o", "open"), ("j", "down")],
        ])
    }

    /// A data folder of its own with a case in it.
    private struct Place {
        let home: URL
        let store: MemoryCaseStore
        let source: CaseSource

        init(_ name: String, below folder: TemporaryFolder, of value: Int16 = -100) throws {
            home = folder.file(name)
            try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
            store = MemoryCaseStore(folder: home, account: "ana")
            let geometry = try GridGeometry(size: GridSize(x: 24, y: 20, z: 4), spacing: Spacing(x: 2, y: 2, z: 3))
            let image = home.appendingPathComponent("a.nii.gz")
            try NiftiFile.write(Volume(geometry: geometry, filledWith: HounsfieldUnit(value)), to: image)
            source = CaseSource(url: image)
        }
    }

    /// A drag of the left button over the middle of the image.
    private let drag: [InputEvent] = [
        .mouse(MouseEvent(kind: .press(.left), x: 40, y: 15)), .mouse(MouseEvent(kind: .drag(.left), x: 44, y: 16)),
        .mouse(MouseEvent(kind: .release(.left), x: 47, y: 15)),
    ]

    /// Records a session: what a user does once the case is open.
    /// - Returns: the terminal with all its screens.
    private func record(
        in place: Place, sources: [CaseSource]? = nil, answerer: (any PromptAnswering)? = nil,
        _ use: (ScriptedTerminal) throws -> Void
    ) throws -> ScriptedTerminal {
        let (terminal, keymaps) = (ScriptedTerminal(), try keymaps())
        let sources = sources ?? [place.source]
        let header = RecordingHeader(
            command: "review", size: terminal.size, render: try LoopFixture.render(keymaps), settings: nil,
            personal: PersonalFiles(folder: place.home), given: sources.count)
        let program = try LoopFixture.program(
            on: terminal, store: place.store, home: place.home, sources: sources, keymaps: keymaps,
            recorder: try SessionRecorder(file: file.path, header: header), answerer: answerer)
        let ended = LoopFixture.start(program)
        try use(terminal)
        #expect(ended.wait(timeout: .now() + 60) == .success)
        return terminal
    }

    private func read(_ file: URL? = nil) throws -> SessionRecording {
        try SessionRecording(file: (file ?? self.file).path, version: Version.text)
    }

    private func play(
        _ recording: SessionRecording, in place: Place, sources: [CaseSource]? = nil, keymaps: Keymaps? = nil,
        answerer: (any PromptAnswering)? = nil
    ) throws -> PlayedSession {
        PersonalFiles(folder: place.home).begin(learned: recording.header.learned)
        let player = SessionPlayer(recording, patience: .seconds(3))
        let program = try LoopFixture.program(
            on: player.terminal, store: place.store, home: place.home, sources: sources ?? [place.source],
            keymaps: keymaps ?? self.keymaps(), player: player, answerer: answerer)
        _ = program.run()
        return player.result
    }

    /// Paints with the mouse and by command, undoes, goes to another slice and size, and leaves.
    private func edit(_ terminal: ScriptedTerminal) throws {
        #expect(terminal.wait(for: "● saved"))
        terminal.send(drag)
        #expect(terminal.wait(for: "u undoes brush"))
        terminal.type("j")
        terminal.type(":brush 6mm\r:paint 5 5 1\r:paint 15 9 2\r")
        terminal.resize(columns: 100, rows: 30)
        terminal.type("uru")
        terminal.send(drag)
        terminal.type(":1\r")
        #expect(terminal.settle(on: "axial 1/4", "● saved"))
        #expect(terminal.rest())
        terminal.type("q")
    }

    @Test("played on a copy of the case, it ends with the same masks and the same screen")
    func sameAgain() throws {
        let first = try Place("first", below: folder)
        let terminal = try record(in: first, edit)
        let recording = try read()
        #expect(recording.warnings == [] && recording.header.given == 1)
        let second = try Place("second", below: folder)
        let result = try play(recording, in: second)
        #expect(result.differences == [])
        #expect(result.isSame)
        #expect(result.masks.map(\.moment) == ["opened", "left"] && result.masks.allSatisfy { $0.same == true })
        #expect(result.masks[0].recorded != result.masks[1].recorded, "the session has changed the masks")
        #expect(result.sameScreen == true && result.screen == terminal.screens.last)
        #expect(result.screen.count == 30 && result.screen.contains { $0.contains("axial 1/4") })
        // Not only the digests: the journals of both stores lead to the same.
        let lengths = try [first, second].map { place in
            try #require(
                try place.store.worklist().items.first.flatMap { try place.store.openSession(of: $0.record.id) }
            )
            .journalLength
        }
        #expect(lengths[0] == lengths[1] && lengths[0] > 4, "\(lengths)")
    }

    @Test("played on another case, or one that has been edited since, it says so")
    func otherCase() throws {
        _ = try record(in: try Place("first", below: folder), edit)
        let recording = try read()
        let other = try play(recording, in: try Place("other", below: folder, of: -50))
        #expect(!other.isSame && other.differences.contains { $0.hasPrefix("another case was opened") })
        let place = try Place("edited", below: folder)
        #expect(try play(recording, in: place).isSame)
        let again = try play(recording, in: place)
        #expect(!again.isSame, "the edits of before wait to be resumed")
    }

    @Test("the event that a program dies of is in the file, and what came before is played")
    func killed() throws {
        let place = try Place("first", below: folder)
        let copy = folder.file("copy.jsonl")
        _ = try record(in: place) { terminal in
            #expect(terminal.wait(for: "● saved"))
            terminal.send(drag)
            #expect(terminal.settle(on: "u undoes brush", "● saved"))
            // As kill -9 would leave it.
            try FileManager.default.copyItem(at: file, to: copy)
            terminal.type("q")
        }
        let recording = try read(copy)
        #expect(recording.warnings.count == 1 && recording.warnings[0].contains("has no end"))
        #expect(recording.lines.contains { $0.what == .input(drag[2]) })
        let result = try play(recording, in: try Place("second", below: folder))
        #expect(result.isSame && result.sameScreen == nil)
        #expect(result.masks.map(\.moment) == ["opened", "left"] && result.masks[1].same == nil)
        #expect(result.masks[1].played == (try read()).lines.compactMap(\.masks).last?.masks)
        #expect(result.screen.contains { $0.contains("u undoes brush") })
    }

    @Test("a session of the worklist is played over a store with the same cases")
    func worklist() throws {
        func registered(_ name: String) throws -> Place {
            let place = try Place(name, below: folder)
            try place.store.register(try LoadedCase.read(place.source).record, by: "ana", now: Date())
            return place
        }
        _ = try record(in: try registered("first"), sources: []) { terminal in
            #expect(terminal.wait(for: "1 case"))
            terminal.type("o")
            #expect(terminal.wait(for: "● saved"))
            terminal.type(":paint 5 5 1\r")
            #expect(terminal.settle(on: "brush Lung_L, slice 2: +", "● saved"))
            let shown = terminal.screens.count
            terminal.type("W")
            #expect(terminal.wait(for: "1 case", from: shown))
            terminal.type("q")
        }
        let result = try play(try read(), in: try registered("second"), sources: [])
        #expect(result.differences == [])
        #expect(result.masks.map(\.same) == [true, true])
    }

    /// Marks two voxels, takes what they come to, and carries it on.
    private func mark(_ terminal: ScriptedTerminal) throws {
        #expect(terminal.wait(for: "● saved"))
        terminal.type(":scribble\r")
        #expect(terminal.settle(on: "answered by refine@1"))
        terminal.type(":scribble inside 5 5 1\r")
        #expect(terminal.settle(on: "refine by 1 mark (refine@1): Enter accepts"))
        terminal.type(":scribble inside 9 5 1\r:scribble inside 14 5 1\r")
        #expect(terminal.settle(on: "refine by 3 marks (refine@1): Enter accepts"))
        terminal.type(":confirm\r")
        #expect(terminal.settle(on: "refine by 3 marks (refine@1) Lung_L", "● saved"))
        terminal.type(":carry\r")
        #expect(terminal.settle(on: "carry (refine@1): Enter accepts"))
        terminal.type(":confirm\r")
        #expect(terminal.settle(on: "carry (refine@1) Lung_L: +", "● saved"))
        terminal.type("q")
    }

    @Test("marks are answered in the same way again, and it is said where nobody is there to answer them")
    func prompts() throws {
        _ = try record(in: try Place("first", below: folder), answerer: FakeAnswerer(reach: 3), mark)
        let recording = try read()
        let result = try play(recording, in: try Place("second", below: folder), answerer: FakeAnswerer(reach: 3))
        #expect(result.differences == [] && result.isSame && result.masks.map(\.same) == [true, true])
        let nobody = try play(recording, in: try Place("third", below: folder))
        #expect(!nobody.isSame)
        #expect(nobody.differences.contains { $0.hasPrefix("“answererReady” of line") })
    }

    /// Adds a structure of the reviewer's own, draws on it, and does to it all that is called by its name.
    private func addStructures(_ terminal: ScriptedTerminal) throws {
        #expect(terminal.wait(for: "● saved"))
        terminal.type(":add PTV\r:paint 5 5 1\r:paint 15 9 2\r")
        #expect(terminal.settle(on: "brush PTV", "● saved"))
        terminal.type(":add CTV\r:set CTV = PTV + 4mm\r")
        #expect(terminal.settle(on: "set to PTV + 4mm CTV: +", "● saved"))
        terminal.type(":rename CTV CTV_2\r:structure PTV\r:delete\r")
        #expect(terminal.settle(on: "deleted PTV", "● saved"))
        terminal.type("u")
        #expect(terminal.settle(on: "undo delete PTV", "● saved"))
        terminal.type("q")
    }

    @Test("structures that were added are added again, by the names that they were given")
    func addedStructures() throws {
        let place = try Place("first", below: folder)
        _ = try record(in: place, addStructures)
        let result = try play(try read(), in: try Place("second", below: folder))
        #expect(result.differences == [] && result.isSame && result.masks.map(\.same) == [true, true])
        let last = try #require(result.masks.last)
        #expect(last.moment == "left" && result.masks[0].recorded != last.recorded)
    }

    /// Looks at what is told and shown beside the slice, and lets slices play.
    private func look(_ terminal: ScriptedTerminal) throws {
        #expect(terminal.wait(for: "● saved"))
        terminal.send(drag)
        #expect(terminal.settle(on: "u undoes brush", "● saved"))
        terminal.type(":statistics\r")
        #expect(terminal.settle(on: "longest line", "volumes of all structures"))
        terminal.send([.key(.special(.escape), [])])
        terminal.type(":slab 9 mip\r")
        #expect(terminal.settle(on: "MIP 9 mm, slices"))
        terminal.type(":messages\r")
        #expect(terminal.settle(on: "Enter goes to its slice"))
        terminal.send([.key(.special(.escape), [])])
        terminal.type(":slab off\r:1\r:cine 30\r")
        #expect(terminal.wait(for: "axial 4/4"))
        terminal.type(":2\r")
        #expect(terminal.settle(on: "axial 2/4"))
        terminal.type("q")
    }

    @Test("what was looked at is looked at again, and nothing of it changes a mask")
    func looking() throws {
        _ = try record(in: try Place("first", below: folder), look)
        let result = try play(try read(), in: try Place("second", below: folder))
        #expect(result.differences == [] && result.isSame)
    }

    /// Scribbles twice without anybody to answer, and takes what image edges make of it.
    private func scribble(_ terminal: ScriptedTerminal) throws {
        #expect(terminal.wait(for: "● saved"))
        terminal.type(":scribble\r")
        #expect(terminal.settle(on: "answered by image edges"))
        terminal.type(":scribble inside 5 5 1\r:scribble outside 12 12 1\r:scribble apply 3d\r")
        #expect(terminal.settle(on: "PREVIEW redraw", "Enter accepts"))
        terminal.type(":confirm\r")
        #expect(terminal.settle(on: "redraw Lung_L: +", "● saved"))
        terminal.type(":margin +2mm 3d\r")
        #expect(terminal.settle(on: "margin +2mm Lung_L: +", "● saved"))
        #expect(terminal.rest())
        terminal.type("q")
    }

    @Test("a recording of before there was anybody to answer marks is played as it was, whoever is there now")
    func earlier() throws {
        _ = try record(in: try Place("first", below: folder), scribble)
        // Recordings of then have no number for what was worked out.
        let text = try String(contentsOf: file, encoding: .utf8)
        let old = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.contains("\"worked\"") ? String(line).replacing(#/"number":\d+,/#, with: "") : String(line)
        }.joined(separator: "\n")
        #expect(old != text)
        try Data(old.utf8).write(to: file)
        let answerer = FakeAnswerer(reach: 3)
        let result = try play(try read(), in: try Place("second", below: folder), answerer: answerer)
        #expect(result.differences == [] && result.isSame && result.sameScreen == true)
        // It was there, warmed up, and nobody asked it.
        #expect(answerer.questions.count == 1)
    }

    /// What is worked out already does not come, since who was ready before it does not: that is no reason to wait for ever.
    @Test("a model that became ready during an operation is missed, and the session goes on")
    func readyDuringAnOperation() throws {
        _ = try record(in: try Place("first", below: folder), answerer: FakeAnswerer(reach: 3)) { terminal in
            #expect(terminal.wait(for: "● saved"))
            terminal.type(":scribble\r")
            #expect(terminal.settle(on: "answered by refine@1"))
            terminal.type(":paint 5 5 1\r:margin +2mm 3d\r")
            #expect(terminal.settle(on: "margin +2mm Lung_L: +", "● saved"))
            terminal.type("q")
        }
        var lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
        let ready = try #require(lines.firstIndex { $0.contains("\"answererReady\"") })
        let line = lines.remove(at: ready)
        let worked = try #require(lines.firstIndex { $0.contains("\"worked\"") })
        let turn = try #require(lines[worked].firstMatch(of: #/"turn":\d+/#)).output
        lines.insert(line.replacing(#/"turn":\d+/#, with: String(turn)), at: worked)
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
        let nobody = try play(try read(), in: try Place("second", below: folder))
        #expect(nobody.differences.contains { $0.hasPrefix("“answererReady” of line") })
        #expect(nobody.masks.map(\.same) == [true, true], "the margin needs nobody")
    }

    @Test("files are written by nobody while a recording is played")
    func export() throws {
        let target = folder.file("masks")
        _ = try record(in: try Place("first", below: folder)) { terminal in
            #expect(terminal.wait(for: "● saved"))
            terminal.type(":export nifti \(target.path)\r")
            #expect(terminal.wait(for: "exported to"))
            terminal.type("q")
        }
        try FileManager.default.removeItem(at: target)
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(!typed(try read()).contains("masks") && text.contains("letters of notes"))
        let result = try play(try read(), in: try Place("second", below: folder))
        #expect(result.isSame && !FileManager.default.fileExists(atPath: target.path))
    }

    @Test("what is typed as a note is in the file by its length alone")
    func notes() throws {
        _ = try record(in: try Place("first", below: folder)) { terminal in
            #expect(terminal.wait(for: "● saved"))
            terminal.type(":flag Meier 1950\r")
            #expect(terminal.wait(for: "flag"))
            terminal.type(":flag\r")
            #expect(terminal.wait(for: "flag because"))
            terminal.type("Anna, 7 b")
            terminal.send([.paste("Ort"), .key(.special(.enter), [])])
            terminal.type("q")
        }
        #expect(typed(try read()) == ":flag xxxxx 0000\r:flag\rxxxx, 0 xxxx\rq")
    }

    /// The characters of a recording, and what was pasted.
    private func typed(_ recording: SessionRecording) -> String {
        recording.lines.map { line in
            switch line.what {
            case .input(.key(.character(let character), _)): String(character)
            case .input(.key(.special(.enter), _)): "\r"
            case .input(.paste(let text)): text
            default: ""
            }
        }.joined()
    }

    @Test("a session that is refused another file than a new one")
    func existing() throws {
        try Data("mine".utf8).write(to: file)
        #expect(throws: WorkError.self) { try record(in: try Place("first", below: folder)) { _ in } }
        #expect(try String(contentsOf: file, encoding: .utf8) == "mine")
    }
}

extension RecordedLine {
    /// How masks stand, where the line says so.
    fileprivate var masks: RecordedMasks? { if case .masks(let masks) = what { masks } else { nil } }
}
