import Foundation
import TestSupport
import Testing

/// What the lists say of a data folder is of that folder: whose worker runs, and which case is which.
@Suite("Lists of a data folder", .serialized)
struct WorkplaceTests {
    private func screen(_ name: String, home: TemporaryFolder, runtime: String? = nil) throws -> String {
        let file = home.file("\(name).ansi")
        let result = try runProgram(
            pleuraBinary(),
            ["render", "--screen", name, "--format", "ansi", "--size", "160x40", "-o", file.path],
            environment: cleanEnvironment(home: home.url, adding: runtime.map { ["XDG_RUNTIME_DIR": $0] } ?? [:]))
        guard result.status == 0 else { throw Unexpected("render \(name): \(result)") }
        return try String(contentsOf: file, encoding: .utf8).replacing(/\u{1b}\[[0-9;]*m/, with: "")
    }

    @Test("the queue shows the worker of its own data folder, and no other's", arguments: [[], ["--beside-others"]])
    func workerLight(_ options: [String]) async throws {
        let (mine, other) = (try TemporaryFolder(), try TemporaryFolder())
        // One folder of the session for both, as one person at one computer has it.
        let runtime = mine.file("runtime")
        try FileManager.default.createDirectory(at: runtime, withIntermediateDirectories: true)
        #expect(try screen("queue", home: mine, runtime: runtime.path).contains("○ no worker"))
        let worker = try ReviewRun(
            options, home: mine, variables: ["XDG_RUNTIME_DIR": runtime.path], program: "worker")
        try await worker.see("Worker of")
        #expect(try screen("queue", home: mine, runtime: runtime.path).contains("● worker"))
        #expect(try screen("queue", home: other, runtime: runtime.path).contains("○ no worker"))
        if options.isEmpty {
            let refused = try runProgram(
                pleuraBinary(), ["worker", "--once"],
                environment: cleanEnvironment(home: other.url, adding: ["XDG_RUNTIME_DIR": runtime.path]))
            #expect(refused.status == 1 && refused.errors.contains("for another data folder"), "\(refused)")
        }
        try worker.press("C-c")
        _ = try await worker.session.waitForEnding(timeout: ReviewRun.patience)
        #expect(try screen("queue", home: mine, runtime: runtime.path).contains("○ no worker"))
    }

    @Test("patients of a tree are told apart by their folders", arguments: ["dicom", "nifti"])
    func titles(_ format: String) throws {
        let home = try TemporaryFolder()
        let tree = home.file("tree")
        let sample = try format == "dicom" ? SampleCases.dicom() : SampleCases.nifti()
        let other =
            try format == "dicom"
            ? SampleCases.dicom(patientSeed: "12") : SampleCases.make("nifti", below: "n12", seed: "12")
        for (name, source) in [("AA", sample), ("BB", other)] {
            let place = tree.appendingPathComponent("\(name)/ph")
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: source, to: place)
        }
        let report = try pleuraJSON("import", tree.path, "--json", home: home)
        #expect((report["cases"] as? [Any])?.count == 2, "\(report)")
        let list = try screen("worklist", home: home)
        #expect(list.contains("AA/") && list.contains("BB/"), "\(list)")
    }

    @Test("--model on an unfinished review is answered, in the review and on import")
    func modelOfUnfinished() async throws {
        let home = try TemporaryFolder()
        let sample = try SampleCases.nifti()
        let image = sample.appendingPathComponent("ct.nii.gz").path
        let review = try ReviewRun(
            [image, "--prediction", sample.appendingPathComponent("Lung_L.nii.gz").path], home: home)
        try await review.seeOpen()
        try await review.paint(slice: 13)
        try await review.quit()

        let keeps = "unfinished review of this case keeps the masks that were loaded"
        let report = try pleuraJSON(
            "import", image, "--predict", "--model", "baseline-threshold", "--json", home: home)
        let warnings = NotesTests.warnings(in: report)
        #expect(warnings.contains { $0.contains(keeps) && $0.contains("baseline-threshold") }, "\(warnings)")
        // Nobody asked for a model by name: nothing to answer.
        let plain = try pleuraJSON("import", image, "--predict", "--json", home: home)
        #expect(!NotesTests.warnings(in: plain).contains { $0.contains("keeps") })

        let again = try ReviewRun([image, "--model", "baseline-threshold"], home: home, columns: 200)
        try await again.see("unfinished review of this case keeps")
    }
}
