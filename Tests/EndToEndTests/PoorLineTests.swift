import Foundation
import TestSupport
import Testing

/// A terminal at the end of a poor line: reports that come in pieces, releases that never come, and a wheel that is spun.
@Suite("A poor line", .serialized)
struct PoorLineTests {
    /// A busy machine made a pause so long that it was another case than the one that is tried.
    private struct Stretched: Error {}

    /// What the panel says of the brush, without the image beside it.
    private static func brush(in rows: [String]) -> String? {
        rows.lazy.compactMap { row in row.range(of: "paint  2D  r ").map { String(row[$0.lowerBound...]) } }.first
    }

    /// Sends a report in two pieces with a pause between them.
    /// - Throws: ``Stretched`` if the pause came out so long that Escape alone is rightly taken for the key.
    private func send(
        _ code: Int, _ column: Int, _ row: Int, _ end: Character, cut: Int, pause: Int, to review: ReviewRun
    ) throws {
        let bytes = Array("\u{1b}[<\(code);\(column + 1);\(row + 1)\(end)".utf8)
        let place = min(cut, bytes.count - 1)
        let began = ContinuousClock.now
        try review.session.sendBytes(Array(bytes[..<place]))
        // On this very thread: a task that sleeps waits for a thread as well, for seconds where many tests run.
        Thread.sleep(forTimeInterval: Double(pause) / 1000)
        try review.session.sendBytes(Array(bytes[place...]))
        if ContinuousClock.now - began > .milliseconds(600) { throw Stretched() }
        Thread.sleep(forTimeInterval: 0.03)
    }

    @Test("a stroke whose reports are cut anywhere is the stroke, and nothing else happens", .timeLimit(.minutes(10)))
    func cutReports() async throws {
        var left: [(cut: Int, pause: Int)] = [
            (1, 20), (1, 50), (1, 300), (2, 100), (3, 300), (5, 50), (7, 300), (9, 100),
        ]
        // A pause that a busy machine has stretched is tried again in a new review; what was tried is done.
        for _ in 0..<20 where !left.isEmpty {
            do { try await strokes(&left) } catch is Stretched {}
        }
        #expect(left.isEmpty, "the machine is too busy to cut a report with the pauses that are wanted")
    }

    /// Paints a stroke for each cut and pause, and takes those that were tried from the list.
    private func strokes(_ left: inout [(cut: Int, pause: Int)]) async throws {
        let home = try TemporaryFolder()
        let review = try ReviewRun([try SampleCases.nifti().path], home: home)
        try await review.seeOpen()
        try await review.go(to: 12)
        try await review.paint(slice: 12)
        let wanted = try await review.export(to: home.file("whole"))
        let brush = try #require(Self.brush(in: try review.session.screen()))
        try review.press("u")
        try await review.see("undo brush")
        while let (cut, pause) = left.first {
            try send(0, 40, 15, "M", cut: cut, pause: pause, to: review)
            try send(32, 44, 16, "M", cut: cut, pause: pause, to: review)
            try send(32, 47, 15, "M", cut: cut, pause: pause, to: review)
            try send(0, 47, 15, "m", cut: cut, pause: pause, to: review)
            try await review.seeScore("below 1") { $0 < 1 }
            let masks = try await review.export(to: home.file("cut-\(cut)-\(pause)"))
            for (name, mask) in wanted { #expect(masks[name]?.values == mask.values, "\(cut), \(pause): \(name)") }
            let rows = try review.session.screen()
            #expect(Self.brush(in: rows) == brush, review.shown)
            #expect(rows[1].contains("axial 12/24") && !rows[1].contains("×"), review.shown)
            try review.press("u")
            try await review.seeScore("1 again: it was one step") { $0 == 1 }
            left.removeFirst()
        }
        try await review.quit()
    }

    @Test("a release that is lost ends the stroke when the mouse moves on", .timeLimit(.minutes(5)))
    func lostRelease() async throws {
        let home = try TemporaryFolder()
        let review = try ReviewRun([try SampleCases.nifti().path], home: home)
        try await review.seeOpen()
        try await review.go(to: 12)
        try review.session.mouse(.press, column: 40, row: 15)
        try review.session.mouse(.drag, column: 44, row: 15)
        try review.session.sendBytes(Array("\u{1b}[<35;50;16M".utf8))
        let stroke = try await review.seeScore("below 1") { $0 < 1 }
        for column in 51..<60 { try review.session.sendBytes(Array("\u{1b}[<35;\(column);20M".utf8)) }
        try review.press("j", "k")
        try await review.see("axial 12/24")
        try await review.seeScore("that of the stroke") { $0 == stroke }
        try review.press("u")
        try await review.seeScore("1: it was one stroke") { $0 == 1 }
        try await review.quit()
    }

    @Test("what flashes by was not seen, and hidden masks are pointed out and shown", .timeLimit(.minutes(5)))
    func notSeen() async throws {
        let home = try TemporaryFolder()
        let review = try ReviewRun([try SampleCases.nifti().path], home: home)
        try await review.seeOpen()
        try review.press("Home")
        try await review.see("axial 1/24")
        try review.session.sendBytes(Array(String(repeating: "\u{1b}[<65;40;15M", count: 300).utf8))
        try await review.see("axial 24/24")
        try review.press("a")
        let rows = try await review.see("Before this is filed:", "of 24 slices were not seen")
        let line = try #require(rows.first { $0.contains("of 24 slices were not seen") })
        let unseen = try #require(line.split(separator: " ").compactMap { Int($0) }.first)
        #expect(unseen >= 18, "\(line)")
        try review.press("Escape")
        try await review.wait(for: "no question") { !$0.joined().contains("Before this is filed") }
        try review.press("s")
        try await review.see("MASKS HIDDEN · s shows them")
        try review.press("Home")
        try await review.see("axial 1/24", "MASKS HIDDEN")
        try await review.command("paint 40 40 11")
        try await review.wait(for: "the masks again") { !$0.joined().contains("MASKS HIDDEN") }
        try await review.quit()
    }
}
