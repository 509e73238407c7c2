import Foundation
import TestSupport
import Testing

/// Who may write, and what becomes of what is judged.
@Suite("Reviewers and revisions", .serialized)
struct ReviewersTests {
    @Test("a case is open for writing in one place at a time")
    func twoReviewers() async throws {
        let home = try TemporaryFolder()
        let path = try SampleCases.nifti().path
        let first = try ReviewRun([path], home: home, reviewer: "dr-first")
        try await first.seeOpen()

        let second = try ReviewRun([path], home: home, reviewer: "dr-second")
        try await second.see("○ read only", "read only: dr-first has this case open")
        try second.session.drag(through: [(column: 40, row: 15), (column: 44, row: 15)])
        try second.press("a")
        try await second.see("read only: dr-first has this case open", "Lung_L     1.000")
        try await second.quit()
        #expect(try corrections(home: home).isEmpty)

        try await first.paint(slice: 13)
        try await first.quit()
        let third = try ReviewRun([path], home: home, reviewer: "dr-second")
        try await third.see("An unfinished review of this case was found: 1 edit.")
        try await third.startOver()
        try await third.seeScore("1") { $0 == 1 }
        try await third.paint(slice: 13)
        try await third.session.kill()

        // A lease whose holder is dead holds nobody up.
        let fourth = try ReviewRun([path], home: home, reviewer: "dr-first")
        try await fourth.see("An unfinished review of this case was found: 1 edit.")
        try fourth.press("y")
        try await fourth.seeScore("below 1") { $0 < 1 }
        try await fourth.accept()
        try await fourth.see("filed as corrected, revision 1")
        try await fourth.quit()
        #expect(try corrections(home: home).first?["reviewer"] as? String == "dr-first")
        try expectIntactLog(home: home)
    }

    @Test("the worklist has the cases of the command line, opened or not")
    func worklist() async throws {
        let home = try TemporaryFolder()
        let paths = try [SampleCases.nifti(), SampleCases.dicom().appendingPathComponent("CT")].map(\.path)
        let review = try ReviewRun(paths, home: home)
        try await review.seeOpen()
        try await review.see("case 1/2")
        try review.press("W")
        try await review.see("2 cases", "› phantom-01", "not opened yet")
        try review.press("j")
        try await review.see("› phantom-01/CT")
        try review.press("Enter")
        try await review.seeOpen()
        try await review.see("Pleura  phantom-01/CT", "case 2/2")
        // Back to the first case, which is no longer held by anyone.
        try review.press("C-p")
        try await review.see("Pleura  phantom-01 ", "case 1/2")
        try await review.seeOpen()
        try review.press("C-n")
        try await review.see("Pleura  phantom-01/CT")
        try await review.seeOpen()
        try review.press("W")
        let rows = try await review.see("2 cases", "› phantom-01/CT")
        #expect(!rows.joined().contains("not opened yet"), review.shown)
        try await review.quit()
    }

    @Test("a rejection keeps its reason and gives no masks away")
    func rejection() async throws {
        let home = try TemporaryFolder()
        let review = try ReviewRun([try SampleCases.nifti().path], home: home)
        try await review.seeOpen()
        try review.press("r")
        try await review.see("reject because:")
        try review.press("Enter")
        try await review.see("a rejection needs a reason")
        try review.press("r")
        try await review.see("reject because:")
        try review.session.sendLiteral("apex is cut off")
        try await review.see("reject because: apex is cut off")
        try review.press("Enter")
        try await review.see("Reject this case because: apex is cut off", "y  reject")
        try review.press("y")
        try await review.see("filed as rejected, revision 1", "✓ rejected r1")
        try await review.quit()

        let item = try #require(try corrections(home: home).first)
        #expect(item["status"] as? String == "rejected")
        #expect(item["reason"] as? String == "apex is cut off")
        let id = try #require(item["case"] as? String)
        let target = home.file("masks")
        let refused = try pleura("export", id, "--format", "nifti", "-o", target.path, home: home)
        #expect(refused.status == 2)
        #expect(refused.output.isEmpty)
        #expect(refused.errors.contains("rejected") && refused.errors.contains("apex is cut off"), "\(refused)")
        #expect(!FileManager.default.fileExists(atPath: target.path))
    }

    @Test("reopening makes a new revision and keeps the old one")
    func reopening() async throws {
        let home = try TemporaryFolder()
        let path = try SampleCases.nifti().path
        let review = try ReviewRun([path], home: home)
        try await review.seeOpen()
        try await review.go(to: 10)
        try await review.paint(slice: 10)
        try await review.accept()
        try await review.see("filed as corrected, revision 1")
        try await review.quit()

        // A filed case opens as it was filed, and stays so until it is reopened.
        let again = try ReviewRun([path], home: home)
        try await again.see("✓ corrected r1")
        try await again.command("reopen")
        try await again.seeScore("below 1, as filed") { $0 < 1 }
        try await again.go(to: 16)
        try await again.paint(slice: 16)
        try await again.accept()
        try await again.see("filed as corrected, revision 2")
        try await again.quit()

        let filed = try corrections(home: home)
        let states = filed.map { "\($0["revision"] ?? "") \($0["superseded"] ?? "") \($0["slices_touched"] ?? "")" }
        #expect(filed.map { $0["revision"] as? Int } == [2, 1], "\(states)")
        #expect(filed.map { $0["superseded"] as? Bool } == [false, true], "\(states)")
        #expect(filed.map { $0["slices_touched"] as? [Int] } == [[9, 15], [9]], "\(states)")
        let id = try #require(filed.first?["case"] as? String)
        let (exported, predicted) = (home.file("exported"), home.file("predicted"))
        #expect(try pleura("export", id, "--format", "nifti", "-o", exported.path, home: home).status == 0)
        #expect(try pleura("predict", path, "-o", predicted.path, home: home).status == 0)
        let (after, before) = (try Masks.read(exported), try Masks.read(predicted))
        #expect(
            PlainNifti.slicesThatDiffer(try #require(after["Lung_L"]), try #require(before["Lung_L"])) == [9, 15])
        try expectIntactLog(home: home)
    }
}
