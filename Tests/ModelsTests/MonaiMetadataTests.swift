import Anatomy
import Foundation
import Testing

@testable import Models

@Suite struct MonaiMetadataTests {
    private typealias Object = [String: Any]

    /// As a bundle for CT has it, without what does not matter here.
    private func metadata(
        input: Object = [:], output: Object = [:], _ change: (inout Object) -> Void = { _ in }
    ) throws -> MonaiMetadata {
        let image: Object = [
            "type": "image", "format": "hounsfield", "modality": "CT", "num_channels": 1,
            "spatial_shape": [96, 80, 64], "dtype": "float32", "value_range": [0, 1], "is_patch_data": true,
            "channel_def": ["0": "image"],
        ]
        let answer: Object = [
            "type": "image", "format": "segmentation", "num_channels": 6, "spatial_shape": [96, 80, 64],
            "dtype": "float32", "value_range": [0, 1],
            "channel_def": [
                "0": "background", "1": "HEART", "2": "kidney_left", "3": "lung_right", "4": "Left Lung",
                "5": "oesophagus",
            ],
        ]
        var formats: Object = [
            "inputs": ["image": image.merging(input) { $1 }], "outputs": ["pred": answer.merging(output) { $1 }],
        ]
        change(&formats)
        return try MonaiMetadata(
            try JSONSerialization.data(withJSONObject: ["version": "0.1.0", "network_data_format": formats]))
    }

    private func recipe(
        _ structures: [String] = ["Lung_L", "Lung_R", "Heart"], _ change: (inout TorchScriptRecipe) -> Void = { _ in }
    ) -> Recipe {
        var script = TorchScriptRecipe()
        change(&script)
        return Recipe(name: "theirs", structures: structures.map(StructureName.init(rawValue:)), torchScript: script)
    }

    private func filled(_ metadata: MonaiMetadata, _ recipe: Recipe) throws -> Recipe {
        try metadata.filled(recipe, catalogue: .builtIn)
    }

    private func refusal(_ metadata: MonaiMetadata, _ recipe: Recipe) -> String {
        do {
            _ = try filled(metadata, recipe)
            return ""
        } catch { return "\(error)" }
    }

    @Test func whatTheMetadataSaysIsTaken() throws {
        var asked = recipe { ($0.overlap, $0.sizeMultiple) = (0.25, 8) }
        asked.preprocessing.normalisation = .symmetric
        let filled = try filled(try metadata(), asked)
        let script = try #require(filled.torchScript)
        #expect(script.orientation.text == "RAS" && script.patch == [96, 80, 64] && script.sizeMultiple == 1)
        #expect(script.orientation == TensorOrientation("RAS"), "the axes are those of the letters")
        #expect(script.classes == 6 && script.structureClasses == [[4], [3], [1]])
        #expect(script.overlap == 0.25 && script.output == .logitsSoftmax, "of which it says nothing")
        #expect(filled.preprocessing.normalisation == .unit)
        #expect(filled.preprocessing.spacing == asked.preprocessing.spacing && filled.structures == asked.structures)
        let turned = recipe { ($0.orientation, $0.patch) = (.volumes, [1, 1, 1]) }
        #expect(try self.filled(try metadata(), turned).torchScript?.orientation == .volumes)
        #expect(try self.filled(try metadata(), turned).torchScript?.patch == [96, 80, 64])
    }

