import Foundation
import TestSupport
import Testing

/// The queue, the models and the replay in a terminal, with the smallest network there is.
@Suite("Queue screens", .serialized)
struct QueueScreenTests {
    @Test("a job is worked on, judged, replayed, promoted and taken back without leaving the terminal")
    func loop() async throws {
        let home = try TemporaryFolder()
        let made = try pleura(
            "rehearse", home.file("pleura").path, "--only-prepare", "--site", "siteA", "--cases", "2", "--hold-out",
            "3", "--matrix", "48",
            "--slices", "16", "--old-hold-out", "0", "--threads", "1", home: home)
        #expect(made.status == 0, "\(made.errors)")
        // Workers of other tests are none of this one's.
        let list = try ReviewRun(
            [], home: home, reviewer: "dr-queue", columns: 160, rows: 45,
            variables: ["XDG_RUNTIME_DIR": home.url.path])
        try await list.see("5 cases")
        try list.press("Q")
        try await list.see("job 1 · queued", "○ no worker", "trains on 2 corrections")
        try list.press("t")
        try await list.see("Nothing would be trained on now", "not: job 1 has it", "held out to judge models by")
        try list.press("Escape", "w")
        try await list.wait(for: "the job's end") { rows in
            rows.contains { $0.contains("job 1 · promoted") || $0.contains("job 1 · held") }
        }
        try await list.see("surface Dice, hold-out (3 patients)")
        try list.press("o")
        try await list.see("side by side: before, after", "siteA-case-1")
        try list.press("o")
        try await list.see("replay: mask", "○ read only")
        try await list.wait(for: "a measured replay") { ReviewRun.score("Lung_L", in: $0) != nil }
        // Nothing can be changed in it.
        try list.press("a")
        try await list.see("replay: mask")
        try list.press("q")
        try await list.see("side by side: before, after")
        try list.press("M")
        try await list.see("lineage", "smoke@2 ← smoke@1", "by patient, largest loss first")
        let rows = try list.session.screen()
        if rows.contains(where: { $0.contains("smoke@2 · held") }) {
            try list.press("p")
            try await list.see("use smoke@2 because:")
            try list.session.sendLiteral("the test decides")
            try list.press("Enter")
            try await list.see("Put smoke@2 in use because: the test decides?")
            try list.press("y")
            try await list.see("smoke@2 is in use now")
        }
        try await list.see("smoke@2 · in use")
        try list.press("b")
        try await list.see("Take smoke@2 out of use and go back to smoke@1?")
        try list.press("y")
        try await list.see("smoke@1 is in use again", "smoke@2 · was in use")
        try list.press("W")
        try await list.see("5 cases", "corrections")
        try await list.quit()
        let story = try pleura("audit", "show", home: home).output
        #expect(story.contains("\"kind\":\"rollback\""), "\(story)")
        try expectIntactLog(home: home)
    }

    @Test("a finished job announces itself while a case is reviewed, and one key leads to it and back")
    func announcement() async throws {
        let home = try TemporaryFolder()
        let made = try pleura(
            "rehearse", home.file("pleura").path, "--only-prepare", "--site", "siteA", "--cases", "1", "--hold-out",
            "2", "--matrix", "48",
            "--slices", "16", "--old-hold-out", "0", "--threads", "1", home: home)
        #expect(made.status == 0, "\(made.errors)")
        let review = try ReviewRun([try SampleCases.nifti().path], home: home, reviewer: "dr-busy", columns: 160)
        try await review.seeOpen()
        try review.press("Q")
        try await review.see("job 1 · queued")
        try review.press("x")
        try await review.see("Cancel job 1?")
        try review.press("y")
        try await review.see("job 1 is cancelled")
        try review.press("r")
        try await review.see("job 1 is queued again")
        try review.press("q")
        try await review.seeOpen()
        try await review.go(to: 9)
        let worked = try pleura("worker", "--once", "--threads", "1", "--beside-others", home: home)
        #expect(worked.status == 0 && worked.errors.contains("smoke@2 is held"), "\(worked)")
        try await review.see("job 1 on smoke@1 is done", "axial 9/24")
        try review.press("Q")
        try await review.wait(for: "the job that has ended") { rows in
            rows.contains { $0.contains("job 1 · promoted") || $0.contains("job 1 · held") }
        }
        try review.press("q")
        try await review.see("axial 9/24")
        try await review.quit()
    }

    @Test("what corrections took is told as a table, as JSON and as charts; a case tells its story")
    func figures() async throws {
        let home = try TemporaryFolder()
        let made = try pleura(
            "rehearse", home.file("pleura").path, "--only-prepare", "--site", "siteA", "--cases", "2", "--hold-out",
            "1", "--matrix", "48",
            "--slices", "16", "--old-hold-out", "0", "--threads", "1", home: home)
        #expect(made.status == 0, "\(made.errors)")
        let charts = home.file("stats.svg")
        let table = try pleura("queue", "stats", "--svg", charts.path, home: home)
        #expect(table.status == 0 && table.output.contains("smoke@1"), "\(table)")
        let svg = try String(contentsOf: charts, encoding: .utf8)
        // Four charts of three corrections.
        #expect(svg.hasPrefix("<svg") && svg.components(separatedBy: "<circle").count == 13)
        let figures = try pleuraJSON("queue", "stats", "--json", home: home)
        let items = try #require(figures["corrections"] as? [[String: Any]])
        #expect(items.count == 3)
        let queue = try corrections(home: home)
        for item in items {
            let filed = try #require(queue.first { $0["case"] as? String == item["case"] as? String })
            let structures = try #require(filed["structures"] as? [[String: Any]])
            let length = structures.reduce(0.0) { $0 + ($1["added_path_length_mm"] as? Double ?? .nan) }
            #expect(abs((item["added_path_length_mm"] as? Double ?? .nan) - length) < 1e-9)
        }
        let id = try #require(items.first?["case"] as? String)
        let story = try pleura("audit", "show", id, home: home)
        #expect(
            story.status == 0 && story.output.contains("registered it") && story.output.contains("filed a correction"),
            "\(story)")
    }
}
