import Foundation
import TestSupport
import Testing

/// A case as a page: what stands in it is what the other commands say.
@Suite("The report of a case", .serialized)
struct ReportTests {
    /// A case of DICOM that was corrected on one slice, and a dose on its frame of reference.
    private struct Corrected {
        let home: TemporaryFolder
        let id: String
        let image: String
        let dose: String

        init() async throws {
            home = try TemporaryFolder()
            image = try SampleCases.dicom().appendingPathComponent("CT").path
            let review = try ReviewRun([image], home: home, reviewer: "dr-report")
            try await review.seeOpen()
            try await review.paint(slice: 13)
            try await review.accept()
            try await review.see("filed as corrected, revision 1")
            try await review.quit()
            id = try #require(try corrections(home: home).first?["case"] as? String)
            dose = home.file("dose.dcm").path
            // Over the whole of the phantom, rising along z.
            try RTDoseBytes.file(
                origin: [-400, -400, -1000], spacing: (300, 300, 50), planes: (0..<40).map { UInt16($0 * 1000) }
            ).write(to: URL(fileURLWithPath: dose))
        }
    }

    /// The cells of a table of a page, row by row: what is shown and, of a number, what it is.
    private static func rows(of table: String, in html: String) throws -> [[(shown: String, value: Double?)]] {
        let start = try #require(html.range(of: "<table id=\"\(table)\">"))
        let end = try #require(html.range(of: "</table>", range: start.upperBound..<html.endIndex))
        return html[start.upperBound..<end.lowerBound].components(separatedBy: "<tr>").dropFirst(2).map { row in
            row.matches(of: /<td[^>]*>(?:<data value="([^"]*)">([^<]*)<\/data>|([^<]*)|<span[^>]*>n\/a<\/span>)<\/td>/)
                .map {
                    (String($0.2 ?? $0.3 ?? "n/a"), $0.1.flatMap { Double($0) })
                }
        }
    }

    private static func same(_ a: Double?, _ b: Any?) -> Bool {
        guard let a, let b = b as? Double else { return a == nil && !(b is Double) }
        return abs(a - b) <= 1e-9 * max(1, abs(b))
    }

