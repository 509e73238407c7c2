import Foundation
import TestSupport
import Testing

/// The main job: a CT is registered, its predicted masks are looked through and corrected, and the correction is found
/// in the queue and in the exported files.
@Suite("Main job", .serialized)
struct MainJobTests {
    @Test("import says what the file says")
    func importReport() throws {
        let home = try TemporaryFolder()
        let folder = try SampleCases.nifti()
        let image = try PlainNifti(folder.appendingPathComponent("ct.nii.gz"))
        let report = try pleuraJSON("import", folder.path, "--json", home: home)
        #expect(Set(report.keys) == ["cases", "skipped"])
        #expect((report["skipped"] as? [Any])?.isEmpty == true)
        let cases = try #require(report["cases"] as? [[String: Any]])
        let item = try #require(cases.first)
        #expect(cases.count == 1)
        #expect(
            Set(item.keys) == [
                "id", "series_uid", "volume", "size", "spacing_mm", "hu_min", "hu_max", "structures", "acquisition",
                "warnings",
            ])
        #expect((item["id"] as? String)?.hasPrefix("sha256:") == true)
        #expect(item["series_uid"] is NSNull)
        #expect(item["size"] as? [Int] == image.size)
        #expect(image.size == [96, 96, 24])
        #expect(item["spacing_mm"] as? [Double] == image.spacing)
        #expect(item["hu_min"] as? Int == image.values.min())
        #expect(item["hu_max"] as? Int == image.values.max())
        #expect(
            Set(item["structures"] as? [String] ?? []) == [
                "Lung_L", "Lung_R", "Heart", "Esophagus", "SpinalCord", "Trachea",
            ])
        #expect(item["warnings"] as? [String] == [])
        let made = try #require(item["acquisition"] as? [String: Any])
        #expect(
            Set(made.keys) == ["site", "manufacturer", "scanner_model", "kernel", "slice_spacing_mm", "contrast"])
        #expect(made["slice_spacing_mm"] as? Double == image.spacing[2] && made["site"] is NSNull)

        // Once more changes nothing; DICOM of the same patient is a case of its own, keyed by its series.
        let again = try pleuraJSON("import", folder.path, "--json", home: home)
        #expect((again["cases"] as? [[String: Any]])?.first?["id"] as? String == item["id"] as? String)
        let dicom = try pleuraJSON(
            "import", SampleCases.dicom().appendingPathComponent("CT").path, "--json", home: home)
        let series = try #require((dicom["cases"] as? [[String: Any]])?.first)
        #expect(series["series_uid"] as? String == series["id"] as? String)
        #expect(series["size"] as? [Int] == image.size)
        #expect(series["hu_min"] as? Int == image.values.min())
        #expect(series["hu_max"] as? Int == image.values.max())
    }

    @Test("a case is looked through, corrected and accepted, and the queue has it")
    func correctAndAccept() async throws {
        let home = try TemporaryFolder()
        let report = try pleuraJSON("import", SampleCases.nifti().path, "--json", home: home)
        let id = try #require((report["cases"] as? [[String: Any]])?.first?["id"] as? String)

        let review = try ReviewRun([id], home: home, reviewer: "dr-main")
        try await review.seeOpen()
        let first = try await review.see("baseline-threshold", "axial 13/24", "lung  W 1500 L −600", "prediction")
        #expect(ReviewRun.score("Lung_L", in: first) == 1 && ReviewRun.score("Lung_R", in: first) == 1, review.shown)
        try await lookThrough(review)
        try await correct(review)

        // Not every slice was seen, so it asks; no leads to the first that was not.
        try review.press("a")
        try await review.see("Before this is filed:", "of 24 slices were not seen")
        try review.press("n")
        try await review.see("axial 16/24")
        try await review.accept()
        try await review.see("filed as corrected, revision 1", "✓ corrected r1")
        // What is filed stays as it is.
        try review.session.drag(through: [(column: 40, row: 18), (column: 44, row: 18)])
        try await review.see("this review is filed")
        try await review.quit()

        let touched = try checkQueue(id, home: home)
        let exported = home.file("exported")
        let predicted = home.file("predicted")
        #expect(try pleura("export", id, "--format", "nifti", "-o", exported.path, home: home).status == 0)
        #expect(try pleura("predict", SampleCases.nifti().path, "-o", predicted.path, home: home).status == 0)
        let (after, before) = (try Masks.read(exported), try Masks.read(predicted))
        let left = PlainNifti.slicesThatDiffer(try #require(after["Lung_L"]), try #require(before["Lung_L"]))
        #expect(left == touched)
        #expect(after["Lung_R"] == before["Lung_R"])
        try expectIntactLog(home: home)
    }

    private func lookThrough(_ review: ReviewRun) async throws {
        for (key, place) in [("j", "14/24"), ("k", "13/24"), ("End", "24/24"), ("Home", "1/24")] {
            try review.press(key)
            try await review.see("axial \(place)")
        }
        try review.session.mouse(.wheelDown, column: 40, row: 15)
        try await review.see("axial 2/24")
        try review.session.mouse(.wheelUp, column: 40, row: 15)
        try await review.see("axial 1/24")
        try await review.go(to: 12)
        try review.press("1")
        try await review.see("soft  W 400 L 40")
        try review.press("2")
        try await review.see("lung  W 1500 L −600")
    }

    /// Strokes on slices 12 (mouse) and 14 (keyboard), one of them taken back and done again.
    private func correct(_ review: ReviewRun) async throws {
        try await review.paint(slice: 12)
        try await review.seeScore("below 1") { $0 < 1 }
        try review.press("u")
        try await review.seeScore("1 again") { $0 == 1 }
        try await review.see("undo brush Lung_L, slice 12")
        try review.press("C-r")
        let mouse = try await review.seeScore("below 1") { $0 < 1 }
        try await review.go(to: 14)
        try review.press("v")
        try await review.see("pointer: move with the arrows")
        try review.press("Left", "Left", "Up", "Space")
        try await review.seeScore("lower still") { $0 < mouse }
        try review.press("Escape")
        try await review.see("u undoes brush Lung_L, slice 14")
        // Arrows are slices again.
        try review.press("Down")
        try await review.see("axial 15/24")
    }

    /// Checks the queue's JSON against the contract, and returns the slices touched.
    private func checkQueue(_ id: String, home: TemporaryFolder) throws -> Set<Int> {
        let queue = try pleuraJSON("queue", "list", "--json", home: home)
        #expect(Set(queue.keys) == ["corrections", "jobs", "warnings"])
        #expect((queue["jobs"] as? [Any])?.isEmpty == true)
        let filed = try #require(queue["corrections"] as? [[String: Any]])
        #expect(filed.count == 1)
        let item = try #require(filed.first)
        for key in ["case", "revision", "status", "structures", "slices_touched", "active_seconds", "filed_at"] {
            #expect(item[key] != nil, "\(key)")
        }
        #expect(item["case"] as? String == id)
        #expect(item["revision"] as? Int == 1)
        #expect(item["status"] as? String == "corrected")
        #expect(item["reviewer"] as? String == "dr-main")
        #expect(item["model"] as? String == "baseline-threshold")
        #expect((item["active_seconds"] as? Double).map { $0 >= 0 } == true)
        #expect((item["filed_at"] as? String).flatMap { ISO8601DateFormatter().date(from: $0) } != nil)
        let touched = try #require(item["slices_touched"] as? [Int])
        #expect(touched == [11, 13])
        let structures = try #require(item["structures"] as? [[String: Any]])
        #expect(structures.map { $0["name"] as? String } == ["Lung_L", "Lung_R"])
        for structure in structures {
            #expect(Set(structure.keys) == ["name", "surface_dice_prediction", "added_path_length_mm"])
        }
        let scores = structures.map { $0["surface_dice_prediction"] as? Double ?? -1 }
        #expect(scores[0] > 0.8 && scores[0] < 1)
        #expect(scores[1] == 1)
        let paths = structures.map { $0["added_path_length_mm"] as? Double ?? -1 }
        #expect(paths[0] > 0)
        #expect(paths[1] == 0)
        return Set(touched)
    }
}
