import Anatomy
import Cases
import Foundation
import Lists
import Review
import Settings
import TerminalKit
import TestSupport
import Testing
import Volumes

/// The source tree: where the shipped themes and keymaps are.
private let tree = ResourceFolder(
    url: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent())

@Suite struct ShippedFilesTests {
    @Test func allThemesAreWhole() throws {
        let names = tree.names(in: "themes")
        #expect(names == ["colour-blind-safe", "dark", "light"])
        for name in names {
            let theme = try tree.theme(name)
            let problems = theme.problems(colourBlindSafe: true)
            #expect(problems.map(\.description) == [], "theme \(name)")
        }
    }

    /// The default: no two of the usual structures look alike to a colour-blind reader, nor to anybody in the 256
    /// colours of most terminals.
    @Test func structuresOfTheDefaultThemeAreToldApartWithoutRedOrGreen() throws {
        let theme = try tree.theme(UserSettings().theme)
        var colours = theme.structures.sorted { $0.key < $1.key }.map { (name: $0.key, colour: $0.value) }
        colours += [ThemeRole.ghost, .outOfTolerance, .draft].map { (name: $0.rawValue, colour: theme[$0]) }
        for (i, a) in colours.enumerated() {
            for b in colours[(i + 1)...] {
                for vision in ColourVision.allCases {
                    let difference = try #require(a.colour.difference(from: b.colour, vision: vision))
                    #expect(difference >= 7, "\(a.name) and \(b.name) with \(vision.rawValue)")
                }
                #expect(ColourReducer.indexed(a.colour) != ColourReducer.indexed(b.colour), "\(a.name) and \(b.name)")
            }
        }
    }

    /// The structures of a plan have colours of their own, which differ in 256 colours as well; so do those of the
    /// structures that the themes know by name.
    @Test(arguments: ["dark", "light", "colour-blind-safe"])
    func thePaletteIsLargeEnoughForAPlan(name: String) throws {
        let theme = try tree.theme(name)
        let strange = (0..<Theme.leastPalette).map { "Structure_\($0)" }
        let known = theme.structures.keys.sorted()
        for names in [strange, known + strange.dropLast(known.count), strange.reversed()] {
            let colours = theme.colours(ofStructures: names)
            #expect(Set(colours.map(ColourReducer.indexed)).count == names.count)
            for (i, a) in colours.enumerated() {
                for b in colours[(i + 1)...] {
                    #expect(try #require(a.difference(from: b)) >= Theme.leastDifference, "\(a.hex) and \(b.hex)")
                    let (few, others) = (ColourReducer.indexed(a), ColourReducer.indexed(b))
                    let shown = try #require(ColourReducer.colour(ofIndex: few))
                    let other = try #require(ColourReducer.colour(ofIndex: others))
                    #expect(try #require(shown.difference(from: other)) >= Theme.leastDifference, "\(a.hex), \(b.hex)")
                }
            }
        }
    }

    /// Organs of two sides under names of another language, which no theme knows.
    @Test(arguments: ["dark", "light", "colour-blind-safe"])
    func strangeNamesOfOneCaseDifferClearly(name: String) throws {
        let theme = try tree.theme(name)
        for names in [["左肺", "右肺"], ["Poumon_G", "Poumon_D", "Coeur"]] {
            let colours = theme.colours(ofStructures: names)
            for (i, a) in colours.enumerated() {
                for b in colours[(i + 1)...] {
                    #expect(try #require(a.difference(from: b)) >= 20, "\(a.hex), \(b.hex)")
                }
            }
        }
    }

