import Cases
import Foundation
import Models
import Networks
import Testing

@Suite struct RecipeTests {
    private let lungs = Recipe(name: "r", structures: [.lungLeft, .lungRight])

    @Test func theFileFormIsReadBack() throws {
        var recipe = lungs
        recipe.network.filters = 24
        recipe.network.outputActivation = .softmax
        recipe.preprocessing.windowLow = -900.5
        recipe.preprocessing.secondWindow = .init(low: -160, high: 240)
        recipe.training.optimiserKind = .adamW
        recipe.augmentation.elastic = 2.5
        recipe.postprocessing.exclusive = [.lungLeft, .lungRight]
        let data = try JSONEncoder().encode(recipe)
        #expect(try JSONDecoder().decode(Recipe.self, from: data) == recipe)
        // The keys are those of the TOML files.
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["name"] as? String == "r")
        #expect(object["structures"] as? [String] == ["Lung_L", "Lung_R"])
        #expect((object["network"] as? [String: Any])?["filters"] as? Int == 24)
        #expect((object["preprocessing"] as? [String: Any])?["spacing_mm"] as? [Double] == [1, 1, 3])
        #expect((object["training"] as? [String: Any])?["optimiser"] as? String == "adamw")
    }

    @Test func missingKeysTakeDefaults() throws {
        let recipe = try Recipe(entries: ["": ["name": .text("a"), "structures": .list([.text("Heart")])]])
        #expect(recipe == Recipe(name: "a", structures: [.heart]))
        #expect(recipe.network == NetworkConfiguration())
    }

    @Test(arguments: [
        ("", "name", RecipeValue.text("../x"), "name must be a name"),
        ("", "structures", .list([]), "structures must be a list"),
        ("", "structures", .list([.text("a"), .text("a")]), "structures must be a list"),
        ("", "epochs", .number(3), "epochs is not a key; there are name, structures"),
        ("network", "levels", .number(2.5), "[network] levels must be a whole number, 1 to 6"),
        ("network", "dropout", .text("much"), "[network] dropout must be a number, 0 to 0.95"),
        ("network", "dropout_change_per_level", .number(0.3), "makes a dropout of"),
        ("network", "upsampling", .text("fast"), "must be one of deconv, simple"),
        ("network", "batch_norm", .number(1), "must be true or false"),
        ("preprocessing", "columns", .number(100), "[preprocessing] columns must be a multiple of 16"),
        ("preprocessing", "window_hu", .list([.number(100), .number(0)]), "first number below its second"),
        ("preprocessing", "spacing_mm", .list([.number(1), .number(1)]), "must be a list of 3 numbers"),
        ("preprocessing", "spacing_mm", .list([.number(1), .number(1), .text("3")]), "must be a list of 3 numbers"),
        ("preprocessing", "second_window_hu", .list([.number(0)]), "list of 2 numbers, each -3100 to 20000, or none"),
        ("preprocessing", "second_window_hu", .list([.number(240), .number(-160)]), "first number below its second"),
        ("preprocessing", "second_window_hu", .list([.number(0), .number(601)]), "must lie within window_hu"),
        ("preprocessing", "second_window_hu", .list([.number(-1025), .number(0)]), "must lie within window_hu"),
        ("augmentation", "mass_share", .number(1.5), "[augmentation] mass_share must be a number, 0 to 1"),
        ("training", "speed", .number(3), "[training] speed is not a key; there are epochs"),
        ("training", "epochs", .number(.infinity), "[training] epochs must be"),
        ("training", "minimum_learning_rate", .number(0.5), "must not be above learning_rate"),
        ("trainign", "epochs", .number(3), "[trainign] is not a section"),
        ("postprocessing", "exclusive", .list([.text("Heart")]), "names Heart, which is not among structures"),
    ])
    func mistakesAreNamed(section: String, key: String, value: RecipeValue, message: String) {
        var entries: [String: [String: RecipeValue]] = [
            "": ["name": .text("a"), "structures": .list([.text("Lung_L"), .text("Lung_R")])]
        ]
        entries[section, default: [:]][key] = value
        do throws(RecipeError) {
            _ = try Recipe(entries: entries)
            Issue.record("\(section) \(key) was taken")
        } catch {
            #expect(error.description.contains(message), "\(error.description)")
        }
    }

    @Test func aRecipeHasToSayWhatItSegments() {
        #expect(throws: RecipeError.self) { try Recipe(entries: [:]) }
        #expect(throws: RecipeError.self) { try Recipe(entries: ["": ["name": .text("a")]]) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Recipe.self, from: Data("{\"name\":{}}".utf8)) }
    }

    @Test func classesFollowFromStructuresAndOutput() {
        var recipe = lungs
        #expect(recipe.network.classes == 2)
        #expect(recipe.firstStructureChannel == 0)
        #expect(recipe.mirroredChannels == [1, 0])
        recipe.network.outputActivation = .softmax
        #expect(recipe.network.classes == 3)
        #expect(recipe.firstStructureChannel == 1)
        #expect(recipe.mirroredChannels == [0, 2, 1])
        recipe.structures = [.heart, .lungRight, .lungLeft]
        #expect(recipe.mirroredChannels == [0, 1, 3, 2])
        #expect(recipe.canBeMirrored)
    }

    @Test func aLungAloneIsNotMirrored() throws {
        var recipe = Recipe(name: "left", structures: [.lungLeft])
        #expect(!recipe.canBeMirrored)
        try recipe.check()
        recipe.augmentation.flipLeftRight = 0.5
        #expect(throws: RecipeError.self) { try recipe.check() }
    }

    @Test func everyKeyIsExplained() {
        for field in RecipeField.all { #expect(field.meaning.count > 8, "\(field.name)") }
        let names = RecipeField.all.map(\.name)
        #expect(Set(names).count == names.count)
    }
}
