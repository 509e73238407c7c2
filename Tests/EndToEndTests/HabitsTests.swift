import Foundation
import TestSupport
import Testing

/// Keys, palette, hints and what a clumsy hand or a poor line may do.
@Suite("Habits", .serialized)
struct HabitsTests {
    @Test("counts, repetition, completion, and a history that outlives the session")
    func keys() async throws {
        let home = try TemporaryFolder()
        let path = try SampleCases.nifti().path
        let review = try ReviewRun([path], home: home)
        try await review.seeOpen()
        try review.press("Home")
        try await review.see("axial 1/24")
        // 1 alone is a window; with a 0 behind it, it was the beginning of a number.
        try review.session.sendLiteral("10j")
        try await review.see("axial 11/24", "lung  W 1500 L −600")
        try review.press("1")
        try await review.see("soft  W 400 L 40")
        try review.press("2")
        try await review.see("lung  W 1500 L −600")
        try review.session.sendLiteral("6k")
        try await review.see("axial 5/24")
        try await review.go(to: 12)
        try await review.paint(slice: 12)
        let first = try await review.seeScore("below 1") { $0 < 1 }
        try review.press("j", ".")
        try await review.seeScore("lower") { $0 < first }
        try await review.see("axial 13/24")

        try review.session.sendLiteral(":str")
        try await review.see(" structure NAME|next|previous|here", "choose the structure to edit")
        try review.press("Tab")
        try await review.see("Lung_R", "here")
        try review.session.sendLiteral("Lung_R")
        try review.press("Enter")
        try await review.command("goto 7")
        try await review.see("axial 7/24")
        try await review.quit()

        let again = try ReviewRun([path], home: home)
        try await again.see("An unfinished review of this case was found: 2 edits.")
        try again.press("y")
        try await again.see("resumed: 2 edits restored")
        try again.press("j")
        try await again.see("axial 8/24")
        try again.session.sendLiteral(":")
        try again.press("Up", "Up")
        try await again.see(":structure Lung_R")
        try again.press("Down", "Enter")
        try await again.see("axial 7/24")
        try await again.quit()
    }

    @Test("undo and redo outlive a kill")
    func undoAfterKill() async throws {
        let home = try TemporaryFolder()
        let path = try SampleCases.nifti().path
        let review = try ReviewRun([path], home: home)
        try await review.seeOpen()
        for slice in [10, 12, 14] {
            try await review.go(to: slice)
            try await review.paint(slice: slice)
        }
        let all = try await review.seeScore("below 1") { $0 < 1 }
        try review.press("u")
        try await review.see("undo brush Lung_L, slice 14")
        let two = try await review.seeScore("higher") { $0 > all }
        try review.press("u")
        try await review.see("undo brush Lung_L, slice 12", "axial 12/24")
        let one = try await review.seeScore("higher still") { $0 > two }
        try await review.session.kill()

        let again = try ReviewRun([path], home: home)
        try await again.see("An unfinished review of this case was found: 1 edit.")
        try again.press("y")
        try await again.seeScore("as it was left") { $0 == one }
        try again.press("C-r")
        try await again.see("redo brush Lung_L, slice 12", "axial 12/24")
        try await again.seeScore("as with two") { $0 == two }
        try again.press("C-r")
        try await again.see("redo brush Lung_L, slice 14")
        try await again.seeScore("as with all") { $0 == all }
        try again.session.sendLiteral("9u")
        try await again.seeScore("1, with every step taken back") { $0 == 1 }
        try await again.quit()
    }

