import Cases
import Foundation
import Models
import Testing

@testable import Reports

@Suite("Pictures in a page") struct GreyPNGTests {
    /// What Python's zlib and struct make of the same pixels.
    @Test func aFileIsAsOthersWriteIt() {
        let file = GreyPNG.data(width: 3, height: 2, grey: [0, 128, 255, 1, 2, 3])
        #expect(
            file.map { String(format: "%02x", $0) }.joined()
                == "89504e470d0a1a0a0000000d4948445200000003000000020800000000b81f39c6"
                + "00000013494441547801010800f7ff000080ff00010203080d018602e957160000000049454e44ae426082")
    }

    /// More than one block: Pillow has read the same file back.
    @Test func aLargeFileHasSeveralBlocks() {
        let file = GreyPNG.data(
            width: 300, height: 300, grey: (0..<90_000).map { UInt8(truncatingIfNeeded: $0 * 7) })
        #expect(file.count == 90_373)
        // Signature, header, length and name of the data, zlib's two bytes; then a block that is not the last, of 65,535.
        #expect(Array(file[43..<48]) == [0, 0xFF, 0xFF, 0, 0])
        // And the last one, of what is left.
        #expect(Array(file[43 + 5 + 65_535..<43 + 10 + 65_535]) == [1, 0xBD, 0x60, 0x42, 0x9F])
    }
}

@Suite("Pages") struct HTMLPageTests {
    @Test func textIsTextWhateverItHolds() throws {
        var page = HTMLPage(title: "a<b")
        page.paragraph("<script>\"x\" & y")
        page.table(["<h>"], [[.text("</td>")], [.number(0.123456789, digits: 3)], [.number(nil, digits: 1)]], id: "t")
        let html = try page.html(numbers: ["x": "</script>", "y": "<!--<script>"])
        #expect(html.contains("<title>a&lt;b</title>") && html.contains("&lt;script&gt;&quot;x&quot; &amp; y"))
        #expect(html.contains("<td data-label=\"&lt;h&gt;\">&lt;/td&gt;</td>"))
        #expect(html.contains("<data value=\"0.123456789\">0.123</data>") && html.contains("n/a"))
        #expect(html.components(separatedBy: "</script>").count == 2 && !html.contains("<!--"))
    }

    @Test func anInfiniteNumberIsSaid() throws {
        var page = HTMLPage(title: "")
        page.table(["a"], [[.number(.infinity, digits: 1)]], id: "t")
        #expect(page.body.contains("<data value=\"inf\">∞</data>"))
    }

    /// What a group is called comes from files and people: in a card it is escaped, on the page it reads as it is.
    @Test func whatIsEscapedInACardIsNotOnThePage() throws {
        let structure = GateReport.Structure(
            name: .lungLeft, tolerance: 2, pairs: [], meanGain: 0, lowerBound: 0, upperBound: 0, isWorse: false)
        let groups = [CaseGroup(.site, "North|South"), CaseGroup(.kernel, #"Br40d\3"#), CaseGroup(.scanner, "a`b`\\")]
        let report = GateReport(
            passes: false, reasons: [#"Lung_L with kernel Br40d\3 may be worse"#], holdOut: [], corrected: [],
            margin: 0.005, confidence: 0.95,
            subgroups: GateReport.Subgroups(
                judged: groups.map { GateReport.Subgroups.Judged(groups: [$0], structure: structure) },
                tooFew: [GateReport.Subgroups.TooFew(group: groups[1], name: .heart, patients: 1)], unknown: [],
                minimumPatients: 3))
        let version = ModelVersion(
            name: ModelName(rawValue: "m@2"), digest: "ab", byteCount: 1,
            lineage: ModelLineage(
                parent: nil, job: 4, recipeDigest: "r", seed: 1, dataDigest: "d", software: "s", note: "of A|B"),
            evaluation: report, createdAt: Date(timeIntervalSince1970: 0), createdBy: "worker")
        let file = try ModelFile(name: version.name, recipe: Recipe(name: "r", structures: [.lungLeft]), weights: [])
        let html = MarkdownText.html(ModelCard(version: version, header: file.header).text, deeper: 2)
        for name in ["site North|South", #"kernel Br40d\3"#, "scanner a`b`\\"] {
            #expect(html.contains("<td data-label=\"group\">\(name)</td><td data-label=\"structure\">Lung_L</td>"))
        }
        #expect(html.contains("<td>note</td><td>of A|B</td>"))
        #expect(html.contains(#"held back. Lung_L with kernel Br40d\3 may be worse."#))
        #expect(html.contains(#"3 are needed: kernel Br40d\3 (Heart 1).</p>"#))
        #expect(html.contains("<code>ab</code>"))
    }

    @Test func aCardBecomesHeadingsTablesAndParagraphs() {
        let html = MarkdownText.html(
            """
            # lungs@1

            Of 2 × 2 <mm>.

            | | |
            |---|---|
            | file | SHA-256 `ab<c` |

            | a | b |
            |---|---|
            | 1 | 2 |
            """, deeper: 2)
        #expect(
            html == """
                <h3>lungs@1</h3>
                <p>Of 2 × 2 &lt;mm&gt;.</p>
                <table><tr><td>file</td><td>SHA-256 <code>ab&lt;c</code></td></tr>
                </table>
                <table><thead><tr><th>a</th><th>b</th></tr></thead><tr><td data-label="a">1</td><td data-label="b">2</td></tr>
                </table>

                """)
    }
}
