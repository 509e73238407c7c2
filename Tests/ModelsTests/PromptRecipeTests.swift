import Cases
import Foundation
import Networks
import Testing

@testable import Models

@Suite struct PromptRecipeTests {
    private func recipe(_ sections: [String: [String: RecipeValue]]) throws -> Recipe {
        var entries = sections
        entries[""] = ["name": .text("p"), "structures": .list([.text("Heart"), .text("Lung_L")])]
        return try Recipe(entries: entries)
    }

    /// The table makes the network one of prompts, whose channels follow from it; it is written with the rest.
    @Test func promptsMakeAnotherNetwork() throws {
        let plain = try recipe(["prompts": [:]])
        #expect(plain == Recipe(name: "p", structures: [.heart, .lungLeft], prompts: PromptRecipe()))
        #expect(plain.network.classes == 1 && plain.network.inputChannels == 7)
        let own = try recipe([
            "prompts": ["columns": .number(96), "rows": .number(64), "reach_mm": .number(2)],
            "preprocessing": ["second_window_hu": .list([.number(-160), .number(240)]), "columns": .number(100)],
        ])
        #expect(own.network.inputChannels == 8)
        #expect(own.prompts?.columns == 96 && own.prompts?.rows == 64 && own.prompts?.reach == 2)
        let data = try JSONEncoder().encode(own)
        #expect(try JSONDecoder().decode(Recipe.self, from: data) == own)
        // A recipe without them writes what it always wrote, so that its digest stays.
        #expect(Recipe(name: "v", structures: [.heart]).entries["prompts"] == nil)
    }

    @Test(arguments: [
        ("prompts", "columns", RecipeValue.number(100), "[prompts] columns must be a multiple of 16"),
        ("prompts", "rows", .number(1024), "[prompts] rows must be a whole number, 16 to 512"),
        ("prompts", "reach_mm", .number(0), "[prompts] reach_mm must be a number, 0.5 to 30"),
        ("prompts", "radius", .number(2), "[prompts] radius is not a key; there are columns, rows, reach_mm"),
        ("network", "output", .text("softmax"), "[network] output must be sigmoid where there are [prompts]"),
        ("network", "kind", .text("v-net"), "[network] kind must be u-net where there are [prompts]"),
        ("preprocessing", "rows", .number(128), "[prompts] rows must be at most 128, as many as [preprocessing] has"),
        (
            "preprocessing", "neighbour_slices", .list([.number(1)]),
            "[preprocessing] neighbour_slices must be empty where there are [prompts]"
        ),
    ])
    func mistakesAreNamed(section: String, key: String, value: RecipeValue, message: String) throws {
        var sections: [String: [String: RecipeValue]] = ["prompts": [:]]
        sections[section, default: [:]][key] = value
        do {
            _ = try recipe(sections)
            Issue.record("\(section) \(key) was taken")
        } catch let error as RecipeError {
            #expect(error.description.contains(message), "\(error)")
        }
    }

    /// Somebody else's network has no prompts.
    @Test func aTorchScriptNetworkAnswersNoPrompts() {
        let error = #expect(throws: RecipeError.self) {
            try recipe(["torchscript": ["classes": .number(1)], "prompts": ["columns": .number(32)]])
        }
        #expect(error?.description.hasPrefix("[prompts] columns is for networks of Pleura's own") == true)
    }
}
