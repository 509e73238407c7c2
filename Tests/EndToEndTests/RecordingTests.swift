import Foundation
import TestSupport
import Testing

/// A session is recorded in a real terminal and played back without one.
@Suite("Recording and playing back", .serialized)
struct RecordingTests {
    /// The same image in another place, under the same name.
    private func copy(below folder: TemporaryFolder) throws -> String {
        let target = folder.file("phantom-01")
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        let image = target.appendingPathComponent("ct.nii.gz")
        try FileManager.default.copyItem(at: try SampleCases.nifti().appendingPathComponent("ct.nii.gz"), to: image)
        return image.path
    }

    private func replay(_ arguments: String..., home: TemporaryFolder) throws -> (ProgramResult, [String: Any]) {
        let result = try pleura(["replay"] + arguments + ["--json"], home: home)
        let document = try? JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        return (result, document ?? [:])
    }

    @Test("a filed review ends with the same masks on a copy of the case, and touches nothing of the user's")
    func filed() async throws {
        let (home, other, third) = (try TemporaryFolder(), try TemporaryFolder(), try TemporaryFolder())
        let (image, recording) = (try copy(below: other), home.file("session.jsonl").path)
        let run = try ReviewRun(["--record", recording, image], home: home)
        try await run.seeOpen()
        try await run.paint(slice: 13)
        try await run.go(to: 12)
        try await run.command("paint 50 50")
        try await run.seeScore("that of two strokes") { $0 < 1 }
        try await run.accept()
        try await run.see("filed as corrected, revision 1")
        try await run.quit()
        #expect(try corrections(home: home).count == 1)

        let copied = try copy(below: third)
        #expect(copied != image)
        let (result, document) = try replay(recording, copied, home: home)
        #expect(result.status == 0, "\(result)")
        #expect(document["differences"] as? [String] == [])
        let masks = try #require(document["masks"] as? [[String: Any]])
        #expect(masks.map { $0["moment"] as? String } == ["opened", "left"])
        #expect(
            masks.allSatisfy { $0["same"] as? Bool == true && $0["recorded"] as? String == $0["played"] as? String })
        #expect(masks.first?["played"] as? String != masks.last?["played"] as? String)
        let screen = try #require(document["screen"] as? [String])
        #expect(screen.count == 36 && screen.contains { $0.contains("filed as corrected, revision 1") })
        #expect(try corrections(home: home).count == 1)

        let unnamed = try pleura("replay", recording, home: home)
        #expect(unnamed.status == 2 && unnamed.errors.contains("recorded with 1 case named"), "\(unnamed)")
    }

    @Test("a session that was killed is played up to where it was, and that is said")
    func killed() async throws {
        let (home, other) = (try TemporaryFolder(), try TemporaryFolder())
        let (image, recording) = (try copy(below: other), home.file("session.jsonl").path)
        let run = try ReviewRun(["--record", recording, image], home: home)
        try await run.seeOpen()
        try await run.paint(slice: 13)
        try run.session.signal(SIGKILL)
        #expect(try await run.session.waitForEnding(timeout: ReviewRun.patience) == .killed(SIGKILL))
        let (result, document) = try replay(recording, image, home: home)
        #expect(result.status == 0 && result.errors.contains("note: the recording has no end"), "\(result)")
        let screen = try #require(document["screen"] as? [String])
        #expect(screen.contains { $0.contains("u undoes brush Lung_L, slice 13") }, "\(screen)")
        // The half line that a power cut may leave.
        let handle = try #require(FileHandle(forWritingAtPath: recording))
        try handle.truncate(atOffset: try handle.seekToEnd() - 3)
        try handle.close()
        let (cut, _) = try replay(recording, image, home: home)
        #expect(cut.errors.contains("cut off in the middle of line"), "\(cut)")
    }

    @Test("--record is an option of sessions, and never overwrites")
    func refusals() throws {
        let home = try TemporaryFolder()
        let file = home.file("there.jsonl")
        try Data("mine\n".utf8).write(to: file)
        let elsewhere = try pleura("doctor", "--record", home.file("new.jsonl").path, home: home)
        #expect(elsewhere.status == 2 && elsewhere.errors.contains("--record"), "\(elsewhere)")
        let foreign = try pleura("replay", file.path, home: home)
        #expect(foreign.status == 2 && foreign.errors.contains("is no recording"), "\(foreign)")
        let missing = try pleura("replay", home.file("none").path, home: home)
        #expect(missing.status == 2 && missing.errors.contains("There is no recording at"), "\(missing)")
    }

    @Test("the tour can be recorded and played, on a case that is made for both")
    func tour() async throws {
        let home = try TemporaryFolder()
        let recording = home.file("tour.jsonl").path
        let run = try ReviewRun(["--record", recording], home: home, program: "tour")
        try await run.wait(for: "the first lesson") { $0[0].contains(" saved") }
        try run.press("j", "j")
        try await run.quit()
        let (result, document) = try replay(recording, home: home)
        #expect(result.status == 0 && document["differences"] as? [String] == [], "\(result)")
        #expect((document["masks"] as? [[String: Any]])?.count == 2)
    }
}
