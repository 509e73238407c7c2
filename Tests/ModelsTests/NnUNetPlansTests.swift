import Foundation
import Testing
import Volumes

@testable import Models

@Suite struct NnUNetPlansTests {
    /// As nnU-Net 2 writes it, without what does not matter here.
    private func plans(_ change: (inout [String: Any]) -> Void = { _ in }) throws -> NnUNetPlans {
        var file: [String: Any] = [
            "plans_name": "nnUNetPlans", "transpose_forward": [0, 1, 2], "image_reader_writer": "SimpleITKIO",
            "configurations": [
                "2d": [
                    "spacing": [0.8, 0.7], "patch_size": [512, 448], "normalization_schemes": ["CTNormalization"],
                ],
                "3d_lowres": [
                    "spacing": [3.0, 2.5, 2.4], "patch_size": [64, 128, 112],
                    "normalization_schemes": ["CTNormalization"],
                ],
                "3d_fullres": [
                    "spacing": [2.0, 0.8, 0.7], "patch_size": [80, 192, 160],
                    "normalization_schemes": ["CTNormalization"], "batch_size": 2,
                ],
                "3d_cascade_fullres": ["inherits_from": "3d_fullres", "previous_stage": "3d_lowres"],
                "bigger": ["inherits_from": "3d_fullres", "patch_size": [96, 192, 192]],
                "mri": [
                    "spacing": [2.0, 1.0, 1.0], "patch_size": [32, 32, 32],
                    "normalization_schemes": ["ZScoreNormalization"],
                ],
                "two": [
                    "spacing": [2.0, 1.0, 1.0], "patch_size": [32, 32, 32],
                    "normalization_schemes": ["CTNormalization", "NoNormalization"],
                ],
                "loop": ["inherits_from": "loop"],
            ],
            "foreground_intensity_properties_per_channel": [
                "0": [
                    "mean": -50.4, "std": 503.4, "median": 31.0, "min": -1024.0, "max": 3000.0,
                    "percentile_00_5": -1004.0, "percentile_99_5": 1588.0,
                ]
            ],
        ]
        change(&file)
        return try NnUNetPlans(try JSONSerialization.data(withJSONObject: file))
    }

    private func recipe(_ change: (inout TorchScriptRecipe) -> Void = { _ in }) -> Recipe {
        var script = TorchScriptRecipe()
        (script.classes, script.structureClasses) = (6, [[1, 2], [3]])
        change(&script)
        return Recipe(name: "theirs", structures: [.lungLeft, .lungRight], torchScript: script)
    }

    @Test func whatThePlansSayIsTaken() throws {
        let filled = try plans().filled(recipe(), configuration: nil)
        let script = try #require(filled.torchScript)
        #expect(script.orientation.text == "SPL" && script.patch == [80, 192, 160])
        #expect(script.overlap == 0.5 && script.patchWeights == .gaussian)
        #expect(script.structureClasses == [[1, 2], [3]] && filled.structures == [.lungLeft, .lungRight])
        #expect(filled.preprocessing.spacing == Spacing(x: 0.7, y: 0.8, z: 2))
        #expect(filled.preprocessing.windowLow == -1004 && filled.preprocessing.windowHigh == 1588)
        #expect(filled.preprocessing.normalisation == .zScore)
        #expect(filled.preprocessing.zScore == .init(mean: -50.4, deviation: 503.4))
        #expect(try plans().filled(recipe(), configuration: "bigger").torchScript?.patch == [96, 192, 192])
        let flat = try plans().filled(recipe(), configuration: "2d")
        #expect(flat.torchScript?.orientation.text == "PL" && flat.torchScript?.patch == [512, 448])
        #expect(flat.preprocessing.spacing == Spacing(x: 0.7, y: 0.8, z: 0), "slices as they are")
        let own = try plans().filled(recipe(), configuration: "mri").preprocessing
        #expect(own.normalisation == .volumeZScore && own.zScore == nil && own.windowLow == -3100)
    }

    @Test func axesAreThoseOfThePlansAndTheRecipe() throws {
        let turned = try plans { $0["transpose_forward"] = [2, 0, 1] }.filled(recipe(), configuration: nil)
        #expect(turned.torchScript?.orientation.text == "LSP")
        #expect(turned.preprocessing.spacing == Spacing(x: 2, y: 0.7, z: 0.8))
        let canonical = try plans { $0["image_reader_writer"] = "NibabelIOWithReorient" }
        #expect(try canonical.filled(recipe(), configuration: nil).torchScript?.orientation.text == "SAR")
        let said = recipe { ($0.orientation, $0.patch) = (TensorOrientation("SAR") ?? .slices, [1, 1, 1]) }
        #expect(try plans().filled(said, configuration: nil).torchScript?.orientation.text == "SAR")
        #expect(try plans().filled(said, configuration: "2d").torchScript?.orientation.text == "AR")
    }

    @Test(arguments: [
        ("3d_cascade_fullres", "is the second stage of a cascade"),
        ("two", "normalises by CTNormalization, NoNormalization; Pleura knows"),
        ("none", "has no configuration none; there are 2d, 3d_cascade_fullres, 3d_fullres"),
        ("loop", "has no configuration loop"),
    ])
    func whatCannotBeDoneIsRefused(configuration: String, message: String) throws {
        let plans = try plans()
        let error = #expect(throws: RecipeError.self) { try plans.filled(recipe(), configuration: configuration) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func otherFilesAreRefused() throws {
        for text in ["", "{}", "[1]", "{\"configurations\": 3}"] {
            #expect(throws: RecipeError.self) { try NnUNetPlans(Data(text.utf8)) }
        }
        let plans = try plans { $0["foreground_intensity_properties_per_channel"] = nil }
        let error = #expect(throws: RecipeError.self) { try plans.filled(recipe(), configuration: nil) }
        #expect(error?.description.contains("lacks foreground_intensity") == true)
        #expect(throws: RecipeError.self) {
            try self.plans().filled(Recipe(name: "own", structures: [.heart]), configuration: nil)
        }
        let wide = try self.plans { $0["transpose_forward"] = [1, 0, 2] }
        #expect(throws: RecipeError.self) { try wide.filled(recipe(), configuration: "2d") }
    }
}
