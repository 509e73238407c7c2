import Foundation
import TestSupport
import Testing

/// Kill -9 at random moments of reviewing, filing and queueing, with the real program; `LearningLoopTests` does the same
/// to workers. What the screen called saved is there afterwards, nothing is there twice, and the log is whole.
@Suite("Killed at random", .serialized)
struct RandomKillTests {
    /// How often each scenario kills.
    private static let kills = 60

    private struct Place: Hashable {
        let x, y, z: Int
    }

    /// The strokes of a review, each of one voxel of its own that is no lung before.
    private struct Strokes {
        /// Those that stood when the review was last opened, and those typed since.
        var standing: [Place] = []
        var typed: [Place] = []
        /// How many of them the screen has called saved.
        var saved = 0
        private var next = 0

        /// A voxel of the mediastinum: a row of its own, columns one after another.
        mutating func draw() -> Place {
            defer { next += 1 }
            let voxel = Place(x: 44 + next % 9, y: 36 + next / 9 % 7, z: 3 + next / 63 % 6)
            typed.append(voxel)
            return voxel
        }

        /// What the program says it found: all that was saved, and of the others the first ones.
        mutating func found(_ count: Int) throws {
            guard (saved...standing.count + typed.count).contains(count) else {
                throw Unexpected("\(count) edits where \(saved) were saved of \(standing.count) + \(typed.count)")
            }
            standing = Array((standing + typed).prefix(count))
            (typed, saved) = ([], count)
        }
    }

    private func wait(upTo milliseconds: Double, _ random: inout SeededGenerator) async throws {
        try await Task.sleep(for: .milliseconds(Double.random(in: 0...milliseconds, using: &random)))
    }

    /// Types strokes. With `isSeen`, waits until the last is on disk.
    private func paint(_ count: Int, _ run: ReviewRun, _ strokes: inout Strokes, isSeen: Bool) async throws {
        var last = Place(x: 0, y: 0, z: 0)
        for _ in 0..<count {
            last = strokes.draw()
            try await run.command("paint \(last.x) \(last.y) \(last.z)")
        }
        guard isSeen else { return }
        let place = "x \(last.x) y \(last.y) z \(last.z) "
        try await run.wait(for: "a stroke at \(place) that is saved") { rows in
            rows[0].contains("● saved") && rows.contains { $0.contains(place) }
                && rows.contains { $0.contains("brush Lung_L, slice \(last.z + 1): ") }
        }
        strokes.saved = strokes.standing.count + strokes.typed.count
    }

