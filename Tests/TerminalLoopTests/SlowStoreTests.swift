import CaseStore
import CaseWork
import Cases
import Foundation
import JobWork
import Learning
import MemoryStore
import Review
import Screens
import TerminalKit
import TestSupport
import Testing
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

    private func program() throws -> ReviewProgram {
        var entries = Dictionary(uniqueKeysWithValues: ThemeRole.allCases.map { ($0.rawValue, "#808080") })
        entries["tint_strength"] = "0.5"
        entries["structures.fallback_1"] = "#ff00ff"
        let keymaps = try Keymaps([.worklist: [("?", "help"), ("q", "quit"), ("t", "assign")]])
        let options = OpeningOptions(
            reviewer: "ana", tolerance: { _ in 2 },
            conventions: StructureConventions(
                aliases: { throw WorkError("no aliases") }, colours: { throw WorkError("no colours") }),
            predictor: CasePredictor(
                ModelChoice(kind: .baseline, isNamed: false), device: .cpu, options: PredictionOptions()))
        return ReviewProgram(
            backend: terminal, store: store, sources: [], options: options,
            render: RenderOptions(
                theme: try Theme(name: "test", entries: entries), depth: .indexed, cells: .half, keymaps: keymaps),
            personal: PersonalFiles(folder: folder.url),
            training: TrainingNews(
                store: store, home: folder.url, catalogue: { throw WorkError("no models") }, trigger: { 0 }),
            startWorker: { _ in throw WorkError("no worker") })
    }

    /// Runs the program on a thread of its own.
    /// - Returns: what is signalled when it has ended.
    private func start() throws -> DispatchSemaphore {
        let ended = DispatchSemaphore(value: 0)
        // Handed over: nobody else has it.
        nonisolated(unsafe) let program = try program()
        Thread {
            _ = program.run()
            ended.signal()
        }.start()
        return ended
    }

    /// Which screen was the first that has a text.
    private func first(_ text: String) -> Int? {
        terminal.screens.firstIndex { $0.contains { $0.contains(text) } }
    }

    /// Waits until a screen with a text was shown.
    /// - Returns: whether one was within a minute.
    private func wait(for text: String) -> Bool {
        for _ in 0..<6000 {
            if first(text) != nil { return true }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return false
    }

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
