import Cases
import Foundation
import Networks
import TestSupport
import Testing

@testable import Models

private func numbers(_ values: Double...) -> RecipeValue { .list(values.map { .number($0) }) }

@Suite struct TorchScriptRecipeTests {
    private func entries(
        _ script: [String: RecipeValue], _ preprocessing: [String: RecipeValue] = [:]
    ) -> [String: [String: RecipeValue]] {
        [
            "": ["name": .text("a"), "structures": .list([.text("Lung_L"), .text("Lung_R")])],
            "torchscript": script, "preprocessing": preprocessing,
        ]
    }

    @Test func aRecipeWithTheTableIsForSomebodyElsesNetwork() throws {
        let recipe = try Recipe(
            entries: entries(
                [
                    "classes": .number(6), "orientation": .text("RAS"), "patch": numbers(96, 96, 64),
                    "structure_classes": .list([numbers(1, 2), .number(3)]), "overlap": .number(0.25),
                    "output": .text("logits-sigmoid"), "patch_weights": .text("uniform"),
                ],
                [
                    "normalisation": .text("z-score"), "mean_and_deviation_hu": numbers(-370.5, 436),
                ]))
        let script = try #require(recipe.torchScript)
        #expect(script.patch == [96, 96, 64] && script.classes(ofStructures: 2) == [[1, 2], [3]])
        #expect(script.orientation.axes.map(\.place) == [0, 1, 2])
        #expect(script.orientation.axes.map(\.isReversed) == [true, true, false])
        #expect(recipe.preprocessing.columns == 0 && recipe.preprocessing.rows == 0)
        #expect(recipe.preprocessing.normalised(-370.5 + 872) == 2)
        let data = try JSONEncoder().encode(recipe)
        #expect(try JSONDecoder().decode(Recipe.self, from: data) == recipe)
        let text = String(decoding: data, as: UTF8.self)
        #expect(!text.contains("epochs") && !text.contains("\"columns\"") && !text.contains("filters"))
    }

    @Test func classesFollowTheStructuresUnlessTold() {
        var script = TorchScriptRecipe()
        #expect(script.classes(ofStructures: 2) == [[1], [2]], "after a background")
        script.output = .sigmoid
        #expect(script.classes(ofStructures: 2) == [[0], [1]])
    }

    @Test func recipesOfOwnNetworksAreAsBefore() throws {
        let text = String(
            decoding: try JSONEncoder().encode(Recipe(name: "r", structures: [.lungLeft])), as: UTF8.self)
        #expect(!text.contains("torchscript") && !text.contains("mean_and_deviation"))
        // What is kept with prepared slices, so that those of before are still found.
        let kept = String(decoding: try JSONEncoder().encode(PreprocessingRecipe()), as: UTF8.self)
        #expect(!kept.contains("zScore"))
    }

