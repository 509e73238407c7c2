import Foundation
import TestSupport
import Testing

/// Whatever the program is at, it can be left: nothing crashes, and the terminal is given back.
@Suite("Quitting", .serialized)
struct QuitTests {
    /// How a program may be told to go, and how it then ends.
    private static let ways: [(name: String, leave: @Sendable (ReviewRun) throws -> Void, ending: TmuxSession.Ending)] =
        [
            ("q", { try $0.press("q") }, .exited(0)), ("Ctrl-C", { try $0.press("C-c") }, .exited(0)),
            ("SIGTERM", { try $0.session.signal(SIGTERM) }, .killed(SIGTERM)),
            ("SIGHUP", { try $0.session.signal(SIGHUP) }, .killed(SIGHUP)),
            (":quit!", { try $0.session.sendLiteral(":quit!\r") }, .exited(0)),
        ]

    @Test("at any moment of a prediction by the shipped model")
    func whilePredicting() async throws {
        let folder = try TemporaryFolder()
        let made = try pleura(
            "phantom", folder.file("patients").path, "--patients", "1", "--matrix", "192", "--slices", "60",
            home: folder)
        try #require(made.status == 0, "\(made)")
        let image = folder.file("patients/phantom-01/ct.nii.gz").path
        var random = SeededGenerator(seed: 17)
        var wasPredicting = 0
        for round in 0..<20 {
            let home = try TemporaryFolder()
            let run = try ReviewRun(
                [image], home: home,
                variables: ["PLEURA_MODELS": repositoryRoot().appendingPathComponent("models").path])
            let way = Self.ways[round % Self.ways.count]
            // The image is there, and the engine is being loaded or at work.
            try await run.wait(for: "the image") { $0.first?.contains("192×192×60") == true }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...2500, using: &random)))
            if try run.session.screen().joined().contains("lungs-real@2: ") { wasPredicting += 1 }
            try way.leave(run)
            #expect(try await run.session.waitForEnding(timeout: ReviewRun.patience) == way.ending, "\(way.name)")
            // The case is not left locked for the next.
            let next = try pleura("sessions", "list", "--json", home: home)
            #expect(next.status == 0, "\(next)")
        }
        #expect(wasPredicting > 3, "the scenario hardly ever meets a prediction")
    }

    @Test("during a region task q is answered, and stops it if one likes")
    func whileARegionIsComputed() async throws {
        let home = try TemporaryFolder()
        let run = try ReviewRun([try SampleCases.nifti().path], home: home)
        try await run.seeOpen()
        try run.session.sendLiteral(":margin 25 3d\rq")
        // Either the question, or, on a machine that was faster than the key, the end.
        try await run.wait(for: "an answer, or the end") { rows in
            !run.session.isRunning || rows.contains { $0.contains("is still being computed") }
        }
        if run.session.isRunning { try run.press("y") }
        #expect(try await run.session.waitForEnding(timeout: ReviewRun.patience) == .exited(0), run.shown)
    }
}
