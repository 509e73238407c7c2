import Foundation
import TestSupport
import Testing

/// Who the patient is stays in the images: nothing that the program writes of itself repeats it.
@Suite("Privacy")
struct PrivacyTests {
    @Test("a patient's name and number are in no file and no message")
    func nothingLeaks() async throws {
        let home = try TemporaryFolder()
        // The phantom's own folder is named as its patient is.
        let images = try TemporaryFolder()
        let series = images.file("series")
        try FileManager.default.copyItem(at: SampleCases.dicom().appendingPathComponent("CT"), to: series)
        let marks = ["PHANTOM^", "phantom-01", "PHANTOM-01"]
        #expect(try files(below: series).allSatisfy { try holds(marks[0], $0) }, "the test has nothing to look for")

        var said = ""
        func note(_ result: ProgramResult, line: Int = #line) {
            #expect(result.status == 0, "line \(line): \(result)")
            said += result.output + result.errors
        }
        note(try pleura("import", series.path, "--json", home: home))
        let log = home.file("support.log")
        let recording = home.file("session.jsonl")
        let review = try ReviewRun(
            ["--log", log.path, "--log-level", "trace", "--record", recording.path, series.path], home: home)
        try await review.seeOpen()
        said += try review.session.screen().joined(separator: "\n")
        try await review.paint(slice: 13)
        try await review.accept()
        said += try await review.see("filed as corrected, revision 1").joined(separator: "\n")
        try await review.quit()
        said += try review.session.screen().joined(separator: "\n")
        let worklist = try ReviewRun([], home: home)
        said += try await worklist.see("corrected", "series").joined(separator: "\n")
        try await worklist.quit()
        note(try pleura("render", series.path, "-o", home.file("screen.svg").path, home: home))
        note(try pleura("queue", "list", "--json", home: home))
        note(try pleura("audit", "show", "--json", home: home))
        note(
            try pleura(
                "predict", series.path, "-o", home.file("masks").path, "--log=\(log.path)", "--log-level=trace",
                home: home))
        let failed = try pleura(
            "--log", log.path, "render", series.path, "--slice", "99", "-o", home.file("x.svg").path, home: home)
        said += failed.errors
        // The log tells what happened, and of whom it tells nothing, not even where the images are.
        let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
        for wanted in [
            " info ", "begins command=review", "case is open seconds=", "effect name=journal", "news name=filed",
            "action name=", "begins command=predict", "ends status=0", "ends error=ProgramError.ProgramError status=2",
        ] { #expect(lines.contains { $0.contains(wanted) }, "\(wanted)") }
        #expect(lines.allSatisfy { !$0.contains(series.path) && !$0.contains("Lung_") })
        let recorded = try String(contentsOf: recording, encoding: .utf8)
        #expect(recorded.contains("\"char\":\"a\"") && recorded.contains("\"news\":\"filed\""))
        #expect(!recorded.contains(series.path) && !recorded.contains("Lung_"))
        let wrong = try pleura("doctor", "--log-level", "loud", home: home)
        #expect(wrong.status == 2 && wrong.errors.contains("--log-level is one of trace, debug"))

        let written = try files(below: home.url)
        #expect(written.contains { $0.lastPathComponent == "pleura.sqlite" })
        for mark in marks {
            #expect(!said.contains(mark))
            for file in written {
                #expect(!(try holds(mark, file)), "\(file.lastPathComponent) holds \(mark)")
                #expect(!file.lastPathComponent.contains(mark))
            }
        }
    }

    private func files(below folder: URL) throws -> [URL] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).map { folder.appendingPathComponent($0) }
            .filter { url in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && !isFolder.boolValue
            }
    }

    private func holds(_ text: String, _ file: URL) throws -> Bool {
        try Data(contentsOf: file).range(of: Data(text.utf8)) != nil
    }
}