    /// Left and right lung, on white and grey tissue, with every kind of colour blindness: as they are, in 256 colours
    /// and in the eight of a console.
    @Test(arguments: ["dark", "light", "colour-blind-safe"])
    func leftAndRightLungDifferForEverybody(name: String) throws {
        let theme = try tree.theme(name)
        let lungs = ["Lung_L", "Lung_R"].map(theme.structure)
        let few = try lungs.map { try #require(ColourReducer.colour(ofIndex: ColourReducer.indexed($0))) }
        #expect(Set(lungs.map(ColourReducer.eight)).isDisjoint(with: [0, 1, 3, 7]))
        #expect(ColourReducer.eight(lungs[0]) != ColourReducer.eight(lungs[1]))
        for pair in [lungs, few] {
            for vision in [nil] + ColourVision.allCases.map(Optional.some) {
                let between = try #require(pair[0].difference(from: pair[1], vision: vision))
                #expect(between >= 14, "\(vision?.rawValue ?? "all cones")")
                for colour in pair {
                    let white = try #require(colour.difference(from: Colour(grey: 255), vision: vision))
                    #expect(white >= 20, "\(colour.hex) on white, \(vision?.rawValue ?? "all cones")")
                    for grey in UInt8(0)...255 {
                        let tissue = try #require(colour.difference(from: Colour(grey: grey), vision: vision))
                        #expect(tissue >= 7.5, "\(colour.hex) on grey \(grey), \(vision?.rawValue ?? "all cones")")
                    }
                }
            }
        }
    }

    @Test func structuresHaveTheirAliases() throws {
        let aliases = try tree.structureAliases()
        for (name, structure) in [
            ("LUNG LT", StructureName.lungLeft), ("right lung", .lungRight), ("Lunge re", .lungRight),
            ("Rückenmark", .spinalCord), ("oesophagus", .esophagus), ("Cœur", .heart), ("Lungs", .lungs),
        ] {
            #expect(aliases.structure(named: name) == structure)
        }
        // Which lung, or whether both, nobody can tell.
        #expect(aliases.structure(named: "Lung").rawValue == "Lung")
    }

    @Test func allKeymapsAreWhole() throws {
        #expect(tree.names(in: "keymaps") == ["default", "itksnap", "slicer", "vim"])
        for name in tree.names(in: "keymaps") {
            let keymaps = try tree.keymap(name)
            // What no reviewer can do without has a key.
            for command in [
                "slice +1", "slice -1", "brush", "eraser", "undo", "redo", "accept", "reject", "quit", "help",
                "command", "dab", "structure next", "window lung", "zoom in", "zoom out", "first", "last",
            ] { #expect(!keymaps.normal.chords(for: command).isEmpty, "\(name) has no key for \(command)") }
        }
    }

    /// What is typed rather than pressed: it takes a number or a name, or is not to be pressed by accident.
    private static let typed: Set = [
        "goto", "tolerance", "show", "paint", "erase", "limit", "export", "reopen", "quit!", "accept!", "approve",
        "return", "fill-holes", "margin", "smooth", "largest", "islands", "copy-slice", "threshold", "leak-guard",
        "reach", "merge", "split", "only-inside", "only-outside", "union", "subtract", "intersect", "copy",
        "sessions", "overwrite", "context", "slab", "cine", "opacity", "outline", "set", "add", "delete", "rename",
        "colour", "move-structure", "template", "load",
    ]

    private static func name(_ command: String) -> String { String(command.prefix { $0 != " " }) }

    @Test func everyCommandHasAKeyOrIsTyped() throws {
        for name in tree.names(in: "keymaps") {
            let keymaps = try tree.keymap(name)
            let modes = [keymaps.normal, keymaps.pointer, keymaps.adjudicate]
            let commands: [String] = modes.flatMap { $0.all.map(\.command) }
            let bound = Set(commands.map(Self.name))
            let missing = ReviewCommands.table.all.map(\.name).filter {
                !bound.contains($0) && !Self.typed.contains($0)
            }
            #expect(missing == [], "\(name)")
            let listed = Set(keymaps.worklist.all.map { Self.name($0.command) })
            #expect(WorklistCommands.table.all.map(\.name).filter { !listed.contains($0) } == [], "\(name)")
        }
    }

    @Test func noKeymapLosesWhatTheDefaultHasAKeyFor() throws {
        let commands = Set(try tree.keymap("default").normal.all.map(\.command))
        for name in tree.names(in: "keymaps") {
            let keymaps = try tree.keymap(name)
            #expect(commands.filter { keymaps.normal.chords(for: $0).isEmpty }.sorted() == [], "\(name)")
        }
    }
}

@Suite struct SettingsTests {
    @Test func mistakesInAKeymapAreNamed() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("mine.toml")
        func fail(_ text: String) throws -> String {
            try Data(text.utf8).write(to: file)
            do throws(SettingsError) {
                _ = try tree.keymap(file.path)
                return ""
            } catch { return error.what }
        }
        #expect(try fail("[normal]\nj = \"fly\"").contains("[normal] j: no command fly"))
        #expect(try fail("[normal]\nctrl-nothing = \"undo\"").contains("ctrl-nothing is not a key"))
        #expect(try fail("[flying]\nj = \"undo\"").contains("[flying] is not a mode"))
        #expect(try fail("[normal]\nj = [1, 2]").contains("j must be a text"))
        #expect(try fail("[normal]\nj = ").contains("line 2 is not TOML"))
        #expect(try fail("[normal]\n\"alt-ctrl-x\" = \"undo\"\n\"ctrl-alt-x\" = \"redo\"").contains("bound twice"))
        #expect(try fail("") == "")
    }

    @Test func settingsAreReadAndMistakesNamed() throws {
        let text = "reviewer = \"mk\"\ntheme = \"light\"\ntolerance_mm = 3\n[tolerances_mm]\nLung_L = 1.5\n"
        let settings = try UserSettings.parse(text, place: "config")
        #expect(settings.reviewer == "mk" && settings.theme == "light")
        #expect(settings.tolerance(of: .lungLeft) == 1.5 && settings.tolerance(of: .heart) == 3)
        #expect(throws: SettingsError.self) { try UserSettings.parse("tolerance_mm = -1", place: "config") }
        #expect(settings.site == nil)
        #expect(try UserSettings.parse("site = \" North  wing \"", place: "config").site == "North wing")
        #expect(try UserSettings.parse("site = \"\"", place: "config").site == nil)
        let unknown = try #require(throws: SettingsError.self) {
            try UserSettings.parse("site = \"unknown\"", place: "config")
        }
        #expect("\(unknown)".contains("site is called by at most 40 characters"))
        #expect(throws: SettingsError.self) { try UserSettings.parse("nonsense = 1", place: "config") }
        #expect(throws: SettingsError.self) { try UserSettings.parse("theme = ", place: "config") }
    }

