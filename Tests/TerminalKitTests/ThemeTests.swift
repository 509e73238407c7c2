import TerminalKit
import Testing

@Suite struct ThemeTests {
    private let lungs = ["Lung_L", "Lung_R"]

    private var entries: [String: String] {
        var entries = Dictionary(uniqueKeysWithValues: ThemeRole.allCases.map { ($0.rawValue, "#ffffff") })
        entries["background"] = "#111317"
        entries["bar_background"] = "#20262e"
        entries["selection"] = "#263444"
        entries["ghost"] = "#ffff00"
        entries["draft"] = "#bb0088"
        entries["out_of_tolerance"] = "#ff0000"
        entries["tint_strength"] = "0.2"
        entries["structures.Lung_L"] = "#0077dd"
        entries["structures.Lung_R"] = "#5fd700"
        entries["structures.fallback_1"] = "#8f93f0"
        entries["structures.fallback_2"] = "#c25ea8"
        return entries
    }

    @Test func readsARole() throws {
        let theme = try Theme(name: "t", entries: entries, requiring: lungs)
        #expect(theme.ghost.hex == "#ffff00" && theme[.barBackground].hex == "#20262e" && theme.tintStrength == 0.2)
        #expect(theme.structure("Lung_L").hex == "#0077dd")
        #expect(theme.fallback.map(\.hex) == ["#8f93f0", "#c25ea8"])
        #expect(theme.fallback.contains(theme.structure("Kidney_L")))
        #expect(theme.structure("Kidney_L") == theme.structure("Kidney_L"))
    }

    @Test func unknownStructuresOfACaseDiffer() throws {
        let theme = try Theme(name: "t", entries: entries, requiring: lungs)
        for names in [["A", "B"], ["Kidney_L", "Kidney_R"], ["Liver", "Lung_L", "Spleen"]] {
            #expect(Set(theme.colours(ofStructures: names)).count == names.count)
        }
        #expect(theme.colours(ofStructures: ["A", "B"]).allSatisfy(theme.fallback.contains))
    }

    @Test func namesEveryFault() {
        var wrong = entries
        wrong["ghost"] = nil
        wrong["structures.Lung_R"] = nil
        wrong["structures.fallback_1"] = nil
        wrong["text"] = "white"
        wrong["tint_strength"] = "2"
        wrong["gohst"] = "#f0e442"
        wrong["structures.fallback_x"] = "#f0e442"
        let error = #expect(throws: ThemeError.self) { try Theme(name: "mine", entries: wrong, requiring: lungs) }
        #expect(error?.missing == ["ghost", "structures.Lung_R", "structures.fallback_1"])
        #expect(error?.unknown == ["gohst", "structures.fallback_x"])
        #expect(error?.malformed == ["text = white", "tint_strength = 2"])
        #expect(error?.description.contains("theme mine: missing: ghost") == true)
    }

    @Test func everyMissingKeyIsNamed() {
        let error = #expect(throws: ThemeError.self) { try Theme(name: "empty", entries: [:], requiring: lungs) }
        #expect(error?.missing.count == ThemeRole.allCases.count + 4)
    }

    @Test func aGoodThemeHasNoProblems() throws {
        #expect(try Theme(name: "t", entries: entries, requiring: lungs).problems(colourBlindSafe: true) == [])
    }

    @Test func quietTextMustBeReadable() throws {
        var wrong = entries
        wrong["dim"] = "#4a4f57"
        wrong["bar_text"] = "#20262e"
        let problems = try Theme(name: "t", entries: wrong, requiring: lungs).problems(colourBlindSafe: false)
        #expect(
            problems.map(\.description) == [
                "dim on background has a contrast of 2.3:1, and needs 3.0:1",
                "bar_text on bar_background has a contrast of 1.0:1, and needs 3.0:1",
            ])
    }

    @Test func structuresMustDiffer() throws {
        var wrong = entries
        wrong["structures.Heart"] = "#0279db"
        let problems = try Theme(name: "t", entries: wrong, requiring: lungs).problems(colourBlindSafe: false)
        guard case .tooSimilar("Heart", "Lung_L", let difference, nil)? = problems.first else {
            Issue.record("\(problems)")
            return
        }
        #expect(problems.count == 1 && difference < 2)
    }

    /// Green and the red of the dark theme, or yellow and green, are one for many.
    @Test func redAndGreenAreNotColourBlindSafe() throws {
        var wrong = entries
        wrong["structures.Lung_R"] = "#a5b83c"
        wrong["out_of_tolerance"] = "#ff7a3c"
        let theme = try Theme(name: "t", entries: wrong, requiring: lungs)
        #expect(theme.problems(colourBlindSafe: false) == [])
        let problems = theme.problems(colourBlindSafe: true)
        #expect(
            problems.contains {
                if case .tooSimilar("out_of_tolerance", "Lung_R", _, .some) = $0 { return true } else { return false }
            })
    }

    /// Pale green on white tissue: two lines of one colour to most who lack a kind of cone.
    @Test func aLungLikeTissueIsNotColourBlindSafe() throws {
        var wrong = entries
        wrong["structures.Lung_R"] = "#b8f2e6"
        let problems = try Theme(name: "t", entries: wrong, requiring: lungs).problems(colourBlindSafe: true)
        #expect(
            problems.contains {
                if case .tooSimilar("Lung_R", "white tissue", _, .some) = $0 { return true } else { return false }
            })
        wrong["structures.Lung_R"] = "#8f8f83"
        let grey = try Theme(name: "t", entries: wrong, requiring: lungs).problems(colourBlindSafe: true)
        #expect(
            grey.contains {
                if case .tooSimilar("Lung_R", "grey tissue", _, .some) = $0 { return true } else { return false }
            })
    }

    @Test func anOutlineMustBeSeenOnBlack() throws {
        var wrong = entries
        wrong["background"] = "#f7f7f5"
        wrong["structures.Heart"] = "#00002d"
        let problems = try Theme(name: "t", entries: wrong, requiring: lungs).problems(colourBlindSafe: false)
        #expect(problems.contains { $0.description.hasPrefix("Heart on black has a contrast of 1.") })
    }

    @Test func textInAStructuresColourCanBeRead() throws {
        var light = entries
        light["background"] = "#f7f7f5"
        light["text"] = "#22262b"
        let theme = try Theme(name: "t", entries: light, requiring: lungs)
        let pale = try #require(Colour(hex: "#2ac83d"))
        #expect(try #require(pale.contrast(with: theme.background)) < 3)
        #expect(try #require(theme.ink(pale).contrast(with: theme.background)) >= 3)
        // What can be read stays as it is.
        let strong = try #require(Colour(hex: "#062efe"))
        #expect(theme.ink(strong) == strong)
    }

    @Test func colours() throws {
        // Colours of structures that a case lacks are lent once the fallbacks are used up, and then all begin again.
        let theme = try Theme(name: "t", entries: entries, requiring: lungs)
        let lent = theme.colours(ofStructures: ["A", "B", "C", "D"])
        #expect(Set(lent).count == 4 && lent.contains(theme.structure("Lung_L")))
        let kept = theme.colours(ofStructures: ["A", "B", "C", "Lung_L"])
        #expect(kept[3] == theme.structure("Lung_L") && Set(kept).count == 4)
        #expect(theme.colours(ofStructures: (0..<9).map { "S\($0)" }).count == 9)
    }
}