    @Test("scores and doses in the page are those of metrics and dvh, and of its JSON")
    func numbers() async throws {
        let one = try await Corrected()
        let home = one.home
        let page = home.file("case.html")
        let document = try pleuraJSON(
            "report", one.id, "-o", page.path, "--dose", one.dose, "--points", "D95", "V20", "Dmean", "--json",
            home: home)
        let html = try String(contentsOf: page, encoding: .utf8)
        let (approved, proposed) = (home.file("approved").path, home.file("proposed").path)
        #expect(try pleura("export", one.id, "--format", "nifti", "-o", approved, home: home).status == 0)
        #expect(try pleura("predict", one.image, "-o", proposed, home: home).status == 0)
        // NIfTI has its spacing in 32 bits only; both are told the image's own.
        let spacing = try #require(document["spacing_mm"] as? [Double])
        let metrics = try pleuraJSON(
            "metrics", approved, proposed, "--tolerance", "2", "0", "--spacing",
            spacing.map { "\($0)" }.joined(separator: ","), "--json", home: home)
        let measured = try #require(metrics["structures"] as? [[String: Any]])
        let doses = try pleuraJSON(
            "dvh", one.id, "--dose", one.dose, "--points", "D95", "V20", "Dmean", "--json", home: home)
        let received = try #require(doses["structures"] as? [[String: Any]])

        let rows = try Self.rows(of: "scores", in: html)
        #expect(rows.count == 2 && measured.count == 2)
        var below = 0
        for (row, expected) in zip(rows, measured) {
            let tolerances = try #require(expected["tolerances"] as? [[String: Any]])
            #expect(row.count == 8 && row[0].shown == expected["name"] as? String)
            let wanted = [
                expected["reference_ml"], expected["test_ml"], tolerances[0]["surface_dice"], 2.0,
                expected["volumetric_dice"], expected["hd95_mm"], tolerances[1]["added_path_length_mm"],
            ]
            for (cell, number) in zip(row.dropFirst(), wanted) {
                #expect(Self.same(cell.value, number), "\(row[0].shown): \(cell) is not \(String(describing: number))")
                // What is shown is what it is, rounded.
                let digits = cell.shown.split(separator: ".").dropFirst().first?.count ?? 0
                #expect(cell.shown == String(format: "%.\(digits)f", try #require(cell.value)))
            }
            if try #require(row[3].value) < 1 { below += 1 }
        }
        #expect(below == 1, "one structure was painted")

        let given = try Self.rows(of: "dose", in: html)
        #expect(given.count == 4 && received.count == 2)
        for (index, expected) in received.enumerated() {
            for (row, key) in [(given[2 * index], "points"), (given[2 * index + 1], "proposed_points")] {
                let points = try #require(expected[key] as? [String: Any])
                #expect(row[0].shown.hasPrefix(expected["name"] as? String ?? "?"))
                for (cell, name) in zip(row.dropFirst(2), ["D95", "V20", "Dmean"]) {
                    #expect(Self.same(cell.value, points[name]), "\(name) \(cell)")
                }
            }
        }
        #expect(try #require(given[0][2].value) > 1)

        // The numbers stand in the page once more, and are the JSON that is printed.
        let start = try #require(html.range(of: "<script type=\"application/json\" id=\"numbers\">"))
        let end = try #require(html.range(of: "</script>", range: start.upperBound..<html.endIndex))
        let held = try #require(
            try JSONSerialization.jsonObject(with: Data(html[start.upperBound..<end.lowerBound].utf8)) as? NSDictionary)
        #expect(held == document as NSDictionary)
        #expect(document["status"] as? String == "corrected" && document["reviewer"] as? String == "dr-report")
        #expect(html.contains("Corrected and accepted by dr-report") && html.contains("baseline-threshold"))
        #expect(NotesTests.warnings(in: document).contains { $0.contains("slices were neither on screen") })
        #expect(html.contains("slices were neither on screen"))
    }

    @Test("the page holds three planes of each structure and nothing of who the patient is")
    func pictures() async throws {
        let one = try await Corrected()
        let page = one.home.file("case.html")
        #expect(try pleura("report", one.id, "-o", page.path, home: one.home).status == 0)
        let html = try String(contentsOf: page, encoding: .utf8)
        #expect(html.matches(of: /<figure><svg/).count == 6)
        #expect(html.matches(of: /href="data:image\/png;base64,iVBORw0KGgo/).count == 6)
        #expect(html.contains("lowest slice surface Dice") && html.contains("coronal") && html.contains("sagittal"))
        for mark in ["PHANTOM^", "phantom-01", "PHANTOM-01", one.image, "http:", "https:"] {
            #expect(!html.contains(mark), "\(mark)")
        }
        // Drawn on every plane, and the proposal beside it where it was corrected.
        #expect(html.matches(of: /<title>mask<\/title>/).count == 6)
        #expect(html.matches(of: /<title>as proposed<\/title>/).count == 6)
    }

    @Test("what is not there is refused, and nothing is written")
    func refusals() throws {
        let home = try TemporaryFolder()
        let page = home.file("case.html").path
        let none = try pleura("report", "1.2.3", "-o", page, home: home)
        #expect(none.status == 2 && none.errors.contains("holds no cases"), "\(none)")
        #expect(!FileManager.default.fileExists(atPath: home.file("pleura").path))
        let report = try pleuraJSON("import", try SampleCases.nifti().path, "--json", home: home)
        let id = try #require((report["cases"] as? [[String: Any]])?.first?["id"] as? String)
        let bare = try pleura("report", id, "-o", page, home: home)
        #expect(bare.status == 2 && bare.errors.contains("has no masks yet"), "\(bare)")
        let unknown = try pleura("report", "sha256:0000", "-o", page, home: home)
        #expect(unknown.status == 2 && unknown.errors.contains("sha256:0000"), "\(unknown)")
        let nowhere = try pleura("report", id, home: home)
        #expect(nowhere.status == 2 && nowhere.errors.contains("-o FILE.html"), "\(nowhere)")
        #expect(!FileManager.default.fileExists(atPath: page))
        // Predicted and not reviewed: the masks are shown, and are given no score.
        #expect(try pleura("import", try SampleCases.nifti().path, "--predict", home: home).status == 0)
        let document = try pleuraJSON("report", id, "-o", page, "--json", home: home)
        #expect(document["status"] as? String == "new")
        let structures = try #require(document["structures"] as? [[String: Any]])
        #expect(structures.count == 2 && structures.allSatisfy { $0["scores"] == nil })
        #expect(try Self.rows(of: "scores", in: String(contentsOfFile: page, encoding: .utf8))[0][3].shown == "n/a")
    }

    @Test(
        "nothing sticks out on a telephone or on a desk, and every picture is drawn",
        .enabled(if: Browser.path != nil, "needs Debian's chromium"))
    func browser() async throws {
        let one = try await Corrected()
        let page = one.home.file("case.html")
        #expect(
            try pleura("report", one.id, "-o", page.path, "--dose", one.dose, home: one.home).status == 0)
        for width in [390, 1280] {
            let frame = one.home.file("frame.html")
            try Data(
                """
                <!doctype html><iframe id="f" src="case.html" width="\(width)" height="900" style="border:0"></iframe>
                <script>f.onload = () => {
                const d = f.contentDocument, s = [...d.querySelectorAll("figure > svg")];
                document.body.append("WIDTH " + d.documentElement.scrollWidth + " DRAWN "
                + s.filter(x => x.getBoundingClientRect().width > 100 && x.getBoundingClientRect().height > 60).length
                + " ALL " + s.length + " COLUMNS " + new Set(s.map(x => x.getBoundingClientRect().left)).size) }</script>
                """.utf8
            ).write(to: frame)
            let said = try runProgram(
                URL(fileURLWithPath: try #require(Browser.path)),
                [
                    "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
                    "--hide-scrollbars", "--user-data-dir=\(one.home.file("browser").path)", "--window-size=1400,1000",
                    "--virtual-time-budget=5000", "--dump-dom", frame.absoluteString,
                ], environment: cleanEnvironment(home: one.home.url))
            let columns = width == 390 ? 1 : 3
            #expect(
                said.output.contains("WIDTH \(width) DRAWN 6 ALL 6 COLUMNS \(columns)"), "\(said.output.suffix(400))")
        }
    }
}

/// Debian's browser, where it is installed.
private enum Browser {
    static let path = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }
}
