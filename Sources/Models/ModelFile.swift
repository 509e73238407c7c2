import Cases
import Digests
import Foundation
import Networks

/// A model in one `.safetensors` file: weights by name, with the whole recipe in the metadata. Somebody else's network is
/// the same kind of file, so that one file and one digest are all there is to list, copy and check: it holds no weights
/// but the bytes of the TorchScript file, as a tensor of U8 called `torchscript`.
///
/// Metadata: `format` is `pleura-model`, `name` the model's name with version (`lungs-unet2d@1`), `recipe` the
/// ``Recipe`` as JSON; `torchscript_sha256` the digest of the TorchScript file, if that is what it holds; anything else
/// (`created`, `parent`, `dataset`, …) is kept as text. A ``SecondNetwork`` has its recipe as `second_recipe`, and its weights
/// have names that begin with `second.`.
public struct ModelFile: Hashable, Sendable {
    /// What `format` says.
    public static let format = "pleura-model"

    /// What is known of a model without its weights.
    public struct Header: Hashable, Sendable {
        /// The name with its version; a file that names none is version 0, which was never promoted.
        public let name: ModelName
        /// How it was made.
        public let recipe: Recipe
        /// How its second network was made; `nil` where it has none.
        public let secondRecipe: Recipe?
        /// All metadata.
        public let metadata: [String: String]

        fileprivate init(name: ModelName, recipe: Recipe, secondRecipe: Recipe?, metadata: [String: String]) {
            self.name = name
            self.recipe = recipe
            self.secondRecipe = secondRecipe
            self.metadata = metadata
        }

        /// The same under another name: a registry's, which counts more than the file's own.
        public func named(_ name: ModelName) -> Header {
            Header(name: name, recipe: recipe, secondRecipe: secondRecipe, metadata: metadata)
        }
    }

    /// What is known without the weights.
    public let header: Header
    /// The weights; none where there is a ``program``.
    public let weights: [NamedTensor]
    /// A second network, whose probabilities are put together with the first's; `nil` for most.
    public let second: SecondNetwork?
    /// Somebody else's network, the bytes of its TorchScript file; `nil` for a network of Pleura's own.
    public let program: Data?

    private static let programName = "torchscript"
    private static let programDigest = "torchscript_sha256"

    /// A model from its parts.
    /// - Parameters:
    ///   - second: a second network, of structures that the recipe has.
    ///   - metadata: what is to be kept besides `format`, `name`, `recipe` and `second_recipe`.
    /// - Throws: ``RecipeError``, also for a recipe of somebody else's network, or a second network of other structures.
    public init(
        name: ModelName, recipe: Recipe, weights: [NamedTensor], second: SecondNetwork? = nil,
        metadata: [String: String] = [:]
    ) throws {
        try self.init(
            name: name, recipe: recipe, weights: weights, second: second, program: nil, metadata: metadata)
    }

    /// A model that is somebody else's network.
    /// - Parameters:
    ///   - program: the bytes of its TorchScript file.
    ///   - metadata: what is to be kept besides `format`, `name`, `recipe` and `torchscript_sha256`.
    /// - Throws: ``RecipeError``, also for a recipe without `[torchscript]`.
    public init(name: ModelName, recipe: Recipe, program: Data, metadata: [String: String] = [:]) throws {
        try self.init(name: name, recipe: recipe, weights: [], second: nil, program: program, metadata: metadata)
    }

    private init(
        name: ModelName, recipe: Recipe, weights: [NamedTensor], second: SecondNetwork?, program: Data?,
        metadata: [String: String]
    ) throws {
        try recipe.check()
        try second?.check(for: recipe)
        guard (recipe.torchScript != nil) == (program != nil) else {
            throw RecipeError(
                key: "[torchscript]",
                program == nil ? "is for TorchScript networks alone" : "must be there for a TorchScript network")
        }
        var metadata = metadata
        metadata[Self.programDigest] = program.map(SHA256Digest.hex(of:))
        metadata["format"] = Self.format
        metadata["name"] = name.rawValue
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        metadata["recipe"] = String(decoding: try encoder.encode(recipe), as: UTF8.self)
        metadata[SecondNetwork.recipeKey] = try second.map {
            String(decoding: try encoder.encode($0.recipe), as: UTF8.self)
        }
        header = Header(name: name, recipe: recipe, secondRecipe: second?.recipe, metadata: metadata)
        self.weights = weights
        self.second = second
        self.program = program
    }

