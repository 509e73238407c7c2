import Foundation
import TestSupport
import Testing

/// Quality over time, from reviews that were really filed.
@Suite("Quality", .serialized)
struct QualityTests {
    @Test("a model that is worse than its baseline ends a check with 1, and one that is not with 0")
    func check() async throws {
        let home = try TemporaryFolder()
        let patients = home.file("patients")
        let made = try pleura(
            "phantom", patients.path, "--patients", "13", "--matrix", "64", "--slices", "12", "--seed", "7", home: home)
        #expect(made.status == 0, "\(made)")
        let empty = try pleura("quality", "check", home: home)
        #expect(empty.status == 2 && empty.errors.contains("holds no cases"), "\(empty)")
        // Twelve that are taken as they are, and then one that is half erased.
        let (accept, change) = (home.file("accept"), home.file("change"))
        try Data(":accept!\n".utf8).write(to: accept)
        try Data(":structure Lung_L\n:brush 20mm\n:paint 32 32\n:paint 28 20\n:accept!\n".utf8).write(to: change)
        for number in 1...13 {
            let image = patients.appendingPathComponent(
                "phantom-\(number < 10 ? "0" : "")\(number)/ct.nii.gz")
            let review = try ReviewRun(
                [image.path, "--commands", (number < 13 ? accept : change).path, "--then-quit"], home: home)
            #expect(try await review.session.waitForEnding(timeout: ReviewRun.patience) == .exited(0), review.shown)
            guard number == 12 else { continue }
            let fine = try pleura("quality", "check", "--baseline", "12", home: home)
            #expect(fine.status == 0 && fine.output.isEmpty && fine.errors.contains("0 alarms"), "\(fine)")
        }
        let worse = try pleura("quality", "check", "--baseline", "12", home: home)
        #expect(worse.status == 1, "\(worse)")
        #expect(
            worse.output.hasPrefix("Lung_L  baseline-threshold  at 2 mm: a score below the lower limit"), "\(worse)")
        let document = try pleuraJSON("quality", "--baseline", "12", "--json", home: home)
        let series = try #require(document["series"] as? [[String: Any]])
        #expect(series.compactMap { $0["structure"] as? String } == Masks.names && document["alarm"] as? Bool == true)
        let points = try #require(series[0]["points"] as? [[String: Any]])
        let filed = try corrections(home: home).reversed().compactMap { item in
            (item["structures"] as? [[String: Any]])?.first?["surface_dice_prediction"] as? Double
        }
        #expect(points.compactMap { $0["surface_dice"] as? Double } == filed && filed.count == 13)
        #expect(try pleura("quality", "check", home: home).status == 0, "30 are no baseline yet")
        #expect(try pleura("quality", home: home).output.contains("no baseline yet: it takes 30"))
        try bySite(patients, home)
    }

    /// The same corrections by where the images come from, once somebody has said it, drawn and as a page.
    private func bySite(_ patients: URL, _ home: TemporaryFolder) throws {
        let before = try pleura("quality", "--by", "site", home: home)
        #expect(before.errors.contains("The site of 13 cases is not known") && before.output.contains("site unknown"))
        #expect(try pleura("import", patients.path, "--site", " North  wing ", home: home).status == 0)
        let last = patients.appendingPathComponent("phantom-13").path
        let moved = try pleuraJSON("import", last, "--site", "South", "--json", home: home)
        let item = try #require((moved["cases"] as? [[String: Any]])?.first)
        #expect((item["acquisition"] as? [String: Any])?["site"] as? String == "South")
        #expect(try pleura("import", last, "--site", "unknown", home: home).status == 2)
        let (svg, html) = (home.file("q.svg"), home.file("q.html"))
        let document = try pleuraJSON(
            "quality", "--by", "site", "--baseline", "12", "--json", "--svg", svg.path, "--html", html.path, home: home)
        let series = try #require(document["series"] as? [[String: Any]])
        #expect(series.prefix(2).compactMap { $0["group"] as? String } == ["North wing", "South"])
        #expect(series.prefix(2).compactMap { ($0["points"] as? [Any])?.count } == [12, 1])
        #expect(document["by"] as? String == "site" && document["alarm"] as? Bool == false)
        let (drawing, page) = (
            try String(contentsOf: svg, encoding: .utf8), try String(contentsOf: html, encoding: .utf8)
        )
        #expect(drawing.hasPrefix("<svg") && drawing.contains("site North wing"))
        #expect(page.hasPrefix("<!doctype html>") && page.contains("site South") && page.contains("id=\"numbers\""))
        let scanners = try pleura("quality", "--by", "scanner", home: home)
        #expect(scanners.status == 0 && scanners.errors.contains("The scanner of 13 cases is not known"))
    }

    @Test("the tables of docs/quality.md are written between their marks, and nothing else is changed")
    func tables() throws {
        let home = try TemporaryFolder()
        let copy = home.file("quality.md")
        let document = repositoryRoot().appendingPathComponent("docs/quality.md")
        try FileManager.default.copyItem(at: document, to: copy)
        #expect(try pleura("quality", "simulate", "--rows", "3", "--into", copy.path, home: home).status == 0)
        let marks = ("<!-- made by `pleura quality simulate` -->", "<!-- end -->")
        let (before, after) = (
            try String(contentsOf: document, encoding: .utf8), try String(contentsOf: copy, encoding: .utf8)
        )
        #expect(before.components(separatedBy: marks.0)[0] == after.components(separatedBy: marks.0)[0])
        #expect(before.components(separatedBy: marks.1).last == after.components(separatedBy: marks.1).last)
        #expect(after.contains("3 rows of 300 cases") && before.contains("1000 rows of 300 cases"))
    }
}
