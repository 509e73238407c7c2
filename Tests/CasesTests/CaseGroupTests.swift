import Cases
import Testing
import Volumes

@Suite("Where and by what images were made") struct CaseGroupTests {
    private func record(spacing: Double, _ acquisition: Acquisition = Acquisition()) throws -> CaseRecord {
        CaseRecord(
            id: CaseID(rawValue: "1.2"), seriesUID: nil, source: "/a", contentDigest: "x",
            geometry: try GridGeometry(
                size: GridSize(x: 3, y: 2, z: 1), spacing: Spacing(x: 1, y: 1, z: spacing)),
            minimumHU: 0, maximumHU: 1, structures: [], warnings: [], acquisition: acquisition)
    }

    @Test func theThicknessIsKnownOfEveryCase() throws {
        let bands = try [0.6, 1.5, 1.500_001, 1.52, 2, 3, 3.2, 5, 5.000_3, 5.5, 10].map {
            try record(spacing: $0).groups.map(\.text)
        }
        let expected = [
            "≤1.5 mm", "≤1.5 mm", "≤1.5 mm", "1.5–3 mm", "1.5–3 mm", "1.5–3 mm", "3–5 mm", "3–5 mm", "3–5 mm", ">5 mm",
            ">5 mm",
        ]
        #expect(bands == expected.map { ["slices \($0)"] })
    }

    @Test func aCaseIsInAGroupOfEachFactThatIsKnown() throws {
        let made = Acquisition(
            site: "North", manufacturer: "SIEMENS", scannerModel: "SOMATOM Force", kernel: #"Br40d\3"#,
            hasContrast: true)
        let known = try record(spacing: 1, made)
        #expect(
            known.groups.map(\.text) == [
                "site North", "scanner SIEMENS SOMATOM Force", #"kernel Br40d\3"#, "slices ≤1.5 mm",
            ])
        #expect(known.renamed(CaseID(rawValue: "r")).acquisition == made)
        #expect(Acquisition(manufacturer: "GE", scannerModel: "GE Revolution").scanner == "GE Revolution")
        #expect(Acquisition(manufacturer: "GE").scanner == "GE" && Acquisition().scanner == nil)
    }

    @Test func capitalsAndSpacesTellNoTwoGroupsApart() {
        let (old, new) = (CaseGroup(.scanner, "SIEMENS SOMATOM Force"), CaseGroup(.scanner, "Siemens  SOMATOM Force"))
        #expect(old == new && Set([old, new]).count == 1 && !(old < new) && !(new < old))
        #expect(old != CaseGroup(.site, "SIEMENS SOMATOM Force") && old != CaseGroup(.scanner, "SOMATOM Force"))
    }

    /// Files of before say so themselves.
    @Test func whatIsSaidToBeUnknownIsNoGroup() throws {
        let geometry = try GridGeometry(size: GridSize(x: 2, y: 2, z: 2), spacing: Spacing(x: 1, y: 1, z: 2.5))
        let record = CaseRecord(
            id: CaseID(rawValue: "a"), seriesUID: nil, source: "/a", contentDigest: "x", geometry: geometry,
            minimumHU: 0, maximumHU: 1, structures: [], warnings: [],
            acquisition: Acquisition(site: "North", manufacturer: "UNKNOWN", kernel: " Unknown"))
        #expect(record.group(.scanner) == nil && record.group(.kernel) == nil)
        #expect(record.groups.map(\.kind) == [.site, .thickness])
    }

    @Test func groupsAreInAnOrderThatPeopleExpect() {
        let bands = ThicknessBand.allCases.map { CaseGroup(.thickness, $0.rawValue) }
        let sites = ["North", "South"].map { CaseGroup(.site, $0) }
        #expect((bands + sites).reversed().sorted() == sites + bands)
    }

    @Test func whatIsNewlyKnownCountsAndNothingIsForgotten() {
        let known = Acquisition(site: "North", manufacturer: "GE", kernel: "LUNG")
        #expect(known.updated(by: Acquisition()) == known)
        #expect(
            known.updated(by: Acquisition(site: "South", scannerModel: "CT750", hasContrast: false))
                == Acquisition(
                    site: "South", manufacturer: "GE", scannerModel: "CT750", kernel: "LUNG", hasContrast: false))
    }

    @Test func aSiteIsANameOnOneLine() {
        for (typed, name) in [
            ("North", "North"), ("  St.  Mary's  ", "St. Mary's"), ("Ü-Klinik", "Ü-Klinik"), ("", nil), ("   ", nil),
            ("Unknown", nil), ("a\nb", nil), ("a\u{1b}[31m", nil), ("a\u{202e}b", nil),
            (String(repeating: "a", count: 41), nil),
            (String(repeating: "a", count: 40), String(repeating: "a", count: 40)),
        ] as [(String, String?)] {
            #expect(Acquisition.siteName(typed) == name, "\(typed.debugDescription)")
        }
    }
}
