import Foundation
import TestSupport
import Testing

/// A contour that is left open.
@Suite("Contours", .serialized)
struct ContourTests {
    /// The voxels of a structure on a slice, as the exported files have them.
    private func slice(_ z: Int, of masks: [String: PlainNifti], _ name: String = "Lung_L") throws -> [Int] {
        let image = try #require(masks[name])
        let area = image.size[0] * image.size[1]
        return Array(image.values[z * area..<(z + 1) * area])
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
