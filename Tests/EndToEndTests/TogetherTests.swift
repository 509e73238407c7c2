import Foundation
import TestSupport
import Testing

/// What several people do with the same cases.
@Suite("Together", .serialized)
struct TogetherTests {
    private func both() throws -> [String] {
        try [SampleCases.nifti(), SampleCases.dicom().appendingPathComponent("CT")].map(\.path)
    }

    @Test("the worklist is filtered, sorted, assigned and flagged, and leads from case to case")
    func worklist() async throws {
        let home = try TemporaryFolder()
        for path in try both() { #expect(try pleura("import", path, home: home).status == 0) }
        let list = try ReviewRun([], home: home, reviewer: "dr-list")
        try await list.see("2 cases", "› phantom-01", "who", "model")
        try list.session.sendLiteral("/CT")
        try await list.see("1 of 2 cases", "› phantom-01/CT")
        try list.press("Enter")
        try list.press("m")
        try await list.see("CT is yours now", "→ dr-list")
        try await list.command("flag thick slices?")
        try await list.see("CT is flagged")
        // The next key wipes the news away, and below the list stands what is known of the case.
        try list.press("j")
        try await list.see("flagged: thick slices?")
        // As fast as fingers that know vim: Escape and the colon arrive together.
        try list.press("Escape")
        try await list.command("sort who")
        try await list.see("▲who", "›!phantom-01/CT", "phantom-01")
        try list.press("?")
        try await list.see("The worklist: the ten keys you need")
        try list.press("Escape")
        try await list.wait(for: "the list without the help") { !$0.joined().contains("the ten keys you need") }
        // The next to do is the one that is mine.
        try list.press("n")
        try await list.see("Pleura  phantom-01/CT")
        try await list.seeOpen()
        try await list.see("thick slices?")
        try await list.command("defer wait for the other series")
        // On to the next by itself.
        try await list.wait(for: "the other case") {
            $0[0].contains("Pleura  phantom-01") && !$0[0].contains("phantom-01/CT")
        }
        try await list.seeOpen()
        try await list.accept()
        // And, nothing else being left, to the one that was put off.
        try await list.see("Pleura  phantom-01/CT", "phantom-01 filed as accepted, revision 1")
        try await list.seeOpen()
        try list.press("W")
        try await list.see("deferred", "accepted")
        try list.press("C")
        try await list.see("surface Dice", "phantom-01", "Lung_L 1.000 Lung_R 1.000")
        try list.press("M")
        try await list.see("The registry has no model yet")
        try list.press("Q")
        try await list.see("No fine-tuning job yet")
        try list.press("W")
        try await list.see("2 cases", "corrections")
        try list.press("W")
        try await list.quit()
        let log = try pleura("audit", "show", home: home).output
        for action in ["case.assigned", "case.flagged", "case.deferred"] { #expect(log.contains(action), "\(log)") }
        try expectIntactLog(home: home)
    }

    @Test("a correction counts once a second person approves it")
    func twoPersons() async throws {
        let home = try TemporaryFolder()
        let path = try SampleCases.nifti().path
        let author = try ReviewRun([path], home: home, reviewer: "dr-author", settings: "two_person = true")
        try await author.seeOpen()
        try await author.paint(slice: 13)
        try await author.accept()
        try await author.see("filed as corrected, revision 1 · waits for approval")
        try author.press("a")
        try await author.see("filed and waiting for approval; :reopen continues it")
        try await author.quit()
        let id = try #require(try corrections(home: home).first?["case"] as? String)
        #expect(try corrections(home: home).first?["approval"] as? String == "requested")
        let target = home.file("masks")
        let refused = try pleura("export", id, "--format", "nifti", "-o", target.path, home: home)
        #expect(refused.status == 2 && refused.errors.contains("approval"), "\(refused)")

        let second = try ReviewRun([path], home: home, reviewer: "dr-second", settings: "two_person = true")
        try await second.see("✓ corrected r1", "filed by dr-author; :approve it")
        try await second.command("return apex is missing")
        try await second.see("sent back to its author")
        try await second.quit()

        let again = try ReviewRun([path], home: home, reviewer: "dr-author", settings: "two_person = true")
        try await again.see("sent back by dr-second: apex is missing")
        try await again.command("reopen")
        try await again.seeScore("below 1, as filed") { $0 < 1 }
        try await again.accept()
        try await again.see("filed as corrected, revision 2 · waits for approval")
        try await again.quit()

        let third = try ReviewRun([path], home: home, reviewer: "dr-second", settings: "two_person = true")
        try await third.see("filed by dr-author; :approve it")
        try third.press("a")
        try await third.see("Approve the correction by dr-author?")
        try third.press("y")
        try await third.see("approved")
        try await third.quit()
        #expect(try pleura("export", id, "--format", "nifti", "-o", target.path, home: home).status == 0)
        try expectIntactLog(home: home)
    }

    @Test("a second reader sees nothing of the first, and the two are brought together slice by slice")
    func readings() async throws {
        let home = try TemporaryFolder()
        let path = try SampleCases.nifti().path
        let first = try ReviewRun([path], home: home, reviewer: "dr-first")
        try await first.seeOpen()
        try await first.go(to: 12)
        try await first.paint(slice: 12)
        try await first.accept()
        try await first.see("filed as corrected, revision 1")
        try await first.quit()
        let id = try #require(try corrections(home: home).first?["case"] as? String)

        let none = try pleura("review", "--adjudicate", id, "--blinded", home: home)
        #expect(none.status == 2 && none.errors.contains("exclude"), "\(none)")
        let second = try ReviewRun(["--blinded", id], home: home, reviewer: "dr-second")
        // The prediction as it was, and nothing that says what the first made of it.
        let rows = try await second.seeOpen()
        #expect(ReviewRun.score("Lung_L", in: rows) == 1 && !rows.joined().contains("dr-first"), second.shown)
        try await second.see("blinded reading", "baseline-threshold")
        try await second.go(to: 14)
        try await second.paint(slice: 14)
        try await second.accept()
        try await second.see("filed as corrected, revision 1")
        try await second.quit()
        // It is in no queue.
        #expect(try corrections(home: home).count == 1)
        // Who has read the case is no second reader of it.
        let twice = try ReviewRun(["--blinded", id], home: home, reviewer: "dr-first")
        // Two lines on a screen of this width.
        try await twice.see("dr-first has reviewed this case and is no", "second reader of it.")
        try await twice.quit()

        var judge = try ReviewRun(["--adjudicate", id], home: home, reviewer: "dr-judge")
        try await judge.seeOpen()
        try await judge.see("decided 0 of 2 slices", "F2 dr-first   F3 dr-second   F4 as it is")
        let apart = try await judge.seeScore("below 1 between the readers") { $0 < 1 }
        try await judge.go(to: 14)
        try await judge.see("not decided")
        // Windows are windows here as well.
        try judge.press("1")
        try await judge.see("not decided", "decided 0 of 2 slices")
        try judge.press("F3")
        try await judge.see("axial 12/24", "1 slice to decide", "decided 1 of 2 slices")
        try await judge.seeScore("closer to the second reader") { $0 > apart }
        // What is decided is still decided another day.
        try await judge.quit()
        judge = try ReviewRun(["--adjudicate", id], home: home, reviewer: "dr-judge")
        try await judge.see("An unfinished review of this case was found", "y or Enter  resume it")
        try judge.press("y")
        try await judge.see("axial 12/24", "decided 1 of 2 slices")
        try judge.press("a")
        try await judge.see("the readers differ on 1 slice that is not decided")
        try judge.press("Escape")
        try await judge.wait(for: "the question to go") { !$0.joined().contains("review first") }
        try judge.press("F2")
        try await judge.see("every slice on which the readers differ has been decided")
        try await judge.accept()
        try await judge.see("filed as corrected, revision 2")
        try await judge.quit()
        let filed = try corrections(home: home)
        #expect(filed.first?["reviewer"] as? String == "dr-judge")
        #expect(filed.first?["slices_touched"] as? [Int] == [11, 13])
        try expectIntactLog(home: home)
    }

    @Test("who waits for a case gets it with one key")
    func retry() async throws {
        let home = try TemporaryFolder()
        let path = try SampleCases.nifti().path
        let first = try ReviewRun([path], home: home, reviewer: "dr-first")
        try await first.seeOpen()
        let second = try ReviewRun([path], home: home, reviewer: "dr-second")
        try await second.see("○ read only", "R tries again")
        try await second.go(to: 9)
        try second.press("R")
        try await second.see("○ read only", "axial 9/24")
        try await first.quit()
        try second.press("R")
        try await second.seeOpen()
        try await second.see("axial 9/24")
        try await second.paint(slice: 9)
        try await second.quit()
    }
}