    /// Reads a model.
    /// - Throws: ``SafetensorsError``; ``ModelFileError`` if it is no model of Pleura.
    public init(contentsOf url: URL) throws {
        let file = try SafetensorsFile(contentsOf: url)
        header = try Header(file.metadata, path: url.path)
        (weights, second) = SecondNetwork.parts(of: file.tensors, header.secondRecipe)
        program = file.blobs.first { $0.name == Self.programName }?.bytes
        func fail(_ reason: String) -> ModelFileError { ModelFileError(path: url.path, reason: reason) }
        guard file.blobs.count == (program == nil ? 0 : 1), (header.recipe.torchScript != nil) == (program != nil),
            program == nil || weights.isEmpty, (second == nil) == (header.secondRecipe == nil)
        else { throw fail("it does not hold the network that its recipe describes") }
        if let program, SHA256Digest.hex(of: program) != header.metadata[Self.programDigest] {
            throw fail("its TorchScript network is not the one that was imported")
        }
    }

    /// Reads what is known of a model, without its weights.
    /// - Throws: as ``init(contentsOf:)``.
    public static func header(of url: URL) throws -> Header {
        try Header(try SafetensorsFile.metadata(of: url), path: url.path)
    }

    /// Writes the model, whole or not at all.
    /// - Throws: ``SafetensorsError``.
    public func write(to url: URL, as type: SafetensorsFile.ValueType = .float32) throws(SafetensorsError) {
        try file.write(to: url, as: type)
    }

    /// The file's bytes, in half precision where that loses nothing.
    /// - Throws: ``SafetensorsError``.
    func encoded() throws(SafetensorsError) -> Data {
        try file.encoded(as: SafetensorsFile.exactType(of: allTensors))
    }

    private var file: SafetensorsFile {
        let blobs = program.map { [SafetensorsFile.NamedBytes(name: Self.programName, bytes: $0)] } ?? []
        return SafetensorsFile(metadata: header.metadata, tensors: allTensors, blobs: blobs)
    }

    /// The tensors as they are in the file, a second network's after the first's.
    public var allTensors: [NamedTensor] { weights + (second?.namedTensors ?? []) }
}

/// Why a file is no model.
public struct ModelFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What is wrong with it.
    public let reason: String

    /// For the user.
    public var description: String { "\(path) is no model that Pleura can use: \(reason)." }
}

extension ModelFile.Header {
    init(_ metadata: [String: String], path: String) throws(ModelFileError) {
        guard metadata["format"] == ModelFile.format else {
            throw ModelFileError(path: path, reason: "its metadata does not say format \(ModelFile.format)")
        }
        guard let text = metadata["recipe"] else { throw ModelFileError(path: path, reason: "it has no recipe") }
        recipe = try Self.recipe(text, path: path)
        secondRecipe = try metadata[SecondNetwork.recipeKey].map { (text) throws(ModelFileError) in
            try Self.recipe(text, path: path)
        }
        let stored = metadata["name"] ?? ""
        let parts = stored.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        guard let stem = parts.first, RecipeField.isPlainName(stem), parts.count <= 2,
            parts.count == 1 || parts[1].allSatisfy(\.isNumber) && !parts[1].isEmpty
        else { throw ModelFileError(path: path, reason: "its name is not of the form lungs-unet2d@1") }
        name = ModelName(rawValue: parts.count == 2 ? stored : "\(stem)@0")
        self.metadata = metadata
    }

    private static func recipe(_ text: String, path: String) throws(ModelFileError) -> Recipe {
        do {
            return try JSONDecoder().decode(Recipe.self, from: Data(text.utf8))
        } catch DecodingError.dataCorrupted(let context) {
            throw ModelFileError(path: path, reason: "its recipe is wrong: \(context.debugDescription)")
        } catch {
            throw ModelFileError(path: path, reason: "its recipe cannot be read")
        }
    }
}
