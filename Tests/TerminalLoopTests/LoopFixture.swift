import CaseStore
import CaseWork
import Cases
import Editing
import Foundation
import JobWork
import MemoryStore
import Review
import Screens
import Segmentation
import TerminalKit
import TestNetworks
import Testing

@testable import TerminalLoop

/// The program as tests run it: in memory, with the baseline as its only model.
enum LoopFixture {
    static func program(
        on terminal: any InteractiveTerminal, store: any CaseStoring, home: URL, sources: [CaseSource],
        keymaps: Keymaps, recorder: SessionRecorder? = nil, player: SessionPlayer? = nil,
        commands: CommandRun? = nil, answerer: (any PromptAnswering)? = nil
    ) throws -> ReviewProgram {
        var options = OpeningOptions(
            reviewer: "ana", tolerance: { _ in 2 },
            conventions: StructureConventions(
                aliases: { throw WorkError("no aliases") }, colours: { throw WorkError("no colours") }),
            predictor: CasePredictor(
                ModelChoice(kind: .baseline, isNamed: false), networks: ThresholdNetworks(),
                options: PredictionOptions()))
        if let answerer { options.promptAnswering = { answerer } }
        return ReviewProgram(
            backend: terminal, store: store, sources: sources, options: options, render: try render(keymaps),
            personal: PersonalFiles(folder: home),
            training: TrainingNews(
                store: store, home: home, catalogue: { throw WorkError("no models") }, trigger: { 0 }),
            startWorker: { _ in throw WorkError("no worker") }, recorder: recorder, player: player,
            commands: commands)
    }

    static func emptyStore(in home: URL) -> any CaseStoring { MemoryCaseStore(folder: home, account: "ana") }

    static func render(_ keymaps: Keymaps) throws -> RenderOptions {
        var entries = Dictionary(uniqueKeysWithValues: ThemeRole.allCases.map { ($0.rawValue, "#808080") })
        entries["tint_strength"] = "0.5"
        entries["structures.fallback_1"] = "#ff00ff"
        return RenderOptions(
            theme: try Theme(name: "test", entries: entries, requiring: []), depth: .indexed, cells: .half,
            keymaps: keymaps)
    }

    /// Runs the program on a thread of its own.
    /// - Returns: what is signalled when it has ended.
    static func start(_ program: sending ReviewProgram) -> DispatchSemaphore {
        let ended = DispatchSemaphore(value: 0)
        // Handed over: nobody else has it.
        nonisolated(unsafe) let program = program
        Thread {
            _ = program.run()
            ended.signal()
        }.start()
        return ended
    }
}

extension ScriptedTerminal {
    /// Waits until the newest screen has all of these texts.
    /// - Returns: whether it had within a minute.
    func settle(on texts: String...) -> Bool {
        for _ in 0..<6000 {
            if let last = screens.last, texts.allSatisfy({ text in last.contains { $0.contains(text) } }) {
                return true
            }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return false
    }

    /// Waits until no new screen was drawn for half a second: scores and the like, which come by themselves, are there.
    /// - Returns: whether that was so within a minute.
    func rest() -> Bool {
        var (last, since) = (screens.count, Date())
        for _ in 0..<6000 {
            Thread.sleep(forTimeInterval: 0.01)
            if screens.count != last { (last, since) = (screens.count, Date()) }
            if Date().timeIntervalSince(since) > 0.5 { return true }
        }
        return false
    }

    /// Waits until a screen with a text was shown.
    /// - Parameter start: how many screens are passed over.
    /// - Returns: whether one was within a minute.
    func wait(for text: String, from start: Int = 0) -> Bool {
        for _ in 0..<6000 {
            if screens.dropFirst(start).contains(where: { $0.contains { $0.contains(text) } }) { return true }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return false
    }
}
