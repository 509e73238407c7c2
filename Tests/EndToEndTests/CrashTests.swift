import Foundation
import TestSupport
import Testing

/// A power cut in the middle of a review loses at most the stroke in flight.
@Suite("Kill and resume", .serialized)
struct CrashTests {
    @Test("what was saved comes back to the voxel, can be undone, or be put aside")
    func killAndResume() async throws {
        let home = try TemporaryFolder()
        let path = try SampleCases.nifti().path
        let first = try ReviewRun([path], home: home)
        try await first.seeOpen()
        try await first.go(to: 10)
        try await first.paint(slice: 10)
        try await first.go(to: 12)
        try await first.paint(row: 12, slice: 12)
        let two = try await first.export(to: home.file("two"))
        try await first.go(to: 14)
        try await first.paint(row: 17, slice: 14)
        let three = try await first.export(to: home.file("three"))
        #expect(PlainNifti.slicesThatDiffer(try #require(two["Lung_L"]), try #require(three["Lung_L"])) == [13])
        // A stroke that is still under way when the power goes.
        try first.session.mouse(.press, column: 30, row: 8)
        try first.session.mouse(.drag, column: 34, row: 9)
        try await first.session.kill()

        let second = try ReviewRun([path], home: home)
        try await second.see("An unfinished review of this case was found: 3 edits.")
        // Escape is no answer: nothing is thrown away by accident.
        try second.press("Escape")
        try await second.see("An unfinished review of this case was found: 3 edits.")
        try second.press("y")
        try await second.see("resumed: 3 edits restored", "axial 14/24")
        #expect(try await second.export(to: home.file("resumed")) == three)
        try expectEqualMasks("three", "resumed", home: home)
        try second.press("u")
        try await second.see("undo brush Lung_L, slice 14")
        #expect(try await second.export(to: home.file("undone")) == two)
        try second.press("C-r")
        try await second.see("redo brush Lung_L, slice 14")
        #expect(try await second.export(to: home.file("redone")) == three)
        try await second.see("● saved")
        try await second.session.kill()

        let third = try ReviewRun([path], home: home)
        try await third.see("An unfinished review of this case was found: 3 edits.")
        // No letter throws anything away, and nothing else is an answer while the question stands.
        try third.press("n", "N", "Escape")
        try await third.see("An unfinished review of this case was found: 3 edits.")
        try third.session.sendLiteral("discard")
        try await third.see("> discard")
        try third.press("Enter")
        try await third.see("started over; the 3 edits were put aside")
        try await third.seeScore("1, as predicted") { $0 == 1 }
        try await third.quit()
        // What was put aside is not offered again.
        let fourth = try ReviewRun([path], home: home)
        try await fourth.seeScore("1") { $0 == 1 }
        #expect(!(try fourth.session.screen().joined().contains("unfinished")), fourth.shown)
        // It is listed, and comes back to the voxel.
        try await fourth.command("sessions")
        try await fourth.see("1 review put aside", "3 edits  slices 10 12 14")
        try fourth.press("Enter")
        try await fourth.see("resumed: 3 edits restored")
        #expect(try await fourth.export(to: home.file("restored")) == three)
        try await fourth.quit()
        let listed = try pleuraJSON("sessions", "list", "--json", home: home)
        let sessions = try #require(listed["sessions"] as? [[String: Any]])
        #expect(sessions.count == 1 && sessions[0]["edits"] as? Int == 3, "\(sessions)")
        #expect(sessions[0]["slices"] as? [Int] == [10, 12, 14], "\(sessions)")
        let id = try #require(sessions[0]["case"] as? String)
        let number = try #require(sessions[0]["session"] as? Int)
        let restored = try pleura("sessions", "restore", id, "\(number)", home: home)
        #expect(restored.status == 0, "\(restored)")
        #expect(try pleura("sessions", "restore", id, "9999", home: home).status == 2)
        #expect(try corrections(home: home).isEmpty)
        try expectIntactLog(home: home)
    }

    @Test("a review that was left in peace is offered too, and can then be filed")
    func quitAndResume() async throws {
        let home = try TemporaryFolder()
        let path = try SampleCases.nifti().path
        let first = try ReviewRun([path], home: home)
        try await first.seeOpen()
        try await first.paint(slice: 13)
        let score = try await first.seeScore("below 1") { $0 < 1 }
        try await first.quit()
        let second = try ReviewRun([path], home: home)
        try await second.see("An unfinished review of this case was found: 1 edit.")
        try second.press("y")
        try await second.seeScore("as it was") { $0 == score }
        try await second.accept()
        try await second.see("filed as corrected, revision 1")
        try await second.quit()
        #expect(try corrections(home: home).first?["slices_touched"] as? [Int] == [12])
    }

    private func expectEqualMasks(_ a: String, _ b: String, home: TemporaryFolder) throws {
        let report = try pleuraJSON("metrics", home.file(a).path, home.file(b).path, "--json", home: home)
        let structures = try #require(report["structures"] as? [[String: Any]])
        #expect(structures.map { $0["name"] as? String } == ["Lung_L", "Lung_R"])
        for structure in structures {
            #expect(structure["volumetric_dice"] as? Double == 1)
            let tolerances = try #require(structure["tolerances"] as? [[String: Any]])
            #expect(tolerances.map { $0["surface_dice"] as? Double } == [1])
        }
    }
}
