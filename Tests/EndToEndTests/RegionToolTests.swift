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

    @Test("holes and islands come and go; limits hold")
    func holesAndIslands() async throws {
        let home = try TemporaryFolder()
        let run = try await open(home)
        let left = try truth("Lung_L")
        let deep = try #require(left.deepest(on: Self.slice))
        try await run.command("brush radius 3mm")
        for repair in ["fill-holes", "fill \(deep.x) \(deep.y)"] {
            try await run.command("erase \(deep.x) \(deep.y)")
            try await run.see("erase Lung_L, slice \(Self.slice + 1): −")
            let holed = try await masks(run, home)
            #expect(holed["Lung_L"]?.values[left.index(deep.x, deep.y, Self.slice)] == false)
            let filled = try await masks(run, home, after: repair, news: "Lung_L: +")
            #expect(filled["Lung_L"] == left, "\(repair)")
        }
        // On this slice a single voxel lies apart; in the volume it does not.
        let main = left.with(slice: Self.slice, of: left.piece(on: Self.slice, from: deep))
        for (repair, expected) in [("islands 1ml", left), ("largest", left), ("largest slice", main)] {
            // A corner of the image, outside of the patient.
            try await run.command("paint 4 4")
            try await run.see("brush Lung_L, slice \(Self.slice + 1): +")
            let cleaned = try await masks(run, home, after: repair, news: "Lung_L: −")
            #expect(cleaned["Lung_L"] == expected, "\(repair)")
        }
        // Confined to the heart, a margin adds of it alone.
        try await run.command("only-inside Heart")
        let heart = try truth("Heart")
        let grown = try await masks(run, home, after: "margin +14mm", news: "margin +14mm Lung_L: ")
        let beside = main.near(true, 14).combined(heart) { $0 && $1 }
        #expect(beside.count > 0 && grown["Lung_L"] == main.combined(beside) { $0 || $1 })
        try await run.command("limit off")
        try await undo(run, "margin +14mm")
        let smooth = try await masks(run, home, after: "smooth 8mm median keep-volume", news: "smooth 8mm Lung_L: ")
        let count = try #require(smooth["Lung_L"]?.count)
        #expect(smooth["Lung_L"] != main && abs(count - main.count) < main.count / 50, "\(count) of \(main.count)")
        try await run.quit()
    }

    @Test("thresholds, growing and scribbles follow the image")
    func imageTools() async throws {
        let home = try TemporaryFolder()
        let run = try await open(home)
        let left = try truth("Lung_L")
        let image = try PlainNifti(SampleCases.nifti().appendingPathComponent("ct.nii.gz"))
        let z = Self.slice
        let dense = try await masks(
            run, home, after: "threshold -1000 -850 inside", news: "threshold -1000 -850 Lung_L: ")
        var expected = left
        for i in left.slice(z).indices {
            expected.values[i] = left.values[i] && (-1000...(-850)).contains(image.values[i])
        }
        #expect(dense["Lung_L"] == expected)
        try await undo(run, "threshold")

        // Shown first; Escape drops it, Enter accepts it.
        let deep = try #require(left.deepest(on: z))
        let seed = (deep.x, deep.y, z)
        try await run.command("leak-guard radius 500 volume 100000 neck off")
        try await run.command("grow \(deep.x) \(deep.y) \(z) -1000 -300 3d")
        try await run.see("Enter accepts, Esc drops")
        try run.press("a")
        try await run.see("grow is a preview")
        try await run.escape(until: "grow is a preview")
        #expect(try await masks(run, home)["Lung_L"] == left)
        try await run.command("grow \(deep.x) \(deep.y) \(z) -1000 -300 3d")
        try await run.see("Enter accepts, Esc drops")
        try run.press("Enter")
        try await run.see("grow Lung_L: ")
        let flood = left.flooded(from: seed) { (-1000...(-300)).contains(image.values[$0]) }
        #expect(try await masks(run, home)["Lung_L"] == left.combined(flood) { $0 || $1 })
        try await undo(run, "grow")

        // A piece erased is drawn again between scribbles, on this slice alone.
        try await run.command("brush radius 8mm")
        try await run.command("erase \(deep.x) \(deep.y)")
        try await run.see("erase Lung_L, slice \(Self.slice + 1): −")
        try await run.command("brush radius 2mm")
        try await run.command("scribble inside \(deep.x) \(deep.y)")
        try await run.see("Enter works out the region")
        try await run.command("scribble apply")
        try await run.see("Enter accepts, Esc drops")
        try run.press("Enter")
        try await run.see("redraw Lung_L: ")
        let redrawn = try #require(try await masks(run, home)["Lung_L"])
        #expect(redrawn.values[left.index(deep.x, deep.y, z)])
        for other in 0..<left.size[2] where other != z { #expect(redrawn.slice(other) == left.slice(other)) }
        try await run.quit()
    }

    @Test("an edit of two structures is one step, also after a power cut")
    func mergeAndSplit() async throws {
        let home = try TemporaryFolder()
        let (left, right) = (try truth("Lung_L"), try truth("Lung_R"))
        let first = try await open(home)
        let merged = try await masks(first, home, after: "merge", news: "merge Lung_L and Lung_R: ")
        #expect(merged["Lung_L"] == left.combined(right) { $0 || $1 } && merged["Lung_R"]?.count == 0)
        try await first.see("● saved")
        try await first.session.kill()

        let folder = try SampleCases.nifti()
        let second = try ReviewRun([folder.path, "--prediction", folder.path], home: home)
        try await second.see("An unfinished review of this case was found")
        try second.press("y")
        try await second.see("restored")
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
        try await second.see("redo merge Lung_L and Lung_R")
        #expect(try await masks(second, home) == merged)
        try await second.quit()
    }

    @Test("scribbles and the restoring brush by mouse, growing by keys")
    func byHand() async throws {
        let home = try TemporaryFolder()
        let run = try await open(home)
        let left = try truth("Lung_L")
        try await run.paint(slice: Self.slice + 1)
        #expect(try await masks(run, home)["Lung_L"] != left)
        // The same way with the restoring brush takes the stroke back.
        try run.press("B")
        try await run.see("restore  2D  r 6.0")
        try run.session.drag(through: [(column: 40, row: 15), (column: 44, row: 16), (column: 47, row: 15)])
        try await run.see("u undoes restore Lung_L, slice \(Self.slice + 1)")
        #expect(try await masks(run, home)["Lung_L"] == left)

        // Left drags inside, right drags outside; Enter shows, Escape drops, Enter twice accepts.
        try run.press("F")
        try await run.see("inside  2D  r 6.0")
        try run.session.drag(through: [(column: 40, row: 15), (column: 42, row: 15)])
        try await run.see("Enter works out the region")
        try run.session.drag(.right, through: [(column: 52, row: 15), (column: 53, row: 15)])
        try run.press("Enter")
        try await run.see("Enter accepts, Esc drops")
        try run.press("Enter")
        try await run.see("redraw Lung_L: ")
        #expect(try await masks(run, home)["Lung_L"] != left)
        try await undo(run, "redraw")

        // Where the mouse clicks, and once more from there by key.
        try run.press("G")
        try run.session.drag(through: [(column: 44, row: 15)])
        try await run.see("Enter accepts, Esc drops")
        try await run.escape(until: "Esc drops")
        try run.press("Space")
        try await run.see("Enter accepts, Esc drops")
        try await run.escape(until: "Esc drops")
        #expect(try await masks(run, home)["Lung_L"] == left)
        try await run.quit()
    }
}
