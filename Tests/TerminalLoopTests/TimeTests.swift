import CaseStore
import Cases
import Foundation
import MemoryStore
import Review
import TestSupport
import Testing

@testable import TerminalLoop

/// What is done as time passes does not depend on how often the screen is drawn.
@Suite("Time in the event loop")
struct TimeTests {
    private let folder: TemporaryFolder
    private let terminal = ScriptedTerminal()

    init() throws { folder = try TemporaryFolder() }

    private func program() throws -> ReviewProgram {
        try LoopFixture.program(
            on: terminal, store: LoopFixture.emptyStore(in: folder.url), home: folder.url, sources: [],
            keymaps: Keymaps([.normal: [("q", "quit")]]))
    }

    @Test("the store is read once in so many seconds, and none of them is missed")
    func reading() throws {
        let program = try program()
        /// How often lists and jobs were read at a time of the clock.
        func reads(at second: Double) -> [Int] {
            _ = program.take(Turn(now: Date(timeIntervalSince1970: second), happenings: [.tick(seconds: 0.03)]))
            program.listQueue.sync {}
            let news = program.mailbox.takeAll()
            return [
                news.count { if case .lists = $0 { true } else { false } },
                news.count { if case .jobs = $0 { true } else { false } },
            ]
        }
        program.listQueue.sync {}
        _ = program.mailbox.takeAll()
        #expect(reads(at: 1004.9) == [0, 0])
        #expect(reads(at: 1005) == [1, 1])
        for part in 1..<20 { #expect(reads(at: 1005 + Double(part) * 0.04) == [0, 0]) }
        #expect(reads(at: 1009) == [0, 0])
        // The tenth second was slept through.
        #expect(reads(at: 1011.2) == [1, 1])
        #expect(reads(at: 1011.5) == [0, 0] && reads(at: 1014) == [0, 0] && reads(at: 1015) == [1, 1])
    }

    @Test("what drawing takes is no part of the wait for the next tick")
    func waiting() throws {
        let program = try program()
        program.lastTick = Date(timeIntervalSinceNow: -0.75)
        var ticks: [Double] = []
        // News of the lists may come first.
        for _ in 0..<50 where ticks.isEmpty {
            for case .tick(let seconds) in program.nextTurn().happenings { ticks.append(seconds) }
            #expect(try #require(terminal.lastTimeout) <= 250)
        }
        // A recording has milliseconds: what the program acts on is what will be played back.
        #expect(ticks.count == 1 && ticks.allSatisfy { $0 >= 1 && $0 == ($0 * 1000).rounded() / 1000 })
        // Put back, the clock is not waited for.
        program.lastTick = Date(timeIntervalSinceNow: 3600)
        terminal.type("x")
        _ = program.nextTurn()
        #expect(try #require(terminal.lastTimeout) <= 1000)
        #expect(program.lastTick <= Date())
    }
}
