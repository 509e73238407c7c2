import Anatomy
import Foundation

/// What a MONAI bundle says of its network in `configs/metadata.json`: the size of its input, its range of values, and
/// what the channels of its answer are. How images are resampled, which window is theirs and which way their axes run it does
/// not say; that is in the bundle's `inference.json`, and in the recipe.
/// https://docs.monai.io/en/stable/mb_specification.html
public struct MonaiMetadata: Hashable, Sendable {
    /// A length of an input, or what it depends on: `96`, `"*"`, `"16*n"`.
    private enum Length: Decodable, Hashable {
        case fixed(Int)
        case expression(String)

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let number = try? value.decode(Int.self) {
                self = .fixed(number)
            } else {
                let text = try value.decode(String.self)
                self = Int(text).map { .fixed($0) } ?? .expression(text)
            }
        }
    }

    private struct Tensor: Decodable, Hashable {
        var type: String?
        var format: String?
        var modality: String?
        var num_channels: Int?
        var spatial_shape: [Length]?
        var dtype: String?
        var value_range: [Double]?
        var channel_def: [String: String]?
    }

    private struct Formats: Decodable, Hashable {
        let inputs: [String: Tensor]
        let outputs: [String: Tensor]
    }

    private struct File: Decodable, Hashable {
        let network_data_format: Formats
    }

    private let formats: Formats

    /// Metadata from a file's bytes.
    /// - Throws: ``RecipeError`` for a file that is none of a bundle's.
    public init(_ data: Data) throws(RecipeError) {
        guard let file = try? JSONDecoder().decode(File.self, from: data) else {
            throw Self.fail("is no metadata of a MONAI bundle, which says network_data_format with inputs and outputs")
        }
        formats = file.network_data_format
    }

    private static func fail(_ what: String) -> RecipeError { RecipeError(key: "metadata.json", what) }

    /// A recipe with patch, classes, and the classes of structures where it names none; with `unit` or `symmetric`
    /// normalisation by the range of values, unless it normalises by mean and deviation. A recipe of two axes gets `RAS` for
    /// a network on volumes. Everything else stays.
    /// - Parameters:
    ///   - recipe: one with `[torchscript]`.
    ///   - catalogue: by whose names structures are found among the channels.
    /// - Throws: ``RecipeError`` for a network that Pleura cannot ask: of several inputs or channels, of other images than
    ///   CT; for sizes, ranges and structures of which the file does not say enough; and for what the whole recipe has wrong.
    public func filled(
        _ recipe: Recipe, catalogue: StructureCatalogue = .current
    ) throws(RecipeError) -> Recipe {
        guard var script = recipe.torchScript else {
            throw Self.fail("belongs to a network of other people, whose recipes have [torchscript]")
        }
        let input = try checkedInput()
        try Self.setSizes(of: input, in: &script)
        try setClasses(in: &script, of: recipe.structures, catalogue)
        var result = recipe
        result.torchScript = script
        try Self.setRange(of: input, in: &result)
        try result.check()
        return result
    }

    /// What the network is asked about: one image of CT.
    private func checkedInput() throws(RecipeError) -> Tensor {
        guard formats.inputs.count == 1, let (name, input) = formats.inputs.first else {
            throw Self.fail(
                "has \(formats.inputs.count) inputs (\(formats.inputs.keys.sorted().joined(separator: ", "))); Pleura asks "
                    + "a network about one image")
        }
        func demand(_ holds: Bool, _ what: String) throws(RecipeError) {
            if !holds { throw Self.fail("says of \(name) that \(what)") }
        }
        let (channels, type) = (input.num_channels, input.type ?? "image")
        try demand(channels == 1, "it has \(channels.map(String.init) ?? "no") channels; Pleura gives one")
        try demand(type == "image", "it is of type \(type), not an image")
        let (format, modality) = (input.format ?? "hounsfield", input.modality ?? "CT")
        try demand(
            ["hounsfield", "magnitude"].contains(format),
            "its format is \(format); Pleura gives hounsfield or magnitude")
        try demand(
            ["ct", "n/a", ""].contains(modality.lowercased()), "it shows \(modality); Pleura's images are CT")
        let numbers = input.dtype ?? "float32"
        try demand(
            ["float32", "float"].contains(numbers.replacing("torch.", with: "")),
            "its numbers are \(numbers); Pleura gives float32")
        return input
    }

    // MARK: Sizes

    private static func setSizes(of input: Tensor, in script: inout TorchScriptRecipe) throws(RecipeError) {
        let shape = input.spatial_shape ?? []
        guard [2, 3].contains(shape.count) else {
            throw fail("gives the image \(shape.count) axes in spatial_shape; 2 or 3 are possible")
        }
        if script.orientation.dimensions > shape.count {
            throw fail(
                "describes a network on slices, and the recipe's orientation \(script.orientation.text) one on volumes")
        } else if script.orientation.dimensions < shape.count {
            script.orientation = .monaiVolumes
        }
        var multiples: [Int] = []
        for length in shape {
            if case .expression(let text) = length { multiples.append(try multiple(text)) }
        }
        if multiples.isEmpty {
            script.patch = shape.compactMap { if case .fixed(let length) = $0 { length } else { nil } }
            guard script.patch.allSatisfy((1...4096).contains) else {
                throw fail("has a spatial_shape of \(script.patch); each axis has 1 to 4096")
            }
            script.sizeMultiple = 1
        } else if shape.count == 2, multiples.count == 2, script.patch.isEmpty {
            let least = leastCommonMultiple(multiples[0], multiples[1])
            guard least <= 512 else {
                throw fail("wants sizes that are multiples of \(least); 512 at most is possible")
            }
            script.sizeMultiple = least
        } else {
            try check(script.patch, shape)
            script.sizeMultiple = 1
        }
    }

    /// Whether a recipe's patch is one that the network takes.
    private static func check(_ patch: [Int], _ shape: [Length]) throws(RecipeError) {
        guard patch.count == shape.count else {
            throw fail(
                "leaves open in spatial_shape how much the network sees at once. Say [torchscript] patch in the recipe")
        }
        for (length, wanted) in zip(patch, shape) {
            switch wanted {
            case .fixed(let number):
                guard length == number else {
                    throw fail("wants \(number) where the recipe's patch of \(patch) has \(length)")
                }
            case .expression(let text):
                guard length.isMultiple(of: try multiple(text)) else {
                    throw fail("wants \(text) where the recipe's patch of \(patch) has \(length)")
                }
            }
        }
    }

    /// What a length has to be a multiple of: 1 for `*` and `n`, 16 for `16*n` and `2**4*n`.
    private static func multiple(_ expression: String) throws(RecipeError) -> Int {
        let text = expression.filter { !$0.isWhitespace }
        if text == "*" { return 1 }
        var (product, variables) = (1, 0)
        for factor in text.replacing("**", with: "^").split(separator: "*", omittingEmptySubsequences: false) {
            let parts = factor.split(separator: "^", omittingEmptySubsequences: false).map { Int($0) }
            switch (parts.count, parts[0]) {
            case (1, let number?) where (1...512).contains(number): product *= number
            case (1, nil) where factor.count == 1 && factor.allSatisfy(\.isLetter): variables += 1
            case (2, let base?):
                guard let power = parts[1], (1...16).contains(base), (0...9).contains(power) else { fallthrough }
                for _ in 0..<power { product *= base }
            default:
                throw fail(
                    "has “\(expression)” in spatial_shape, which Pleura does not understand; it knows *, and multiples such "
                        + "as 16*n. Leave --metadata out and say patch or size_multiple in the recipe")
            }
            guard product <= 1 << 20 else { break }
        }
        guard variables == 1, product <= 4096 else {
            throw fail(
                "has “\(expression)” in spatial_shape, which is no multiple of one number. Leave --metadata out and say patch "
                    + "or size_multiple in the recipe")
        }
        return product
    }

    private static func leastCommonMultiple(_ one: Int, _ other: Int) -> Int {
        var (a, b) = (one, other)
        while b != 0 { (a, b) = (b, a % b) }
        return one / a * other
    }

    // MARK: Classes

    private func setClasses(
        in script: inout TorchScriptRecipe, of structures: [StructureName], _ catalogue: StructureCatalogue
    ) throws(RecipeError) {
        let named = formats.outputs["pred"] ?? (formats.outputs.count == 1 ? formats.outputs.values.first : nil)
        guard let output = named else {
            throw Self.fail("has no output pred, but \(formats.outputs.keys.sorted().joined(separator: ", "))")
        }
        guard let channels = output.num_channels, (1...1024).contains(channels) else {
            throw Self.fail("says of its answer no num_channels of 1 to 1024")
        }
        var names: [Int: String] = [:]
        for (key, name) in output.channel_def ?? [:] {
            guard let number = Int(key), (0..<1024).contains(number) else {
                throw Self.fail("numbers a class “\(key)” in channel_def; they are counted from 0")
            }
            names[number] = name
        }
        if channels > 1 {
            guard script.output != .labels else {
                throw Self.fail(
                    "gives its answer \(channels) channels, and the recipe's output says that it is labels, one")
            }
            script.classes = channels
        } else if script.output.isExclusive, names.count > 1 {
            // One number a voxel, which is its class.
            (script.output, script.classes) = (.labels, (names.keys.max() ?? 0) + 1)
        } else {
            script.classes = 1
            // Whatever its only channel is called.
            if structures.count == 1, !script.output.isExclusive { names = [0: structures[0].rawValue] }
        }
        if let beyond = names.keys.max(), beyond >= script.classes {
            throw Self.fail("has a class \(beyond) in channel_def, and \(channels) channels")
        }
        guard script.structureClasses.isEmpty else { return }
        for structure in structures {
            script.structureClasses.append(try Self.classes(of: structure, in: names, catalogue))
        }
    }

    /// The channel that a structure is, or those of its parts.
    private static func classes(
        of structure: StructureName, in names: [Int: String], _ catalogue: StructureCatalogue
    ) throws(RecipeError) -> [Int] {
        func found(_ structure: StructureName) throws(RecipeError) -> Int? {
            let numbers = names.filter { catalogue.isName($0.value, of: structure) }.keys.sorted()
            guard numbers.count < 2 else {
                throw fail(
                    "has \(numbers.count) classes that could be \(structure): "
                        + numbers.map { "\($0) \(names[$0] ?? "")" }.joined(separator: ", ")
                        + ". Say [torchscript] structure_classes in the recipe")
            }
            return numbers.first
        }
        if let own = try found(structure) { return [own] }
        var parts: [Int?] = []
        for part in catalogue[structure]?.parts ?? [] { parts.append(try found(part)) }
        let known = parts.compactMap { $0 }
        guard !known.isEmpty, known.count == parts.count else {
            let all = names.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            let few = all.prefix(20).joined(separator: ", ") + (all.count > 20 ? " and \(all.count - 20) more" : "")
            throw fail(
                "has no class called \(structure)\(all.isEmpty ? "" : ", but \(few)"). Say [torchscript] structure_classes "
                    + "in the recipe")
        }
        return known
    }

    // MARK: Values

    private static func setRange(of input: Tensor, in recipe: inout Recipe) throws(RecipeError) {
        // Mean and deviation are the recipe's alone to know; a range of values goes with any.
        guard !recipe.preprocessing.normalisation.isZScore else { return }
        switch input.value_range ?? [] {
        case []: break
        case [0, 1]: recipe.preprocessing.normalisation = .unit
        case [-1, 1]: recipe.preprocessing.normalisation = .symmetric
        case let range:
            throw fail(
                "wants values of \(range.map { String(format: "%g", $0) }.joined(separator: " to ")); from a window come 0 to 1 "
                    + "or -1 to 1. Say [preprocessing] normalisation z-score in the recipe, with mean 0 and deviation 1 for "
                    + "Hounsfield units as they are")
        }
    }
}
