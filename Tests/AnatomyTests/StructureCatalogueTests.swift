import Foundation
import Testing

@testable import Anatomy

@Suite struct StructureCatalogueTests {
    private let catalogue = StructureCatalogue.builtIn

    private func name(_ text: String) -> StructureName { StructureName(rawValue: text) }

    private func names(_ text: String) -> [StructureName] { text.split(separator: " ").map { name(String($0)) } }

    /// The built-in structures with those of a file.
    private func adding(_ entries: String) throws -> StructureCatalogue {
        try catalogue.adding(Data("{\"structures\": [\(entries)]}".utf8), place: "mine.json")
    }

    private let aorta = """
        {"name": "Aorta", "order": 45, "organ": true, "pieces": 1, "aliases": ["ao", "hauptschlagader"],
         "plausible_ml": [40, 600], "plausible_median_hu": [0, 600], "largest_predicted_ml": 800,
         "tolerance_mm": 3, "colour": "#cc3344"}
        """

    @Test func theBuiltInCatalogueHoldsWhatItAlwaysHeld() throws {
        #expect(
            catalogue.known.map(\.rawValue) == [
                "Lung_L", "Lung_R", "Lungs", "Heart", "Esophagus", "SpinalCord", "Trachea",
            ])
        #expect(catalogue.structures.filter(\.isOrgan).count == 42)
        #expect(catalogue.structures.filter { $0.code != nil }.count == 48)
        #expect(catalogue.structures.count == 72)
        #expect(catalogue.lungs == .init(whole: .lungs, left: .lungLeft, right: .lungRight))
        #expect(catalogue.wholes.map(\.name) == [.lungs])
        #expect(catalogue.structures.filter { $0.tissue == .lung }.map(\.name) == [.lungLeft, .lungRight, .lungs])
        #expect(catalogue.structures.compactMap(\.pieces) == [1, 1, 2, 1, 1, 1, 1])
        #expect(catalogue[.lungs]?.plausibleMillilitres == .init(least: 200, greatest: 10_000))
        #expect(catalogue[.lungLeft]?.plausibleMillilitres == .init(least: 200, greatest: 6000))
        #expect(catalogue[.lungRight]?.plausibleMedianHU == .init(least: nil, greatest: -300))
        #expect(catalogue[.lungs]?.largestPredictedMillilitres == 11_000)
        #expect(catalogue[.lungRight]?.largestPredictedMillilitres == 5500)
        #expect(catalogue.structures.allSatisfy { $0.toleranceMillimetres == nil && $0.colour == nil })
    }

    private func catalogue(_ entries: String) throws -> StructureCatalogue {
        try StructureCatalogue.builtIn.adding(Data("{\"structures\": [\(entries)]}".utf8), place: "mine")
    }

    @Test(arguments: [
        ("Lung_L", "lung_l"), ("Lung_L", "Left Lung"), ("Lung_L", "poumon gauche"), ("Kidney_R", "kidney_right"),
        ("Kidney_R", "Right Kidney"), ("Femur_Head_L", "femur head left"), ("Heart", "HEART"),
    ])
    func aStructureIsKnownByItsNames(structure: String, text: String) {
        let (name, others) = (name(structure), names("Lung_R Kidney_L Femur_Head_R Lungs Kidneys Femur_Head Trachea"))
        #expect(catalogue.isName(text, of: name))
        for other in others { #expect(!catalogue.isName(text, of: other), "\(text) is not \(other)") }
    }

    @Test func aPartOfAPartExcludesNoWhole() throws {
        let lobes = try catalogue(
            "{\"name\": \"Lobe_LUL\", \"organ\": true}, {\"name\": \"Lung_L\", \"parts\": [\"Lobe_LUL\"]}")
        let lobe = StructureName(rawValue: "Lobe_LUL")
        #expect(!lobes.excludes(lobe, .lungLeft) && !lobes.excludes(lobe, .lungs) && !lobes.excludes(.lungs, lobe))
        #expect(lobes.excludes(lobe, .lungRight) && lobes.excludes(lobe, .heart))
    }

    @Test func aDigestCoversThePartsThatAWholeIsMadeFrom() throws {
        let kidneys = try catalogue("{\"name\": \"Kidneys\", \"made_from_parts\": true}")
        let name = StructureName(rawValue: "Kidneys")
        #expect(kidneys.isDigested("Kidney_L", learning: [name]) && !kidneys.isDigested("Heart", learning: [name]))
        #expect(!StructureCatalogue.builtIn.isDigested("Kidney_L", learning: [name]))
    }

    @Test func namesWithNumbersAreSpelledWithThem() throws {
        let spine = try catalogue("{\"name\": \"VB_T1\", \"order\": 80}, {\"name\": \"VB_T2\", \"order\": 81}")
        #expect(spine.structure(spelled: "vb t2")?.rawValue == "VB_T2" && spine.structure(spelled: "VB T") == nil)
    }

    @Test func aSideIsStatedWhereTheNameSaysNone() throws {
        let kidney = try catalogue(
            "{\"name\": \"Niere_links\", \"side\": \"left\", \"code\": {\"value\": \"64033007\", \"meaning\": \"Kidney\"}}"
        )
        #expect(kidney.coding(of: "Niere_links").side == .left)
    }

    /// The order that all hashes of stored masks were made in; to change it is to damage every store.
    @Test func theStoredOrderDependsOnNoCatalogue() {
        let names = [
            "Aorta", "Trachea", "SpinalCord", "Esophagus", "Heart", "Lungs", "Lung_R", "Lung_L", "A_Aorta", "Zz",
        ]
        #expect(
            names.map { StructureName(rawValue: $0) }.sorted(by: StructureName.isStoredBefore).map(\.rawValue) == [
                "Lung_L", "Lung_R", "Lungs", "Heart", "Esophagus", "SpinalCord", "Trachea", "A_Aorta", "Aorta", "Zz",
            ])
    }

    @Test func structuresAreSortedByPlaceAndThenByName() {
        let mixed = names("Zygoma Trachea Aorta Lungs Lung_R Heart Lung_L Lung")
        #expect(
            mixed.sorted().map(\.rawValue) == [
                "Lung_L", "Lung_R", "Lungs", "Heart", "Trachea", "Aorta", "Lung", "Zygoma",
            ])
    }

    @Test func aStructureHasItsPlace() throws {
        let mine = try adding(aorta)
        #expect(
            mine.known.map(\.rawValue).joined(separator: " ")
                == "Lung_L Lung_R Lungs Heart Aorta Esophagus SpinalCord Trachea")
        #expect(mine.precedes(.heart, name("Aorta")) && mine.precedes(name("Aorta"), .esophagus))
        #expect(!catalogue.precedes(name("Aorta"), .esophagus))
    }

    @Test func sidesFollowFromNamesAndFromFacts() throws {
        #expect(catalogue.partner(of: .lungLeft) == .lungRight && catalogue.partner(of: .lungRight) == .lungLeft)
        #expect(catalogue.partner(of: name("GTV_L")) == name("GTV_R"))
        #expect(catalogue.partner(of: .heart) == nil && catalogue.side(of: .lungs) == nil)
        #expect(catalogue.side(of: .lungLeft) == .left && catalogue.side(of: name("Any_R")) == .right)
        let mine = try adding(
            """
            {"name": "Sinister", "side": "left", "partner": "Dexter"}, {"name": "Dexter", "side": "right", "partner": "Sinister"}
            """)
        #expect(mine.partner(of: name("Sinister")) == name("Dexter") && mine.side(of: name("Dexter")) == .right)
        #expect(mine.excludes(name("Dexter"), name("Sinister")))
    }

    @Test func wholesAreMadeFromParts() throws {
        #expect(catalogue.completed([.lungLeft, .lungRight]) == [.lungLeft, .lungRight, .lungs])
        #expect(catalogue.completed([.lungLeft, .heart]) == [.lungLeft, .heart])
        // Kidneys have parts, and are not measured with them.
        #expect(catalogue.completed(Set(names("Kidney_L Kidney_R"))).count == 2)
        #expect(catalogue.isMadeFromParts(.lungs) && !catalogue.isMadeFromParts(name("Kidneys")))
        #expect(
            !catalogue.excludes(name("Kidneys"), name("Kidney_L")) && catalogue.excludes(name("Kidneys"), .lungLeft))
        let mine = try adding("{\"name\": \"Kidneys\", \"made_from_parts\": true}")
        #expect(mine.completed(Set(names("Kidney_L Kidney_R"))).contains(name("Kidneys")))
        #expect(mine.wholes.map(\.name) == [.lungs, name("Kidneys")] && mine.lungs == catalogue.lungs)
    }

    @Test func aDatasetsDigestNamesWhatItAlwaysNamed() {
        #expect(
            catalogue.isDigested("Lung_L", learning: [.lungLeft])
                && !catalogue.isDigested("Lung_R", learning: [.lungLeft]))
        for mask in ["Lung_L", "Lung_R", "Lungs", "Lung_Tumour"] {
            #expect(catalogue.isDigested(mask, learning: [.lungs]), "\(mask)")
        }
        #expect(!catalogue.isDigested("Lung", learning: [.lungs]) && !catalogue.isDigested("Heart", learning: [.lungs]))
    }

    @Test(
        "names are recognised without asking where they are spelled otherwise",
        arguments: [
            ("Lung_L", "Lung_L"), ("LUNG L", "Lung_L"), ("l-lung", "Lung_L"), ("Lung Lt", "Lung_L"),
            ("Right Lung", "Lung_R"),
            ("both lungs", "Lungs"), ("Oesophagus", "Esophagus"), ("Spinal_Cord", "SpinalCord"), ("heart", "Heart"),
            // Other languages' and other programs' names are recognised on import, where somebody is told.
            ("lunge links", nil), ("cord", nil), ("Lung", nil), ("Liver", nil),
        ] as [(String, String?)])
    func spellings(text: String, structure: String?) {
        #expect(catalogue.structure(spelled: text)?.rawValue == structure)
    }

    @Test func spellingsAreLookedForAmongTheWantedOnly() {
        #expect(catalogue.structure(spelled: "Left Lung", among: [.heart]) == nil)
        #expect(catalogue.structure(spelled: "Left Lung", among: [.lungLeft]) == .lungLeft)
        #expect(catalogue.structure(spelled: "LIVER", among: names("Liver")) == name("Liver"))
        // What is asked for by its own name is that, whoever's spelling it is.
        #expect(catalogue.structure(spelled: "Left Lung", among: [name("Left Lung"), .lungLeft]) == name("Left Lung"))
    }

    @Test func importedStructuresAreRecognisedByTheirAliases() throws {
        let aliases = catalogue.aliases
        for (text, structure) in [
            ("LUNG LT", StructureName.lungLeft), ("right lung", .lungRight), ("Lunge re", .lungRight),
            ("Rückenmark", .spinalCord), ("oesophagus", .esophagus), ("Cœur", .heart), ("Lungs", .lungs),
        ] {
            #expect(aliases.structure(named: text) == structure)
        }
        // Nobody is told that these are known, and so their names stay as they are written.
        #expect(aliases.structure(named: "LIVER").rawValue == "LIVER")
        #expect(aliases.structure(named: "hauptschlagader").rawValue == "hauptschlagader")
        #expect(try adding(aorta).aliases.structure(named: "Hauptschlagader") == name("Aorta"))
        #expect(
            aliases.adding(try StructureAliases([.trachea: ["windpipe"], name("SpinalCanal"): ["cord"]]))
                .structure(named: "Cord") == name("SpinalCanal"))
    }

    @Test(
        "codes follow from names",
        arguments: [
            ("Lung", "39607008", nil), ("Lung_L", "39607008", .left), ("Lungs", "39607008", .both),
            ("Rib_R", "113197003", .right), ("Ribs", "113197003", .both), ("Atrium_L", "82471001", nil),
            ("Aorta", "15825003", nil), ("Nothing_L", nil, .left), ("Nothings", nil, nil),
        ] as [(String, String?, StructureFacts.Side?)])
    func codes(text: String, code: String?, side: StructureFacts.Side?) {
        let coding = catalogue.coding(of: text)
        #expect(coding.code?.value == code && coding.side == side)
        if let code { #expect(catalogue.name(ofCode: code, side: side) == text) }
    }

    @Test func aCodeMayStateASideOfItsOwn() throws {
        let mine = try adding(
            "{\"name\": \"Lobe_LUL\", \"code\": {\"value\": \"45653009\", \"meaning\": \"Upper lobe\", \"side\": \"left\"}}"
        )
        let coding = mine.coding(of: "Lobe_LUL")
        #expect(coding.code?.meaning == "Upper lobe" && coding.side == .left)
        #expect(
            mine.name(ofCode: "45653009", side: .left) == "Lobe_LUL" && mine.name(ofCode: "45653009", side: nil) == nil)
    }

    @Test func structuresThatShareACodeAreToldApartByTheirSides() throws {
        let code = "\"code\": {\"value\": \"85050009\", \"meaning\": \"Humerus\"}"
        let mine = try adding(
            "{\"name\": \"Humerus_L\", \(code)}, {\"name\": \"Humerus_R\", \(code)}")
        for (text, side) in [("Humerus_L", StructureFacts.Side.left), ("Humerus_R", .right)] {
            #expect(mine.coding(of: text).code?.value == "85050009" && mine.coding(of: text).side == side)
            #expect(mine.name(ofCode: "85050009", side: side) == text)
        }
        // Which of the two it is, nobody said.
        #expect(mine.name(ofCode: "85050009", side: nil) == nil && mine.name(ofCode: "85050009", side: .both) == nil)
        // A side that is not listed goes by what has none.
        let whole = try adding(
            "{\"name\": \"Humerus\", \(code)}, {\"name\": \"Humerus_L\", \(code)}")
        #expect(whole.name(ofCode: "85050009", side: .left) == "Humerus_L")
        #expect(whole.name(ofCode: "85050009", side: .right) == "Humerus_R")
        #expect(whole.name(ofCode: "85050009", side: nil) == "Humerus")
        // Markers that differ in number alone have one code and no side.
        let seeds = try adding(
            "{\"name\": \"Marker1\", \(code)}, {\"name\": \"Marker2\", \(code)}")
        #expect(seeds.coding(of: "Marker2").side == nil && seeds.name(ofCode: "85050009", side: nil) == "Marker1")
    }

    @Test func aNameWithASideGetsNoSecondOne() {
        #expect(catalogue.name(ofCode: "82471001", side: .left) == "Atrium_L")
        #expect(catalogue.name(ofCode: "82471001", side: .right) == nil)
        #expect(catalogue.name(ofCode: "82471001", side: .both) == nil)
    }

    @Test func targetsAreKnownByHowTheirNamesBegin() {
        #expect(
            catalogue.family(of: "gtv_1")?.interpretedType == "GTV"
                && catalogue.family(of: "GTVp")?.neoplasm?.value == "372087000")
        #expect(
            catalogue.family(of: "PTV 60")?.interpretedType == "PTV" && catalogue.family(of: "CTV")?.neoplasm == nil)
        #expect(catalogue.family(of: "Body")?.interpretedType == "EXTERNAL" && catalogue.family(of: "Bodyguard") == nil)
        #expect(catalogue.family(of: "Heart") == nil)
    }

    @Test func anEntryChangesTheFactsItGivesAndForgetsWhatIsNull() throws {
        let mine = try adding("{\"name\": \"Heart\", \"tolerance_mm\": 3, \"pieces\": null, \"comment\": \"ours\"}")
        let (old, new) = (try #require(catalogue[.heart]), try #require(mine[.heart]))
        #expect(new.toleranceMillimetres == 3 && new.pieces == nil)
        #expect(new.code == old.code && new.order == old.order && new.aliases == old.aliases && new.isOrgan)
        #expect(mine.structures.count == catalogue.structures.count)
    }

    @Test func whatIsPrintedCanBeReadAgain() throws {
        struct Printed: Encodable { let structures: [StructureFacts] }
        let mine = try adding(aorta)
        let printed = try JSONEncoder().encode(Printed(structures: mine.structures))
        #expect(try StructureFile(printed, place: "printed").catalogue().structures == mine.structures)
    }

    @Test func oneCatalogueIsInstalledAndNoOther() throws {
        _ = StructureCatalogue.current
        try StructureCatalogue.install(.builtIn)
        #expect(throws: StructureCatalogueError.self) { try StructureCatalogue.install(try adding(aorta)) }
        #expect(StructureCatalogue.current == .builtIn)
    }
}
