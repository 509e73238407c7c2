import CaseStore
import CaseWork
import Cases
import Foundation
import JobWork
import MemoryStore
import Review
import Screens
import Segmentation
import TerminalKit
import TestSupport
import Testing
import VolumeFiles
import Volumes

@testable import TerminalLoop

/// The screen never waits for the store: keys are answered while the store still thinks.
@Suite("A slow store")
struct SlowStoreTests {
    private let folder: TemporaryFolder
    private let store: MemoryCaseStore
    private let terminal = ScriptedTerminal()

    init() throws {
        folder = try TemporaryFolder()
        store = MemoryCaseStore(folder: folder.url, account: "ana")
        let geometry = try GridGeometry(size: GridSize(x: 8, y: 8, z: 4), spacing: Spacing(x: 2, y: 2, z: 3))
        try store.register(
            CaseRecord(
                id: CaseID(rawValue: "1.2.3"), seriesUID: "1.2.3", source: folder.file("elsewhere").path,
                contentDigest: "0", geometry: geometry, minimumHU: -1000, maximumHU: 400, structures: [],
                warnings: []),
            by: "ana", now: Date())
    }

    /// Runs the program on a thread of its own.
    /// - Returns: what is signalled when it has ended.
    private func start(_ sources: [CaseSource] = []) throws -> DispatchSemaphore {
        try LoopFixture.start(
            LoopFixture.program(on: terminal, store: store, home: folder.url, sources: sources, keymaps: keymaps()))
    }

    private func keymaps() throws -> Keymaps {
        try Keymaps([
            .normal: [("W", "worklist"), ("q", "quit")],
            .worklist: [("?", "help"), ("q", "quit"), ("t", "assign"), ("j", "down"), ("n", "next"), ("o", "open")],
        ])
    }

    /// Which screen was the first that has a text.
    private func first(_ text: String) -> Int? {
        terminal.screens.firstIndex { $0.contains { $0.contains(text) } }
    }

    private func wait(for text: String, from start: Int = 0) -> Bool { terminal.wait(for: text, from: start) }

    @Test("help comes up before the store has said which cases there are")
    func worklist() throws {
        store.answerDelay = .seconds(2)
        terminal.type("?")
        let ended = try start()
        #expect(wait(for: "1 case"))
        store.answerDelay = .zero
        terminal.type("qq")
        #expect(ended.wait(timeout: .now() + 60) == .success)
        let (reading, help, cases) = (first("reading…"), first("this help"), first("1 case"))
        #expect(try #require(reading) < #require(help), "it is said that the list is being read")
        #expect(try #require(help) < #require(cases), "the key is answered while the store thinks")
    }

    @Test("an unread list is not called empty")
    func unread() throws {
        store.answerDelay = .seconds(2)
        terminal.type("n")
        let ended = try start()
        #expect(wait(for: "the worklist is still being read"))
        store.answerDelay = .zero
        #expect(wait(for: "1 case"))
        #expect(first("no case left") == nil)
        terminal.type("q")
        #expect(ended.wait(timeout: .now() + 60) == .success)
    }

    @Test("who has moved on in the list that is being read anew stays there")
    func movedOn() throws {
        let geometry = try GridGeometry(size: GridSize(x: 8, y: 8, z: 4), spacing: Spacing(x: 2, y: 2, z: 3))
        let sources = try ["a", "b"].enumerated().map { i, name in
            let file = folder.file("\(name).nii.gz")
            try NiftiFile.write(Volume(geometry: geometry, filledWith: HounsfieldUnit(Int16(-100 - i))), to: file)
            return CaseSource(url: file)
        }
        let ended = try start(sources)
        #expect(wait(for: "● saved"))
        terminal.type("W")
        #expect(wait(for: "3 cases"))
        var shown = terminal.screens.count
        terminal.type("o")
        #expect(wait(for: "● saved", from: shown))
        store.answerDelay = .seconds(2)
        shown = terminal.screens.count
        terminal.type("Wj")
        #expect(wait(for: "› b", from: shown))
        store.answerDelay = .zero
        #expect(wait(for: "3 cases", from: shown))
        let last = try #require(terminal.screens.last)
        #expect(last.contains { $0.contains("› b") } && !last.contains { $0.contains("› a") }, "\(last)")
        terminal.type("q")
        #expect(ended.wait(timeout: .now() + 60) == .success)
    }

    @Test("what could not be written is told on the screen")
    func failing() throws {
        store.failNextWrites(1, of: .teamwork, with: .busy(path: "/store", operation: "assigning a case"))
        let ended = try start()
        #expect(wait(for: "1 case"))
        terminal.type("t")
        #expect(wait(for: "assigning a case"))
        terminal.type("q")
        #expect(ended.wait(timeout: .now() + 60) == .success)
        #expect(try store.worklist().items.allSatisfy { $0.assignee == nil })
    }
}