    @Test func anInstalledProgramFindsItsResources() throws {
        let folder = try TemporaryFolder()
        let share = folder.file("share/pleura")
        for (kind, name) in [("themes", "dark"), ("keymaps", "default")] {
            try FileManager.default.createDirectory(
                at: share.appendingPathComponent(kind), withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                at: tree.url.appendingPathComponent("\(kind)/\(name).toml"),
                to: share.appendingPathComponent("\(kind)/\(name).toml"))
        }
        let found = try ResourceFolder.find(executable: folder.file("bin/pleura"))
        #expect(found.url.resolvingSymlinksInPath().path == share.resolvingSymlinksInPath().path)
        #expect(throws: SettingsError.self) {
            try ResourceFolder.find(executable: URL(fileURLWithPath: "/nowhere/bin/pleura"))
        }
    }

    @Test func structuresOfFilesAreReadInTheirOrder() throws {
        let folder = try TemporaryFolder()
        let (shared, own) = (folder.file("shared.json"), folder.file("own.json"))
        #expect(try StructureCatalogue.reading([shared, own]) == .builtIn)
        try Data(
            """
            {"structures": [{"name": "Aorta", "order": 45, "colour": "#cc3344", "tolerance_mm": 3},
              {"name": "Lung_L", "colour": "#cc3344"}]}
            """.utf8
        ).write(to: shared)
        try Data("{\"structures\": [{\"name\": \"Aorta\", \"tolerance_mm\": 1}]}".utf8).write(to: own)
        let catalogue = try StructureCatalogue.reading([shared, own])
        let aorta = StructureName(rawValue: "Aorta")
        #expect(catalogue[aorta]?.order == 45 && catalogue[aorta]?.toleranceMillimetres == 1)
        // The user's own tolerance goes before the file's, and the file's before that for all.
        let settings = try UserSettings.parse("tolerance_mm = 4\n[tolerances_mm]\nHeart = 5", place: "x")
        #expect(settings.tolerance(of: aorta, in: catalogue) == 1 && settings.tolerance(of: aorta) == 4)
        #expect(
            settings.tolerance(of: .heart, in: catalogue) == 5 && settings.tolerance(of: .lungLeft, in: catalogue) == 4)
        // A theme's own colour goes before the file's.
        let theme = try tree.theme("dark", catalogue: catalogue)
        #expect(theme.structure("Aorta").hex == "#cc3344" && theme.structure("Lung_L").hex == "#00aaff")
        #expect(try tree.theme("dark").structures["Aorta"] == nil)
        // Nobody's choice changes what the program comes with, which is what the theme says where nobody has chosen.
        #expect(ShippedColours.colour(of: aorta) != theme.structure("Aorta"))
        let shipped = try tree.theme("dark", catalogue: .builtIn)
        for name in StructureCatalogue.builtIn.structures.map(\.name)
            + (0..<60).map({ StructureName(rawValue: "PTV\($0)") })
        {
            #expect(ShippedColours.colour(of: name) == shipped.structure(name.rawValue), "\(name)")
        }
        try Data("{\"structures\": [{}]}".utf8).write(to: own)
        let error = #expect(throws: SettingsError.self) { try StructureCatalogue.reading([shared, own]) }
        #expect(error?.place == own.path && error?.what == "entry 1 has no name. Write {\"name\": \"Aorta\", …}.")
    }

    @Test func aDepartmentsAliasesGoBeforeTheCataloguesOwn() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("recipes/structures.toml")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("SpinalCanal = \"cord\"\nLiver = \"leber\"\n".utf8).write(to: file)
        let aliases = try ResourceFolder(url: folder.url).structureAliases()
        for (text, name) in [
            ("cord", "SpinalCanal"), ("Leber", "Liver"), ("lunge links", "Lung_L"), ("myelon", "SpinalCord"),
        ] {
            #expect(aliases.structure(named: text).rawValue == name)
        }
        // Two structures of one alias; the other side's alias; another structure's own name.
        for text in [
            "SpinalCanal = \"cord\"\nSpinalCord = \"cord\"\n", "Lung_R = \"rt lung; left lung\"\n",
            "Heart = \"lung_l\"\n",
        ] {
            try Data(text.utf8).write(to: file)
            #expect(throws: SettingsError.self, "\(text)") { try ResourceFolder(url: folder.url).structureAliases() }
        }
    }

    @Test func whenToTrainIsASetting() throws {
        let settings = try UserSettings.parse("[queue]\nafter_corrections = 4\nat = \"02:30\"", place: "x")
        #expect(settings.trainsAfterCorrections == 4 && settings.trainsAt == 150)
        #expect(UserSettings().trainsAfterCorrections == 10 && UserSettings().trainsAt == nil)
        for wrong in ["after_corrections = -1", "at = \"24:00\"", "at = \"2\"", "after = 3"] {
            #expect(throws: SettingsError.self) { try UserSettings.parse("[queue]\n\(wrong)", place: "x") }
        }
    }
}