    @Test func structuresAreFoundByAnyOfTheirNames() throws {
        func classes(_ structures: String...) throws -> [[Int]]? {
            try filled(try metadata(), recipe(structures)).torchScript?.structureClasses
        }
        #expect(try classes("Esophagus", "Kidney_L") == [[5], [2]])
        #expect(try classes("Lungs") == [[4, 3]], "a whole is its parts")
        let said = recipe { $0.structureClasses = [[4, 5], [3], [2]] }
        #expect(try filled(try metadata(), said).torchScript?.structureClasses == [[4, 5], [3], [2]])
        #expect(
            refusal(try metadata(), recipe(["Kidneys"])).contains(
                "has no class called Kidneys, but 0 background, 1 HEART, 2 kidney_left"))
        let twice = try metadata(output: ["channel_def": ["1": "lung_left", "2": "Left lung", "3": "lungs"]])
        #expect(
            refusal(twice, recipe(["Lung_L"])).contains("has 2 classes that could be Lung_L: 1 lung_left, 2 Left lung"))
        #expect(try filled(twice, recipe(["Lungs"])).torchScript?.structureClasses == [[3]], "its own name first")
        let many = Dictionary(uniqueKeysWithValues: (0..<104).map { ("\($0)", "rib \($0)") })
        let long = refusal(try metadata(output: ["num_channels": 104, "channel_def": many]), recipe())
        #expect(long.contains("19 rib 19 and 84 more") && long.contains("structure_classes"))
        #expect(
            refusal(try metadata(output: ["channel_def": Object()]), recipe()).contains("no class called Lung_L. Say"))
    }

    @Test(arguments: [
        (["*", "*"], 1), (["16*n", "16*m"], 16), (["n*8", "2**4*n"], 16), (["4 * n", "6*n"], 12), (["n", "*"], 1),
    ])
    func sizesThatAreLeftOpenAreMultiples(shape: [String], multiple: Int) throws {
        let open = try metadata(input: ["spatial_shape": shape])
        let script = try #require(try filled(open, recipe()).torchScript)
        #expect(script.patch.isEmpty && script.sizeMultiple == multiple && script.orientation == .slices)
    }

    @Test func aPatchOfTheRecipeStaysWhereSizesAreOpen() throws {
        let open = try metadata(input: ["spatial_shape": ["16*n", "*", 64] as [Any]])
        func patch(_ sizes: [Int]) -> Recipe {
            recipe { ($0.patch, $0.orientation) = (sizes, .monaiVolumes) }
        }
        #expect(try filled(open, patch([32, 50, 64])).torchScript?.patch == [32, 50, 64])
        #expect(
            refusal(open, patch([40, 50, 64])).contains("wants 16*n where the recipe's patch of [40, 50, 64] has 40"))
        #expect(refusal(open, patch([32, 50, 60])).contains("wants 64 where"))
        #expect(refusal(open, recipe()).contains("leaves open in spatial_shape"))
        let half = try metadata(input: ["spatial_shape": ["16*n", 64] as [Any]])
        #expect(refusal(half, recipe()).contains("leaves open in spatial_shape"))
        let flat = recipe { $0.patch = [48, 64] }
        #expect(try filled(half, flat).torchScript?.patch == [48, 64])
        let text = try metadata(input: ["spatial_shape": ["256", "192"]])
        #expect(try filled(text, recipe()).torchScript?.patch == [256, 192], "numbers in quotes are numbers")
    }

    @Test(arguments: ["2**n", "2**n*m", "n*m", "16", "16*n+1", "**", "1000000*n", "16**9*16**9*n", "*n"])
    func sizesThatAreNoMultiplesAreRefused(expression: String) throws {
        let odd = try metadata(input: ["spatial_shape": [expression, "*"]])
        let message = refusal(odd, recipe())
        // A number alone is one, but then the other axis is open.
        #expect(message.contains(expression == "16" ? "leaves open" : "“\(expression)” in spatial_shape"), "\(message)")
    }

    @Test func rangesOfValues() throws {
        func normalisation(
            _ range: [Double], _ own: PreprocessingRecipe.Normalisation = .unit
        ) throws -> PreprocessingRecipe.Normalisation {
            var asked = recipe()
            asked.preprocessing.normalisation = own
            return try filled(try metadata(input: ["value_range": range]), asked).preprocessing.normalisation
        }
        #expect(try normalisation([-1, 1]) == .symmetric)
        #expect(try normalisation([], .symmetric) == .symmetric)
        #expect(try normalisation([0, 1], .volumeZScore) == .volumeZScore)
        let message = refusal(try metadata(input: ["value_range": [-1024, 3071]]), recipe())
        #expect(message.contains("wants values of -1024 to 3071") && message.contains("z-score"))
    }

    @Test func answersOfOneChannel() throws {
        let names = ["0": "background", "1": "heart", "3": "spleen"]
        let labels = try metadata(output: ["num_channels": 1, "channel_def": names])
        let script = try filled(labels, recipe(["Heart", "Spleen"])).torchScript
        #expect(script?.output == .labels && script?.classes == 4 && script?.structureClasses == [[1], [3]])
        let one = try metadata(output: ["num_channels": 1, "channel_def": ["0": "the heart, we think"]])
        let alone = try filled(one, recipe(["Heart"]) { $0.output = .sigmoid }).torchScript
        #expect(alone?.output == .sigmoid && alone?.classes == 1 && alone?.structureClasses == [[0]])
        #expect(
            refusal(try metadata(), recipe { $0.output = .labels }).contains("6 channels, and the recipe's output says")
        )
        let beyond = try metadata(output: ["num_channels": 4])
        #expect(refusal(beyond, recipe()).contains("a class 5 in channel_def, and 4 channels"))
        #expect(refusal(try metadata(output: ["num_channels": 0]), recipe()).contains("num_channels of 1 to 1024"))
        #expect(refusal(try metadata(output: ["channel_def": ["one": "a"]]), recipe()).contains("a class “one”"))
    }

    @Test func networksThatCannotBeAskedAreRefused() throws {
        let cases: [(Object, String)] = [
            (["num_channels": 4], "it has 4 channels; Pleura gives one"), (["modality": "MR"], "it shows MR"),
            (["format": "kspace"], "its format is kspace"), (["type": "series"], "it is of type series"),
            (["dtype": "float16"], "its numbers are float16"), (["spatial_shape": [1, 2, 3, 4]], "4 axes"),
            (["spatial_shape": [0, 96, 96]], "each axis has 1 to 4096"),
        ]
        for (input, words) in cases {
            let message = refusal(try metadata(input: input), recipe())
            #expect(message.hasPrefix("metadata.json ") && message.contains(words), "\(message)")
        }
        for input in [["format": "magnitude"], ["modality": "n/a"], ["modality": "ct"], ["dtype": "torch.float32"]] {
            #expect(refusal(try metadata(input: input), recipe()).isEmpty)
        }
        let two = try metadata { formats in
            formats["inputs"] = ["image": ["num_channels": 1], "points": ["num_channels": 1]]
        }
        #expect(refusal(two, recipe()).contains("has 2 inputs (image, points)"))
        let answers = try metadata { $0["outputs"] = ["a": ["num_channels": 2], "b": ["num_channels": 2]] }
        #expect(refusal(answers, recipe()).contains("has no output pred, but a, b"))
        let flat = try metadata(input: ["spatial_shape": [64, 64]])
        #expect(refusal(flat, recipe { ($0.orientation, $0.patch) = (.volumes, [1, 1, 1]) }).contains("on slices"))
        #expect(refusal(try metadata(), Recipe(name: "own", structures: [.heart])).contains("[torchscript]"))
    }

    @Test(arguments: ["", "{}", "[1]", "{\"network_data_format\": {\"inputs\": 3}}"])
    func otherFilesAreRefused(text: String) {
        let error = #expect(throws: RecipeError.self) { try MonaiMetadata(Data(text.utf8)) }
        #expect(error?.description.contains("is no metadata of a MONAI bundle") == true)
    }
}
