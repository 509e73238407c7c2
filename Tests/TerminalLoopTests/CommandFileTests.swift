import CaseStore
import CaseWork
import Cases
import Foundation
import MemoryStore
import Review
import TerminalKit
import TestSupport
import Testing
import VolumeFiles
import Volumes

@testable import TerminalLoop

/// Commands of a file are done as if they were typed, up to the first that cannot be done.
@Suite("Command files")
struct CommandFileTests {
    private let folder: TemporaryFolder
    private let store: MemoryCaseStore
    private let source: CaseSource
    private let terminal = ScriptedTerminal()

    init() throws {
        folder = try TemporaryFolder()
        store = MemoryCaseStore(folder: folder.url, account: "ana")
        let geometry = try GridGeometry(size: GridSize(x: 24, y: 20, z: 4), spacing: Spacing(x: 2, y: 2, z: 3))
        let image = folder.file("a.nii.gz")
        try NiftiFile.write(Volume(geometry: geometry, filledWith: HounsfieldUnit(-100)), to: image)
        source = CaseSource(url: image)
    }

    /// Runs the program with a file until it ends.
    /// - Parameter use: what the user does beside it.
    /// - Returns: what stopped the file.
    private func run(
        _ text: String, leaves: Bool = true, _ use: (ScriptedTerminal) -> Void = { _ in }
    ) throws -> String? {
        var isCovered = false
        return try run(text, leaves: leaves, isCovered: &isCovered, use)
    }

    /// - Parameter isCovered: whether something lay over the image at the end.
    private func run(
        _ text: String, leaves: Bool = true, isCovered: inout Bool, _ use: (ScriptedTerminal) -> Void = { _ in }
    ) throws -> String? {
        let keymaps = try Keymaps([.normal: [("q", "quit"), ("?", "help")]])
        let program = try LoopFixture.program(
            on: terminal, store: store, home: folder.url, sources: [source], keymaps: keymaps,
            commands: CommandRun(CommandFile(text), leavesAfterwards: leaves))
        // Read again only once the thread has ended.
        nonisolated(unsafe) let same = program
        let ended = DispatchSemaphore(value: 0)
        Thread {
            _ = same.run()
            ended.signal()
        }.start()
        use(terminal)
        try #require(ended.wait(timeout: .now() + 120) == .success)
        isCovered = same.review.map { $0.mode != .normal } ?? false
        return same.commands?.failure
    }

    /// The names of the steps of the case's unfinished review, those of undoing with them.
    private func steps() throws -> [String] {
        let id = try #require(try store.worklist().items.first?.record.id)
        guard let session = try store.openSession(of: id) else { return [] }
        return try store.loadSession(session.id).entries.map { "\($0.kind.rawValue) \($0.name) \($0.structure)" }
    }