    /// Opens the case again and goes on with what was found, if there was anything.
    private func resume(_ run: ReviewRun, _ strokes: inout Strokes) async throws {
        let rows = try await run.wait(for: "the case, or the question whether to go on") { rows in
            rows.contains { $0.contains("An unfinished review") }
                || rows[0].contains(" saved") && ReviewRun.score("Lung_L", in: rows) != nil
        }
        guard let line = rows.first(where: { $0.contains("An unfinished review") }) else { return try strokes.found(0) }
        let words = line.split(whereSeparator: { !$0.isNumber && !$0.isLetter })
        let edits = words.firstIndex { $0 == "edits" || $0 == "edit" }
        try strokes.found(try #require(edits.flatMap { Int(words[$0 - 1]) }, "\(line)"))
        try run.press("y")
        try await run.see("resumed: \(strokes.standing.count) edit")
    }

    @Test("of a review that is killed again and again no saved stroke is lost, and none is made twice")
    func review() async throws {
        let home = try TemporaryFolder()
        let path = try SampleCases.nifti().path
        var random = SeededGenerator(seed: 61)
        var strokes = Strokes()
        for round in 0..<Self.kills {
            let run = try ReviewRun([path], home: home)
            if round % 6 == 5 {
                // While it starts or opens the case.
                try await wait(upTo: 700, &random)
            } else {
                try await resume(run, &strokes)
                try await run.command("brush radius 1mm")
                try await paint(Int.random(in: 1...3, using: &random), run, &strokes, isSeen: round % 2 == 0)
                try await paint(Int.random(in: 0...3, using: &random), run, &strokes, isSeen: false)
                try await wait(upTo: 60, &random)
            }
            try await run.session.kill()
        }
        let last = try ReviewRun([path], home: home)
        try await resume(last, &strokes)
        #expect(strokes.standing.count > Self.kills, "the scenario hardly paints")
        let masks = try await last.export(to: home.file("masks"))
        try await last.quit()
        let untouched = try await predicted(path)
        #expect(masks["Lung_R"] == untouched["Lung_R"])
        let before = PlainMask(try #require(untouched["Lung_L"]))
        var wanted = before
        for place in strokes.standing { wanted.values[wanted.index(place.x, place.y, place.z)] = true }
        #expect(wanted.count == before.count + strokes.standing.count, "strokes on lung, or twice on a voxel")
        #expect(PlainMask(try #require(masks["Lung_L"])) == wanted)
        #expect(try corrections(home: home).isEmpty)
        try expectIntactLog(home: home)
    }

    /// The masks of the case when nobody has painted.
    private func predicted(_ path: String) async throws -> [String: PlainNifti] {
        let home = try TemporaryFolder()
        let run = try ReviewRun([path], home: home)
        try await run.seeOpen()
        let masks = try await run.export(to: home.file("masks"))
        try await run.quit()
        return masks
    }

    @Test("a review that is killed while it is filed is filed once or not at all")
    func filing() async throws {
        let home = try TemporaryFolder()
        let path = try SampleCases.nifti().path
        var random = SeededGenerator(seed: 62)
        var strokes = Strokes()
        var revisions = 0
        for _ in 0..<Self.kills {
            let run = try ReviewRun([path], home: home)
            let rows = try await run.wait(for: "the case, or the question whether to go on") { rows in
                rows.contains { $0.contains("An unfinished review") }
                    || ReviewRun.score("Lung_L", in: rows) != nil
                        && (rows[0].contains(" saved") || rows[0].contains("✓"))
            }
            if rows.contains(where: { $0.contains("An unfinished review") }) {
                try run.press("y")
                try await run.see("resumed: ")
            } else if rows[0].contains("✓") {
                try await run.command("reopen")
                try await run.wait(for: "the case open again") { $0[0].contains("● saved") }
            }
            try await run.command("brush radius 1mm")
            try await paint(1, run, &strokes, isSeen: true)
            try await run.command("accept!")
            try await wait(upTo: 80, &random)
            try await run.session.kill()
            let filed = try corrections(home: home)
            let numbers = filed.compactMap { $0["revision"] as? Int }.sorted()
            #expect(numbers == Array(1..<(filed.count + 1)))
            #expect((revisions...(revisions + 1)).contains(filed.count))
            revisions = filed.count
            // One of them counts, the newest.
            let valid = filed.filter { $0["superseded"] as? Bool != true }
            #expect(valid.count == min(1, revisions) && (valid.isEmpty || valid[0]["revision"] as? Int == revisions))
        }
        #expect(revisions > 2 && revisions < Self.kills, "\(revisions) of \(Self.kills) were filed in time")
        try expectIntactLog(home: home)
        // What was filed last can be read, and is of this case.
        let id = try #require(try corrections(home: home).first?["case"] as? String)
        let out = home.file("filed").path
        #expect(try pleura("export", id, "--format", "nifti", "-o", out, home: home).status == 0)
        #expect(Masks.exist(in: URL(fileURLWithPath: out)))
    }

    @Test("the queue and the registry are whole whenever a command is killed")
    func queueing() throws {
        let home = try TemporaryFolder()
        let made = try pleura(
            [
                "rehearse", home.file("pleura").path, "--only-prepare", "--site", "siteA", "--cases", "2", "--hold-out",
                "3", "--matrix",
                "48", "--slices", "16", "--old-hold-out", "0", "--threads", "1",
            ], home: home)
        #expect(made.status == 0, "\(made.errors)")
        let filed = try corrections(home: home).count
        let path = try SampleCases.nifti().path
        let program = try pleuraBinary().path
        var random = SeededGenerator(seed: 63)
        var states: Set<String> = []
        for _ in 0..<Self.kills - 10 {
            let jobs = try #require(try pleuraJSON("queue", "list", "--json", home: home)["jobs"] as? [[String: Any]])
            let newest = "\(jobs.compactMap { $0["id"] as? Int }.max() ?? 1)"
            let commands = [
                ["queue", "add"], ["queue", "cancel", newest], ["queue", "retry", newest], ["import", path],
                ["models", "promote", "smoke@1", "--reason", "again"],
            ]
            let command = try #require(commands.randomElement(using: &random))
            let seconds = Double.random(in: 0.02...0.4, using: &random)
            _ = try runProgram(
                URL(fileURLWithPath: "/usr/bin/timeout"),
                ["--foreground", "-s", "KILL", "\(seconds)", program] + command,
                environment: cleanEnvironment(home: home.url))

            try expectIntactLog(home: home)
            #expect(try corrections(home: home).count == filed)
            let after = try #require(try pleuraJSON("queue", "list", "--json", home: home)["jobs"] as? [[String: Any]])
            states.formUnion(after.compactMap { $0["state"] as? String })
            // A correction is in one job at most that is not cancelled.
            let taken = after.filter { $0["state"] as? String != "cancelled" }
                .flatMap { $0["corrections"] as? [[String: Any]] ?? [] }.compactMap { $0["case"] as? String }
            #expect(Set(taken).count == taken.count, "\(command)")
            #expect(try pleura("models", "show", "smoke@1", "--card", home: home).status == 0)
        }
        #expect(states == ["queued", "cancelled"])
    }
}
