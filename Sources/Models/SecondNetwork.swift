import Cases
import Networks

/// A second network in a model's file: one that sees the patient otherwise, such as the whole chest in coarse voxels beside
/// slices in fine pixels. Where both say something of a structure, their probabilities are averaged, by
/// ``PostprocessingRecipe/secondNetworkShares`` of the model's recipe. What the model learns from corrections, the first
/// network learns; the second stays.
public struct SecondNetwork: Hashable, Sendable {
    /// How it was made. Of it counts what prepares its input and how it is built; what happens to probabilities is a
    /// matter of the model's recipe.
    public let recipe: Recipe
    /// Its weights.
    public let weights: [NamedTensor]

    static let recipeKey = "second_recipe"
    private static let prefix = "second."

    /// A second network from its parts.
    public init(recipe: Recipe, weights: [NamedTensor]) {
        self.recipe = recipe
        self.weights = weights
    }

    /// Whether it can be the second of a model.
    /// - Throws: ``RecipeError`` if its own recipe is wrong, either network is somebody else's or answers prompts, or it has a
    ///   structure that the model lacks.
    func check(for first: Recipe) throws(RecipeError) {
        try recipe.check()
        guard recipe.torchScript == nil, first.torchScript == nil else {
            throw RecipeError(key: "[torchscript]", "is for networks alone: neither of two may be somebody else's")
        }
        guard recipe.prompts == nil, first.prompts == nil else {
            throw RecipeError(key: "[prompts]", "is for networks alone: neither of two may answer prompts")
        }
        if let other = recipe.structures.first(where: { !first.structures.contains($0) }) {
            throw RecipeError(
                key: "structures", "of the second network has \(other), which the first network does not segment")
        }
    }

    /// Its weights as a model's file names them.
    var namedTensors: [NamedTensor] {
        weights.map { NamedTensor(name: Self.prefix + $0.name, shape: $0.shape, values: $0.values) }
    }

    /// A file's tensors as those of its two networks.
    static func parts(of tensors: [NamedTensor], _ recipe: Recipe?) -> (first: [NamedTensor], second: SecondNetwork?) {
        let first = tensors.filter { !$0.name.hasPrefix(prefix) }
        guard first.count < tensors.count, let recipe else { return (tensors, nil) }
        let own = tensors.filter { $0.name.hasPrefix(prefix) }.map {
            NamedTensor(name: String($0.name.dropFirst(prefix.count)), shape: $0.shape, values: $0.values)
        }
        return (first, SecondNetwork(recipe: recipe, weights: own))
    }
}

extension ModelFile {
    /// One of a model's networks.
    public enum Part: Hashable, Sendable {
        /// The one that is there in any case.
        case first
        /// The one that stands beside it.
        case second
    }

    /// A model of one of the networks; the model itself where it has but one and the first is asked for. The second is
    /// called as its recipe, so that nobody takes it for the model that it is a part of.
    /// - Throws: ``Networks/EngineError/unusable(_:)`` if there is no second network.
    public func alone(_ part: Part) throws -> ModelFile {
        guard let second else {
            guard part == .first else { throw EngineError.unusable("it has no second network") }
            return self
        }
        var metadata = header.metadata
        for key in [SecondNetwork.recipeKey, "second_name", "second_epochs"] { metadata[key] = nil }
        return switch part {
        case .first: try ModelFile(name: header.name, recipe: header.recipe, weights: weights, metadata: metadata)
        case .second:
            try ModelFile(
                name: ModelName(base: second.recipe.name, version: 0), recipe: second.recipe, weights: second.weights,
                metadata: ["part_of": header.name.rawValue])
        }
    }
}
