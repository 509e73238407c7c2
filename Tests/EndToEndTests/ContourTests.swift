import Foundation
import TestSupport
import Testing

/// Contours as a reviewer draws them: by keys alone, with the mouse, and between slices.
@Suite("Contours", .serialized)
struct ContourTests {
    /// Waits until the newest step is this one and is on disk.
    private func seeStep(_ step: String, in review: ReviewRun) async throws {
        try await review.wait(for: "the step \(step), saved") { rows in
            rows[0].contains("● saved")
                && rows.contains {
                    // In the news, in the panel's history, or hidden by a warning of a neighbour's voxels.
                    $0.contains(step) && !$0.contains("undo \(step)") || $0.contains("of these voxels also belong to")
                }
        }
    }

    /// The voxels of a structure on a slice, as the exported files have them.
    private func slice(_ z: Int, of masks: [String: PlainNifti], _ name: String = "Lung_L") throws -> [Int] {
        let image = try #require(masks[name])
        let area = image.size[0] * image.size[1]
        return Array(image.values[z * area..<(z + 1) * area])
    }

    @Test("a contour by keys, a lasso with the mouse, interpolation: each is one step and gets to the files")
    func drawAndInterpolate() async throws {
        let home = try TemporaryFolder()
        let review = try ReviewRun([try SampleCases.nifti().path], home: home)
        try await review.seeOpen()
        let before = try await review.export(to: home.file("before"))

        // By keys alone: the tool, the pointer, three points, Enter.
        try await review.go(to: 12)
        try review.press("c", "v", "Space")
        try await review.see("contour add, 1 point")
        try review.press("Right", "Right", "Right", "Right", "Right", "Right", "Space", "Down", "Down", "Down", "Space")
        try await review.see("contour add, 3 points")
        // A point too many, beside the last one, is taken back. (One upon the last would close the contour.)
        try review.press("Down", "Space")
        try await review.see("contour add, 4 points")
        try review.press("BSpace")
        try await review.see("contour add, 3 points")
        try review.press("Enter")
        try await seeStep("contour Lung_L, slice 12", in: review)
        try await review.escape(until: "Esc leaves")
        let contoured = try await review.export(to: home.file("contoured"))
        #expect(try slice(11, of: contoured) != slice(11, of: before))
        try review.press("u")
        try await review.see("undo contour Lung_L, slice 12")

        // With the mouse: the left button adds, the right one takes away the same.
        try review.press("A")
        let loop = [(40, 12), (46, 12), (46, 16), (40, 16)].map { (column: $0.0, row: $0.1) }
        try review.session.drag(through: loop)
        try await seeStep("lasso Lung_L, slice 12", in: review)
        let added = try await review.export(to: home.file("added"))
        #expect(try slice(11, of: added).reduce(0, +) > slice(11, of: before).reduce(0, +))
        try review.session.drag(.right, through: loop)
        try await review.wait(for: "a second lasso on disk") { $0[0].contains("● saved") }
        let cleared = try await review.export(to: home.file("cleared"))
        #expect(try slice(11, of: cleared).reduce(0, +) <= slice(11, of: before).reduce(0, +))
        try review.press("u")
        try await review.see("undo lasso Lung_L, slice 12")
        try review.press("u")
        try await review.see("undo lasso Lung_L, slice 12")

        // Two slices with a box, and those between them: what is carried over is shown first; shapes on request.
        for slice in [10, 14] {
            try await review.go(to: slice)
            try await review.command("lasso replace 40 40 50 40 50 50 40 50")
            try await seeStep("lasso Lung_L, slice \(slice)", in: review)
        }
        try await review.go(to: 12)
        try review.press("i")
        try await review.see("Enter takes")
        // What is only shown is not exported, nor left out of an export without a word.
        try await review.command("export nifti \(home.file("shown").path)")
        try await review.see("interpolate of Lung_L is waiting")
        #expect(!FileManager.default.fileExists(atPath: home.file("shown").path))
        try await review.escape(until: "Enter accepts it")
        #expect(try slice(11, of: try await review.export(to: home.file("dropped"))) == slice(11, of: before))
        try await review.command("interpolate shape")
        try await review.see("Enter takes")
        try review.press("Enter")
        try await seeStep("interpolate", in: review)
        let after = try await review.export(to: home.file("after"))
        for z in 9...13 { #expect(try slice(z, of: after) == slice(9, of: after), "slice \(z)") }
        #expect(try slice(9, of: after).reduce(0, +) == 100)
        #expect(try slice(8, of: after) == slice(8, of: before) && slice(14, of: after) == slice(14, of: before))
        #expect(after["Lung_R"] == before["Lung_R"])

        // What was closed is on disk: the review goes on where it was left.
        try await review.quit()
        let again = try ReviewRun([try SampleCases.nifti().path], home: home)
        try await again.see("resume")
        try again.press("y")
        try await again.seeOpen()
        #expect(try await again.export(to: home.file("resumed")) == after)
        try again.press("u")
        try await again.see("undo interpolate Lung_L")
        try await again.quit()
    }

    @Test("a contour that is open keeps the review from being left, through a resize and other slices")
    func openContour() async throws {
        let home = try TemporaryFolder()
        let review = try ReviewRun([try SampleCases.nifti().path], home: home)
        try await review.seeOpen()
        try await review.go(to: 12)
        try await review.command("contour add 40 40")
        try await review.command("contour add 50 40")
        try review.session.resize(columns: 90, rows: 26)
        try await review.wait(for: "the smaller screen") { $0.count == 26 }
        try await review.command("contour add 50 50")
        try review.press("j", "j", "q")
        try await review.see("Enter closes it")
        try review.press("Enter")
        try await review.see("axial 12/24")
        let masks = try await review.export(to: home.file("masks"))
        // The triangle under the diagonal, at voxel (48, 43).
        #expect(try slice(11, of: masks)[43 * 96 + 48] != 0)
        try await review.quit()
    }
}