    @Test("a new user is taught five keys one after another, once")
    func hints() async throws {
        let home = try TemporaryFolder()
        let path = try SampleCases.nifti().path
        let review = try ReviewRun([path], home: home)
        try await review.seeOpen()
        try await review.see("New here? j k or the wheel go through the slices", "1/5")
        try review.press("?")
        let page = try await review.see("Reviewing: the ten keys you need")
        #expect(
            page.filter { $0.contains("next and previous slice") || $0.contains("leave (nothing is lost)") }.count == 2)
        try review.press("Space")
        try await review.see("Moving", ":goto N")
        try review.press("Escape")
        // Escape with another key close behind it would be that key with Alt.
        try await review.see("1/5")
        try review.press("j")
        try await review.see("2/5")
        try await review.paint(slice: 14)
        try await review.see("undoes the last step", "3/5")
        try review.press("u")
        try await review.see("4/5")
        try await review.quit()
        // What was learned is not taught again.
        let again = try ReviewRun([path], home: home)
        try await again.see("An unfinished review")
        try await again.startOver()
        try await again.see("New here? n ", "4/5")
        try again.press("n")
        try await again.see("5/5")
        try await again.accept()
        try await again.wait(for: "the key bar") {
            $0.contains { $0.contains("reopen") } && !$0.joined().contains("New here?")
        }
        try await again.quit()
    }

    @Test("Escape ends the teaching, for all sessions; so do five sessions")
    func hintsEnd() async throws {
        let home = try TemporaryFolder()
        let path = try SampleCases.nifti().path
        func shown(_ review: ReviewRun) async throws -> Bool {
            try await review.seeOpen()
            let rows = try await review.wait(for: "the keys or what is taught") {
                $0.contains { $0.contains("New here?") || $0.contains("j k slice") }
            }
            return rows.contains { $0.contains("New here?") }
        }
        let first = try ReviewRun([path], home: home)
        #expect(try await shown(first))
        try first.press("Escape")
        try await first.see("j k slice")
        try await first.quit()
        let second = try ReviewRun([path], home: home)
        #expect(try await !shown(second))
        try await second.quit()

        let other = try TemporaryFolder()
        for session in 1...6 {
            let review = try ReviewRun([path], home: other)
            #expect(try await shown(review) == (session <= 5), "session \(session)")
            try await review.quit()
        }
    }

    @Test("names in Japanese are drawn and typed; in locale C they are question marks in their places")
    func japanese() async throws {
        let home = try TemporaryFolder()
        let folder = try TemporaryFolder()
        let image = folder.file("胸部.nii.gz")
        let phantom = try SampleCases.nifti().appendingPathComponent("ct.nii.gz")
        try FileManager.default.copyItem(at: phantom, to: image)
        let review = try ReviewRun([image.path], home: home)
        let rows = try await review.seeOpen()
        #expect(rows[0].contains("胸部") && rows[0].contains("● saved"))
        try review.press(":")
        try review.session.sendLiteral("flag 肺がん ")
        try await review.see(":flag 肺がん █")
        try review.press("BSpace")
        try review.press("BSpace")
        try await review.see(":flag 肺が█")
        try review.press("Escape")
        try await review.quit()
        let plain = try ReviewRun([image.path], home: home, variables: ["LC_ALL": "C", "LANG": "C"])
        let shown = try await plain.seeOpen()
        #expect(!shown.joined().contains("胸") && shown[0].contains("? ?"))
        #expect(shown[0].contains("● saved"))
        try await plain.quit()
    }

    @Test("vim's keys, on a terminal wider than column 223, in locale C")
    func vimFarRight() async throws {
        let home = try TemporaryFolder()
        let review = try ReviewRun(
            [try SampleCases.nifti().path, "--keymap", "vim"], home: home, columns: 300, rows: 50,
            variables: ["LC_ALL": "C", "LANG": "C"])
        try await review.seeOpen()
        try review.session.sendLiteral("gg")
        try await review.see("axial 1/24")
        try review.session.sendLiteral("10j3k")
        try await review.see("axial 8/24")
        try review.session.sendLiteral("G")
        try await review.see("axial 24/24")
        try review.session.sendLiteral("12G")
        try await review.see("axial 12/24")
        try review.session.sendLiteral("w1")
        try await review.see("soft  W 400 L 40")
        // The brush by Shift and wheel, zoom by Ctrl and wheel.
        try await review.see("r 6.0 mm")
        try review.session.mouse(.wheelUp, column: 100, row: 20, holding: .shift)
        try await review.see("r 7.0 mm")
        try review.session.mouse(.wheelUp, column: 100, row: 20, holding: .control)
        try await review.see("×1.3")
        // A click on the strip's last column, which is right of column 223, is the last slice. The panel takes 40.
        let rows = try review.session.screen()
        let strip = try #require(rows.indices.last { rows[$0].contains("▁") || rows[$0].contains("✓") })
        try review.session.mouse(.press, column: 259, row: strip)
        try review.session.mouse(.release, column: 259, row: strip)
        try await review.see("axial 24/24")
        try await review.quit()
    }

    @Test("garbage that is pasted changes nothing")
    func paste() async throws {
        let home = try TemporaryFolder()
        let review = try ReviewRun([try SampleCases.nifti().path], home: home)
        try await review.seeOpen()
        let garbage = "aaraq:quit!\n\u{1b}[31m\u{7}" + String(repeating: "jü", count: 3000) + "\n:accept!\n"
        func paste() throws { try review.session.sendBytes(Array("\u{1b}[200~\(garbage)\u{1b}[201~".utf8)) }
        try paste()
        try review.press("k")
        try await review.see("axial 12/24", "● saved", "0 slices changed")
        try await review.seeScore("1") { $0 == 1 }
        try review.session.sendLiteral(":")
        try paste()
        try await review.see("jüjüjü█")
        try review.press("Enter")
        try await review.see("no command aaraq:quit!")
        #expect(review.session.isRunning, review.shown)
        try await review.quit()
        #expect(try corrections(home: home).isEmpty)
    }
}
