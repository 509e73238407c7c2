import Cases
import Testing

@Suite("Titles of cases")
struct CaseTitlesTests {
    private func titles(_ paths: String...) -> [String] {
        CaseTitles.titles(of: paths.map { CaseTraits(path: $0.split(separator: "/").map(String.init), key: $0) })
    }

    @Test("a case goes by its folder while no other is called so")
    func alone() {
        #expect(titles("home/anna/pat1", "home/anna/pat2") == ["pat1", "pat2"])
        #expect(titles("pat1") == ["pat1"])
        #expect(CaseTitles.titles(of: []) == [])
    }

    @Test("a folder that every case has is no title")
    func plain() {
        #expect(titles("data/pat1/ct", "data/pat2/ct") == ["pat1/ct", "pat2/ct"])
        #expect(titles("data/pat1/CT") == ["pat1/CT"])
        #expect(titles("data/pat1/DICOM") == ["pat1/DICOM"])
        #expect(titles("CT") == ["CT"])
        #expect(titles("pat1/2") == ["pat1/2"])
    }

    @Test("cases of one name are told apart by the nearest folder that differs, and by no more")
    func folders() {
        #expect(titles("a/P1/ph", "a/P2/ph", "a/P3/ph") == ["P1/ph", "P2/ph", "P3/ph"])
        // The folder between is the same in both and says nothing.
        #expect(titles("a/P1/study/ph", "a/P2/study/ph") == ["P1/ph", "P2/ph"])
        #expect(titles("a/P1/x/ph", "a/P1/y/ph", "a/P2/x/ph") == ["P1/x/ph", "y/ph", "P2/x/ph"])
        #expect(titles("a/P1/ph", "b/other") == ["ph", "other"])
        #expect(titles("ph", "deep/ph") == ["ph", "deep/ph"])
        #expect(titles("siteA/p/1/ct", "siteB/p/1/ct") == ["siteA/1/ct", "siteB/1/ct"])
    }

    @Test("series of one folder go by what the scanner calls them, then by volume, then by the end of their UIDs")
    func series() {
        func of(_ cases: (String, String, String)...) -> [String] {
            CaseTitles.titles(
                of: cases.map { CaseTraits(path: ["a", "ph"], description: $0.0, volume: $0.1, key: $0.2) })
        }
        #expect(of(("Lung B70f", "", "1.1"), ("Soft B30f", "", "1.2")) == ["ph · Lung B70f", "ph · Soft B30f"])
        #expect(
            of(("4D", "phase 0 %", "1.1"), ("4D", "phase 50 %", "1.1")) == ["ph · phase 0 %", "ph · phase 50 %"])
        #expect(of(("T", "", "1.2.345678"), ("T", "", "1.2.345679")) == ["ph · …345678", "ph · …345679"])
        #expect(of(("A", "", "1"), ("A", "", "2"), ("B", "", "3")).count == 3)
        #expect(Set(of(("A", "", "1"), ("A", "", "2"), ("B", "", "3"))).count == 3)
        #expect(of(("", "", ""), ("", "", "")) == ["ph · 1", "ph · 2"])
    }

    @Test("UIDs are shortened to their ends")
    func uids() {
        let uids = ["1.2.826.0.1.3680043.8.498.11111111", "1.2.826.0.1.3680043.8.498.22222222"]
        let cases = uids.map { CaseTraits(path: ["pacs", "series", $0], description: "Thorax", key: $0) }
        #expect(CaseTitles.titles(of: cases) == ["…11111111 · Thorax", "…22222222 · Thorax"])
    }

    @Test("whatever the list, no two titles are the same")
    func unique() {
        var cases: [CaseTraits] = []
        for site in ["a", "b"] {
            for patient in ["p1", "p2"] {
                for series in ["ct", "x"] {
                    for description in ["", "T", "U"] {
                        for key in ["1.2.3", "1.2.4", "1.2.4"] {
                            cases.append(
                                CaseTraits(path: [site, patient, series], description: description, key: key))
                        }
                    }
                }
            }
        }
        #expect(Set(CaseTitles.titles(of: cases)).count == cases.count)
    }
}
