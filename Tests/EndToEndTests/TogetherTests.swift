import Foundation
import TestSupport
import Testing

/// What several people do with the same cases.
@Suite("Together", .serialized)
struct TogetherTests {
    private func both() throws -> [String] {
        try [SampleCases.nifti(), SampleCases.dicom().appendingPathComponent("CT")].map(\.path)
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
        try await author.see("waits for approval; :reopen goes on with it")
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
        try await third.see("approved")
        try await third.quit()
        #expect(try pleura("export", id, "--format", "nifti", "-o", target.path, home: home).status == 0)
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
