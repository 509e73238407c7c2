import Foundation
import Volumes

/// What nnU-Net (version 2) writes of its networks in `plans.json`: for each configuration spacing, patch and how images are
/// normalised. What the classes are it does not say; that is in `dataset.json`, and in the recipe.
public struct NnUNetPlans: Hashable, Sendable {
    /// A configuration's own entries; what it lacks it has from the one that it inherits from.
    private struct Configuration: Decodable, Hashable {
        var inherits_from: String?
        var spacing: [Double]?
        var patch_size: [Int]?
        var normalization_schemes: [String]?
        var previous_stage: String?
    }

    private struct Intensities: Decodable, Hashable {
        let mean: Double
        let std: Double
        let percentile_00_5: Double
        let percentile_99_5: Double
    }

    private struct File: Decodable, Hashable {
        let configurations: [String: Configuration]
        let foreground_intensity_properties_per_channel: [String: Intensities]?
        let transpose_forward: [Int]?
        let image_reader_writer: String?
    }

    private let file: File

    /// Plans from a file's bytes.
    /// - Throws: ``RecipeError`` for a file that is none of nnU-Net's version 2.
    public init(_ data: Data) throws(RecipeError) {
        guard let file = try? JSONDecoder().decode(File.self, from: data) else {
            throw RecipeError(key: "plans.json", "is no file of plans that nnU-Net (version 2) writes")
        }
        self.file = file
    }

    /// A recipe with spacing, window, normalisation and patch of a configuration, overlaps as nnU-Net has them, and axes as
    /// its reader of images gives them, unless the recipe has three already. Everything else stays.
    /// - Parameters:
    ///   - recipe: one with `[torchscript]`, which says the structures and their classes.
    ///   - name: the configuration; `nil` for `3d_fullres`.
    /// - Throws: ``RecipeError`` for a configuration that is not there, or that asks for what Pleura cannot do: several
    ///   images, a cascade's second stage, another normalisation; and for what the whole recipe has wrong.
    public func filled(_ recipe: Recipe, configuration name: String?) throws(RecipeError) -> Recipe {
        let name = name ?? "3d_fullres"
        let configuration = try whole(name)
        func fail(_ what: String) -> RecipeError { RecipeError(key: "plans.json, \(name)", what) }
        guard var script = recipe.torchScript else {
            throw fail("belongs to a network of other people, whose recipes have [torchscript]")
        }
        guard configuration.previous_stage == nil else {
            throw fail("is the second stage of a cascade, which sees masks of the first; Pleura cannot run it")
        }
        guard let spacing = configuration.spacing, let patch = configuration.patch_size, spacing.count == patch.count,
            [2, 3].contains(patch.count)
        else { throw fail("has no spacing and patch_size of two or three numbers each") }
        let order = file.transpose_forward ?? [0, 1, 2]
        guard order.sorted() == [0, 1, 2], patch.count == 3 || order[0] == 0 else {
            throw fail("orders axes as \(order), which Pleura cannot do in \(patch.count) dimensions")
        }
        // By the axes of the file that was read: slices, rows, columns. A network on slices takes them as they are.
        var steps = [0.0, 0, 0]
        for (axis, step) in zip(order.suffix(patch.count), spacing) { steps[axis] = step }
        let isCanonical = file.image_reader_writer == "NibabelIOWithReorient"
        let read = script.orientation.dimensions == 3 ? script.orientation.text : isCanonical ? "SAR" : "SPL"
        let letters = Array(read)
        guard let orientation = TensorOrientation(String(order.suffix(patch.count).map { letters[$0] })) else {
            throw fail("and the recipe's orientation \(read) do not go together")
        }
        (script.orientation, script.patch, script.sizeMultiple) = (orientation, patch, 1)
        (script.overlap, script.patchWeights) = (0.5, .gaussian)
        var result = recipe
        result.torchScript = script
        result.preprocessing.spacing = Spacing(x: steps[2], y: steps[1], z: steps[0])
        switch configuration.normalization_schemes {
        case ["CTNormalization"]:
            guard let seen = file.foreground_intensity_properties_per_channel?["0"] else {
                throw fail("lacks foreground_intensity_properties_per_channel, by which it normalises")
            }
            result.preprocessing.normalisation = .zScore
            (result.preprocessing.windowLow, result.preprocessing.windowHigh) = (
                seen.percentile_00_5, seen.percentile_99_5
            )
            result.preprocessing.zScore = .init(mean: seen.mean, deviation: seen.std)
        case ["ZScoreNormalization"]:
            result.preprocessing.normalisation = .volumeZScore
            result.preprocessing.zScore = nil
            // It cuts nothing off.
            (result.preprocessing.windowLow, result.preprocessing.windowHigh) = (-3100, 20_000)
        case let schemes:
            throw fail(
                "normalises by \((schemes ?? []).joined(separator: ", ")); Pleura knows CTNormalization and "
                    + "ZScoreNormalization of one image")
        }
        try result.check()
        return result
    }

    /// A configuration with what it inherits.
    private func whole(_ name: String) throws(RecipeError) -> Configuration {
        var (result, next, seen) = (Configuration(), Optional(name), Set<String>())
        while let current = next {
            guard seen.insert(current).inserted, let own = file.configurations[current] else {
                let known = file.configurations.keys.sorted().joined(separator: ", ")
                throw RecipeError(key: "plans.json", "has no configuration \(current); there are \(known)")
            }
            result.spacing = result.spacing ?? own.spacing
            result.patch_size = result.patch_size ?? own.patch_size
            result.normalization_schemes = result.normalization_schemes ?? own.normalization_schemes
            result.previous_stage = result.previous_stage ?? own.previous_stage
            next = own.inherits_from
        }
        return result
    }
}