    @Test("lines are numbered as in the file; empty ones and comments say nothing, a colon may stand before a command")
    func lines() {
        let file = CommandFile("# brush\n\n  :brush 6mm\r\npaint 5 5 1 # no comment\n \t\n #paint 1 1\nundo")
        #expect(
            file.lines == [
                CommandFile.Line(number: 3, text: "brush 6mm"),
                CommandFile.Line(number: 4, text: "paint 5 5 1 # no comment"),
                CommandFile.Line(number: 7, text: "undo"),
            ])
    }

    @Test("what is no file of commands is said")
    func unreadable() throws {
        func said(_ path: String) -> String? {
            #expect(throws: WorkError.self) { try CommandFile(path: path) }?.description
        }
        let (binary, large) = (folder.file("binary"), folder.file("large"))
        try Data([0x70, 0xFF, 0xFE]).write(to: binary)
        try Data(repeating: 35, count: CommandFile.largest + 1).write(to: large)
        #expect(said(folder.file("none").path) == "There is nothing at \(folder.file("none").path).")
        #expect(said(binary.path) == "\(binary.path) is no text in UTF-8: it is no file of commands.")
        #expect(said(large.path) == "\(large.path) is larger than 1 MB: it is no file of commands.")
    }

    @Test("all lines are done in order, each once the one before is, and journalled")
    func done() throws {
        let failure = try run(
            "brush 6mm\nstructure Lung_R\npaint 5 5 1\nmargin +4mm 3d\nundo\n:paint 15 9 2\nexport nifti \(folder.file("o").path)"
        )
        #expect(failure == nil)
        #expect(
            try steps() == [
                "edit brush Lung_R", "edit margin +4mm Lung_R", "undo margin +4mm Lung_R", "edit brush Lung_R",
            ])
        #expect(FileManager.default.fileExists(atPath: folder.file("o/Lung_R.nii.gz").path))
    }

    @Test(
        "the first line that cannot be done stops the file",
        arguments: [
            ("paint 5 5 1\npaint 500 5 1\n\npaint 6 6 1\nundo", 2, "paint 500 5 1", "voxel 500 5 1 is off the grid", 2),
            ("paint 5 5 1\npiant 5 5 1\npaint 6 6 1", 2, "piant 5 5 1", "no command piant", 1),
            ("paint 5 5 1\n# next\npaint 5 x", 3, "paint 5 x", "x is not a whole number", 0),
            ("paint 5 5 1\nlock\npaint 9 9 2\nundo", 3, "paint 9 9 2", "is locked", 1),
            ("paint 5 5 1\nexport png \(NSTemporaryDirectory())x\nundo", 2, "export png", "png is not a format", 1),
            ("paint 5 5 1\nreject\nundo", 2, "reject", "what it asks to be typed belongs on its line", 1),
            ("paint 5 5 1\nyes\nundo", 2, "yes", "no command yes", 1),
        ])
    func refused(_ text: String, _ number: Int, _ line: String, _ reason: String, _ after: Int) throws {
        let failure = try #require(try run(text))
        #expect(failure.hasPrefix("Line \(number) of the command file, “\(line)"))
        #expect(failure.contains(reason))
        let rest =
            after == 0
            ? nil : " · \(Plural.count(after, "line")) after it \(Plural.word(after, "was", "were")) not done"
        if let rest { #expect(failure.hasSuffix(rest)) } else { #expect(!failure.contains("after it")) }
        #expect(try steps() == ["edit brush Lung_L"], "only what stands before it is done")
    }

    @Test("what lies over the image is closed first, however it was opened")
    func help() throws {
        // The help and a search in it, opened while the case is still being read.
        terminal.type("?/wi")
        var isCovered = true
        #expect(try run("paint 5 5 1", isCovered: &isCovered) == nil)
        #expect(!isCovered)
        #expect(try steps() == ["edit brush Lung_L"])
    }

    @Test("a question is answered by the next line alone")
    func questions() throws {
        #expect(try run("paint 5 5 1\naccept\nno\naccept\nyes") == nil)
        #expect(try store.corrections().corrections.map(\.status) == [.corrected])
    }

    @Test("a line that is no answer leaves the question unanswered")
    func noAnswer() throws {
        let failure = try run("paint 5 5 1\naccept\nundo\nyes")
        #expect(
            failure
                == "Line 3 of the command file, “undo”, was not done: a question is open, which only a line “yes” or "
                + "“no” answers · 1 line after it was not done")
        #expect(try store.corrections().corrections.isEmpty)
        #expect(try steps() == ["edit brush Lung_L"])
    }

    @Test("a file that ends with a question has not been done")
    func openEnd() throws {
        #expect(
            try run("paint 5 5 1\naccept")
                == "The command file ends with something undecided: a question is open.")
        #expect(try store.corrections().corrections.isEmpty)
        #expect(try steps() == ["edit brush Lung_L"])
    }

    @Test("an unfinished review is resumed or put aside by the first line")
    func resuming() throws {
        #expect(try run("paint 5 5 1") == nil)
        #expect(
            try run("paint 9 9 1")?.contains("a question is open, which only a line “yes” or “discard” answers") == true
        )
        #expect(try run("yes\npaint 9 9 2") == nil)
        #expect(try steps() == ["edit brush Lung_L", "edit brush Lung_L"])
        #expect(try run("discard\npaint 9 9 1") == nil)
        #expect(try steps() == ["edit brush Lung_L"])
    }

    @Test("without --then-quit the review stays open, and says what became of the file")
    func staysOpen() throws {
        let done = try run("brush 6mm\npaint 5 5 1", leaves: false) {
            #expect($0.wait(for: "all 2 lines of the command file were done"))
            $0.type("q")
        }
        #expect(done == nil)
        let failure = try run("yes\ndance\nundo", leaves: false) {
            #expect($0.wait(for: "Line 2 of the command file, “dance”, was not done: no command dance"))
            $0.type("q")
        }
        #expect(failure != nil)
        #expect(try steps() == ["edit brush Lung_L"])
    }

    @Test("a file that leaves the review ends there")
    func leaving() throws {
        #expect(try run("paint 5 5 1\nquit", leaves: false) == nil)
        #expect(try steps() == ["edit brush Lung_L"])
    }
}