    @Test(
        arguments: [
            (["classes": RecipeValue.number(2)], [:], "[torchscript] classes must be above 2"),
            (["orientation": .text("LPX")], [:], "[torchscript] orientation must be letters"),
            (["orientation": .text("SS")], [:], "[torchscript] orientation must be letters"),
            (["orientation": .text("S")], [:], "[torchscript] orientation must be letters"),
            (["orientation": .text("SPL")], [:], "[torchscript] patch must have 3 numbers"),
            (["patch": numbers(8, 8, 8)], [:], "[torchscript] patch must have 2 numbers, one for each letter"),
            (["patch": numbers(8, 8), "size_multiple": .number(4)], [:], "[torchscript] size_multiple must be 1"),
            (["orientation": .text("SPL"), "patch": numbers(4096, 4096, 64)], [:], "[torchscript] patch is too large"),
            (["structure_classes": numbers(1)], [:], "[torchscript] structure_classes must have one entry"),
            (
                ["structure_classes": .list([numbers(1, 1), .number(2)])], [:],
                "structure_classes must be a list of class"
            ),
            (["structure_classes": .list([.list([]), .number(2)])], [:], "structure_classes must be a list of class"),
            (
                ["output": .text("logits")], [:],
                "must be one of logits-softmax, logits-sigmoid, softmax, sigmoid, labels"
            ),
            (["overlap": .number(1)], [:], "[torchscript] overlap must be a number, 0 to 0.95"),
            (["speed": .number(1)], [:], "[torchscript] speed is not a key; there are orientation, classes"),
            ([:], ["normalisation": .text("z-score")], "[preprocessing] mean_and_deviation_hu must be given"),
            ([:], ["mean_and_deviation_hu": numbers(0, 1)], "[preprocessing] mean_and_deviation_hu must be given"),
            (
                [:], ["normalisation": .text("z-score"), "mean_and_deviation_hu": numbers(0, 0)],
                "[preprocessing] mean_and_deviation_hu must be given"
            ),
            ([:], ["spacing_mm": numbers(1, 1, 0.1)], "each 0.25 to 20, or 0 for the image's own"),
            ([:], ["columns": .number(512)], "[preprocessing] columns is for networks of Pleura's own"),
            ([:], ["body_crop": .flag(true)], "[preprocessing] body_crop is for networks of Pleura's own"),
        ] as [([String: RecipeValue], [String: RecipeValue], String)])
    func mistakesAreNamed(script: [String: RecipeValue], preprocessing: [String: RecipeValue], message: String) {
        let all = ["classes": RecipeValue.number(3)].merging(script) { $1 }
        let error = #expect(throws: RecipeError.self) { try Recipe(entries: entries(all, preprocessing)) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func whatIsOfOneKindIsRefusedInTheOther() {
        var both = entries(["classes": .number(3)])
        both["training"] = ["epochs": .number(3)]
        let error = #expect(throws: RecipeError.self) { try Recipe(entries: both) }
        #expect(error?.description.contains("[training] epochs is for networks of Pleura's own") == true)
        for (key, value) in [
            ("normalisation", RecipeValue.text("volume-z-score")), ("spacing_mm", numbers(1, 1, 0)),
            ("mean_and_deviation_hu", numbers(0, 1)),
        ] {
            var own = entries([:], [key: value])
            own["torchscript"] = nil
            #expect(throws: RecipeError.self) { try Recipe(entries: own) }
        }
    }

    @Test func theModelsFileHoldsTheWholeNetwork() throws {
        let folder = try TemporaryFolder()
        let url = folder.file("m.safetensors")
        var script = TorchScriptRecipe()
        script.classes = 3
        let recipe = Recipe(name: "theirs", structures: [.lungLeft, .lungRight], torchScript: script)
        let program = Data((0..<1000).map { UInt8($0 % 251) })
        let model = try ModelFile(
            name: ModelName(rawValue: "theirs@3"), recipe: recipe, program: program, metadata: ["imported": "x"])
        try model.write(to: url, as: .float16)
        let read = try ModelFile(contentsOf: url)
        #expect(read == model && read.program == program && read.weights.isEmpty)
        #expect(try ModelFile.header(of: url).recipe == recipe)
        #expect(read.startingWeights(for: recipe) == nil)
        func reason(_ file: SafetensorsFile) throws -> String {
            try file.write(to: url)
            do {
                _ = try ModelFile(contentsOf: url)
                return ""
            } catch { return "\(error)" }
        }
        let metadata = model.header.metadata
        func blob(_ name: String, _ bytes: Data) -> SafetensorsFile.NamedBytes { .init(name: name, bytes: bytes) }
        let whole = [blob("torchscript", program)]
        #expect(try reason(SafetensorsFile(metadata: metadata, tensors: [], blobs: whole)) == "")
        let changed = [blob("torchscript", program.dropLast() + Data([0]))]
        #expect(
            try reason(SafetensorsFile(metadata: metadata, tensors: [], blobs: changed))
                .contains("not the one that was imported"))
        let weight = NamedTensor(name: "a", shape: [1], values: [1])
        for (tensors, blobs) in [([weight], []), ([], []), ([weight], whole), ([], [blob("other", program)])] {
            #expect(
                try reason(SafetensorsFile(metadata: metadata, tensors: tensors, blobs: blobs))
                    .contains("does not hold the network"))
        }
        let own = try ModelFile(
            name: ModelName(rawValue: "own@1"), recipe: Recipe(name: "r", structures: [.heart]), weights: [weight])
        #expect(
            try reason(SafetensorsFile(metadata: own.header.metadata, tensors: [weight], blobs: whole))
                .contains("does not hold the network"))
        #expect(throws: RecipeError.self) {
            try ModelFile(name: ModelName(rawValue: "x@1"), recipe: recipe, weights: [weight])
        }
        #expect(throws: RecipeError.self) {
            try ModelFile(name: ModelName(rawValue: "x@1"), recipe: own.header.recipe, program: program)
        }
    }
}
