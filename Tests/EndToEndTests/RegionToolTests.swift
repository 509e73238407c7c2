import Foundation
import TestSupport
import Testing

/// Tools that change a region at once, on a phantom's exact masks: what they leave is exported and held against the
/// plainest algorithms.
@Suite("Region tools", .serialized)
struct RegionToolTests {
    private static let slice = 11

    private func open(_ home: TemporaryFolder) async throws -> ReviewRun {
        let folder = try SampleCases.nifti()
        let run = try ReviewRun([folder.path, "--prediction", folder.path], home: home)
        try await run.seeOpen()
        try await run.go(to: Self.slice + 1)
        return run
    }

    private func truth(_ name: String) throws -> PlainMask {
        PlainMask(try PlainNifti(SampleCases.nifti().appendingPathComponent("\(name).nii.gz")))
    }

    /// Types a command, waits for the news of it, and reads the masks as they stand.
    private func masks(
        _ run: ReviewRun, _ home: TemporaryFolder, after command: String, news: String
    ) async throws -> [String: PlainMask] {
        try await run.command(command)
        try await run.see(news)
        return try await masks(run, home)
    }

    private func masks(_ run: ReviewRun, _ home: TemporaryFolder) async throws -> [String: PlainMask] {
        let folder = home.file("masks-\(UUID().uuidString)")
        return try await run.export(to: folder).mapValues { PlainMask($0) }
    }

    private func undo(_ run: ReviewRun, _ name: String) async throws {
        try await run.command("undo")
        try await run.see("undo \(name)")
    }

    @Test("margins, copies and set operations equal their definitions")
    func shapes() async throws {
        let home = try TemporaryFolder()
        let run = try await open(home)
        let (left, right, heart) = (try truth("Lung_L"), try truth("Lung_R"), try truth("Heart"))
        let z = Self.slice
        let cases: [(command: String, step: String, left: PlainMask)] = [
            // Further than a slice, and than a column.
            ("margin +14mm", "margin +14mm", left.near(true, 14)),
            ("margin -6mm", "margin −6mm", left.combined(left.near(false, 6)) { $0 && !$1 }),
            ("union Lung_R", "union Lung_R", left.combined(right) { $0 || $1 }),
            ("copy Lung_R slice", "copy Lung_R", left.with(slice: z, of: right)),
            ("intersect Heart", "intersect Heart", left.combined(heart) { $0 && $1 }),
        ]
        for test in cases {
            let found = try await masks(run, home, after: test.command, news: "\(test.step) Lung_L: ")
            #expect(found["Lung_L"] == test.left, "\(test.command) \(run.shown)")
            #expect(found["Lung_R"] == right, "\(test.command)")
            try await undo(run, test.step)
        }
        #expect(try await masks(run, home)["Lung_L"] == left)
        // The slice above has the next number in this scan.
        let copied = try await masks(run, home, after: "copy-slice above", news: "copy slice \(z + 2) Lung_L: ")
        #expect(copied["Lung_L"]?.slice(z).elementsEqual(left.slice(z + 1)) == true)
        let restored = try await masks(run, home, after: "restore", news: "restore Lung_L: ")
        #expect(restored["Lung_L"] == left)
        try await run.command("restore structure")
        try await run.see("restore changes nothing of Lung_L")
        try await run.quit()
    }

    @Test("an edit of two structures is one step, also after a power cut")
    func mergeAndSplit() async throws {
        let home = try TemporaryFolder()
        let (left, right) = (try truth("Lung_L"), try truth("Lung_R"))
        let first = try await open(home)
        let merged = try await masks(first, home, after: "merge", news: "merge Lung_R Lung_L and Lung_R: ")
        #expect(merged["Lung_L"] == left.combined(right) { $0 || $1 } && merged["Lung_R"]?.count == 0)
        try await first.see("● saved")
        try await first.session.kill()

        let folder = try SampleCases.nifti()
        let second = try ReviewRun([folder.path, "--prediction", folder.path], home: home)
        try await second.see("An unfinished review of this case was found")
        try second.press("y")
        try await second.see("resumed where it was")
        #expect(try await masks(second, home) == merged)
        let split = try await masks(second, home, after: "split", news: "split Lung_L and Lung_R: ")
        // The lungs touch in the phantom, so where they are cut is not told by the masks alone: nothing is lost,
        // nothing is in both, and all but a hundredth goes back to its own side.
        let (l, r) = (try #require(split["Lung_L"]), try #require(split["Lung_R"]))
        #expect(l.combined(r) { $0 || $1 } == left.combined(right) { $0 || $1 })
        #expect(l.combined(r) { $0 && $1 }.count == 0)
        #expect(l.combined(left) { $0 != $1 }.count * 100 < left.count)
        #expect(r.combined(right) { $0 != $1 }.count * 100 < right.count)
        try await undo(second, "split")
        #expect(try await masks(second, home) == merged)
        try await undo(second, "merge Lung_R")
        let back = try await masks(second, home)
        #expect(back["Lung_L"] == left && back["Lung_R"] == right)
        try await second.command("redo")
        try await second.see("redo merge Lung_R")
        #expect(try await masks(second, home) == merged)
        try await second.quit()
    }
}
